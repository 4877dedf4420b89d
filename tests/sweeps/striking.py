"""A run that something happens to after an event: it dies, is stopped or aborted, or one of its messages goes wrong."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.sweeps.cases import Case, Found, Known, bench, is_on, scratch

from calbench.documents.journal import Event
from calbench.execution.controlling import Control
from calbench.simulation.staging import Stage
from calbench.workflow import Finished, execute


class Died(BaseException):
    """The process is gone: nothing of the runner happens after this."""


@dataclass
class Running:
    """A run that something happens to: its bench, the folder that its own lies in, and its events so far."""

    known: Known
    stage: Stage
    out: Path
    control: Control = field(default_factory=Control)
    seen: list[Event] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return self.known.case

    @property
    def folder(self) -> Path:
        (run,) = self.out.iterdir()
        return run

    def is_on(self) -> bool:
        """Look in the simulated world whether the source puts out anything."""
        return is_on(self.case, self.stage)

    def now(self) -> float:
        """Give the seconds on the bench's clock."""
        return self.stage.world.clock.monotonic()


class Strike(Protocol):
    """What happens to a run after event number `after`; `way` and `at` are what the table calls it."""

    @property
    def way(self) -> str: ...

    @property
    def at(self) -> int: ...

    @property
    def after(self) -> int: ...

    def hit(self, running: Running) -> None:
        """Let it happen, right after the event; Died if the runner does."""

    def look(self, running: Running) -> None:
        """Look at each event behind it; Died if the runner has."""

    def judge(self, running: Running, finished: Finished | None) -> Found:
        """Say what became of the run; None: it has not ended."""


def struck(known: Known, strike: Strike) -> Found:
    """Make a run, and let something happen to it; gives what became of it."""
    out = scratch()
    try:
        with bench(known.prepared) as stage:
            running = Running(known, stage, out)
            return strike.judge(running, _executed(running, strike))
    finally:
        shutil.rmtree(out)


def _executed(running: Running, strike: Strike) -> Finished | None:
    hit: list[Event] = []

    def listen(event: Event) -> None:
        running.seen.append(event)
        if hit:
            strike.look(running)
        elif event.seq >= strike.after:  # of several units, each in its own thread, at its next line
            hit.append(event)
            strike.hit(running)

    with suppress(Died):
        return execute(
            running.known.prepared,
            running.out,
            stage=running.stage,
            listeners=(listen,),
            control=running.control,
        )
    return None
