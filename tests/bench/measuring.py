"""Measuring: contenders take turns, the median of the rounds counts.

Processor time is the measure, so that neighbours do not count. Where work is on several threads, the time on the clock
is another one, which counts only on a machine that does nothing else.
"""

import gc
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path


def medians(contenders: dict[str, Callable[[], object]], count: int) -> dict[str, float]:
    """Seconds of each contender, the median of `count` rounds after one that does not count."""
    return {name: processor for name, (processor, _) in both_medians(contenders, count).items()}


def both_medians(contenders: dict[str, Callable[[], object]], count: int) -> dict[str, tuple[float, float]]:
    """Seconds of the processor and on the clock of each contender, likewise."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    gc.disable()
    for turn in range(count + 1):
        for name, contender in contenders.items():
            gc.collect()
            start = (time.process_time(), time.perf_counter())
            result = contender()
            duration = (time.process_time() - start[0], time.perf_counter() - start[1])
            del result
            if turn:
                times[name].append(duration)
    gc.enable()
    return {
        name: (statistics.median(p for p, _ in durations), statistics.median(c for _, c in durations))
        for name, durations in times.items()
    }


def different(make: Callable[[], str], count: int) -> list[str]:
    """Makes as many different texts; customers with one document would be rejected."""
    texts: dict[str, None] = {}
    while len(texts) < count:
        texts[make()] = None
    return list(texts)


def print_machine(packages: list[str]) -> None:
    """Prints the machine and the versions."""
    cpu = next((row for row in read_lines("/proc/cpuinfo") if row.startswith("model name")), platform.machine())
    print(f"{cpu.split(':')[-1].strip()}, {platform.system()} {platform.release()}, Python {platform.python_version()}")
    print(", ".join(f"{package} {version(package)}" for package in packages))


def read_lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Prints a table, its first two columns to the left."""
    print(f"\n{title}")
    widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns))]
    for row in [columns, *rows]:
        cells = (c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths)))
        print("  " + "  ".join(cells).rstrip())
