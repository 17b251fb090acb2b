"""The sandbox's server against its own description, by requests that Schemathesis makes of it."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from smartbill.sandbox import Sandbox

OPENAPI = Path(__file__).parents[2] / "sandbox" / "openapi.yaml"
HOOKS = "sandbox_schema_hooks"


# It makes thousands of requests, which take half a minute on an idle machine.
@pytest.mark.timeout(1000)
@pytest.mark.skipif(find_spec("schemathesis") is None, reason="Schemathesis (Python 3.10 to 3.13) is absent")
def test_the_server_answers_as_its_description_says(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(OPENAPI), "--checks", "all"]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", "10"]
    # The same requests in the same order in every run, one at a time.
    command += ["--generation-deterministic", "--workers", "1", "--request-timeout", "20", "--no-color"]
    with Sandbox() as sandbox:
        command += ["--url", sandbox.url, "--header", f"Authorization: Bearer {sandbox.token}"]
        environment = {**os.environ, "NO_PROXY": "*", "PYTHONUTF8": "1"}
        environment |= {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(Path(__file__).parent)}
        environment |= {"SANDBOX_URL": sandbox.url, "SANDBOX_TOKEN": sandbox.token}
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=900)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]
    # Schemathesis found operations and made requests.
    assert "20 selected / 20 total" in run.stdout, run.stdout
