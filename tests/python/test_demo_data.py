"""The demo's committed input is what its script writes."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "examples" / "python" / "data"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    subprocess.run([sys.executable, str(DATA / "generate.py"), str(folder)], check=True)
    return folder


@pytest.mark.parametrize("name", ["clientes.xls", "consumos.csv", "sa1010.csv", "expected.json"])
def test_the_script_writes_the_same_bytes(written: Path, name: str) -> None:
    assert (written / name).read_bytes() == (DATA / name).read_bytes()


def test_the_script_writes_the_same_workbook(written: Path) -> None:
    # The compressed bytes depend on the build of Python, so the contents are compared.
    books = [zipfile.ZipFile(folder / "omie.xlsx") for folder in (DATA, written)]
    ours, theirs = ({name: book.read(name) for name in book.namelist()} for book in books)
    assert ours == theirs
