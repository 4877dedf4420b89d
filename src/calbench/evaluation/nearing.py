"""Nearing: whether what was read so far lies so near the limit that more readings are wanted before it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.evaluation import gathering
from calbench.evaluation.results import conclude_one
from calbench.quantities import parse_quantity


def near_limit(plan: Plan, events: Sequence[Event], point: str, attempt: int) -> bool:
    """Tell whether the attempt that is being made calls for the further readings of its point.

    Args:
        plan: Of the unit.
        events: Of the unit, so far.
        point: Its id; KeyError if there is none.
        attempt: Its number; it has all readings that are taken of any point of its kind.
    """
    rule = plan.point(point).near_limit
    if rule is None:
        return False
    several = gathering.attempts(plan, events)
    so_far = [one.model_copy(update={"counts": one.number == attempt}) for one in several[point]]
    result = conclude_one(plan, {**several, point: so_far}, point)
    if result.judged is None:
        return False
    value = parse_quantity(result.judged).value
    limit = result.upper if value >= 0 else result.lower
    if limit is None or not parse_quantity(limit).value:
        return False
    share = value / parse_quantity(limit).value
    return Decimal(rule.start) <= share <= Decimal(rule.end)
