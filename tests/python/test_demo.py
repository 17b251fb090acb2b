"""The demo as a person runs it, held against what its input's own script says must come out."""

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from smartbill import validar

EXAMPLES = Path(__file__).parents[2] / "examples/python"
EXPECTED: dict[str, Any] = json.loads((EXAMPLES / "data/expected.json").read_text("utf-8"))
# One charge for each customer that is on the platform.
BILLED = 224 + sum(other["accepted"] for other in EXPECTED["outros"])


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, str(EXAMPLES / "full_etl.py"), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert done.stderr == ""
    return folder, done.stdout


def rejected(report: Path) -> set[int]:
    workbook = openpyxl.load_workbook(report)
    sheet = workbook.worksheets[0]
    (status,) = (c for row in sheet.iter_rows(max_row=10) for c in row if c.value == "[smartbill] situação")
    column = sheet.iter_rows(min_row=status.row + 1, min_col=status.column, max_col=status.column)
    return {cell.row for (cell,) in column if cell.value in ("rejeitado", "recusado")}


def test_the_rejected_clientes_are_the_expected_ones(output: tuple[Path, str]) -> None:
    expected = {r["row"] for r in EXPECTED["clientes"]["rejected"]}
    # Of two rows with the same code or document, the right one is not known. So the first is rejected as well.
    first = {5, 11}
    assert rejected(output[0] / "clientes-relatorio.xlsx") == expected | first
    assert f"{EXPECTED['clientes']['read']} linhas lidas: 224 na plataforma, 13 rejeitadas" in output[1]


def test_the_rejected_consumos_are_the_expected_ones(output: tuple[Path, str]) -> None:
    expected = {r["row"] for r in EXPECTED["consumos"]["rejected"]}
    found = rejected(output[0] / "consumos-relatorio.xlsx")
    assert expected <= found
    # The others are the first row of the repeated pair, and the usage of the two rejected customers.
    without_contrato = 45
    assert len(found - expected) == 1 + without_contrato
    assert f"{len(found)} rejeitadas" in output[1]


def test_the_files_of_other_systems_are_imported_with_no_option(output: tuple[Path, str]) -> None:
    for other in EXPECTED["outros"]:
        accepted, failed, skipped = other["accepted"], len(other["rejected"]), len(other["skipped"])
        (line,) = [line.split() for line in output[1].splitlines() if other["file"] in line]
        assert line == [other["file"], other["dialect"], *map(str, [accepted + failed, accepted, failed, skipped])]
        checked = validar("clientes", EXAMPLES / "data" / other["file"])
        assert [row.number for row in checked.rejected()] == other["rejected"]
        assert [row.number for row in checked.skipped()] == other["skipped"]


def test_the_accounts_receivable(output: tuple[Path, str]) -> None:
    sheet = openpyxl.load_workbook(output[0] / "contas-a-receber.xlsx").worksheets[0]
    header, *rows = [[c.value for c in row] for row in sheet.iter_rows()]
    assert header[:3] == ["Número", "Cliente", "CPF / CNPJ"]
    assert len(rows) == BILLED
    value = header.index("Valor")
    assert (
        sheet.cell(2, value + 1).number_format.startswith("#,##0.00") or "R$" in sheet.cell(2, value + 1).number_format
    )
    assert sheet.freeze_panes == "A2"
    total = sum(Decimal(str(row[value])) - Decimal(str(row[header.index("Desconto")] or 0)) for row in rows)
    (printed,) = re.findall(r"Total faturado: R\$ ([\d.]+,\d\d)", output[1])
    assert Decimal(printed.replace(".", "").replace(",", ".")) == total
    documento = header.index("CPF / CNPJ")
    assert all(isinstance(row[documento], str) for row in rows)
    assert f"contas-a-receber.xlsx ({BILLED} linhas)" in output[1]


def test_a_second_run_in_the_same_folder(output: tuple[Path, str]) -> None:
    command = [sys.executable, str(EXAMPLES / "full_etl.py"), str(output[0])]
    other = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    total = re.compile("Total faturado.*")
    assert total.findall(other.stdout) == total.findall(output[1])
