"""The demo's committed input is what its script writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DADOS = Path(__file__).parents[2] / "examples" / "python" / "dados"


@pytest.fixture(scope="module")
def escritos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pasta = tmp_path_factory.mktemp("dados")
    subprocess.run([sys.executable, str(DADOS / "gerar.py"), str(pasta)], check=True)
    return pasta


@pytest.mark.parametrize("nome", ["clientes.xls", "consumos.csv", "esperado.json"])
def test_o_script_escreve_os_mesmos_bytes(escritos: Path, nome: str) -> None:
    assert (escritos / nome).read_bytes() == (DADOS / nome).read_bytes()
