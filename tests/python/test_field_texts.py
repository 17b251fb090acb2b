"""`help` shows the text of each field of a named tuple."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import pydoc

import pytest
import smartbill
from smartbill.batch import Counts, Row

MODULES = [found.name for found in pkgutil.iter_modules(smartbill.__path__) if not found.name.startswith("_")]
# `cli` is a package of commands; these two need packages of others.
TUPLES = [
    owner
    for name in sorted(set(MODULES) - {"cli", "dlt", "pytest_plugin"})
    for owner in vars(importlib.import_module(f"smartbill.{name}")).values()
    if inspect.isclass(owner) and issubclass(owner, tuple) and owner.__module__ == f"smartbill.{name}"
]


@pytest.mark.parametrize("owner", [owner for owner in TUPLES if not owner.__name__.startswith("_")])
def test_every_field_has_its_text(owner: type) -> None:
    for name in owner._fields:  # type: ignore[attr-defined]
        assert getattr(owner, name).__doc__, name
    assert "Alias for field number" not in pydoc.plain(pydoc.render_doc(owner))


def test_the_text_is_the_one_beneath_the_field() -> None:
    assert Row.attempts.__doc__ == "The number of requests."
    assert "They are not records, and not in ``total``." in str(Counts.skipped.__doc__).splitlines()[0]


def test_there_is_no_text_without_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: object) -> str:
        raise OSError("source code not available")

    monkeypatch.setattr(inspect, "getsource", missing)
    assert Row.attempts.__doc__ is None


def test_a_field_is_as_fixed_as_before() -> None:
    row = Row(2, "A", "done", "incluir", "created", "1", 1, ())
    assert (row.number, row[0], row._replace(number=3).number) == (2, 2, 3)
    with pytest.raises(AttributeError):
        row.number = 4  # type: ignore[misc]
