"""Writes the stub of the compiled module: the models from the core's tables, the rest from ``native.pyi.in``. Then the
resources of the asynchronous client, by ``async_resources.py``.

Run it on the installed wheel: ``python bindings-py/stubs.py``; with ``--check`` it only compares.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import async_resources
from smartbill import _smartbill

HERE = Path(__file__).parent
ANSWERED = ("Cliente", "Servico", "Contrato", "Consumo", "Cobranca")
STUB = HERE / "python/smartbill/_smartbill.pyi"


def main() -> int:
    text = gerar()
    if "--check" in sys.argv[1:]:
        if STUB.read_text(encoding="utf-8") != text:
            print(f"{STUB.name} is out of date: run `make stubs`", file=sys.stderr)
            return 1
    else:
        STUB.write_text(text, encoding="utf-8")
    return async_resources.main()


def gerar() -> str:
    schemas: list[tuple[str, str, list[tuple[str, tuple[str, Any], str]]]] = _smartbill._schemas()
    names = ", ".join(f'"{name}"' for name in sorted(_smartbill.__all__))
    parts = [
        (HERE / "native.pyi.in").read_text(encoding="utf-8"),
        f"__all__ = [{names}]\n",
        *(template(*schema) for schema in schemas),
    ]
    ruff = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(STUB), "-"]
    return subprocess.run(ruff, input="".join(parts), capture_output=True, check=True, encoding="utf-8").stdout


def template(name: str, doc: str, fields: list[tuple[str, tuple[str, Any], str]]) -> str:
    entries = "".join(f"    {field}: {accepts(kind)} | None\n" for field, kind, _ in fields)
    if name not in _smartbill.__all__:
        return f"\nclass _{name}(TypedDict, total=False):\n    {doc_de(doc)}\n{entries}"
    # What the platform answered has an identifier; what is to be sent may have none yet.
    bases, same = ("(Generic[_Id])", f"{name}[_Id]") if name in ANSWERED else ("", name)
    propriedades = "".join(
        f"    @property\n    def {field}(self) -> {'_Id' if bases and field == 'id' else output(kind)}:\n"
        f"        {doc_de(text)}\n"
        for field, kind, text in fields
    )
    return f"""
class _{name}(TypedDict, total=False):
{entries}

@final
class {name}{bases}:
    {doc_de(doc)}
    def __new__(cls, **fields: Unpack[_{name}]) -> {name}: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | {name}, *, mode: _Mode = ...) -> {name}:
        {doc_de(_smartbill.Cliente.from_dict.__doc__)}
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> {name}:
        {doc_de(_smartbill.Cliente.from_json.__doc__)}
    @staticmethod
    def check(
        data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...
    ) -> Report:
        {doc_de(_smartbill.Cliente.check.__doc__)}
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[{name}]:
        {doc_de(_smartbill.Cliente.check_all.__doc__)}
    @staticmethod
    def list_from_json(text: str | bytes) -> list[{name}]:
        {doc_de(_smartbill.Cliente.list_from_json.__doc__)}
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        {doc_de(_smartbill.Cliente.validar.__doc__)}
    def replace(self, **changes: Unpack[_{name}]) -> {same}:
        {doc_de(_smartbill.Cliente.replace.__doc__)}
    def __replace__(self, **changes: Unpack[_{name}]) -> {same}: ...
    def to_dict(self) -> dict[str, Any]:
        {doc_de(_smartbill.Cliente.to_dict.__doc__)}
    def to_json(self) -> str:
        {doc_de(_smartbill.Cliente.to_json.__doc__)}
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        {doc_de(_smartbill.Cliente.outcome.__doc__)}
    @property
    def findings(self) -> tuple[Finding, ...]:
        {doc_de(_smartbill.Cliente.findings.__doc__)}
    @property
    def extras(self) -> dict[str, Any]:
        {doc_de(_smartbill.Cliente.extras.__doc__)}
{propriedades}
    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> {same}: ...
    def __deepcopy__(self, _memo: Any) -> {same}: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...
"""


def doc_de(text: str | None) -> str:
    return '"""' + textwrap.fill(" ".join((text or "").split()), width=105, subsequent_indent=" " * 8) + '"""'


def accepts(kind: tuple[str, Any]) -> str:
    """The type that a field accepts."""
    name, de = kind
    if name == "list":
        return f"Sequence[{accepts(de)}]"
    if name == "object":
        return f"{de} | Mapping[str, Any]"
    if name == "enum":
        return "Literal[" + ", ".join(f'"{option}"' for option in de) + "] | str"
    plain = {
        "id": "str | int",
        "decimal": "Decimal | int | str | float",
        "date": "date | str",
        "date_time": "datetime | str",
        "competencia": "str | date",
    }
    return plain.get(name) or output(kind).removesuffix(" | None")


def output(kind: tuple[str, Any]) -> str:
    """The type that a field returns."""
    name, de = kind
    if name == "list":
        return f"tuple[{output(de).removesuffix(' | None')}, ...]"
    if name == "map":
        return "dict[str, str]"
    plain = {
        "decimal": "Decimal",
        "integer": "int",
        "boolean": "bool",
        "date": "date",
        "date_time": "datetime",
        "object": de,
    }
    return f"{plain.get(name, 'str')} | None"


if __name__ == "__main__":
    sys.exit(main())
