"""Under which conditions each attempt was made, from the samples that the journal has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from calbench.documents.journal import Event
from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import Plan
from calbench.documents.recorded import PointCondition
from calbench.quantities import parse_quantity

Key = tuple[str, int]
"""Point and number of an attempt."""
_ENDS = ("attempt_finished", "attempt_discarded")


@dataclass
class _Sample:
    value: Decimal
    t_mono: Decimal
    outside: bool = False


@dataclass(frozen=True)
class _Made:
    """An attempt: when it began, and the samples of each condition, the last one before it first."""

    began: Decimal
    samples: dict[str, list[_Sample]]


def of_attempts(plan: Plan, events: Iterable[Event]) -> dict[Key, list[PointCondition]]:
    """Give the conditions of every attempt; none where the plan does not ask for them, or nothing was sampled."""
    wanted = [one.quantity for one in plan.conditions if one.per_point]
    if not wanted:
        return {}
    last: dict[str, _Sample] = {}
    made: dict[Key, _Made] = {}
    going: set[Key] = set()
    for event in events:
        quantity, key = str(event.body.get("quantity", "")), (event.point, event.attempt)
        if event.type == "condition" and quantity in wanted:
            value = parse_quantity(str(event.body["value"])).in_unit(MEASURANDS[quantity].unit)
            last[quantity] = _Sample(value, Decimal(event.t_mono))
            for one in going:
                made[one].samples.setdefault(quantity, []).append(last[quantity])
        elif event.type == "violation" and quantity in last:
            last[quantity].outside = True
        elif event.type == "attempt_started":
            _begin(made.setdefault(key, _Made(Decimal(event.t_mono), {})), last)
            going.add(key)
        elif event.type in _ENDS:
            going.discard(key)
    return {key: _ranges(one) for key, one in made.items()}


def _begin(one: _Made, last: dict[str, _Sample]) -> None:
    """Take the last samples before an attempt, or before its next pass."""
    for quantity, sample in last.items():
        known = one.samples.setdefault(quantity, [])
        if not known or known[-1] is not sample:
            known.append(sample)


def _ranges(one: _Made) -> list[PointCondition]:
    return [
        PointCondition(
            quantity=quantity,
            unit=MEASURANDS[quantity].unit,
            minimum=str(min(sample.value for sample in samples)),
            maximum=str(max(sample.value for sample in samples)),
            samples=len(samples),
            outside=sum(sample.outside for sample in samples),
            age_s=str(max(Decimal(0), one.began - samples[0].t_mono)),
        )
        for quantity, samples in sorted(one.samples.items(), reverse=True)
    ]
