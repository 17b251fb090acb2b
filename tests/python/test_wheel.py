"""The wheel in `dist/`, as it would be published and installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from test_readme import BLOCKS, ROOT

WHEELS = sorted((ROOT / "dist").glob("*.whl"))
pytestmark = pytest.mark.skipif(len(WHEELS) != 1, reason="`make wheel` builds it")


@pytest.mark.skipif(sys.version_info < (3, 10), reason="the tools need Python 3.10")
@pytest.mark.parametrize("tool", ["twine check --strict", "check-wheel-contents", "abi3audit --strict"])
def test_what_publishing_asks_for(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command(tool), str(WHEELS[0])], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def command(tool: str) -> list[str]:
    name, *options = tool.split()
    return [name.replace("-", "_"), *options]


def test_it_is_small() -> None:
    assert WHEELS[0].stat().st_size <= 6_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="the tag is one of Linux")
def test_it_needs_no_newer_system_than_its_tag_says() -> None:
    # maturin refuses this tag to a module that needs a newer symbol.
    assert re.search(r"-manylinux2014_\w+\.manylinux_2_17_\w+\.whl$", WHEELS[0].name), WHEELS[0].name


def test_it_holds_the_licences_of_what_is_linked() -> None:
    with zipfile.ZipFile(WHEELS[0]) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith("THIRD-PARTY.txt")]
        text = wheel.read(name).decode()
    for package in ("reqwest", "rustls", "ring", "tokio", "rust_xlsxwriter"):
        assert re.search(rf"^{package} \d", text, re.MULTILINE), package
    check = subprocess.run([sys.executable, ROOT / "tools/licences", "--check"], check=False)
    assert check.returncode == 0


def interpreter(minor: int) -> str | None:
    """A Python of this minor version: on the path, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [shutil.which(f"python3.{minor}"), *map(str, pyenv.glob(f"versions/3.{minor}.*/bin/python"))]
    for path in filter(None, found):
        if subprocess.run([path, "-c", "import pip"], capture_output=True, check=False).returncode == 0:
            return path
    return None


@pytest.mark.parametrize("minor", [9, 10, 11, 12, 13])
def test_it_installs_and_the_readme_runs(minor: int, tmp_path: Path) -> None:
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"there is no Python 3.{minor} with pip")
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--target", str(tmp_path), str(WHEELS[0])]
    subprocess.run(install, check=True)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for block in BLOCKS:
        if str(block.id).startswith(("README", "python.md")):
            text = str(block.values[0])
            done = subprocess.run(
                [python, "-c", text], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            for promised in re.findall(r"print\(.*\)\s+# (.+)$", text, re.MULTILINE):
                assert promised in done.stdout.splitlines()
