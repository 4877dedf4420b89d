"""The runs that are swept, and the simulated bench that they happen on.

The bench stays as it is when the runner dies, as a real one does: whether a source is on is looked up in the simulated
world, never believed of the program.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from calbench.documents.journal import Event, parse
from calbench.documents.record import Record
from calbench.simulation.staging import Stage
from calbench.workflow import JOURNAL, Options, Prepared, execute, prepare
from calbench.workflow.staging import stage_twin

Ending = Literal["crash", "stop", "abort"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
Way = Literal["timeout", "late", "garbage", "stale", "error"]
WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True)
class Case:
    """A procedure on a bench, that is swept.

    Attributes:
        name: How it is called in the table.
        procedure: Its file.
        source: The source on the bench that must be off; empty: there is none.
        options: What the run is made with.
        station: The bench.
        retries: How often a call is tried again instead of what the procedure says; None leaves that.
        endings: How runs of it are ended.
        faults: What goes wrong in runs of it.
        every: Each how many-th event and exchange is taken; 1: all.
    """

    name: str
    procedure: str
    source: str = ""
    options: Options = field(default_factory=Options)
    station: str = "demo"
    retries: int | None = None
    endings: tuple[Ending, ...] = ENDINGS
    faults: tuple[Way, ...] = WAYS
    every: int = 1

    def prepared(self) -> Prepared:
        made = prepare(self.procedure, self.station, self.options)
        if self.retries is None:
            return made
        policy = made.plan.policy.model_copy(update={"comms_retry": self.retries})
        return replace(made, plan=made.plan.model_copy(update={"policy": policy}))


CASES = (
    Case(
        "multimeter",
        "dmm-34401a",
        "calibrator",
        Options(uut={"maker": "HP", "serial": "US36000017"}, settings={"readings": "4"}),
    ),
    Case("scale", "scale-class3"),
    # its procedure tries nothing again, so every fault ends the run; here is what a second try would come to
    Case("scale, tried again", "scale-class3", retries=2, endings=()),
    # in parallel: one source for all; a short procedure of its own, so that every event can be taken
    Case(
        "four multimeters",
        str(Path(__file__).with_name("four-meters.yaml")),
        "calibrator",
        Options(uut={"maker": "HP"}, positions=("all",)),
        "demo-bench-4",
    ),
    # one at a time: one set of weights for all
    Case(
        "four scales",
        "scale-class3",
        options=Options(positions=("all",), only=("eccentricity/1-centre", "eccentricity/2-front-left")),
        station=str(Path(__file__).with_name("four-scales.yaml")),
    ),
)
"""What is swept; another run is one more entry."""


def case_of(name: str) -> Case:
    """Give the case of this name."""
    return next(one for one in CASES if one.name == name)


@dataclass(frozen=True)
class Found:
    """What became of one run: how it ended; `wrong` is empty where all is as it must be."""

    case: str
    way: str
    at: int
    was_on: bool
    wrong: str = ""
    ended: str = ""


@dataclass(frozen=True)
class Known:
    """A case with its plan, and with records, by position, and events of the run that nothing interrupts."""

    case: Case
    prepared: Prepared
    records: Mapping[str, Record]
    events: list[Event]
    with_errors: frozenset[str]
    """The instruments with an error queue."""

    @classmethod
    def of(cls, case: Case) -> Known:
        """Plan a case, and make its run."""
        prepared = case.prepared()
        folder = scratch()
        try:
            with bench(prepared) as stage:
                finished = execute(prepared, folder, stage=stage)
                queues = [name for name, one in stage.world.devices.items() if one.status is not None]
            events, _ = parse((finished.folder / JOURNAL).read_bytes())
        finally:
            shutil.rmtree(folder)
        return cls(case, prepared, finished.records, events, frozenset(queues))


@contextmanager
def bench(prepared: Prepared) -> Iterator[Stage]:
    """Give the simulated bench, that outlives the runner."""
    stage = stage_twin(prepared.station.model, prepared.assets, None, real_time=False)
    stage.hands.connect("")
    try:
        yield stage
    finally:
        stage.world.close()


def is_on(case: Case, stage: Stage) -> bool:
    """Look in the simulated world whether the source puts out anything."""
    if not case.source:
        return False
    return bool(stage.world.device(case.source).operating)  # type: ignore[attr-defined] # of a calibrator


def scratch() -> Path:
    """Give a folder for one run: in memory where there is such a place, because every line is flushed to the disk."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="sweep-", dir=memory if memory.is_dir() else None))
