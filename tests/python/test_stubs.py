"""The stub of the compiled module is what its generator writes."""

import subprocess
import sys
from pathlib import Path


def test_the_stub_is_up_to_date() -> None:
    generator = Path(__file__).parents[2] / "bindings-py/stubs.py"
    subprocess.run([sys.executable, str(generator), "--check"], check=True)
