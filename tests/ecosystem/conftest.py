"""What the tests of other people's software share: a platform, customers, and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# No telemetry, no files in the home folder, and servers on the loopback interface alone.
os.environ.update(RUNTIME__DLTHUB_TELEMETRY="false", DO_NOT_TRACK="1", SPARK_LOCAL_IP="127.0.0.1")
# dlt makes one attempt in place of five.
os.environ["LOAD__RAISE_ON_MAX_RETRIES"] = "1"
# By default Spark starts the first Python of the path.
os.environ.update(PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable)


@pytest.fixture(scope="session", autouse=True)
def data_of_dlt(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["DLT_DATA_DIR"] = str(tmp_path_factory.mktemp("dlt"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of PostgreSQL on a free port, whose data disappear with it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda p: int(p.parts[-3]))
    found = str(programs[-1]) if programs else shutil.which("pg_ctl")
    assert found, "PostgreSQL is missing; on Debian: apt-get install postgresql"
    # The server refuses to run as root.
    user = "nobody" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory() as folder:
        password, data = Path(folder, "password"), Path(folder, "data")
        password.write_text("secret", encoding="utf-8")
        if user is not None:
            shutil.chown(folder, user)
            shutil.chown(password, user)

        def pg_ctl(*arguments: str) -> None:
            command = [found, "--pgdata", str(data), "--silent", *arguments]
            environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
            subprocess.run(command, check=True, cwd=folder, env=environment, user=user, timeout=60)

        initdb = f"--username=erp --pwfile={password} --auth=scram-sha-256 --encoding=UTF8 --no-sync"
        pg_ctl("init", "--options", initdb)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        pg_ctl("start", "--wait", "--log", str(Path(folder, "log")), "--options", settings)
        try:
            yield f"postgresql://erp:secret@127.0.0.1:{port}/postgres"
        finally:
            pg_ctl("stop", "--wait", "--mode", "immediate")


@pytest.fixture(scope="session")
def people() -> Callable[[int], list[dict[str, str]]]:
    """Makes customers, each with a code and a document of its own."""

    def make(number: int) -> list[dict[str, str]]:
        return [
            {"codigo_externo": f"C-{i:05}", "nome": f"Pessoa {i}", "cpf_cnpj": cpf(i)} for i in range(1, number + 1)
        ]

    return make


def cpf(number: int) -> str:
    digits = [int(digit) for digit in f"{number:09}"]
    for first in (10, 11):
        total = sum(digit * (first - place) for place, digit in enumerate(digits))
        digits.append(total * 10 % 11 % 10)
    return "".join(map(str, digits))
