"""Following a run while it goes on: what each of its units comes to so far."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from calbench.documents.canonical import digest
from calbench.documents.journal import by_position

if TYPE_CHECKING:
    from calbench.documents.journal import Event
    from calbench.documents.plan import Plan
    from calbench.documents.record import Result
    from calbench.documents.recorded import OperatingFound


class Following:
    """Told of each event; gives results of each unit from those that there were, by its position.

    Args:
        plan: Of the run.
        earlier: The events of the parts before, of a run that was resumed.
    """

    def __init__(self, plan: Plan, earlier: Iterable[Event] = ()) -> None:
        run = digest(plan) if plan.units else ""
        self._plans = {position: plan.at(position, run) for position in plan.positions}
        self._events: dict[str, list[Event]] = {position: [] for position in plan.positions}
        self._several = bool(plan.units)
        for event in earlier:
            self(event)

    def __call__(self, event: Event) -> None:
        """Take note of an event that results follow from."""
        if not event.point and event.type != "answered":
            return
        if not self._several:
            next(iter(self._events.values())).append(event)
        elif event.position:
            self._events[event.position].append(event)
        else:
            for position, own in by_position([event], list(self._events)).items():
                self._events[position] += own

    def failing(self, position: str, test: str) -> list[str]:
        """Name the points of a test that do not pass so far."""
        from calbench.evaluation.recording import failing  # noqa: PLC0415 - loaded where it is used

        return failing(self._plans[position], self._events[position], test)

    def near(self, position: str, point: str, attempt: int) -> bool:
        """Tell whether the attempt that is being made calls for the further readings of its point."""
        from calbench.evaluation.nearing import near_limit  # noqa: PLC0415 - loaded where it is used

        return near_limit(self._plans[position], self._events[position], point, attempt)

    def outside(self, position: str, point: str, attempt: int) -> list[OperatingFound]:
        """Give the operating conditions of a point that did not hold in an attempt."""
        from calbench.evaluation.outside import outside  # noqa: PLC0415 - loaded where it is used

        return outside(self._plans[position], self._events[position], point, attempt)

    def result(self, position: str, point: str) -> Result:
        """Give the result of a point so far.

        Raises:
            KeyError: The plan has no such point.
        """
        from calbench.evaluation.gathering import attempts  # noqa: PLC0415 - loaded where it is used
        from calbench.evaluation.results import conclude_one  # noqa: PLC0415 - as above

        plan = self._plans[position]
        return conclude_one(plan, attempts(plan, self._events[position]), point)
