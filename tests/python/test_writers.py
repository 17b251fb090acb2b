"""The same 432 customers as the programs write them that people have: each value is read as it was meant, and each of
the 36 whose document is wrong is rejected for it."""

from __future__ import annotations

import csv
import datetime
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Callable

import pytest
from smartbill import Smartbill
from smartbill.sandbox import Sandbox

HEADERS = ["Cód. Externo", "Razão Social", "CNPJ / CPF", "Data de Nascimento", "E-mail", "CEP", "UF", "Limite"]
ROWS = 432
ROOT = Path(__file__).parents[2]
DAY = datetime.date(1970, 1, 1)


def cpf(number: int) -> str:
    digits = [int(digit) for digit in f"{number:09}"]
    for _ in range(2):
        total = sum(digit * weight for digit, weight in zip(reversed(digits), range(2, 12)))
        digits.append(total * 10 % 11 % 10)
    return "".join(map(str, digits))


def is_wrong(i: int) -> bool:
    return i % 12 == 7


def customer(i: int) -> list[Any]:
    """A row as a person types it: in every second row documents and postal codes are numbers, without their zeros."""
    document, cep = cpf(7_919 * (i + 1)), f"{1_001_000 + i:08}"
    if is_wrong(i):
        document = document[:-1] + str((int(document[-1]) + 1) % 10)
    typed = (
        [int(document), int(cep)] if i % 2 else [f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}", cep]
    )
    name = ["Padaria Pão & Cia", 'Oficina "do Zé"', "São João; Irmãos", "=Nome que parece fórmula"][i % 4] + f" {i}"
    return [f"{i:06}", name, typed[0], DAY + datetime.timedelta(37 * i), f"c{i}@example.com", typed[1], "SP", i / 8]


TABLE = [customer(i) for i in range(ROWS)]


def with_openpyxl(path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")

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
    xlsxwriter = pytest.importorskip("xlsxwriter")

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
    xlwt = pytest.importorskip("xlwt")

    book = xlwt.Workbook(encoding="utf-8")
    sheet, dates = book.add_sheet("Clientes"), xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for i, row in enumerate([HEADERS, *TABLE]):
        for j, value in enumerate(row):
            sheet.write(i, j, value, dates) if isinstance(value, datetime.date) else sheet.write(i, j, value)
    book.save(str(path))


def with_odfpy(path: Path) -> None:
    pytest.importorskip("odf")
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
    pd = pytest.importorskip("pandas")

    frame = pd.DataFrame(TABLE, columns=HEADERS)
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": {"strings_to_formulas": False}}) as writer:
        frame.to_excel(writer, index=False)


def with_polars(path: Path) -> None:
    pl = pytest.importorskip("polars")

    # A column has one type: documents and postal codes are text.
    rows = [[str(value) if j in {2, 5} else value for j, value in enumerate(row)] for row in TABLE]
    pl.DataFrame(rows, schema=HEADERS, orient="row").write_excel(path)


def with_csv(path: Path) -> None:
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS)
        for row in TABLE:
            writer.writerow([f"{v:%d/%m/%Y}" if isinstance(v, datetime.date) else v for v in row])


def in_node(package: str, form: str) -> Callable[[Path], None]:
    """A writer of npm. SheetJS counts from the midnight of 1899, which in São Paulo was none of whole minutes: there it
    writes the evening of the day before, so it is run elsewhere."""

    def write(path: Path) -> None:
        if shutil.which("node") is None or not (ROOT / "node_modules" / package).exists():
            pytest.skip(f"{package} of npm is not installed: make node")
        rows = [[{"date": str(v)} if isinstance(v, datetime.date) else v for v in row] for row in [HEADERS, *TABLE]]
        command = ["node", str(ROOT / "tests/js/write-sheet.mjs"), package, form, str(path)]
        environment = {**os.environ, "TZ": "UTC"}
        subprocess.run(command, input=json.dumps(rows).encode(), env=environment, check=True, timeout=60)

    return write


