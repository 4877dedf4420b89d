"""Parallel: the stimulus is applied once, all units settle and read together; none goes on before the last has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import Step, TestPlan
from calbench.documents.point import Point
from calbench.execution.bench import KEYBOARD
from calbench.execution.measuring import Measuring
from calbench.execution.units.crew import Crew
from calbench.execution.units.lane import Lane
from calbench.execution.units.leads import Leads


class Parallel:
    """Measures tests with all units at once.

    Args:
        crew: The units.
        shared: Applies the stimulus, for all.
        leads: Of all units together.
    """

    def __init__(self, crew: Crew, shared: Measuring, leads: Leads) -> None:
        self._crew = crew
        self._shared = shared
        self._leads = leads
        self._points = {point.id: point for point in shared.plan.points}

    def test(self, test: TestPlan, steps: Sequence[Step], lanes: Sequence[Lane]) -> None:
        """Measure the points of a test that are not final, each for those units that need it.

        Raises:
            HoldWanted, StopWanted: A person wants so.
            Disturbed: The run was suspended while a point was measured.
            SharedFault: What all share does not work.
        """
        to_do = self._crew.to_do(test, list(steps), lanes)
        atomic = bool(lanes) and lanes[0].standing.atomic(test)
        begun = False
        for step in steps:
            wanting = self._wanting(step, lanes, to_do)
            if wanting:
                self._crew.look(in_one_go=begun and atomic)
                self._leads.need(test, wanting[0])
                self._point(step, wanting)
                begun = True

    def _wanting(self, step: Step, lanes: Sequence[Lane], to_do: dict[str, set[str]]) -> list[Lane]:
        return [lane for lane in self._crew.active(lanes) if step.id in to_do[lane.position]]

    def _point(self, step: Step, lanes: Sequence[Lane]) -> None:
        point = self._points[step.point]
        if all(_passes_by(point, lane) for lane in lanes):
            self._passage(step, point, lanes)
            return
        if any(_needs_hands(point, lane) for lane in lanes):
            for lane in lanes:  # a person can be at one unit at a time
                self._crew.look()
                self._crew.alone(lane, lambda lane: lane.measure(step))
            return
        self._shared.watch.sample_for_point()
        attempts = {lane.position: lane.attempt(step) for lane in lanes}

        def begin(lane: Lane) -> None:
            lane.do.begin(step, lane.points[point.id], attempts[lane.position])

        self._crew.at_once(lanes, begin)
        if any(one.early for one in point.inputs):
            self._crew.at_once(
                lanes,
                lambda lane: lane.do.early(
                    step, lane.points[point.id], attempts[lane.position], sampling=False
                ),
            )
        if point.apply_role:
            self._shared.apply(point, 0, attempts)
        self._shared.settle(point)

        def read(lane: Lane) -> None:
            own = lane.points[point.id]
            lane.do.readings(
                step, own, attempts[lane.position], sampling=False
            )  # one at a time may ask the logger
            lane.do.finish(step, own, attempts[lane.position])

        self._crew.at_once(lanes, read)

    def _passage(self, step: Step, point: Point, lanes: Sequence[Lane]) -> None:
        """Let an amount pass once through units in series: what they share is read once, each unit in its turn."""
        self._shared.watch.sample_for_point()
        attempts = {lane.position: lane.attempt(step) for lane in lanes}
        for lane in lanes:
            lane.do.begin(step, lane.points[point.id], attempts[lane.position])
        self._inputs(step, point, attempts, early=True)
        self._shared.apply(point, 0, attempts)
        self._shared.settle(point)
        self._inputs(step, point, attempts, early=False)
        for lane in self._crew.active(lanes):
            self._crew.alone(lane, partial(_finished, step, attempts))

    def _inputs(self, step: Step, point: Point, attempts: Mapping[str, int], *, early: bool) -> None:
        for number, one in enumerate(point.inputs):
            if one.early != early:
                continue
            lanes = [lane for lane in self._crew.active() if lane.position in attempts]
            if lanes and all(lane.do.bench.of(one.role).place != lane.position for lane in lanes):
                units = {lane.position: attempts[lane.position] for lane in lanes}
                self._shared.input_for(step, point, one, units)
                continue
            for lane in lanes:
                self._crew.look()
                self._crew.alone(lane, partial(_own_input, step, number, attempts))


def _own_input(step: Step, number: int, attempts: Mapping[str, int], lane: Lane) -> None:
    """Take the readings of one input of a unit."""
    point = lane.points[step.point]
    lane.do.input(step, point, point.inputs[number], attempts[lane.position], sampling=False)


def _finished(step: Step, attempts: Mapping[str, int], lane: Lane) -> None:
    """Write down that the attempt of a unit is whole."""
    lane.do.finish(step, lane.points[step.point], attempts[lane.position])


def _passes_by(point: Point, lane: Lane) -> bool:
    """Tell whether a point is an amount that passes through all units at once, such as water through meters."""
    if not point.inputs or not point.apply_role or point.prompt or point.place_role:
        return False
    shared = lane.do.bench.of(point.apply_role).place != lane.position
    return shared and MEASURANDS[point.apply].amount and not any(one.place_role for one in point.inputs)


def _needs_hands(point: Point, lane: Lane) -> bool:
    """Tell whether a person must do something at a unit, or its reference value is not what all share.

    A point with inputs is measured with all units at once if each has all that is read of it for itself: what they
    share is read anew for each, next to its own reading, but for an amount that passes through them all. Displays at
    the positions are read one after the other, and show what was there at once.
    """
    if point.questions or point.place_role or point.prompt or not point.read_role:
        return True
    bench = lane.do.bench
    if point.apply_role and bench.of(point.apply_role).place == lane.position:
        return True
    if point.inputs:
        prepared = any(one.prompt or one.place_role for one in point.inputs)
        return prepared or any(bench.of(one.role).place != lane.position for one in point.inputs)
    opened = bench.of(point.read_role)
    return opened.binding.driver == KEYBOARD or opened.place != lane.position
