"""Leads: what is connected to what, and when the operator must be asked to change it."""

from __future__ import annotations

from collections.abc import Callable

from calbench.documents.plan import Plan, Step, TestPlan
from calbench.execution.units.lane import Lane


class Leads:
    """The leads of several units: those of all at once, or those of one unit at a time.

    Args:
        plan: That of the run.
        connect: Has the operator connect all units together.
        each: Whether they are connected to one unit at a time.
    """

    def __init__(self, plan: Plan, connect: Callable[[Step], None], *, each: bool) -> None:
        self._steps = {step.connection: step for step in plan.steps if step.kind == "connect"}
        self._connect = connect
        self._each = each
        self._made: tuple[str, str] | None = None

    def need(self, test: TestPlan, lane: Lane) -> None:
        """Have the leads of a test connected, to a unit or to all of them, unless they are.

        Raises:
            RunFailed: The outputs cannot be made safe before, or it is not confirmed.
        """
        if not test.connection:
            return
        wanted = (test.connection, lane.position if self._each else "")
        if wanted == self._made:
            return
        self._made = None
        step = self._steps[test.connection]
        if self._each:
            lane.setup(lane.steps[step.id])
        else:
            self._connect(step)
        self._made = wanted
