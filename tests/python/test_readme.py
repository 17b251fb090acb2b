"""Every Python block of the READMEs and of docs/ runs as it stands, and prints what its comments say."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    # Its blocks need what only tests/ecosystem has, which runs them.
    if page.name != "pipelines.md"
    for number, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL), 1
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_block_runs_and_prints_what_it_says(block: str) -> None:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(block, "README", "exec"), {"__name__": "readme"})
    for promised in re.findall(r"print\(.*\)\s+# (.+)$", block, re.MULTILINE):
        assert promised in output.getvalue().splitlines()


@pytest.mark.parametrize("page", ["README.md", "README.pt-BR.md", "python.md"])
def test_each_page_for_python_has_a_block_that_promises(page: str) -> None:
    blocks = [str(block.values[0]) for block in BLOCKS if str(block.id).startswith(f"{page}-")]
    assert any(re.search(r"print\(.*\)\s+# ", block) for block in blocks)


def test_no_link_of_a_page_leads_nowhere() -> None:
    pages = [*PAGES, *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"))]
    pages += [*ROOT.glob("core/*/README.md"), ROOT / "sandbox/README.md", ROOT / "bindings-wasm/npm/README.md"]
    broken = [
        f"{page.name}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert not broken
