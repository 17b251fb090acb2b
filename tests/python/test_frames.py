"""A table in two: what may be sent, and what may not with the reasons beside it, in the library that it came in."""

from __future__ import annotations

from typing import Any

import pytest
from smartbill import validate

COLUMNS = {
    "Cód. Externo": ["A", "B", None, "D"],
    "Nome": ["Ana Maria", "Bia", None, "Dora"],
    "CPF": ["529.982.247-25", "111.444.777-36", None, "390.533.447-05"],
}


def pandas_frame() -> Any:
    return pytest.importorskip("pandas").DataFrame(COLUMNS, index=[10, 20, 30, 40])


def polars_frame() -> Any:
    return pytest.importorskip("polars").DataFrame(COLUMNS)


def pyarrow_table() -> Any:
    return pytest.importorskip("pyarrow").table(COLUMNS)


def duckdb_relation() -> Any:
    first = "('A', 'Ana Maria', '529.982.247-25'), ('B', 'Bia', '111.444.777-36')"
    rows = f"{first}, (NULL, NULL, NULL), ('D', 'Dora', '390.533.447-05')"
    query = f'SELECT * FROM (VALUES {rows}) AS t("Cód. Externo", Nome, CPF)'
    return pytest.importorskip("duckdb").connect().sql(query)


FRAMES: dict[str, tuple[Any, str]] = {
    "pandas": (pandas_frame, "pandas"),
    "polars": (polars_frame, "polars"),
    "pyarrow": (pyarrow_table, "pyarrow"),
    "duckdb": (duckdb_relation, "pyarrow"),
}


def column(frame: Any, name: str) -> list[Any]:
    values = frame[name]
    return list(values.to_pylist() if hasattr(values, "to_pylist") else values.to_list())


@pytest.mark.parametrize("name", FRAMES)
def test_every_row_is_in_one_of_two(name: str) -> None:
    make, library = FRAMES[name]
    good, bad, result = validate("clientes", make(), language="en")
    assert {type(part).__module__.partition(".")[0] for part in (good, bad)} == {library}
    assert column(good, "Cód. Externo") == ["A", "D"]
    assert column(bad, "Nome")[0] == "Bia"
    # An empty row is bad, but has no finding.
    assert len(bad) == 2
    assert [list(codes) for codes in column(bad, "smartbill_codes")] == [["digito_verificador"], []]
    assert column(bad, "smartbill_findings") == ["CPF: check digit does not match", ""]
    assert (result.counts.pending, result.counts.rejected) == (2, 1)


def test_pandas_keeps_its_index() -> None:
    good, bad, _ = validate("clientes", pandas_frame())
    assert (list(good.index), list(bad.index)) == ([10, 40], [20, 30])


def test_nothing_is_bad_or_good() -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table({name: values[:1] for name, values in COLUMNS.items()})
    good, bad, _ = validate("clientes", table)
    assert (good.num_rows, bad.num_rows) == (1, 0)
    assert bad.schema.field("smartbill_codes").type == pa.list_(pa.string())
    good, bad, _ = validate("clientes", table.slice(0, 0))
    assert (good.num_rows, bad.num_rows) == (0, 0)


def test_what_speaks_no_arrow_is_no_table() -> None:
    with pytest.raises((TypeError, ValueError)):
        validate("clientes", 5)
