"""The examples of the docstrings, run as they stand."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest
import smartbill

# What their examples need is not installed here: `make test-ecosystem` has it.
ELSEWHERE = {"dlt", "spark"}
MODULES = [info.name for info in pkgutil.iter_modules(smartbill.__path__) if info.name not in ELSEWHERE]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if name == "frames":
        pytest.importorskip("pyarrow")
    module = importlib.import_module(f"smartbill.{name}")
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = [importlib.import_module(f"smartbill.{name}") for name in MODULES]
    with_examples = [test.name for module in modules for test in finder.find(module) if test.examples]
    assert len(with_examples) >= 10, with_examples
