"""Forty-eight multimeters in parallel, in virtual time: how much longer than one, and how long on this machine."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from calbench.documents.journal import parse
from calbench.workflow import JOURNAL, Options, execute, prepare

STATION = "demo-bench-48"


@dataclass(frozen=True)
class Measured:
    """Real and simulated seconds of a run, and how many events it wrote, each flushed to the disk."""

    wall: float
    simulated: float
    events: int


def measure(*positions: str) -> Measured:
    """Verify the multimeters at these positions ("all" for all); every line of the journal is on the disk."""
    prepared = prepare("dmm-34401a", STATION, Options(uut={"maker": "HP"}, positions=positions))
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        finished = execute(prepared, Path(folder))
        wall = time.perf_counter() - began
        events = parse((finished.folder / JOURNAL).read_bytes())[0]
    if finished.outcome.status != "COMPLETED":
        raise RuntimeError(f"the run ended {finished.outcome.status}: {finished.outcome.reason}")
    return Measured(wall, float(events[-1].t_mono), len(events))
