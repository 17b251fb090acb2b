"""Programs that end while calls are under way or just done: none may abort, whatever still runs beside it.

SMARTBILL_ENDINGS=1000 makes it as many endings.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from smartbill.sandbox import Sandbox

ENDINGS = int(os.environ.get("SMARTBILL_ENDINGS", "100"))

COMMON = """
import atexit
last = []
# Registered before the library registers its own function, so that this one runs after it.
atexit.register(lambda: [function() for function in last])
import asyncio, logging, os, sys, threading
from smartbill import AsyncSmartbill, Smartbill
from smartbill.errors import NotFoundError

URL, TOKEN = sys.argv[1:]

def new(kind=AsyncSmartbill):
    return kind(URL, token=TOKEN, trust_env=False)

def end():
    print("end", flush=True)
"""

# The ends of programs, each with the exit code that it should have.
PROGRAMS = {
    "one call": (
        """
async def main():
    await new().servicos.obter("1")
    end()
asyncio.run(main())
""",
        0,
    ),
    "one call, closed": (
        """
async def main():
    async with new() as sb:
        await sb.servicos.obter("1")
    end()
asyncio.run(main())
""",
        0,
    ),
    "a write": (
        """
async def main():
    sb = new()
    await sb.clientes.incluir({"nome": "Ana", "tipo_pessoa": "ESTRANGEIRO"})
    end()
asyncio.run(main())
""",
        0,
    ),
    "many calls": (
        """
async def main():
    sb = new()
    await asyncio.gather(*(sb.servicos.obter("1") for _ in range(20)))
    end()
asyncio.run(main())
""",
        0,
    ),
    "many calls, closed": (
        """
async def main():
    async with new() as sb:
        await asyncio.gather(*(sb.servicos.obter("1") for _ in range(20)))
    end()
asyncio.run(main())
""",
        0,
    ),
    "an error caught": (
        """
async def main():
    sb = new()
    answers = await asyncio.gather(*(sb.servicos.obter("none") for _ in range(20)), return_exceptions=True)
    assert all(isinstance(answer, NotFoundError) for answer in answers)
    end()
asyncio.run(main())
""",
        0,
    ),
    "an error not caught": (
        """
async def main():
    async with new() as sb:
        end()
        await asyncio.gather(*(sb.servicos.obter("none") for _ in range(20)))
asyncio.run(main())
""",
        1,
    ),
    "tasks cancelled": (
        """
async def main():
    async with new() as sb:
        tasks = [asyncio.ensure_future(sb.servicos.obter("1")) for _ in range(20)]
        await tasks[0]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    end()
asyncio.run(main())
""",
        0,
    ),
    "tasks left alone": (
        """
async def main():
    sb = new()
    global tasks
    tasks = [asyncio.ensure_future(sb.servicos.obter("1")) for _ in range(20)]
    await tasks[0]
    end()
asyncio.run(main())
""",
        0,
    ),
    "a log of every attempt": (
        """
logging.basicConfig(level=logging.DEBUG, filename=os.devnull)
async def main():
    sb = new()
    tasks = [asyncio.ensure_future(sb.servicos.obter("1")) for _ in range(20)]
    await tasks[0]
    end()
asyncio.run(main())
""",
        0,
    ),
    "a daemon thread with a loop": (
        """
started = threading.Event()
async def work():
    sb = new()
    while True:
        await asyncio.gather(*(sb.servicos.obter("1") for _ in range(5)))
        started.set()
threading.Thread(target=lambda: asyncio.run(work()), daemon=True).start()
started.wait()
end()
""",
        0,
    ),
    "a daemon thread with a blocking client": (
        """
started = threading.Event()
def work():
    sb = new(Smartbill)
    while True:
        sb.servicos.obter("1")
        started.set()
threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
for thread in threads:
    thread.start()
started.wait()
end()
""",
        0,
    ),
    "a daemon thread with an import": (
        """
import itertools
started = threading.Event()
def rows():
    for n in itertools.count():
        yield {"codigo_externo": str(n), "nome": "Ana", "tipo_pessoa": "ESTRANGEIRO"}
        if n == 1000:
            started.set()
def heard(_):
    return None
threading.Thread(target=lambda: new(Smartbill).clientes.importar(rows(), progress=heard), daemon=True).start()
started.wait()
end()
""",
        0,
    ),
    "a call in an atexit function": (
        """
sb = new(Smartbill)
def call():
    assert sb.servicos.obter("1").id
atexit.register(call)
last.append(call)
last.append(end)
""",
        0,
    ),
    "an asynchronous call in an atexit function": (
        """
sb = new()
async def call():
    return (await sb.servicos.obter("1")).id
def too_late():
    try:
        asyncio.run(call())
    except RuntimeError as e:
        assert "the interpreter is ending" in str(e)
        end()
assert asyncio.run(call())
atexit.register(lambda: asyncio.run(call()))
last.append(too_late)
""",
        0,
    ),
}


@pytest.mark.timeout(120 + 2 * ENDINGS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_no_program_aborts_at_its_end(sandbox: Sandbox, name: str) -> None:
    program, code = PROGRAMS[name]
    command = [sys.executable, "-W", "ignore", "-c", COMMON + program, sandbox.url, sandbox.token]

    def run(_: int) -> tuple[int, bytes, bytes]:
        end = subprocess.run(command, check=False, capture_output=True, timeout=120)
        return end.returncode, end.stdout.strip(), end.stderr

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(run, range(-(-ENDINGS // len(PROGRAMS)))))
    bad = [end for end in ends if end[:2] != (code, b"end") or b"panicked" in end[2]]
    assert not bad, (len(bad), len(ends), bad[0])
    if code:
        assert all(b"NotFoundError" in end[2] for end in ends)
    else:
        assert not [end for end in ends if end[2]]


def test_a_callback_that_never_returns_does_not_keep_a_program_alive(sandbox: Sandbox) -> None:
    program = """
inside = threading.Event()
def hang(_):
    inside.set()
    threading.Event().wait()
rows = [{"codigo_externo": "A", "nome": "Ana", "tipo_pessoa": "ESTRANGEIRO"}]
threading.Thread(target=lambda: new(Smartbill).clientes.importar(rows, progress=hang), daemon=True).start()
inside.wait()
end()
"""
    command = [sys.executable, "-W", "ignore", "-c", COMMON + program, sandbox.url, sandbox.token]
    ended = subprocess.run(command, check=False, capture_output=True, timeout=100)
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, b"end", b"")
