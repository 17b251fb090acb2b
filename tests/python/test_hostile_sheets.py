"""Small files that would take the memory of a machine, and files that are damaged: each ends typed, and silently."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Literal

import pytest
import smartbill
from smartbill.errors import SpreadsheetError

FIXTURES = Path(__file__).parents[1] / "fixtures/sheets"
MEBIBYTE = 1 << 20
# The memory that reading a file may take, besides the file.
MOST = 200 * MEBIBYTE

PROGRAM = """
import json, resource, sys
import smartbill

# A first validation loads everything, so that only the memory of the file is counted.
smartbill.validar("clientes", b"Nome;CPF\\nAna;52998224725\\n")
unit = 1 if sys.platform == "darwin" else 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
try:
    counts = smartbill.validar("clientes", sys.argv[1]).counts
    outcome = f"{counts.pending} good rows"
except smartbill.SmartbillError as e:
    outcome = e.code
except MemoryError:
    outcome = "memory"
print(json.dumps([outcome, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before]))
"""

ODS = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table>'
)


def cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def ods(rows: str, end: str = "</table:table></office:spreadsheet></office:body></office:document-content>") -> bytes:
    return archive({"content.xml": [ODS + row(cell("Nome"), cell("CPF")) + rows + end]}, "mimetype")


def archive(members: dict[str, list[str]], first: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zip_file:
        if first:
            zip_file.writestr(first, "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        for name, parts in members.items():
            with zip_file.open(name, "w", force_zip64=True) as member:
                for part in parts:
                    member.write(part.encode())
    return file.getvalue()


def xlsx(rows: list[str], texts: list[str]) -> bytes:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    header = "<row><c t='str'><v>Nome</v></c><c t='str'><v>CPF</v></c></row>"
    return archive(
        {
            "_rels/.rels": [
                f"<Relationships xmlns='{package}'><Relationship Id='a' Type='{office}/officeDocument' "
                "Target='xl/workbook.xml'/></Relationships>"
            ],
            "xl/_rels/workbook.xml.rels": [
                f"<Relationships xmlns='{package}'><Relationship Id='a' Type='{office}/worksheet' Target='s.xml'/>"
                f"<Relationship Id='b' Type='{office}/sharedStrings' Target='t.xml'/></Relationships>"
            ],
            "xl/workbook.xml": [
                f"<workbook xmlns='{main}' xmlns:r='{office}'><sheets><sheet name='A' sheetId='1' r:id='a'/></sheets>"
                "</workbook>"
            ],
            "xl/s.xml": [f"<worksheet xmlns='{main}'><sheetData>", header, *rows, "</sheetData></worksheet>"],
            "xl/t.xml": [f"<sst xmlns='{main}'>", *texts, "</sst>"],
        }
    )


RESOURCES: tuple[Literal["clientes", "consumos"], ...] = ("clientes", "consumos")
LONG = "x" * MEBIBYTE
BOMBS = {
    "spaces.ods": lambda: ods(row(cell('<text:s text:c="1000000000"/>'), cell("1"))),
    "rows.ods": lambda: ods(row(cell("Ana"), cell("1"), attributes='table:number-rows-repeated="1000000000"')),
    "columns.ods": lambda: ods(row(cell("Ana", 'table:number-columns-repeated="1000000000"'))),
    "endless.ods": lambda: ods(row(cell("Ana")), ""),
    "cell.xlsx": lambda: xlsx(["<row><c t='inlineStr'><is><t>", *[LONG] * 300, "</t></is></c></row>"], []),
    "text.xlsx": lambda: xlsx(["<row><c t='s'><v>0</v></c></row>"], ["<si><t>", *[LONG] * 300, "</t></si>"]),
    "texts.xlsx": lambda: xlsx(["<row><c t='s'><v>0</v></c></row>"], ["<si><t>a</t></si>" * 50_000] * 100),
}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no resource here")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    assert path.stat().st_size < MEBIBYTE
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], check=False, capture_output=True, timeout=110, encoding="utf-8"
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    outcome, memory = json.loads(ended.stdout)
    assert memory < MOST, f"{memory // MEBIBYTE} MiB"
    assert outcome in ("spreadsheet", "0 good rows"), outcome


@pytest.mark.parametrize("name", ["clientes.ods", "clientes.xls", "consumos.xlsb", "consumos.xlsx", "merged.xls"])
def test_a_damaged_file_ends_typed_and_in_silence(capfd: pytest.CaptureFixture[str], name: str) -> None:
    chance = random.Random(name)
    whole = (FIXTURES / name).read_bytes()
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 3, 30])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        for resource in RESOURCES:
            with suppress(SpreadsheetError):
                list(smartbill.validar(resource, bytes(damaged), name=name).rejected())
    assert capfd.readouterr() == ("", "")
