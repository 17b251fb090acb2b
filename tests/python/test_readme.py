"""Every Python block of both READMEs runs as it stands, and prints what its comments say."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

RAIZ = Path(__file__).resolve().parents[2]
BLOCOS = [
    pytest.param(bloco, id=f"{nome}-{numero}")
    for nome in ("README.md", "README.pt-BR.md")
    for numero, bloco in enumerate(
        re.findall(r"^```python\n(.*?)^```", (RAIZ / nome).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL), 1
    )
]


@pytest.mark.parametrize("bloco", BLOCOS)
def test_bloco(bloco: str) -> None:
    saida = io.StringIO()
    with contextlib.redirect_stdout(saida):
        exec(compile(bloco, "README", "exec"), {"__name__": "readme"})
    for prometido in re.findall(r"print\(.*\)\s+# (.+)$", bloco, re.MULTILINE):
        assert prometido in saida.getvalue().splitlines()


def test_ha_blocos() -> None:
    assert len(BLOCOS) >= 6
