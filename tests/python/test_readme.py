"""Every Python block of both READMEs runs as it stands, and prints what its comments say."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = [
    pytest.param(block, id=f"{name}-{number}")
    for name in ("README.md", "README.pt-BR.md")
    for number, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL), 1
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_block_runs_and_prints_what_it_says(block: str) -> None:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(block, "README", "exec"), {"__name__": "readme"})
    for promised in re.findall(r"print\(.*\)\s+# (.+)$", block, re.MULTILINE):
        assert promised in output.getvalue().splitlines()


def test_there_are_blocks() -> None:
    assert len(BLOCKS) >= 6
