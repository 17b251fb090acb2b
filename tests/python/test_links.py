"""What a release writes into the pages and metadata of the registries."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "bindings-wasm/npm/README.md", "core/batch/README.md", "sandbox/README.md"]
ADDRESS = "https://github.com/owner/name"


def test_a_release_leaves_no_relative_link_and_names_its_repository(tmp_path: Path) -> None:
    shutil.copytree(ROOT, tmp_path, dirs_exist_ok=True, ignore=only_what_is_published)
    run = subprocess.run(
        [sys.executable, tmp_path / "tools/links", ADDRESS, "v1.2.3"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    for page in PAGES:
        text = (tmp_path / page).read_text(encoding="utf-8")
        assert not re.search(r"\]\((?!https?:|#)", text), page
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert f"[Guarantees]({ADDRESS}/blob/v1.2.3/docs/guarantees.md)" in readme
    batch = (tmp_path / "core/batch/README.md").read_text(encoding="utf-8")
    assert f"]({ADDRESS}/tree/v1.2.3/core/smartbill)" in batch
    assert f"]({ADDRESS}/blob/v1.2.3/README.md)" in batch
    package = json.loads((tmp_path / "bindings-wasm/npm/package.json").read_text(encoding="utf-8"))
    assert package["repository"]["url"] == "git+https://github.com/owner/name.git"
    pyproject = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\n[project.urls]\nHomepage = "{ADDRESS}"\n' in pyproject
    assert f'\nrepository = "{ADDRESS}"\n' in (tmp_path / "Cargo.toml").read_text(encoding="utf-8")
    for crate in ["core/batch", "core/documents", "core/smartbill", "sandbox"]:
        assert "\nrepository.workspace = true\n" in (tmp_path / crate / "Cargo.toml").read_text(encoding="utf-8")
        licences = sorted(path.name for path in (tmp_path / crate).glob("LICENSE*"))
        assert licences == ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"]


def only_what_is_published(folder: str, names: list[str]) -> list[str]:
    """The names not to copy: whatever is neither on the way to a page nor a target of its links."""
    ways = {"core", "sandbox", "bindings-wasm", "npm", "docs", "profiles", "tools"}
    ways |= {path.name for path in ROOT.glob("core/*")}
    return [name for name in names if (Path(folder) / name).is_dir() and name not in ways]
