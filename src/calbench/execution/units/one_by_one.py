"""One by one: what is shared goes from unit to unit, or each unit has its own and goes its own way."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence

from calbench.documents.plan import Step, TestPlan
from calbench.documents.point import Point
from calbench.execution.controlling import HoldWanted
from calbench.execution.units.crew import Crew
from calbench.execution.units.lane import Lane
from calbench.execution.units.leads import Leads

Together = Callable[[Iterable[str]], contextlib.AbstractContextManager[object]]
"""Lets a point have all things with these names, as long as it is measured."""


class OneByOne:
    """Measures tests with one unit after the other.

    Args:
        crew: The units.
        leads: Of one unit at a time.
        together: Gives a point what it shares with others.
        free: Whether it runs in a lane beside others, with which it is held together.
    """

    def __init__(self, crew: Crew, leads: Leads, together: Together, *, free: bool = False) -> None:
        self._crew = crew
        self._leads = leads
        self._together = together
        self.free = free
        self.look = crew.look_in_lane if free else crew.look

    def test(self, test: TestPlan, steps: Sequence[Step], lanes: Sequence[Lane]) -> None:
        """Measure the points of a test that are not final: point by point, and in one go what must be.

        Raises:
            HoldWanted, StopWanted: A person wants so.
            SharedFault: What all share does not work.
        """
        to_do = self._crew.to_do(test, list(steps), lanes)
        if lanes and lanes[0].standing.atomic(test):
            turns = [(lane, step) for lane in lanes for step in steps]
        else:
            turns = [(lane, step) for step in steps for lane in lanes]
        begun: set[Lane] = set()
        for lane, step in turns:
            if lane.state == "in" and step.id in to_do[lane.position]:
                self.look(in_one_go=lane in begun and lane.standing.atomic(test))
                begun.add(lane)
                self.point(test, step, lane)

    def begin_anew(self, wanted: HoldWanted) -> None:
        """Drop what was begun, and hold if that is wanted.

        Raises:
            HoldWanted: Others run beside it: all are held together.
        """
        if self.free:
            raise wanted
        self._crew.begin_anew(wanted)

    def point(self, test: TestPlan, step: Step, lane: Lane) -> None:
        """Measure one point in one pass of one unit, with its leads connected."""
        with self._together(_shared(lane.points[step.point], lane)):
            self._leads.need(test, lane)
            self._crew.alone(lane, lambda lane: lane.measure(step))


def _shared(point: Point, lane: Lane) -> list[str]:
    """Name what a point uses that other units use too."""
    roles = point.roles
    own = {one.instrument for one in lane.do.bench.own(lane.position)}
    return [one.instrument for one in lane.plan.bindings if one.role in roles and one.instrument not in own]
