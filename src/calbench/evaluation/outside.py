"""Outside: whether a point was measured under other conditions than its procedure wants, while it can be repeated."""

from __future__ import annotations

from collections.abc import Sequence

from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.recorded import OperatingFound
from calbench.evaluation import gathering
from calbench.evaluation.results import conclude_one


def outside(plan: Plan, events: Sequence[Event], point: str, attempt: int) -> list[OperatingFound]:
    """Give the operating conditions that did not hold in an attempt at a point.

    Args:
        plan: Of the unit.
        events: Of the unit, so far.
        point: Its id; KeyError if there is none.
        attempt: Its number; it has all its readings.
    """
    if not plan.point(point).operating:
        return []
    several = gathering.attempts(plan, events)
    own = [one.model_copy(update={"counts": one.number == attempt}) for one in several.get(point, [])]
    return [one for one in conclude_one(plan, {**several, point: own}, point).operating if not one.holds]
