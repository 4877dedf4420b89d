"""How long the index of 1,000 runs takes: made anew, brought up to date with nothing new, and asked.

The runs are one of the multimeter procedure, with 22 points and some 1,300 lines of journal, under many names.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from calbench.archive import Index, Wanted
from calbench.clock import VirtualClock
from calbench.workflow import Options, execute, prepare

RUNS = 1_000


@dataclass(frozen=True)
class Found:
    """Seconds for each, and the size of the index in MB."""

    anew: float
    nothing_new: float
    one_new: float
    asked: float
    size: float


def measure() -> Found:
    """Measure in a folder of its own; files are linked, not copied, where the disk can do that."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        made = execute(prepare("dmm-34401a", "demo", Options()), Path(folder)).folder
        for number in range(RUNS):
            _again(made, runs / f"run-{number:04}")
        # by a clock for which all of this is long ago, as it is for all but the newest of real runs
        index = Index(runs, VirtualClock(start=datetime(2099, 1, 1, tzinfo=UTC)))
        anew, nothing_new = _seconds(index.rebuild), _seconds(index.refresh)
        _again(made, runs / "one-more")
        one_new = _seconds(index.refresh)
        asked = _seconds(lambda: index.list(Wanted(serial="US36", failed_point="dcv/*")))
        return Found(anew, nothing_new, one_new, asked, (runs / "index.sqlite").stat().st_size / 1e6)


def _again(made: Path, name: Path) -> None:
    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    shutil.copytree(made, name, copy_function=link)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(measure())
