"""Several units in one run: opened, set up, and measured as they share their standards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from calbench.documents.conduct import ConditionPlan
from calbench.documents.journal import Event, at_position
from calbench.documents.plan import Step, TestPlan
from calbench.execution.ballasting import ask_for_ballast
from calbench.execution.bench import KEYBOARD
from calbench.execution.calling import SharedFault
from calbench.execution.controlling import HoldWanted, SuspendWanted
from calbench.execution.measuring import Measuring
from calbench.execution.recognising import require_same
from calbench.execution.retaking import Retaking
from calbench.execution.setting_up import Setup
from calbench.execution.standing import SETUP_KEPT
from calbench.execution.units.crew import Crew
from calbench.execution.units.lane import Lane
from calbench.execution.units.leads import Leads
from calbench.execution.units.one_by_one import OneByOne, Together
from calbench.execution.units.parallel import Parallel
from calbench.execution.units.suspending import OutsideLimits, Suspending

FailingAt = Callable[[str, str], list[str]]
"""Tells the points of a test of the unit at a position that do not pass so far."""


class Several:
    """Goes through a plan with several units.

    Args:
        crew: The units.
        shared: What they share.
        failing: Tells which points do not pass.
        together: Gives a point what it shares with others.
        setup_again: As in `Stepping`.
    """

    def __init__(
        self,
        crew: Crew,
        shared: Measuring,
        failing: FailingAt,
        together: Together,
        setup_again: bool | None,  # noqa: FBT001 - the three cases are its meaning
    ) -> None:
        self._crew = crew
        self._do = shared
        self._plan = shared.plan
        self._failing = failing
        self._together = together
        self._setup = Setup(shared)
        self._suspend = Suspending(shared.plan, crew, shared)
        kept = setup_again is False
        self._kept = {lane: set(lane.standing.steps) if kept else set() for lane in crew.lanes}
        self._resumed = setup_again is not None
        self._done: set[str] = set()
        points = {point.id: point.test for point in self._plan.points}
        of = {test.id: test for test in self._plan.tests}
        grouped = groupby(
            (step for step in self._plan.steps if step.kind == "measure"), lambda step: points[step.point]
        )
        self._tests: list[tuple[TestPlan, list[Step]]] = [(of[name], list(steps)) for name, steps in grouped]
        self._first = [step for step in self._plan.steps if step.kind not in ("measure", "connect")]

    def open(self) -> None:
        """Open what is shared, then every unit; one that does not answer is asked about.

        Raises:
            InstrumentError: What is shared does not answer, or is not what the plan names.
            RunFailed: No unit is left.
        """
        bench = self._crew.bench
        bench.shared().open()
        self._crew.ask_again()
        self._crew.at_once(self._crew.active(), lambda lane: lane.do.bench.open())
        self._crew.missing("opening", self._crew.lanes, lambda _back: None)
        self._crew.require_one()

    def recognise(self, events: Sequence[Event]) -> None:
        """Compare every instrument with what it said in the earlier part of the run.

        Raises:
            WrongInstrument: What is shared is another one.
        """
        bench = self._crew.bench
        require_same(events, bench, [one.instrument for one in bench.own("")])
        for lane in self._crew.active():
            own = [one.instrument for one in bench.own(lane.position)]
            before = at_position(events, lane.position)
            self._crew.alone(lane, lambda _lane, before=before, own=own: require_same(before, bench, own))  # type: ignore[misc] # bound now
        self._crew.missing("identify", self._crew.lanes, lambda _back: None)

    def all(self) -> None:
        """Do every step with every unit.

        Raises:
            StopWanted: The policy or the operator ends the run, or no unit is left.
            CalbenchError: Something failed that concerns all.
        """
        self._crew.control.may_hold = True
        sharing = self._plan.sharing
        if sharing is None:
            raise ValueError("the plan of several units does not say how they share the standards")
        unit_first = sharing.mode == "one_at_a_time" and sharing.order == "unit_first"
        last = max((number for number, step in enumerate(self._first) if not step.each), default=-1)
        for lane in self._crew.active() if self._resumed else []:
            self._crew.alone(lane, lambda lane: ask_for_ballast(lane.do, lane.standing))
        early = self._first[: last + 1] if unit_first else self._first
        self._set_up(early, self._crew.active())
        if sharing.mode == "independent":
            self._freely()
            return
        parallel = sharing.mode == "parallel"
        leads = Leads(self._plan, self._setup, each=not parallel)
        turns = [[lane] for lane in self._crew.active()] if unit_first else [self._crew.active()]
        one_by_one = OneByOne(self._crew, leads, self._together)
        schedule = Parallel(self._crew, self._do, leads) if parallel else one_by_one
        for lanes in turns:
            self._set_up(self._first[last + 1 :] if unit_first else [], lanes)
            for test, steps in self._tests:
                self._test(schedule, one_by_one, test, steps, lanes)

    def _freely(self) -> None:
        """Let every unit go through all tests by itself; what interrupts one of them for all is dealt with for all."""
        crew = self._crew
        turn = partial(self._together, self._do.watch.instruments)
        alone: dict[Lane, OneByOne] = {}
        for lane in crew.active():
            leads = Leads(self._plan, self._setup, each=True)
            alone[lane] = OneByOne(crew, leads, self._together, free=True)
            lane.do = replace(lane.do, watch=lane.do.watch.in_lane(turn, _out_of_limits))

        def go(lane: Lane) -> None:
            try:
                for test, steps in self._tests:
                    self._tests_of(alone[lane], test, steps, lane)
            except (HoldWanted, SuspendWanted):
                raise  # the others see it for themselves
            except Exception as error:
                crew.control.suspend(str(error))
                raise

        self._insist(lambda: crew.at_once(crew.active(), go))
        crew.require_one()

    def _tests_of(self, alone: OneByOne, test: TestPlan, steps: list[Step], lane: Lane) -> None:
        alone.test(test, steps, [lane])
        self._crew.missing(test.id, [lane], lambda back: alone.test(test, steps, back))
        if lane.state == "in":
            self._after(alone, test, steps, lane)

    def _test(
        self,
        schedule: Parallel | OneByOne,
        one_by_one: OneByOne,
        test: TestPlan,
        steps: list[Step],
        lanes: Sequence[Lane],
    ) -> None:
        """Measure a test, with those once more that were late; then what the policy says of points that failed."""

        def measure(some: Sequence[Lane]) -> None:
            self._insist(lambda: schedule.test(test, steps, self._crew.active(some)))

        measure(lanes)
        self._crew.missing(test.id, lanes, measure)
        for lane in self._crew.active(lanes):
            self._insist(lambda lane=lane: self._after(one_by_one, test, steps, lane))  # type: ignore[misc] # bound now
        self._crew.missing(f"{test.id}/retake", lanes, measure)
        self._crew.require_one()
        self._suspend.measured()

    def _after(self, one_by_one: OneByOne, test: TestPlan, steps: list[Step], lane: Lane) -> None:
        failing = lambda name: self._failing(lane.position, name)  # noqa: E731 - one unit's
        going = _Going(one_by_one, test, lane)
        self._crew.alone(
            lane, lambda lane: Retaking(lane.do, failing, lane.standing, going).after(test, steps)
        )

    def _insist(self, act: Callable[[], None]) -> None:
        """Do something that can be done again: after the run was held, and after what is shared works again."""
        while True:
            try:
                act()
            except (HoldWanted, SuspendWanted) as wanted:
                self._crew.begin_anew(wanted)
            except SharedFault as fault:
                self._suspend(fault)
            else:
                return

    def _set_up(self, steps: Sequence[Step], lanes: Sequence[Lane]) -> None:
        """Do steps of setup: those that concern a unit for each, the others once for all."""
        for step in steps:
            self._insist(lambda step=step: self._step(step, self._crew.active(lanes)))  # type: ignore[misc] # bound now
            again = [one for one in steps[: steps.index(step) + 1] if one.each]
            self._crew.missing(step.id, lanes, lambda back, again=again: self._again(again, back))  # type: ignore[misc] # as above
        self._crew.require_one()

    def _again(self, steps: Sequence[Step], lanes: Sequence[Lane]) -> None:
        for step in steps:
            self._insist(lambda step=step: self._step(step, self._crew.active(lanes)))  # type: ignore[misc] # as above

    def _step(self, step: Step, lanes: Sequence[Lane]) -> None:
        self._crew.look()
        if not step.each:
            kept = any(step.id in self._kept[lane] for lane in lanes)
            if step.id not in self._done and not (kept and step.kind in SETUP_KEPT):
                self._setup(step)
            self._done.add(step.id)
            return
        wanted = [lane for lane in lanes if step.id not in lane.done and not self._is_kept(step, lane)]

        def do(lane: Lane) -> None:
            lane.setup(lane.steps[step.id])
            lane.done.add(step.id)

        if step.kind == "configure" and not any(_by_hand(step, lane) for lane in wanted):
            self._crew.at_once(wanted, do)
            return
        for lane in wanted:
            self._crew.alone(lane, do)

    def _is_kept(self, step: Step, lane: Lane) -> bool:
        return step.kind in SETUP_KEPT and step.id in self._kept[lane]


class _Going:
    """How a retake of one unit goes: look, measure, hold; see `retaking.Going`."""

    def __init__(self, one_by_one: OneByOne, test: TestPlan, lane: Lane) -> None:
        self._one_by_one, self._test, self._lane = one_by_one, test, lane

    def look(self, *, in_one_go: bool = False) -> None:
        self._one_by_one.look(in_one_go=in_one_go)

    def measure(self, step: Step) -> None:
        self._one_by_one.point(self._test, step, self._lane)

    def begin_anew(self, wanted: HoldWanted) -> None:
        self._one_by_one.begin_anew(wanted)


def _out_of_limits(condition: ConditionPlan) -> None:
    raise OutsideLimits(condition)


def _by_hand(step: Step, lane: Lane) -> bool:
    return lane.do.bench.of(step.role).binding.driver == KEYBOARD
