"""The course of a run: what is opened and measured, with one unit under test or with several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from calbench.clock import Clock
from calbench.documents.journal import Event, by_position
from calbench.documents.plan import Plan
from calbench.execution.asking import Prompter
from calbench.execution.bench import Bench
from calbench.execution.calling import Caller, PlacedCaller
from calbench.execution.conditions import Watch
from calbench.execution.consulting import Near, Outside, never, none_outside
from calbench.execution.controlling import Control
from calbench.execution.journalling import Notes
from calbench.execution.measuring import Measuring
from calbench.execution.owning import Owners
from calbench.execution.placing import NotesAt
from calbench.execution.recognising import require_same
from calbench.execution.saying import asked_for
from calbench.execution.standing import Standing
from calbench.execution.stepping import Stepping
from calbench.execution.units.crew import Crew
from calbench.execution.units.lane import Lane
from calbench.execution.units.several import FailingAt, Several
from calbench.instruments.reading import Reading


class Following(Protocol):
    """Follows a journal, and can write down what an interruption undid."""

    def __call__(self, event: Event) -> None:
        """Take one event."""

    def discard(self, journal: Notes, reason: str) -> None:
        """Write down what no longer counts."""


class Course(Protocol):
    """How a run goes, from the first line that is opened to the last point."""

    @property
    def standing(self) -> Following:
        """How far it is."""

    def open(self) -> None:
        """Open every instrument; raises InstrumentError if one does not answer that is needed."""

    def recognise(self, events: Sequence[Event]) -> None:
        """Compare every instrument with the earlier part of the run; raises WrongInstrument."""

    def all(self) -> None:
        """Sample the environment, and do every step; raises what ends the run."""

    def ended(self, status: str, reason: str) -> dict[str, object]:
        """Give what the last line says of it, beside how the run ended."""


@dataclass(frozen=True)
class Means:
    """What a run is done with."""

    plan: Plan
    bench: Bench
    journal: Notes
    clock: Clock
    prompter: Prompter
    control: Control
    near: Near = never
    outside: Outside = none_outside

    def watch(self, call: Caller) -> Watch:
        """Give what looks at the environment."""

        def read(role: str, capability: str) -> Reading:
            opened = self.bench.of(role)
            self.prompter.reading = capability.replace(".", "/")
            quantity = capability.partition(".")[2]
            self.prompter.asks = asked_for(opened.binding, quantity, self.prompter.reading)
            reading: Reading = call(opened, self.bench.method(role, capability))
            return reading

        return Watch(self.plan, self.bench, self.journal, self.clock, read, self.control, self.prompter.ask)

    def measuring(self, call: Caller) -> Measuring:
        """Give what measures with all that is there."""
        watch = self.watch(call)
        return Measuring(
            self.plan,
            self.bench,
            self.journal,
            self.clock,
            self.prompter,
            watch,
            call,
            self.near,
            self.outside,
        )


class OneUnit:
    """The course of a run of one unit."""

    def __init__(
        self,
        means: Means,
        failing: Callable[[str], list[str]],
        events: Sequence[Event],
        setup_again: bool | None,  # noqa: FBT001 - as in `Stepping`
    ) -> None:
        self._means = means
        self._failing = failing
        self._again = setup_again
        self.standing = Standing(means.plan, events)

    def open(self) -> None:
        """Open every instrument."""
        self._means.bench.open()

    def recognise(self, events: Sequence[Event]) -> None:
        """Compare every instrument with the earlier part of the run."""
        require_same(events, self._means.bench)

    def all(self) -> None:
        """Do every step."""
        means = self._means
        measuring = means.measuring(Caller(means.journal, means.plan.policy.comms_retry))
        measuring.watch.sample_all()
        Stepping(measuring, self._failing, means.control, self.standing, self._again).all()

    def ended(self, status: str, reason: str) -> dict[str, object]:  # noqa: ARG002 - as the protocol
        """Say nothing more."""
        return {}


class SeveralUnits:
    """The course of a run of several units."""

    def __init__(
        self,
        means: Means,
        plan_sha256: str,
        failing: FailingAt,
        events: Sequence[Event],
        setup_again: bool | None,  # noqa: FBT001 - as in `Stepping`
    ) -> None:
        plan = means.plan
        self._plan = plan
        self._means = means
        retries = plan.policy.comms_retry
        shared = means.measuring(PlacedCaller(means.journal, retries))
        before = by_position(events, plan.positions)
        lanes = []
        for position in plan.positions:
            own, notes = plan.at(position, plan_sha256), NotesAt(means.journal, position)
            prompter = means.prompter.at(position)
            means.bench.asks[position] = prompter.typed
            means.bench.hands[position] = prompter.by_hand
            do = Measuring(
                own,
                means.bench.at(position),
                notes,
                means.clock,
                prompter,
                shared.watch,
                PlacedCaller(notes, retries),
                means.near,
                means.outside,
            )
            lanes.append(Lane(position, do, Standing(own, before[position])))
            lanes[-1].take_up(before[position])
        drops = plan.sharing is not None and plan.sharing.on_late == "drop"
        self._crew = Crew(lanes, means.bench, means.journal, means.clock, means.control, drops=drops)
        self._shared = shared
        self._several = Several(self._crew, shared, failing, Owners(means.clock).together, setup_again)

    @property
    def standing(self) -> Crew:
        """How far every unit is."""
        return self._crew

    def open(self) -> None:
        """Open what is shared, and every unit."""
        self._several.open()

    def recognise(self, events: Sequence[Event]) -> None:
        """Compare every instrument with the earlier part of the run."""
        self._several.recognise(events)

    def all(self) -> None:
        """Do every step with every unit."""
        self._shared.watch.sample_all()
        self._several.all()

    def ended(self, status: str, reason: str) -> dict[str, object]:
        """Say how each unit ended; the run is partial for one that was left out before."""
        units: dict[str, Mapping[str, object]] = {}
        for lane in self._crew.lanes:
            out = lane.state != "in" and status in ("COMPLETED", "STOPPED")
            units[lane.position] = {
                "status": "STOPPED" if out else status,
                "reason": lane.why if out else reason,
                "partial": self._plan.partial or out or status != "COMPLETED",
            }
        partial = any(unit["partial"] for unit in units.values())
        return {"units": units, "partial": partial}
