"""A lookup of a name that hangs holds nobody up: neither a deadline, nor closing, nor the end of the program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = """
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

/* Waits for somebody to open the other end of a pipe, which nobody does. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    write(2, "lookup ", 7);
    open(getenv("LOOKUP_PIPE"), O_RDONLY);
    return EAI_AGAIN;
}
"""

PROGRAM = """
import asyncio
from smartbill import AsyncSmartbill, Smartbill
from smartbill.errors import ApiTimeoutError

def new(kind, timeout=0.5):
    return kind("https://platform.example", token="t", trust_env=False, timeout=timeout, max_attempts=1)

def late(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except ApiTimeoutError:
        print("late", flush=True)

with new(Smartbill) as sb:
    late(sb.servicos.obter, "1")
    late(sb.clientes.incluir, {"nome": "Ana", "tipo_pessoa": "ESTRANGEIRO"})
# The deadline of the run is shorter than the time limit of a call.
with new(Smartbill, timeout=90) as sb:
    result = sb.clientes.importar([{"codigo_externo": "A", "nome": "Ana", "tipo_pessoa": "ESTRANGEIRO"}], deadline=0.5)
    print(result.stopped.code, flush=True)
print("closed", flush=True)

async def main():
    async with new(AsyncSmartbill) as sb:
        try:
            await sb.servicos.obter("1")
        except ApiTimeoutError:
            print("late", flush=True)

asyncio.run(main())
left_open = new(Smartbill)
late(left_open.servicos.obter, "1")
print("end", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="needs a C compiler on Linux")
def test_nobody_waits_for_it(tmp_path: Path) -> None:
    (tmp_path / "lookup.c").write_text(LIBRARY, encoding="ascii")
    library = tmp_path / "lookup.so"
    command = ["cc", "-shared", "-fPIC", "-w", "-o", str(library), str(tmp_path / "lookup.c")]
    subprocess.run(command, check=True, timeout=60)
    os.mkfifo(tmp_path / "pipe")
    environment = {**os.environ, "LD_PRELOAD": str(library), "LOOKUP_PIPE": str(tmp_path / "pipe")}
    # The lookup never ends, so the timeout fails the test if anything waits for it.
    end = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        check=False,
        timeout=100,
        capture_output=True,
        encoding="utf-8",
    )
    assert end.returncode == 0, end.stderr
    said = end.stdout.splitlines()
    assert said[:2] == ["late", "late"]
    assert said[3:] == ["closed", "late", "late", "end"], said
    assert "lookup" in end.stderr
    assert "Traceback" not in end.stderr
