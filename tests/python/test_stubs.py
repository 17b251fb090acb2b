"""The stub of the compiled module is what its generator writes."""

import subprocess
import sys
from pathlib import Path


def test_o_stub_esta_em_dia() -> None:
    gerador = Path(__file__).parents[2] / "bindings-py/stubs.py"
    subprocess.run([sys.executable, str(gerador), "--check"], check=True)
