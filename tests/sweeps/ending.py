"""A run is ended after an event: its process dies, or a person stops or aborts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tests.sweeps.cases import Ending, Found
from tests.sweeps.comparing import judged_otherwise, not_verified, other_results, stitched
from tests.sweeps.striking import Died, Running, Strike

from calbench.control.verbs import Command
from calbench.execution.guard.acting import act, open_journal
from calbench.execution.guard.watching import RUNNER_GONE
from calbench.instruments.opening import LinkSpec
from calbench.simulation.staging import Stage
from calbench.workflow import GUARD, JOURNAL, Conducting, Finished, Resuming, resume, stored_plan

SAFE_WITHIN = 5.0  # s on the clock of the bench, from the verb to a source that is off


def ending(way: Ending, at: int) -> Strike:
    """Give what ends a run after event number `at`."""
    return Crash(at) if way == "crash" else Told(way, at)


@dataclass
class Crash:
    """The runner dies after an event; the guard acts; the run is resumed, and compared."""

    at: int
    way: str = "crash"

    @property
    def after(self) -> int:
        return self.at

    def hit(self, running: Running) -> None:  # noqa: ARG002 - part of the protocol
        raise Died

    def look(self, running: Running) -> None:  # noqa: ARG002 - part of the protocol
        """Of several units, the thread of each dies at its next line."""
        raise Died

    def judge(self, running: Running, finished: Finished | None) -> Found:
        assert finished is None
        run, case = running.folder, running.case.name
        on, before = running.is_on(), (run / JOURNAL).read_bytes()
        guard(run, running.stage)
        if running.is_on():
            return Found(case, self.way, self.at, on, "the source was left on")
        again = resume(run, Resuming(), Conducting(stage=running.stage))
        wrong = _unlike(running, again, before)
        if running.is_on():
            wrong = "the source was left on after the resumed run"
        return Found(case, self.way, self.at, on, wrong, again.outcome.status)


@dataclass
class Told:
    """A person says stop or abort after an event; the source must be off in time, whatever was going on."""

    way: Ending
    at: int
    was_on: bool = False
    begun: float = 0.0
    off: list[float] = field(default_factory=list)

    @property
    def after(self) -> int:
        return self.at

    def hit(self, running: Running) -> None:
        self.was_on, self.begun = running.is_on(), running.now()
        running.control.handle(
            Command(verb="stop" if self.way == "stop" else "abort", by="sweep", reason="test")
        )

    def look(self, running: Running) -> None:
        if not self.off and not running.is_on():
            self.off.append(running.now())

    def judge(self, running: Running, finished: Finished | None) -> Found:
        assert finished is not None
        wrong = self._badly_ended(finished)
        for position, record in running.known.records.items():
            wrong = wrong or judged_otherwise(finished.records[position], record)
        late = self.off[0] - self.begun if self.off else None
        if running.is_on():
            wrong = "the source was left on"
        elif self.was_on and (late is None or late > SAFE_WITHIN):
            wrong = f"the source was off only after {'the end' if late is None else f'{late:.1f} s'}"
        return Found(running.case.name, self.way, self.at, self.was_on, wrong, finished.outcome.status)

    def _badly_ended(self, finished: Finished) -> str:
        status, outputs = finished.outcome.status, finished.outcome.outputs
        if status not in ("STOPPED" if self.way == "stop" else "ABORTED", "COMPLETED"):
            return f"it ended {status}: {finished.outcome.reason}"
        return "" if outputs.safe else f"outputs: {outputs}"


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


def _unlike(running: Running, again: Finished, before: bytes) -> str:
    """Say in what a resumed run is not like the one that nothing interrupted; empty: in nothing."""
    data = (again.folder / JOURNAL).read_bytes()
    if not data.startswith(before):
        return "an acknowledged event was lost"
    if again.outcome.status != "COMPLETED":
        return f"resumed, it ended {again.outcome.status}: {again.outcome.reason}"
    wrong = not_verified(again.folder, again.records)
    for position, expected in running.known.records.items():
        if wrong:
            break
        found = again.records[position]
        wrong = other_results(found, expected) or stitched(found, data)
        if found.run.status != "COMPLETED":
            wrong = f"resumed, it ended {found.run.status}"
        if found.run.retakes != expected.run.retakes:
            wrong = f"it counts {found.run.retakes} retakes"
        if wrong and position and len(running.known.records) > 1:
            wrong = f"position {position}: {wrong}"
    return wrong
