"""What commands cost as processes: wall and CPU seconds, and how much memory they hold at most."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment] # as above

PROGRAM = Path(sysconfig.get_path("scripts")) / ("calbench.exe" if os.name == "nt" else "calbench")
MEGABYTE = 1e6


@dataclass(frozen=True)
class Cost:
    """Seconds of the wall clock and of the processor; the processor is None where it cannot be told."""

    wall: float
    cpu: float | None


def calbench(*arguments: str, rounds: int = 5, folder: bool = False) -> Cost:
    """Run a command of calbench several times, after one that warms the caches of the disk; give the medians.

    Args:
        arguments: the command line behind `calbench`.
        rounds: how often.
        folder: whether the command writes a run: it gets `--out` with a folder that goes afterwards.
    """
    costs = []
    for _ in range(rounds + 1):
        with tempfile.TemporaryDirectory() as out:
            costs.append(_once([str(PROGRAM), *arguments, *(["--out", out] if folder else [])]))
    walls, cpus = [one.wall for one in costs[1:]], [one.cpu for one in costs[1:] if one.cpu is not None]
    return Cost(statistics.median(walls), statistics.median(cpus) if cpus else None)


def _once(command: list[str]) -> Cost:
    before, start = _cpu_of_children(), perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    wall, after = perf_counter() - start, _cpu_of_children()
    if done.returncode not in (0, 1):  # 1: the run is complete, a point failed
        raise RuntimeError(
            f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode(errors='replace')}"
        )
    return Cost(wall, None if after is None or before is None else after - before)


def _cpu_of_children() -> float | None:
    if resource is None:
        return None
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


PEAK_OF_CHILD = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_memory(*arguments: str) -> float | None:
    """Give the peak resident memory (MB) of a command that writes a run; None on Windows, which has no such figure
    in the standard library. A process between makes it that of this command alone.
    """
    if os.name == "nt":
        return None
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-c", PEAK_OF_CHILD, str(PROGRAM), *arguments, "--out", out]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
    code, peak = done.stdout.split()
    if code not in ("0", "1"):
        raise RuntimeError(f"calbench {' '.join(arguments)} ended with {code}.")
    return int(peak) * (1 if sys.platform == "darwin" else 1024) / MEGABYTE  # bytes on macOS, KiB elsewhere
