"""Writes the stub of the compiled module: the models from the core's tables, the rest from ``nativo.pyi``.

Run it on the installed wheel: ``python bindings-py/stubs.py``; with ``--check`` it only compares.
"""

from __future__ import annotations

import sys
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
    partes = [(HERE / "nativo.pyi").read_text(encoding="utf-8")]
    for nome, doc, campos in esquemas:
        entradas = [f"        {campo}: {entrada(tipo)} | None = None,\n" for campo, tipo, _ in campos]
        argumentos = "        *,\n" + "".join(entradas)
        partes.append(
            f"@final\n"
            f"class {nome}:\n"
            f'    """{doc}"""\n\n'
            f"    def __new__(\n        cls,\n{argumentos}    ) -> {nome}: ...\n"
            f"    @staticmethod\n"
            f"    def from_dict(dados: Mapping[str, Any] | {nome}, *, modo: Modo = ...) -> {nome}:\n"
            f'        """Reads a mapping with snake_case or camelCase keys, checking what is given."""\n\n'
            f"    @staticmethod\n"
            f"    def from_json(texto: str | bytes, *, modo: Modo = ...) -> {nome}:\n"
            f'        """Reads JSON text or bytes, checking what is given."""\n\n'
            f"    @staticmethod\n"
            f"    def conferir(\n"
            f"        dados: Mapping[str, Any] | {nome},\n"
            f"        *,\n"
            f"        modo: Modo = ...,\n"
            f"        intencao: Intencao = ...,\n"
            f"        hoje: date | None = ...,\n"
            f"    ) -> Report:\n"
            f'        """Every violation of a mapping, as data, without making a model of it."""\n\n'
            f"    def validar(\n"
            f"        self, *, modo: Modo = ..., intencao: Intencao = ..., hoje: date | None = ...\n"
            f"    ) -> Report:\n"
            f'        """Every violation of this model, as data."""\n\n'
            f"    def replace(\n        self,\n{argumentos}    ) -> {nome}:\n"
            f'        """A copy with some fields changed; None takes a field away."""\n\n'
            f"    def __replace__(\n        self,\n{argumentos}    ) -> {nome}: ...\n"
            f"    def to_dict(self) -> dict[str, Any]:\n"
            f'        """The fields that are present, by their snake_case names."""\n\n'
            f"    def to_json(self) -> str:\n"
            f'        """JSON with camelCase names; decimals and dates are strings."""\n\n'
            f"    @property\n"
            f"    def extras(self) -> dict[str, Any]:\n"
            f'        """Fields that the platform sent and this version does not know, as they came."""\n\n'
        )
        for campo, tipo, texto in campos:
            partes.append(
                f"    @property\n    def {campo}(self) -> {saida(tipo)}:\n"
                f'        """{" ".join(texto.split())}"""\n\n'
            )
        partes.append(
            f"    def __eq__(self, other: object, /) -> bool: ...\n"
            f"    def __hash__(self) -> int: ...\n"
            f"    def __copy__(self) -> {nome}: ...\n"
            f"    def __deepcopy__(self, _memo: Any) -> {nome}: ...\n"
            f"    def __reduce__(self) -> tuple[Any, tuple[str]]: ...\n\n"
        )
    return "".join(partes).rstrip() + "\n"


def entrada(tipo: tuple[str, Any]) -> str:
    """What a field accepts."""
    nome, de = tipo
    if nome == "lista":
        return f"Sequence[{entrada(de)}]"
    if nome == "objeto":
        return f"{de} | Mapping[str, Any]"
    simples = {
        "id": "str | int",
        "decimal": "Decimal | int | str | float",
        "data": "date | str",
        "data_hora": "datetime | str",
        "competencia": "str | date",
        "enum": f"{literal(de)} | str",
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


def literal(nomes: tuple[str, ...]) -> str:
    return "Literal[" + ", ".join(f'"{nome}"' for nome in nomes) + "]"


if __name__ == "__main__":
    sys.exit(main())
