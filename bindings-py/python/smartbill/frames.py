"""Tables of data-frame libraries, parted into the rows that are good and those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from ._field_texts import describe_fields
from .imports import validar

if TYPE_CHECKING:
    from typing import Literal

    from .batch import ImportResult

__all__ = ["CODES", "FINDINGS", "Validated", "validate"]

_T = TypeVar("_T")

CODES = "smartbill_codes"
"""The column of bad rows with the stable codes of what is wrong."""

FINDINGS = "smartbill_findings"
"""The column of bad rows with what is wrong, in one line for a person."""


class _Validated(NamedTuple):
    good: Any
    bad: Any
    result: Any


class Validated(_Validated, Generic[_T]):
    """A table in two."""

    __slots__ = ()

    good: _T
    """The rows that may be sent."""
    bad: _T
    """The others, with two columns more: :data:`CODES` and :data:`FINDINGS`."""
    result: ImportResult
    """What was found in whole: warnings of good rows, and what became of each column."""


def validate(
    resource: Literal["clientes", "consumos"],
    frame: _T,
    *,
    language: Literal["pt-BR", "en"] = "pt-BR",
    **options: Any,
) -> Validated[_T]:
    """Checks every row of a table and parts it in two; needs neither network nor account.

    The parts are of the library that the table is of: pandas, polars or pyarrow. Anything else that speaks Arrow, such
    as a relation of DuckDB, comes back as tables of pyarrow.

    >>> import pyarrow
    >>> from smartbill import validate
    >>> customers = pyarrow.table({"Nome": ["Ana Maria", "Bia"], "CPF": ["529.982.247-25", "1"]})
    >>> good, bad, result = validate("clientes", customers)
    >>> good.num_rows, bad["smartbill_codes"].to_pylist()
    (1, [['documento_incompleto']])

    :param resource: what the rows are
    :param frame: the table; its columns are known by the field's name, or by the headers that a spreadsheet may have
    :param language: the language of the sentences
    :param options: of reading, as for :func:`smartbill.validar`
    """
    library = type(frame).__module__.partition(".")[0]
    table: Any = frame
    if library not in ("pandas", "polars", "pyarrow") or not hasattr(
        frame, "num_rows" if library == "pyarrow" else "columns"
    ):
        import pyarrow

        # Read once: a query that runs again may give its rows in another order.
        table, library = pyarrow.table(frame), "pyarrow"
    # Arrow would take an index of pandas for a column.
    source = table.reset_index(drop=True) if library == "pandas" else table
    result = validar(resource, source, language=language, **options)
    good: list[int] = []
    said: dict[int, tuple[list[str], str]] = {}
    for row in result.rows():
        if row.state == "pending":
            good.append(row.number - 1)
        else:
            said[row.number - 1] = [f.code for f in row.findings if f.severity == "error"], row.message(language)
    for skipped in result.skipped():
        said[skipped.number - 1] = [skipped.reason], skipped.reason
    kept = set(good)
    # A row that holds nothing is told of by neither.
    bad = [place for place in range(len(table)) if place not in kept]
    nothing: tuple[list[str], str] = ([], "")
    codes = [said.get(place, nothing)[0] for place in bad]
    findings = [said.get(place, nothing)[1] for place in bad]
    return Validated(_take(library, table, good), _with(library, _take(library, table, bad), codes, findings), result)


def _take(library: str, table: Any, places: list[int]) -> Any:
    if library == "pandas":
        return table.iloc[places]
    if library == "polars":
        return table[places]
    import pyarrow

    return table.take(pyarrow.array(places, pyarrow.int64()))


def _with(library: str, table: Any, codes: list[list[str]], findings: list[str]) -> Any:
    if library == "pandas":
        import pandas

        return table.assign(
            **{CODES: pandas.Series(codes, table.index, dtype=object), FINDINGS: pandas.Series(findings, table.index)}
        )
    if library == "polars":
        import polars

        return table.with_columns(
            polars.Series(CODES, codes, polars.List(polars.String)), polars.Series(FINDINGS, findings, polars.String)
        )
    import pyarrow

    lists = pyarrow.array(codes, pyarrow.list_(pyarrow.string()))
    return table.append_column(CODES, lists).append_column(FINDINGS, pyarrow.array(findings, pyarrow.string()))


describe_fields(__name__)
