"""A project of a user's, whose tests have the fixtures by installing the wheel and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from smartbill.errors import ConfigurationError
from smartbill.sandbox import FaultPlan, Sandbox

JOB = '''
def job(sb):
    """What a user's program does."""
    return sb.clientes.importar([
        {"codigo_externo": "A", "nome": "Ana Maria", "cpf_cnpj": "52998224725"},
        {"codigo_externo": "B", "nome": "Bia", "cpf_cnpj": "1"},
    ])
'''

TESTS = """
from datetime import datetime, timedelta, timezone
import pytest
from job import job


def test_two_lines(smartbill_client):
    assert job(smartbill_client).counts.created == 1


def test_the_platform_is_empty_again(smartbill_sandbox, smartbill_client):
    assert smartbill_sandbox.state()["clientes"]["total"] == 0
    assert job(smartbill_client).counts.rejected == 1


def test_a_lost_answer(smartbill_sandbox, smartbill_client):
    smartbill_sandbox.faults({"rules": [{"kind": "drop_after", "operation": "clientes.incluir", "times": 1}]})
    assert job(smartbill_client).counts.already_done == 1


@pytest.mark.parametrize("days", [0, 40])
def test_the_clock(smartbill_sandbox, days):
    before = smartbill_sandbox.clock
    smartbill_sandbox.advance(days)
    assert (smartbill_sandbox.clock - before).days == days


def test_nothing_of_the_others_is_left(smartbill_sandbox, smartbill_client):
    assert abs(smartbill_sandbox.clock - datetime.now(timezone.utc)) < timedelta(hours=1)
    assert job(smartbill_client).counts.already_done == 0
"""


def test_a_project_needs_no_more_than_the_wheel(tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(JOB, encoding="utf-8")
    (tmp_path / "test_job.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\npythonpath = .\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=100)
    assert "6 passed" in ran.stdout, ran.stdout + ran.stderr
    said = subprocess.run(
        [*command, "--fixtures"], cwd=tmp_path, check=False, capture_output=True, text=True, timeout=100
    )
    assert "smartbill_sandbox" in said.stdout


def test_a_wrong_plan_names_the_place(sandbox: Sandbox) -> None:
    plan: FaultPlan = {"rules": [{"kind": "error"}, {"kind": "error", "status": 404}]}
    with pytest.raises(ConfigurationError, match=r"`rules\[1\]\.status`"):
        sandbox.faults(plan)
