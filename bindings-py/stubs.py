"""Writes the stub of the compiled module: the models from the core's tables, the rest from ``nativo.pyi.in``.

Run it on the installed wheel: ``python bindings-py/stubs.py``; with ``--check`` it only compares.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from smartbill import _smartbill

HERE = Path(__file__).parent
STUB = HERE / "python/smartbill/_smartbill.pyi"


def main() -> int:
    texto = gerar()
    if "--check" in sys.argv[1:]:
        if STUB.read_text(encoding="utf-8") != texto:
            print(f"{STUB.name} is out of date: run `make stubs`", file=sys.stderr)
            return 1
        return 0
    STUB.write_text(texto, encoding="utf-8")
    return 0


def gerar() -> str:
    esquemas: list[tuple[str, str, list[tuple[str, tuple[str, Any], str]]]] = _smartbill._esquemas()
    nomes = ", ".join(f'"{nome}"' for nome in sorted(_smartbill.__all__))
    partes = [
        (HERE / "nativo.pyi.in").read_text(encoding="utf-8"),
        f"__all__ = [{nomes}]\n",
        *(modelo(*esquema) for esquema in esquemas),
    ]
    ruff = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(STUB), "-"]
    return subprocess.run(ruff, input="".join(partes), capture_output=True, check=True, encoding="utf-8").stdout


def modelo(nome: str, doc: str, campos: list[tuple[str, tuple[str, Any], str]]) -> str:
    entradas = "".join(f"    {campo}: {entrada(tipo)} | None\n" for campo, tipo, _ in campos)
    if nome not in _smartbill.__all__:
        return f"\nclass _{nome}(TypedDict, total=False):\n    {doc_de(doc)}\n{entradas}"
    propriedades = "".join(
        f"    @property\n    def {campo}(self) -> {saida(tipo)}:\n        {doc_de(texto)}\n"
        for campo, tipo, texto in campos
    )
    return f"""
class _{nome}(TypedDict, total=False):
{entradas}

@final
class {nome}:
    {doc_de(doc)}
    def __new__(cls, **campos: Unpack[_{nome}]) -> {nome}: ...
    @staticmethod
    def from_dict(dados: Mapping[str, Any] | {nome}, *, modo: _Modo = ...) -> {nome}:
        {doc_de(_smartbill.Cliente.from_dict.__doc__)}
    @staticmethod
    def from_json(texto: str | bytes, *, modo: _Modo = ...) -> {nome}:
        {doc_de(_smartbill.Cliente.from_json.__doc__)}
    @staticmethod
    def conferir(
        dados: object, *, modo: _Modo = ..., intencao: _Intencao = ..., hoje: date | None = ...
    ) -> Report:
        {doc_de(_smartbill.Cliente.conferir.__doc__)}
    def validar(self, *, modo: _Modo = ..., intencao: _Intencao = ..., hoje: date | None = ...) -> Report:
        {doc_de(_smartbill.Cliente.validar.__doc__)}
    def replace(self, **mudancas: Unpack[_{nome}]) -> {nome}:
        {doc_de(_smartbill.Cliente.replace.__doc__)}
    def __replace__(self, **mudancas: Unpack[_{nome}]) -> {nome}: ...
    def to_dict(self) -> dict[str, Any]:
        {doc_de(_smartbill.Cliente.to_dict.__doc__)}
    def to_json(self) -> str:
        {doc_de(_smartbill.Cliente.to_json.__doc__)}
    @property
    def resultado(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        {doc_de(_smartbill.Cliente.resultado.__doc__)}
    @property
    def findings(self) -> tuple[Violation, ...]:
        {doc_de(_smartbill.Cliente.findings.__doc__)}
    @property
    def extras(self) -> dict[str, Any]:
        {doc_de(_smartbill.Cliente.extras.__doc__)}
{propriedades}
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> {nome}: ...
    def __deepcopy__(self, _memo: Any) -> {nome}: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...
"""


def doc_de(texto: str | None) -> str:
    return '"""' + textwrap.fill(" ".join((texto or "").split()), width=105, subsequent_indent=" " * 8) + '"""'


def entrada(tipo: tuple[str, Any]) -> str:
    """What a field accepts."""
    nome, de = tipo
    if nome == "lista":
        return f"Sequence[{entrada(de)}]"
    if nome == "objeto":
        return f"{de} | Mapping[str, Any]"
    if nome == "enum":
        return "Literal[" + ", ".join(f'"{opcao}"' for opcao in de) + "] | str"
    simples = {
        "id": "str | int",
        "decimal": "Decimal | int | str | float",
        "data": "date | str",
        "data_hora": "datetime | str",
        "competencia": "str | date",
    }
    return simples.get(nome) or saida(tipo).removesuffix(" | None")


def saida(tipo: tuple[str, Any]) -> str:
    """What a field gives."""
    nome, de = tipo
    if nome == "lista":
        return f"tuple[{saida(de).removesuffix(' | None')}, ...]"
    if nome == "mapa":
        return "dict[str, str]"
    simples = {
        "decimal": "Decimal",
        "inteiro": "int",
        "booleano": "bool",
        "data": "date",
        "data_hora": "datetime",
        "objeto": de,
    }
    return f"{simples.get(nome, 'str')} | None"


if __name__ == "__main__":
    sys.exit(main())
