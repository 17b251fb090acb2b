"""The size of the wheel, and the processor time of importing it beside an interpreter that imports nothing."""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

from measuring import print_table

ROUNDS = 20


def processor_time(statement: str) -> float:
    """Seconds of a new interpreter, the median of the rounds after one that writes the byte code."""
    times = []
    for turn in range(ROUNDS + 1):
        before = of_children()
        subprocess.run([sys.executable, "-c", statement], check=True)
        if turn:
            times.append(of_children() - before)
    return statistics.median(times)


def of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    rows = [["wheel", f"{wheel.stat().st_size / 1e6:.2f} MB"] for wheel in Path("dist").glob("*.whl")]
    nothing = processor_time("pass")
    for statement in ("import smartbill", "from smartbill import Smartbill"):
        rows.append([statement, f"{(processor_time(statement) - nothing) * 1e3:.1f} ms"])
    print_table("The package", ["what", "measure"], rows)


if __name__ == "__main__":
    main()
