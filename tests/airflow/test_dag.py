"""The DAG of the examples, run by Airflow itself, on the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from smartbill import Smartbill
from smartbill.sandbox import FaultRule, Sandbox

EXAMPLES = Path(__file__).parents[2] / "examples/python"
RUN = """
import sys
from datetime import datetime, timedelta, timezone
import airflow_dag

night = airflow_dag.smartbill_nightly()
for task in night.tasks:
    task.retry_delay = timedelta(0)
run = night.test(logical_date=datetime.fromisoformat(sys.argv[1]).replace(tzinfo=timezone.utc))
print("state:", run.state)
"""
ROWS = """codigo_externo;nome;cpf_cnpj
A;Ana Maria;529.982.247-25
B;Bia Souza;11144477735
C;Errada;52998224726
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("airflow")
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    subprocess.run(command, check=True, capture_output=True, env=environment(home))
    return home


def environment(home: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(EXAMPLES),
        "PYTHONPATH": str(EXAMPLES),
        **more,
    }


def run(home: Path, sandbox: Sandbox, folder: Path, day: str) -> str:
    connection: dict[str, Any] = {"conn_type": "http", "host": sandbox.url, "password": sandbox.token}
    variables = {
        "AIRFLOW_CONN_SMARTBILL": json.dumps(connection),
        "AIRFLOW_VAR_SMARTBILL_FOLDER": str(folder),
    }
    command = [sys.executable, "-c", RUN, day]
    settings = environment(home, **variables)
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=settings, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_night(home: Path, smartbill_sandbox: Sandbox, smartbill_client: Smartbill, tmp_path: Path) -> None:
    day = f"{date.today():%Y-%m-%d}"
    (tmp_path / f"clientes-{day}.csv").write_text(ROWS, encoding="utf-8")
    assert "state: success" in run(home, smartbill_sandbox, tmp_path, day)
    assert sorted(c.codigo_externo or "" for c in smartbill_client.clientes.listar()) == ["A", "B"]
    assert "dígito verificador" in (tmp_path / f"clientes-{day}-relatorio.csv").read_text("utf-8-sig")
    assert (tmp_path / f"cobrancas-{day}.csv").exists()
    # A second run of the same night finds a finished journal.
    before = list(smartbill_client.clientes.listar())
    assert "state: success" in run(home, smartbill_sandbox, tmp_path, day)
    assert list(smartbill_client.clientes.listar()) == before


def test_a_night_in_which_the_platform_fails_for_a_while(
    home: Path, smartbill_sandbox: Sandbox, smartbill_client: Smartbill, tmp_path: Path
) -> None:
    day = f"{date.today():%Y-%m-%d}"
    (tmp_path / f"clientes-{day}.csv").write_text(ROWS, encoding="utf-8")
    # As many faults as one client makes attempts, so that the next attempt of the task succeeds.
    rule: FaultRule = {"kind": "error", "status": 503, "operation": "clientes.listar", "times": 4}
    smartbill_sandbox.faults({"rules": [rule]})
    printed = run(home, smartbill_sandbox, tmp_path, day)
    assert "ServerError" in printed
    assert "state: success" in printed
    assert len(list(smartbill_client.clientes.listar())) == 2
