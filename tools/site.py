"""What ``mkdocs.yml`` cannot say: the first page is the README, the reference has a page for each public module,
links to files outside ``docs/`` are dropped, and docstrings become Markdown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import griffe
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in (ROOT / "bindings-py/python/smartbill").glob("[a-z]*.py"))

# The classes of the compiled module are found at the top of the package.
TOP = "# smartbill\n\n::: smartbill\n    options:\n      members: false\n\n::: smartbill._smartbill\n"


def on_config(config: Any) -> None:
    pages = ["reference/smartbill.md", *(f"reference/{name}.md" for name in NAMES)]
    config["nav"].append({"Python reference": pages})


def on_files(files: Files, config: Any) -> Files:
    files.append(File.generated(config, "index.md", content=(ROOT / "README.md").read_text(encoding="utf-8")))
    files.append(File.generated(config, "reference/smartbill.md", content=TOP))
    for name in NAMES:
        text = f"# smartbill.{name}\n\n::: smartbill.{name}\n"
        files.append(File.generated(config, f"reference/{name}.md", content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    if page.file.src_uri == "index.md":
        markdown = markdown.replace("](docs/", "](")

    def link(match: re.Match[str]) -> str:
        outside = match[2].startswith("..") or not (ROOT / "docs" / match[2]).exists()
        return match[1] if outside else match[0]

    return re.sub(r"\[([^\]]+)\]\((?![a-z]+:|#)([^)#\s]+)(?:#[^)\s]*)?\)", link, markdown)


class Docstrings(griffe.Extension):
    """Writes the examples of docstrings as blocks of code, and the roles of Sphinx as code."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            text = re.sub(r":[a-z]+:`~?([^`]+)`", r"`\1`", obj.docstring.value)
            obj.docstring.value = re.sub(r"(?m)^>>> (?:.+\n?)+", fenced, text)


def fenced(match: re.Match[str]) -> str:
    return f"```pycon\n{match[0].rstrip()}\n```\n"
