"""The crew: all lanes of a run, what is done with several at once, and what becomes of one that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from calbench.clock import Clock, together
from calbench.documents.journal import Event
from calbench.documents.plan import Step, TestPlan
from calbench.errors import InstrumentError, NotDone, RunFailed
from calbench.execution.bench import Bench
from calbench.execution.calling import SharedFault
from calbench.execution.controlling import AbortWanted, Control, HoldWanted, Lapsed, StopWanted, SuspendWanted
from calbench.execution.journalling import Notes
from calbench.execution.recognising import open_again
from calbench.execution.stepping import HELD, hold
from calbench.execution.units.lane import Lane

TAKE_AGAIN, LEAVE_OUT, STOP = "take again", "leave out", "stop"
OF_ONE = (InstrumentError, NotDone)
"""What concerns one unit alone."""
_URGENCY: tuple[tuple[type[Exception], int], ...] = (
    (AbortWanted, 0), (StopWanted, 1), (SharedFault, 3), (HoldWanted, 4), (SuspendWanted, 5)
)  # fmt: skip
"""Of what ends several lanes at once, the most urgent counts; 2 is whatever else goes wrong."""
_FOLLOWED = ("attempt_started", "attempt_finished", "attempt_discarded", "step_finished", "answered")


class Crew:
    """Everything that is the same for all lanes of a run.

    Args:
        lanes: One for each unit.
        bench: All instruments.
        journal: Of the run.
        clock: That lanes wait on.
        control: What a person wants of the run.
        drops: Whether a unit that fails is left out at once, and nobody is asked.
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        bench: Bench,
        journal: Notes,
        clock: Clock,
        control: Control,
        *,
        drops: bool,
    ) -> None:
        self.lanes = list(lanes)
        self.bench = bench
        self.journal = journal
        self.control = control
        self._clock = clock
        self._drops = drops
        self._by_position = {lane.position: lane for lane in lanes}

    def __call__(self, event: Event) -> None:
        """Follow the journal of the run: each lane what concerns it."""
        if event.type in _FOLLOWED:
            lane = self._by_position.get(event.position)
            for one in self.lanes if lane is None else [lane]:
                one.standing(event)

    def active(self, among: Iterable[Lane] | None = None) -> list[Lane]:
        """Give the lanes that take part."""
        return [lane for lane in (self.lanes if among is None else among) if lane.state == "in"]

    def at_once(self, lanes: Sequence[Lane], act: Callable[[Lane], None]) -> None:
        """Do something with several units at the same time; one that fails is late.

        Raises:
            BaseException: What ends more than one lane: a verb, or a fault of what is shared.
        """
        works = [partial(act, lane) for lane in lanes]
        self.control.beside = len(works) if len(works) > 1 else 0
        try:
            failures = together(self._clock, works, self.control.interrupt_all)
        finally:
            self.control.beside = 0
        worst: BaseException | None = None
        for lane, failure in zip(lanes, failures, strict=True):
            if isinstance(failure, OF_ONE):
                self.fails(lane, str(failure))
            elif failure is not None and (worst is None or _urgency(failure) < _urgency(worst)):
                worst = failure
        if worst is not None:
            raise worst

    def alone(self, lane: Lane, act: Callable[[Lane], None]) -> None:
        """Do something with one unit; if it fails, it is late."""
        try:
            act(lane)
        except OF_ONE as error:
            self.fails(lane, str(error))

    def fails(self, lane: Lane, why: str) -> None:
        """Go on without a unit that does not answer or answers wrongly."""
        lane.is_late(why)
        if self._drops:
            lane.drop(why)

    def missing(self, where: str, lanes: Iterable[Lane], again: Callable[[list[Lane]], None]) -> None:
        """Ask about every one of these units that is late, once; `again` does what they missed.

        Raises:
            StopWanted: The operator ends the run.
        """
        back = [lane for lane in lanes if lane.state == "late" and self._comes_back(lane, where)]
        if back:
            again(back)
        for lane in back:
            if lane.state == "late":
                lane.drop(f"It was taken again, and failed again: {lane.why}")

    def ask_again(self) -> None:
        """Ask about every unit that was left out in an earlier part of the run, whether it takes part again."""
        for lane in self.lanes:
            if lane.state == "dropped":
                what, zh = (
                    f"Position {lane.position} was left out. {lane.why}",
                    f"工位 {lane.position} 未参加。{lane.why}",
                )
                if lane.ask("late/resume", what, zh, [LEAVE_OUT, TAKE_AGAIN]) == TAKE_AGAIN:
                    lane.comes_back("The operator took it again when the run was resumed.")

    def require_one(self) -> None:
        """Make sure that there is a unit left.

        Raises:
            RunFailed: There is none.
        """
        if not self.active():
            said = "; ".join(f"{lane.position}: {lane.why}" for lane in self.lanes)
            raise RunFailed(f"No unit is left in this run. {said}")

    def look(self, *, in_one_go: bool = False) -> None:
        """Look whether anything is wanted between two points.

        Raises:
            HoldWanted: The run is held within a test that must be measured in one go.
            StopWanted: It ends here.
        """
        if self.control.between():
            if in_one_go:
                raise HoldWanted(self.control.why)
            self.hold()

    def look_in_lane(self, *, in_one_go: bool = False) -> None:  # noqa: ARG002 - as `look`
        """Look from within a lane of several that run freely: all are held together.

        Raises:
            HoldWanted: The run is held.
            StopWanted: It ends here.
        """
        if self.control.between():
            raise HoldWanted(self.control.why)

    def begin_anew(self, wanted: HoldWanted | SuspendWanted) -> None:
        """Drop what was begun; hold, unless it only lapsed while a prompt waited."""
        self.control.suspend("")
        held = isinstance(wanted, HoldWanted) and not isinstance(wanted, Lapsed)
        self.discard(None, HELD if held else str(wanted))
        if held:
            self.hold()

    def hold(self) -> None:
        """Make all outputs safe and wait for a person."""
        hold(self.bench, self.journal, self.control)

    def discard(self, journal: Notes | None, reason: str) -> None:  # noqa: ARG002 - as `Standing` has it
        """Write down what no longer counts because the run was interrupted, for each unit."""
        for lane in self.lanes:
            lane.standing.discard(lane.notes, reason)

    def to_do(self, test: TestPlan, steps: list[Step], lanes: Iterable[Lane]) -> dict[str, set[str]]:
        """Give the steps of a test that are to be done for each unit, by its position."""
        return {lane.position: {step.id for step in lane.standing.to_do(test, steps)} for lane in lanes}

    def _comes_back(self, lane: Lane, where: str) -> bool:
        what = f"{where}: position {lane.position} was left out. {lane.why}"
        zh = f"{where}：工位 {lane.position} 未参加。{lane.why}"
        decision = lane.ask(f"late/{where}", what, zh, [TAKE_AGAIN, LEAVE_OUT, STOP])
        if decision == STOP:
            raise StopWanted(f"The operator chose to stop. {what}")
        if decision == LEAVE_OUT:
            lane.drop(lane.why)
            return False
        try:
            self._reopen(lane)
        except InstrumentError as error:
            lane.drop(f"It was taken again, and did not come back: {error}")
            return False
        lane.comes_back("The operator took it again.")
        return True

    def _reopen(self, lane: Lane) -> None:
        """Open what is there for a unit afresh, and set it as setup had set it."""
        for binding in self.bench.own(lane.position):
            open_again(self.bench, binding)
        for step in lane.plan.steps:
            if step.kind == "configure" and step.id in lane.done:
                lane.setup.configure(step)


def _urgency(failure: BaseException) -> int:
    return next((urgency for kind, urgency in _URGENCY if isinstance(failure, kind)), 2)
