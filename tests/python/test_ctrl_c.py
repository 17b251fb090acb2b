"""Ctrl-C while a batch runs in a thread."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from smartbill.sandbox import Sandbox
from test_writers import cpf

PROGRAM = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from test_ctrl_c import people
from smartbill import Smartbill
from smartbill.errors import SmartbillError

sb = Smartbill({url!r}, token={token!r}, trust_env=False)
told, done = threading.Event(), threading.Event()

def progress(event):
    if event.phase == "sending" and not told.is_set():
        told.set()
        print("sending", flush=True)

def job():
    try:
        sb.clientes.importar(people(), journal={journal!r}, progress=progress)
    except SmartbillError as error:
        print(type(error).__name__, flush=True)
    done.set()

{main}
"""

THREAD = "thread = threading.Thread(target=job); thread.start(); thread.join()"
POOL = "with ThreadPoolExecutor() as pool: pool.submit(job).result()"
CAUGHT = """
threading.Thread(target=job).start()
try:
    while not done.wait(0.01): pass
except KeyboardInterrupt:
    while not done.wait(0.01): pass
"""
COUNT = 200


def people() -> Iterator[dict[str, str]]:
    for number in range(1, COUNT + 1):
        yield {"codigo_externo": f"A{number}", "nome": "Ana", "cpf_cnpj": cpf(number)}


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python 3.9 does not tell what another thread handles")
@pytest.mark.parametrize("main", [THREAD, POOL, CAUGHT], ids=["thread", "pool", "caught"])
def test_ctrl_c_ends_a_batch_in_a_thread_and_the_same_call_goes_on(main: str, sandbox: Sandbox, tmp_path: Path) -> None:
    # Each answer takes a second, so a batch that does not stop runs for minutes and the test fails.
    sandbox.faults({"rules": [{"kind": "latency", "ms": 1000, "operation": "clientes.incluir"}]})
    journal = tmp_path / "journal"
    program = PROGRAM.format(url=sandbox.url, token=sandbox.token, journal=str(journal), main=main)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "sending\n"
        child.send_signal(signal.SIGINT)
        out, errors = child.communicate()
    # Before Python 3.13 a thread whose `join` was interrupted is not waited for at the end of the program.
    assert out in ({"CancelledError\n", ""} if main is THREAD else {"CancelledError\n"}), errors
    sandbox.faults({"rules": []})
    with sandbox.client() as sb:
        result = sb.clientes.importar(people(), journal=journal)
        assert (result.counts.failed, result.counts.unknown) == (0, 0)
        codes = [record.codigo_externo for record in sb.clientes.listar()]
    assert sorted(map(str, codes)) == sorted(person["codigo_externo"] for person in people())
