"""Writes ``smartbill/async_resources.py``: the resources of ``client.py`` and ``imports.py`` as coroutine functions.

With ``--check`` it only compares.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent / "python/smartbill"
TARGET = PACKAGE / "async_resources.py"

HEAD = '''"""The resources of the asynchronous client. Written by bindings-py/async_resources.py from client.py and
imports.py: change those."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Union, overload

from ._smartbill import Cliente, Cobranca, Consumo, Contrato, CoreStop, Servico
from .async_batch import AsyncImport, AsyncListing, AsyncPlan, in_thread
from .batch import Progress, Row
from .client import BatchItem, _call, _listing, _names
from .imports import _listener, _pace, _reading

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal
    from typing import Literal

    from .imports import _Mode, _Optional, _Resource, _Source

__all__ = ["AsyncClientes", "AsyncCobrancas", "AsyncConsumos", "AsyncContratos", "AsyncImportable", "AsyncServicos"]

_Path = Union[str, "os.PathLike[str]"]

'''

# What a method's body becomes, in the order in which it is tried.
BODIES = [
    (
        r"return ImportResult\(self\._core\.importar\((.*?), options, _listener\(progress, on_row\)\)\)",
        "return AsyncImport(self._core, {}, options, progress, on_row)",
    ),
    (
        r"core = self\._core\.sincronizar\((.*)\)\n\s*return Plan\(core, self\._core\)",
        "stop = CoreStop()\n"
        '        options["stop"] = stop\n'
        "        core = await in_thread(stop, self._core.sincronizar, {})\n"
        "        return AsyncPlan(core, self._core)",
    ),
    (
        r"return self\._core\.exportar\((.*)\)",
        "stop = CoreStop()\n        return await in_thread(stop, self._core.exportar, {}, stop)",
    ),
    (r"return self\._core\.listar\((.*)\)", "return AsyncListing(self._core.listar({}))"),
    (r"return self\._core\.()", "return await self._core."),
]

# What is no coroutine function, but gives something to wait for.
GIVES = {"listar": ("Listing[", "AsyncListing["), "importar": ("ImportResult", "AsyncImport")}


def main() -> int:
    parts = [HEAD]
    for module in ("imports.py", "client.py"):
        source = (PACKAGE / module).read_text(encoding="utf-8")
        lines = source.splitlines(keepends=True)
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and any(
                isinstance(part, ast.FunctionDef) and part.name in ("importar", "listar") for part in node.body
            ):
                parts.append(twin(node, lines))
    ruff = [sys.executable, "-m", "ruff"]
    text = "\n\n".join(parts)
    for command in (["check", "--quiet", "--fix", "--exit-zero"], ["format"]):
        run = [*ruff, *command, "--stdin-filename", str(TARGET), "-"]
        text = subprocess.run(run, input=text, capture_output=True, check=True, encoding="utf-8").stdout
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != text:
            print(f"{TARGET.name} is out of date: run `make stubs`", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


def twin(node: ast.ClassDef, lines: list[str]) -> str:
    bases = "".join(f"(Async{base.id})" for base in node.bases if isinstance(base, ast.Name))
    text = "".join(lines[node.lineno - 1 : node.body[0].lineno - 1])
    text = re.sub(r"class (\w+)(\(\w+\))?:", rf"class Async\1{bases}:", text)
    for part in node.body:
        first = min([part.lineno, *(d.lineno for d in getattr(part, "decorator_list", []))])
        source = "".join(lines[first - 1 : part.end_lineno])
        text += f"{source if not isinstance(part, ast.FunctionDef) else method(part.name, source)}\n"
    # To mypy the core gives what the blocking client gets.
    return text.replace("def __init__(self, core: Core)", "def __init__(self, core: Any)")


def method(name: str, source: str) -> str:
    if name in GIVES:
        before, after = GIVES[name]
        source = source.replace(f"-> {before}", f"-> {after}")
    elif name != "__init__":
        source = re.sub(r"^    def ", "    async def ", source, flags=re.MULTILINE).replace("-> Plan:", "-> AsyncPlan:")
    for pattern, body in BODIES:
        if re.search(pattern, source, re.DOTALL):
            return re.sub(
                pattern, lambda found, body=body: body.format(found[1].strip().rstrip(",")), source, flags=re.DOTALL
            )
    return source


if __name__ == "__main__":
    sys.exit(main())
