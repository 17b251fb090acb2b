"""A sheet as it stands, for who only wants its cells."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from smartbill import SheetTable, SpreadsheetError, read_table
from smartbill.errors import ConfigurationError, FileError


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Capa"
    sheet = book.create_sheet("Dados")
    sheet.append([])
    sheet.append(["Ana", 1234.56, date(2026, 12, 31), datetime(2026, 12, 31, 8, 30), True, None, 123])
    sheet["G2"].number_format = "000000"
    path = tmp_path / "livro.xlsx"
    book.save(path)
    return path


def test_cells_are_as_they_are_shown(workbook: Path) -> None:
    table = read_table(workbook)
    assert table == SheetTable(
        "Dados",
        ("Capa", "Dados"),
        [(), ("Ana", Decimal("1234.56"), date(2026, 12, 31), datetime(2026, 12, 31, 8, 30), True, None, "000123")],
        [(), ("Ana", "1234,56", "31/12/2026", "31/12/2026 08:30:00", "VERDADEIRO", "", "000123")],
    )
    assert type(table.rows[1][2]) is date
    with workbook.open("rb") as file:
        assert read_table(file) == table
    assert read_table(workbook.read_bytes()) == read_table(str(workbook), "dados") == table
    assert read_table(workbook, "Capa").rows == []


def test_what_cannot_be_read_is_said(workbook: Path) -> None:
    with pytest.raises(SpreadsheetError, match=r"livro\.xlsx: não há planilha `X`; existem: `Capa`, `Dados`"):
        read_table(workbook, "X")
    with pytest.raises(SpreadsheetError, match=r"livro\.xlsx: row 2 has more than 3 columns"):
        read_table(workbook, limits={"columns": 3}, language="en")
    with pytest.raises(ConfigurationError, match="`x` não é um limite"):
        read_table(workbook, limits={"x": 3})
    with pytest.raises(FileError, match="nowhere"):
        read_table("nowhere.xlsx")
    with pytest.raises(TypeError, match="open it with `rb`"):
        read_table(io.StringIO("a;b"))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        read_table(7)  # type: ignore[arg-type]
