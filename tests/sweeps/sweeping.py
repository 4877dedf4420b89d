"""Ending a simulated run after event number k, in every way that there is, and looking what became of it.

The bench stays as it is when the runner dies, as a real one does: whether a source is on is looked up in the simulated
world, never believed of the program.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from calbench.control.verbs import Command, Verb
from calbench.documents.journal import Event
from calbench.documents.record import Record
from calbench.evaluation.verifying import verify_run
from calbench.execution.controlling import Control
from calbench.execution.guard.acting import act, open_journal
from calbench.execution.guard.watching import RUNNER_GONE
from calbench.instruments.opening import LinkSpec
from calbench.simulation.staging import Stage
from calbench.workflow import (
    GUARD,
    JOURNAL,
    PLAN,
    RECORD,
    Conducting,
    Finished,
    Options,
    Prepared,
    Resuming,
    execute,
    prepare,
    resume,
    stored_plan,
)
from calbench.workflow.staging import stage_twin

SAFE_WITHIN = 5.0  # s on the clock of the bench, from the verb to a source that is off


class Died(BaseException):
    """The process is gone: nothing of the runner happens after this."""


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
)
"""What is swept; another run is one more entry."""


@dataclass(frozen=True)
class Found:
    """What became of one run: how it ended; `wrong` is empty where all is as it must be."""

    case: str
    way: str
    at: int
    was_on: bool
    wrong: str = ""
    ended: str = ""


@contextmanager
def bench(case: Case, prepared: Prepared) -> Iterator[Stage]:
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


def whole(case: Case, prepared: Prepared, folder: Path) -> Finished:
    """Make the run that nothing interrupts."""
    with bench(case, prepared) as stage:
        return execute(prepared, folder, stage=stage)


def crash(case: Case, prepared: Prepared, expected: Record, at: int) -> Found:
    """Let the runner die after event number `at`; the guard acts; resume; compare."""
    folder = scratch()
    try:
        with bench(case, prepared) as stage:
            run = _die(prepared, stage, folder, at)
            on, before = is_on(case, stage), (run / JOURNAL).read_bytes()
            guard(run, stage)
            if is_on(case, stage):
                return Found(case.name, "crash", at, on, "the source was left on")
            finished = resume(run, Resuming(), Conducting(stage=stage))
            wrong = _unlike(run, expected, finished, before)
            if is_on(case, stage):
                wrong = "the source was left on after the resumed run"
            return Found(case.name, "crash", at, on, wrong, finished.outcome.status)
    finally:
        shutil.rmtree(folder)


def verb(case: Case, prepared: Prepared, verb_: Verb, at: int) -> Found:
    """Stop or abort after event number `at`; the source must be off in time, whatever was going on."""
    folder = scratch()
    seen: list[bool] = []
    when: list[float] = []
    off: list[float] = []
    try:
        with bench(case, prepared) as stage:
            control = Control()

            def listen(event: Event) -> None:
                if event.seq == at:
                    seen.append(is_on(case, stage))
                    when.append(stage.world.clock.monotonic())
                    control.handle(Command(verb=verb_, by="sweep", reason="test"))
                if when and not off and not is_on(case, stage):
                    off.append(stage.world.clock.monotonic())

            finished = execute(prepared, folder, stage=stage, listeners=(listen,), control=control)
            on = bool(seen and seen[0])
            wrong = _badly_ended(finished, verb_)
            if is_on(case, stage):
                wrong = "the source was left on"
            elif on and (not off or off[0] - when[0] > SAFE_WITHIN):
                wrong = f"the source was off only after {off[0] - when[0] if off else 'the end':.1f} s"
            return Found(case.name, verb_, at, on, wrong, finished.outcome.status)
    finally:
        shutil.rmtree(folder)


def guard(run: Path, stage: Stage) -> None:
    """Do what the guard process does when the runner's end of the pipe closes, over lines of its own."""
    plan, clock = stored_plan(run), stage.world.clock
    with open_journal(run / GUARD, clock) as journal:
        act(plan, journal, clock, specs(stage), RUNNER_GONE)


def specs(stage: Stage) -> dict[str, LinkSpec]:
    """Give the addresses of a simulated bench as links."""
    return {
        name: LinkSpec(one.kind, one.address, one.library, one.line, one.timeout, one.unit)  # type: ignore[arg-type] # one of its kinds
        for name, one in stage.addresses.items()
    }


def scratch() -> Path:
    """Give a folder for one run: in memory where there is such a place, because every line is flushed to the disk."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="sweep-", dir=memory if memory.is_dir() else None))


def _die(prepared: Prepared, stage: Stage, folder: Path, at: int) -> Path:
    def listen(event: Event) -> None:
        if event.seq == at:
            raise Died

    with suppress(Died):
        execute(prepared, folder, stage=stage, listeners=(listen,))
    (run,) = folder.iterdir()
    return run


def _unlike(run: Path, expected: Record, finished: Finished, before: bytes) -> str:
    """Say in what a resumed run is not like the one that nothing interrupted; empty: in nothing."""
    data = (run / JOURNAL).read_bytes()
    if not data.startswith(before):
        return "an acknowledged event was lost"
    if finished.outcome.status != "COMPLETED":
        return f"resumed, it ended {finished.outcome.status}: {finished.outcome.reason}"
    bad = [
        one
        for one in verify_run(*((run / name).read_bytes() for name in (PLAN, JOURNAL, RECORD)))
        if not one.holds
    ]
    if bad:
        return f"it does not verify: {bad[0].name}: {bad[0].found}"
    mine = {one.id: one.verdict for one in finished.record.results}
    theirs = {one.id: one.verdict for one in expected.results}
    wrong = [
        f"{name} {mine.get(name)} instead of {verdict}"
        for name, verdict in theirs.items()
        if mine.get(name) != verdict
    ]
    if wrong or len(mine) != len(theirs):
        return f"other results: {'; '.join(wrong) or 'more of them'}"
    if finished.record.run.retakes != expected.run.retakes:
        return f"it counts {finished.record.run.retakes} retakes"
    return _stitched(finished.record, data)


def _stitched(record: Record, data: bytes) -> str:
    """Say if the readings of an atomic test come from both sides of an interruption."""
    lines = (line for line in data.split(b"\n") if b'"run_resumed"' in line)
    gaps = [json.loads(line)["t_utc"] for line in lines]
    for test in record.plan.tests:
        if not test.atomic and test.kind != "series":
            continue
        times = [
            raw.t_utc
            for name in test.points
            for one in record.attempts.get(name, [])
            if one.counts
            for raw in one.readings
        ]
        if any(min(times) < gap < max(times) for gap in gaps):
            return f"{test.id} is stitched together from before and after an interruption"
    return ""


def _badly_ended(finished: Finished, verb_: Verb) -> str:
    status, outputs = finished.outcome.status, finished.outcome.outputs
    wanted = {"stop": ("STOPPED", "COMPLETED"), "abort": ("ABORTED", "COMPLETED")}[verb_]
    if status not in wanted:
        return f"it ended {status}: {finished.outcome.reason}"
    return "" if outputs.safe else f"outputs: {outputs}"


__all__ = [
    "CASES",
    "WAYS",
    "Case",
    "Found",
    "Way",
    "bench",
    "crash",
    "guard",
    "is_on",
    "scratch",
    "verb",
    "whole",
]
