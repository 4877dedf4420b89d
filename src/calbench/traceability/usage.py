"""Which standards a result rests on, and how much of its variance comes from each: read from the record alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from calbench.documents.plan import Plan
from calbench.documents.point import Point
from calbench.documents.record import BudgetLine, Record, Result

Part = Literal["applied", "placed", "read", "condition"]


@dataclass(frozen=True)
class Use:
    """One standard in one result.

    Attributes:
        asset: its id.
        part: what it did: the source, weights on the pan, a meter that gave the reference, or watching a condition.
        weights: ids of its weights on the pan.
        share: part of the variance of the result that its lines have, %; None if its budget has none.
    """

    asset: str
    part: Part
    weights: tuple[str, ...] = ()
    share: float | None = None


def uses_of(record: Record, result: Result) -> list[Use]:
    """Give the standards of a result, in the order of the plan.

    Of a whole test they are those of all its points, of a derived result those of the points it follows from.
    """
    found: dict[tuple[str, Part], Use] = {}
    test = next((one for one in record.plan.tests if one.id == result.test), None)
    group = None if test is None else test.group(result.id)
    followed = [] if group is None else group.points
    for point in record.plan.points:
        own = point.id == result.id or point.id in followed
        if own or (result.of == "test" and point.test == result.test):
            for use in _of_point(record.plan, point):
                known = found.get((use.asset, use.part))
                weights = dict.fromkeys([*(known.weights if known else ()), *use.weights])
                found[use.asset, use.part] = Use(use.asset, use.part, tuple(weights), _share(result, use))
    return list(found.values())


def _of_point(plan: Plan, point: Point) -> Iterator[Use]:
    parts: list[tuple[str, Part]] = [(point.apply_role, "applied")]
    parts += [(one.role, "applied" if one.kind == "source" else "read") for one in point.reads]
    for role, part in dict.fromkeys(parts):
        for binding in plan.bindings:
            if role and binding.role == role and binding.asset:
                yield Use(binding.asset, part)
    for role, place in (
        (point.place_role, point.place),
        *((one.place_role, one.place) for one in point.inputs),
    ):
        for binding in plan.bindings:
            if role and binding.role == role and place:
                yield from _placed(plan, [binding.asset, *binding.also], place)
    for condition in plan.conditions:
        for binding in plan.bindings:
            if binding.role == condition.role and binding.asset:
                yield Use(binding.asset, "condition")


def _placed(plan: Plan, sets: list[str], place: list[str]) -> Iterator[Use]:
    owned = {one.id: one.weights for one in plan.standards}
    for asset in sets:
        own = tuple(one for one in place if len(sets) == 1 or one in owned.get(asset, []))
        if asset and own:
            yield Use(asset, "placed", own)


def _share(result: Result, use: Use) -> float | None:
    own = [float(line.share) for line in result.budget if is_of(line, use.asset)]
    return sum(own) if own else None


def is_of(line: BudgetLine, asset: str) -> bool:
    """Tell whether a line of a budget comes from an asset, alone or with others that rest on one certificate above."""
    own, _, values = line.influence.rpartition("@")
    if line.influence.startswith("certificate:"):
        return any(one.startswith(f"{asset}/") for one in values.split("+"))
    return (own or values).startswith(f"asset:{asset}/")
