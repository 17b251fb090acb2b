"""Reads sheets without fields, for callers that only want their cells."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Union

from ._field_texts import describe_fields
from ._smartbill import _read_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

__all__ = ["CellValue", "SheetTable", "read_table"]

CellValue = Union[str, Decimal, date, bool, None]
"""The value of a cell. A ``datetime`` is a ``date`` with a time, and an empty cell is None."""


class SheetTable(NamedTuple):
    """The cells of a sheet."""

    sheet: str
    """The name of the sheet. For a text file, the name of the file."""
    sheets: tuple[str, ...]
    """The names of all sheets of the file."""
    rows: list[tuple[CellValue, ...]]
    """The rows from the first one, including empty ones. Empty cells at the end of a row are left out. A number is the
    decimal that a person sees, but text if its format fills it with zeros (``"000123"``). Times (``"36:00"``) and
    errors (``"#N/D"``) are text too."""
    texts: list[tuple[str, ...]]
    """Each cell as shown in Brazil: ``"1234,56"``, ``"31/12/2026"``."""


def read_table(
    source: str | os.PathLike[str] | bytes | IO[bytes],
    sheet: str | None = None,
    *,
    password: str | None = None,
    limits: Mapping[str, int] | None = None,
    language: Literal["pt-BR", "en"] = "pt-BR",
) -> SheetTable:
    """Reads a sheet of any format that an import reads, and returns its cells as a person sees them.

    >>> read_table(b"Nome;Limite\\nAna;1.234,50\\n").rows
    [('Nome', 'Limite'), ('Ana', '1.234,50')]

    :param source: a path, bytes, or a file open for bytes
    :param sheet: the name of the sheet; by default the first sheet with any content
    :param password: the password of an .xlsx or .xlsb that has one
    :param limits: as for an import; the table itself takes at most ``memory``, 128 MiB by default
    :param language: the language of errors
    """
    content: Any = source
    name = "bytes"
    if hasattr(source, "read"):
        content, name = source.read(), str(getattr(source, "name", name))
        if not isinstance(content, bytes):
            raise TypeError("the file is open for text: open it with `rb`")
    fields = _read_table(content, name, sheet, password, None if limits is None else dict(limits), language)
    sheet_name, sheets, rows, texts = fields
    return SheetTable(sheet_name, tuple(sheets), rows, texts)


describe_fields(__name__)