def with_gnumeric(exporter: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        if shutil.which("ssconvert") is None:
            pytest.skip("ssconvert of Gnumeric (Debian: gnumeric) is not installed")
        source = path.with_name("source.xlsx")
        with_xlsxwriter(source)
        subprocess.run(["ssconvert", "-T", exporter, source, path], check=True, capture_output=True, timeout=60)

    return write


def with_libreoffice(form: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        if shutil.which("soffice") is None:
            pytest.skip("soffice of LibreOffice (Debian: libreoffice-calc-nogui) is not installed")
        source = path.with_name("source") / path.with_suffix(".xlsx").name
        source.parent.mkdir()
        with_xlsxwriter(source)
        # With settings of its own, the program does not hand the work to another instance that runs.
        settings = f"-env:UserInstallation={path.with_name('settings').as_uri()}"
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        command = ["soffice", settings, "--headless", "--convert-to", form, "--outdir", str(path.parent), str(source)]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)

    return write


WRITERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "openpyxl": (".xlsx", with_openpyxl),
    "xlsxwriter": (".xlsx", with_xlsxwriter),
    "xlwt": (".xls", with_xlwt),
    "odfpy": (".ods", with_odfpy),
    "pandas": (".xlsx", with_pandas),
    "polars": (".xlsx", with_polars),
    "csv": (".csv", with_csv),
    "exceljs": (".xlsx", in_node("exceljs", "xlsx")),
    "exceljs csv": (".csv", in_node("exceljs", "csv")),
    "SheetJS xlsx": (".xlsx", in_node("xlsx", "xlsx")),
    "SheetJS xlsb": (".xlsb", in_node("xlsx", "xlsb")),
    "SheetJS xls": (".xls", in_node("xlsx", "biff8")),
    "SheetJS xml": (".xls", in_node("xlsx", "xlml")),
    "SheetJS ods": (".ods", in_node("xlsx", "ods")),
    "SheetJS fods": (".fods", in_node("xlsx", "fods")),
    "SheetJS html": (".xls", in_node("xlsx", "html")),
    "SheetJS csv": (".csv", in_node("xlsx", "csv")),
    "SheetJS txt": (".txt", in_node("xlsx", "txt")),
    "Gnumeric xlsx": (".xlsx", with_gnumeric("Gnumeric_Excel:xlsx2")),
    "Gnumeric xls": (".xls", with_gnumeric("Gnumeric_Excel:excel_biff8")),
    "Gnumeric xls of Excel 95": (".xls", with_gnumeric("Gnumeric_Excel:excel_biff7")),
    "Gnumeric ods": (".ods", with_gnumeric("Gnumeric_OpenCalc:odf")),
    "Gnumeric html": (".html", with_gnumeric("Gnumeric_html:html40")),
    "Gnumeric csv": (".csv", with_gnumeric("Gnumeric_stf:stf_csv")),
    "LibreOffice xlsx": (".xlsx", with_libreoffice("xlsx")),
    "LibreOffice xls": (".xls", with_libreoffice("xls")),
    "LibreOffice ods": (".ods", with_libreoffice("ods")),
    "LibreOffice fods": (".fods", with_libreoffice("fods")),
    "LibreOffice html": (".html", with_libreoffice("html")),
    "LibreOffice csv": (".csv", with_libreoffice("csv")),
}

# Gnumeric writes a number into HTML as the column shows it, such as `1.01E+08`, so the digits are lost.
LOST = {"Gnumeric html": {"precisao_perdida"}}


# Outside Brazil LibreOffice writes a date with the month first. Only the other cells of the column show that.
AMERICAN = {"LibreOffice csv"}


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_program_writes_is_read_as_it_was_meant(name: str, tmp_path: Path) -> None:
    suffix, write = WRITERS[name]
    path = tmp_path / f"clientes{suffix}"
    write(path)
    with Sandbox() as sandbox, Smartbill(sandbox.url, token=sandbox.token) as sb:
        result = sb.clientes.importar(path, mode="lenient" if name in AMERICAN else "strict")
        warned = {kind.first.code for kind in result.warnings()}
        assert warned - {"zeros_restaurados", "documento_ambiguo"} == (
            {"data_mes_primeiro"} if name in AMERICAN else set()
        )
        read = {c.codigo_externo: c for c in sb.clientes.listar()}
    lost = set()
    for row in result.rejected():
        cells = {(f.place.column, f.code) for f in row.findings if f.place is not None and f.severity == "error"}
        if not is_wrong(row.number - 2):
            assert {code for _, code in cells} <= LOST.get(name, set()), row.message("en")
            lost.add(row.number - 2)
        assert "C" in {column for column, _ in cells}
    assert len(lost) < ROWS / 2
    for i, (code, full_name, _, birth, email, _, uf, _) in enumerate(TABLE):
        assert (code in read) == (not is_wrong(i) and i not in lost), code
        if code not in read:
            continue
        c = read[code]
        assert c.endereco is not None
        meant = (full_name, cpf(7_919 * (i + 1)), birth, email, f"{1_001_000 + i:08}", uf)
        assert (c.nome, c.cpf_cnpj, c.data_nascimento, c.email, c.endereco.cep, c.endereco.uf) == meant
