"""Workbooks with a password: it is given once, opens the file, and is written nowhere."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from smartbill import Smartbill, SpreadsheetError, read_table, validar
from smartbill.sandbox import Sandbox

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sheets"
PASSWORD = "segredo"


def test_a_password_opens_a_file_by_path_and_by_bytes() -> None:
    table = read_table(FIXTURES / "encrypted.xlsx", password=PASSWORD)
    assert table.rows[1] == ("C-1", "Padaria São João", "06.990.590/0001-23")
    assert read_table((FIXTURES / "encrypted_2007.xlsx").read_bytes(), password=PASSWORD).rows == table.rows
    assert read_table(FIXTURES / "encrypted_default.xlsx").rows == table.rows
    assert read_table(FIXTURES / "encrypted.xlsb", password="sénha").rows[1][0] == "CT-1"
    assert read_table(FIXTURES / "consumos.xlsx", password=PASSWORD) == read_table(FIXTURES / "consumos.xlsx")


@pytest.mark.parametrize("password", [None, "errada"])
def test_a_wrong_password_and_none_say_what_to_do(password: str | None) -> None:
    expected = r"^encrypted\.xlsx: .*give it as `password`"
    with pytest.raises(SpreadsheetError, match=expected):
        validar("clientes", FIXTURES / "encrypted.xlsx", password=password, language="en")
    with pytest.raises(SpreadsheetError, match="informe-a em `password`") as caught:
        read_table(FIXTURES / "encrypted.xlsx", password=password)
    assert "errada" not in str(caught.value)


def test_a_password_is_for_files_and_is_text() -> None:
    with pytest.raises(ValueError, match="`password` is for files alone"):
        validar("clientes", [{"nome": "Ana"}], password=PASSWORD, language="en")
    with pytest.raises(ValueError, match="`password` cannot be `int`"):
        validar("clientes", FIXTURES / "encrypted.xlsx", password=1234, language="en")  # type: ignore[arg-type]


def test_an_import_leaves_the_password_nowhere(tmp_path: Path) -> None:
    source = tmp_path / "clientes.xlsx"
    source.write_bytes((FIXTURES / "encrypted.xlsx").read_bytes())
    with Sandbox() as sandbox, Smartbill(sandbox.url, token=sandbox.token) as sb:
        result = sb.clientes.importar(source, password=PASSWORD)
        assert result.counts.created == 1
        report = tmp_path / "report.xlsx"
        result.report(report)
        plan = sb.clientes.sincronizar(source, password=PASSWORD)
        # The same file, and so the same import: it is not sent again.
        again = sb.clientes.importar(source, password=PASSWORD)
        assert again.resumed
        assert again.sent == 0
    assert read_table(report).rows[1][:2] == ("C-1", "Padaria São João")
    assert PASSWORD not in repr(result) + (result.mapping or "") + plan.to_json()
    written = [path.read_bytes() for path in tmp_path.iterdir() if path != source]
    assert len(written) >= 2
    assert not any(PASSWORD.encode() in content for content in written)


def test_the_command_line_takes_it_from_an_option_or_the_environment() -> None:
    command = [sys.executable, "-m", "smartbill.cli", "--json", "validar", "clientes", str(FIXTURES / "encrypted.xlsx")]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SMARTBILL_")}

    def run(*options: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*command, *options], env={**clean, **(environment or {})}, capture_output=True, check=False
        )

    for done in (run("--senha", PASSWORD), run(environment={"SMARTBILL_SENHA": PASSWORD})):
        assert done.returncode == 0, done.stderr
        assert json.load(io.BytesIO(done.stdout))["counts"]["pending"] == 1
        assert PASSWORD.encode() not in done.stdout + done.stderr
    without = run()
    assert without.returncode == 2
    assert "`--senha`" in (without.stdout + without.stderr).decode()
