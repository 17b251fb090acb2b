"""The same 432 customers as the packages write them that people have: each value is read as it was meant."""

from __future__ import annotations

import csv
import datetime
import importlib.util
from pathlib import Path
from typing import Any, Callable

import pytest
from smartbill import Smartbill
from smartbill.sandbox import Sandbox

HEADERS = ["Cód. Externo", "Razão Social", "CNPJ / CPF", "Data de Nascimento", "E-mail", "CEP", "UF", "Limite"]
ROWS = 432
DAY = datetime.date(1970, 1, 1)


def cpf(number: int) -> str:
    digits = [int(digit) for digit in f"{number:09}"]
    for _ in range(2):
        total = sum(digit * weight for digit, weight in zip(reversed(digits), range(2, 12)))
        digits.append(total * 10 % 11 % 10)
    return "".join(map(str, digits))


def customer(i: int) -> list[Any]:
    """A row as a person types it: in every second row documents and postal codes are numbers, without their zeros."""
    document, cep = cpf(7_919 * (i + 1)), f"{1_001_000 + i:08}"
    typed = (
        [int(document), int(cep)] if i % 2 else [f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}", cep]
    )
    name = ["Padaria Pão & Cia", 'Oficina "do Zé"', "São João; Irmãos", "=Nome que parece fórmula"][i % 4] + f" {i}"
    return [f"{i:06}", name, typed[0], DAY + datetime.timedelta(37 * i), f"c{i}@example.com", typed[1], "SP", i / 8]


TABLE = [customer(i) for i in range(ROWS)]


def with_openpyxl(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADERS)
    for i, row in enumerate(TABLE, 2):
        for j, value in enumerate(row, 1):
            cell = sheet.cell(i, j, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)


def with_xlsxwriter(path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    sheet, dates = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADERS)
    for i, row in enumerate(TABLE, 1):
        for j, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(i, j, value)
            elif isinstance(value, datetime.date):
                sheet.write_datetime(i, j, datetime.datetime.combine(value, datetime.time()), dates)
            else:
                sheet.write_number(i, j, value)
    book.close()


def with_xlwt(path: Path) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet, dates = book.add_sheet("Clientes"), xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for i, row in enumerate([HEADERS, *TABLE]):
        for j, value in enumerate(row):
            sheet.write(i, j, value, dates) if isinstance(value, datetime.date) else sheet.write(i, j, value)
    book.save(str(path))


def with_odfpy(path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document, table = OpenDocumentSpreadsheet(), Table(name="Clientes")
    for row in [HEADERS, *TABLE]:
        line = TableRow()
        for value in row:
            if isinstance(value, str):
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=value))
            elif isinstance(value, datetime.date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
                cell.addElement(P(text=f"{value:%d/%m/%Y}"))
            else:
                cell = TableCell(valuetype="float", value=str(value))
                cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))


def with_pandas(path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame(TABLE, columns=HEADERS)
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": {"strings_to_formulas": False}}) as writer:
        frame.to_excel(writer, index=False)


def with_polars(path: Path) -> None:
    import polars as pl

    # A column has one type: documents and postal codes are text.
    rows = [[str(value) if j in {2, 5} else value for j, value in enumerate(row)] for row in TABLE]
    pl.DataFrame(rows, schema=HEADERS, orient="row").write_excel(path)


def with_csv(path: Path) -> None:
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS)
        for row in TABLE:
            writer.writerow([f"{v:%d/%m/%Y}" if isinstance(v, datetime.date) else v for v in row])


WRITERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "openpyxl": (".xlsx", with_openpyxl),
    "xlsxwriter": (".xlsx", with_xlsxwriter),
    "xlwt": (".xls", with_xlwt),
    "odf": (".ods", with_odfpy),
    "pandas": (".xlsx", with_pandas),
    "polars": (".xlsx", with_polars),
    "csv": (".csv", with_csv),
}


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_package_writes_is_read_as_it_was_meant(name: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    suffix, write = WRITERS[name]
    path = tmp_path / f"clientes{suffix}"
    write(path)
    with Sandbox() as sandbox, Smartbill(sandbox.url, token=sandbox.token) as sb:
        result = sb.clientes.importar(path)
        assert (result.counts.created, [row.message("en") for row in result.rejected()]) == (ROWS, [])
        assert {kind.first.code for kind in result.warnings()} <= {"zeros_restaurados", "documento_ambiguo"}
        read = {c.codigo_externo: c for c in sb.clientes.listar()}
    for i, (code, full_name, _, birth, email, _, uf, _) in enumerate(TABLE):
        c = read[code]
        assert c.endereco is not None
        meant = (full_name, cpf(7_919 * (i + 1)), birth, email, f"{1_001_000 + i:08}", uf)
        assert (c.nome, c.cpf_cnpj, c.data_nascimento, c.email, c.endereco.cep, c.endereco.uf) == meant
