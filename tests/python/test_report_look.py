"""The report of an import looks like the file that was imported: widths, hidden columns, merged titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import openpyxl
import pytest
from smartbill import validar

HEADERS = ["Código", "Nome", "Obs.", "CPF"]
CUSTOMER = ["1", "Ana Maria", "x", "52998224725"]
# In characters. None is the default width.
WIDTHS = [30.0, 8.0, None, 21.5]
HIDDEN = 2


def with_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Relação de clientes"])
    sheet.append(HEADERS)
    sheet.append(CUSTOMER)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A3:A4")
    for letter, width in zip("ABCD", WIDTHS):
        if width is not None:
            sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["C"].hidden = True
    further = book.create_sheet("Outra")
    further.append(["nota"])
    further.column_dimensions["A"].width = 40
    further.column_dimensions["B"].hidden = True
    book.save(path)


def with_xlwt(path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Clientes")
    sheet.write_merge(0, 0, 0, 3, "Relação de clientes")
    for i, row in enumerate([HEADERS, CUSTOMER], 1):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    for j, width in enumerate(WIDTHS):
        if width is not None:
            sheet.col(j).width = int(width * 256)
    sheet.col(HIDDEN).hidden = True
    book.save(str(path))


def with_odfpy(path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.style import Style, TableColumnProperties
    from odf.table import Table, TableCell, TableColumn, TableRow
    from odf.text import P

    document, table = OpenDocumentSpreadsheet(), Table(name="Clientes")
    for j, width in enumerate(WIDTHS):
        style = Style(name=f"co{j}", family="table-column")
        if width is not None:
            # An inch is 96 pixels, and a digit 7.
            style.addElement(TableColumnProperties(columnwidth=f"{width * 7 / 96 * 2.54:.4f}cm"))
        document.automaticstyles.addElement(style)
        shown = "collapse" if j == HIDDEN else "visible"
        table.addElement(TableColumn(stylename=style, visibility=shown))
    for row in [["Relação de clientes"], HEADERS, CUSTOMER]:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))


def report(path: Path) -> Any:
    target = path.with_name("report.xlsx")
    validar("clientes", path).report(target)
    return openpyxl.load_workbook(target)


@pytest.mark.parametrize(("name", "write"), [("c.xlsx", with_openpyxl), ("c.xls", with_xlwt), ("c.ods", with_odfpy)])
def test_a_report_keeps_the_widths_and_what_is_hidden(name: str, write: Callable[[Path], None], tmp_path: Path) -> None:
    write(tmp_path / name)
    book = report(tmp_path / name)
    columns = book.worksheets[0].column_dimensions
    for letter, width in zip("ABCD", WIDTHS):
        if width is not None:
            assert columns[letter].width == pytest.approx(width, abs=0.1), letter
    assert [columns[letter].hidden for letter in "ABCDEFGH"] == [False, False, True, *[False] * 5]
    # A merged title is kept if it has one row and the format gives its cells. An .ods gives only its size.
    merged = [str(ranges) for ranges in book.worksheets[0].merged_cells.ranges]
    assert merged == ([] if name == "c.ods" else ["A1:D1"])
    assert book.worksheets[0]["A1"].value == "Relação de clientes"
    if name == "c.xlsx":
        assert book["Outra"].column_dimensions["A"].width == pytest.approx(40, abs=0.1)
        assert book["Outra"].column_dimensions["B"].hidden


def test_columns_without_a_width_show_their_names(tmp_path: Path) -> None:
    headers = ["Nome", "CPF", "Uma coluna que ninguém conhece", "X"]
    (tmp_path / "c.csv").write_text(f"{';'.join(headers)}\nAna;52998224725;1;2\n", "utf-8")
    columns = report(tmp_path / "c.csv").worksheets[0].column_dimensions
    for letter, header in zip("ABCD", headers):
        assert columns[letter].width > len(header), letter


def test_cells_that_are_merged_twice_cost_no_report(tmp_path: Path) -> None:
    import io
    import zipfile

    with_openpyxl(tmp_path / "c.xlsx")
    source = zipfile.ZipFile(io.BytesIO((tmp_path / "c.xlsx").read_bytes()))
    with zipfile.ZipFile(tmp_path / "twice.xlsx", "w") as target:
        for name in source.namelist():
            twice = b'<mergeCell ref="A1:D1"/><mergeCell ref="B1:C1"/><mergeCell ref="A2:XFD2"/>'
            target.writestr(name, source.read(name).replace(b'<mergeCell ref="A1:D1" />', twice))
    sheet = report(tmp_path / "twice.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[2]][:4] == HEADERS
    assert sheet["E2"].value == "[smartbill] situação"
    assert [str(ranges) for ranges in sheet.merged_cells.ranges] == ["A1:D1"]
