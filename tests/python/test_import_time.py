"""`import smartbill` loads what every program needs; the rest comes with the name that needs it."""

from __future__ import annotations

import subprocess
import sys

import smartbill

UNUSED = {"asyncio", "dataclasses", "inspect", "json", "logging", "pathlib", "typing", "smartbill.client"}


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_the_import_loads_no_module_that_it_does_not_need() -> None:
    before = set(python("import sys; print(*sys.modules)").split())
    after = set(python("import sys, smartbill; print(*sys.modules)").split())
    assert "smartbill._smartbill" in after
    assert not (after - before) & UNUSED


def test_every_public_name_is_there() -> None:
    for name in smartbill.__all__:
        assert getattr(smartbill, name) is not None, name
        assert name in dir(smartbill)
    assert smartbill.errors.SmartbillError is smartbill.SmartbillError


def test_a_name_that_is_none_is_refused() -> None:
    assert not hasattr(smartbill, "Cliant")


def test_a_program_that_asks_for_no_log_gets_none() -> None:
    code = """
import smartbill
sb = smartbill.Smartbill("http://127.0.0.1:9", token="t", max_attempts=2, timeout=5)
try:
    sb.clientes.obter("1")
except smartbill.SmartbillError:
    pass
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr == ""
