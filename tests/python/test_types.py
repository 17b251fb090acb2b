"""What type checkers say: nothing of a program that is right, something on every line that is wrong."""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
import smartbill
from smartbill import _smartbill, client

HERE = Path(__file__).parent
# The other examples import packages that are not installed here.
EXAMPLES = [HERE.parents[1] / "examples/python/full_etl.py"]
USER, MISTAKES = HERE / "typed_user.py", HERE / "typed_mistakes.py"

CHECKERS = {
    "mypy": [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--hide-error-context",
        "--no-color-output",
        "--python-version=3.11",
    ],
    "pyright": [sys.executable, "-m", "pyright", "--pythonpath", sys.executable],
    "ty": [sys.executable, "-m", "ty", "check", "--python", sys.executable, "--output-format=concise"],
    "pyrefly": [
        *(sys.executable, "-m", "pyrefly", "check", "--python-interpreter-path", sys.executable),
        "--output-format=min-text",
    ],
}


def run(checker: str, files: list[Path], folder: Path) -> str:
    """What the checker says of copies of the files, with no configuration but its strictest."""
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed")
    for file in files:
        shutil.copy(file, folder)
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}), encoding="utf-8")
    names = [] if checker == "pyright" else [file.name for file in files]
    ran = subprocess.run(
        [*CHECKERS[checker], *names], cwd=folder, check=False, capture_output=True, text=True, timeout=110
    )
    return ran.stdout


@pytest.mark.parametrize("checker", CHECKERS)
def test_what_is_right_is_right_for_all(checker: str, tmp_path: Path) -> None:
    said = run(checker, [USER, *EXAMPLES], tmp_path)
    assert not [line for line in said.splitlines() if "error" in line.lower() and " 0 errors" not in f" {line}"], said


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_mistake_is_found(checker: str, tmp_path: Path) -> None:
    wrong = {n for n, line in enumerate(MISTAKES.read_text("utf-8").splitlines(), 1) if line.endswith("# mistake")}
    said = run(checker, [MISTAKES], tmp_path)
    found = {int(n) for n in re.findall(rf"{MISTAKES.name}:(\d+)", said)}
    assert found == wrong, said


def test_every_public_name_has_a_known_type(tmp_path: Path) -> None:
    if importlib.util.find_spec("pyright") is None:
        pytest.skip("pyright is not installed")
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    assert smartbill.__file__ is not None
    shutil.copytree(
        Path(smartbill.__file__).parent, packages / "smartbill", ignore=shutil.ignore_patterns("*.so", "__pycache__")
    )
    variables = {**os.environ, "VIRTUAL_ENV": str(environment), "PATH": f"{environment / 'bin'}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "pyright", "--verifytypes", "smartbill", "--ignoreexternal", "--outputjson"]
    ran = subprocess.run(command, cwd=tmp_path, env=variables, check=False, capture_output=True, text=True, timeout=110)
    completeness = json.loads(ran.stdout)["typeCompleteness"]
    unknown = [s["name"] for s in completeness["symbols"] if s["isExported"] and not s["isTypeKnown"]]
    assert (unknown, completeness["completenessScore"]) == ([], 1)


def test_filters_and_actions_are_those_of_the_core() -> None:
    """The signatures are written by hand; the core's tables say what they must name."""
    schemas: list[tuple[str, str, list[tuple[str, object, str]]]] = _smartbill._schemas()
    tables = {name: [field for field, *_ in fields] for name, _, fields in schemas}
    methods: dict[str, list[Callable[..., object]]] = {
        "ClientesFilter": [client.Clientes.listar],
        "ServicosFilter": [client.Servicos.listar],
        "ContratosFilter": [client.Contratos.listar],
        "ConsumosFilter": [client.Consumos.listar, client.Consumos.exportar],
        "CobrancasFilter": [client.Cobrancas.listar, client.Cobrancas.exportar],
        "ContratoAction": [
            getattr(client.Contratos, name) for name in ("ativar", "desativar", "suspender", "cancelar")
        ],
    }
    ours = {"self", "id", "path", "cursor", "page_size", "max_pages", "timeout", "attempt_timeout"}
    ours |= {"check_state", "idempotency_key"}
    for table, of_table in methods.items():
        for method in of_table:
            parameters = inspect.signature(method).parameters
            assert set(parameters) - ours == set(tables[table]), method.__qualname__
            for name in tables[table]:
                assert f":param {name}:" in str(method.__doc__), method.__qualname__
