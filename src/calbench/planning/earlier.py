"""What the model of a test with inputs uses of the tests before it, such as the mean tare of a lot of prepackages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from calbench.documents.plan import TestPlan
from calbench.documents.point import Point
from calbench.documents.procedure import Test
from calbench.documents.stages import unstaged
from calbench.metrology.composition import looked_at
from calbench.quantities import Quantity, Value, find_unit, parse_quantity


def foreseen(
    test: Test, tests: Sequence[TestPlan], points: Sequence[Point], stage: str = ""
) -> dict[str, Value]:
    """Give `<test>.indication` and `<test>.error` of the tests that a model names, one value for each point.

    Nothing is measured yet: each value is one step of the resolution, or zero where that is not stated.
    """
    wanted = looked_at(test.indication or "", test.reference or "")
    found: dict[str, Value] = {}
    for one in tests:
        name = unstaged(one.id, stage)
        own = [point for point in points if point.test == one.id]
        if one.stage != stage or name not in wanted or not own:
            continue
        found[f"{name}.indication"] = tuple(_step(point, point.unit) for point in own)
        found[f"{name}.error"] = tuple(_step(point, one.unit or point.unit) for point in own)
    return found


def rests_on(test: TestPlan, tests: Sequence[TestPlan]) -> list[str]:
    """Name the tests that the model of a test uses."""
    wanted = looked_at(test.indication, test.reference)
    return [one.id for one in tests if one.stage == test.stage and unstaged(one.id, one.stage) in wanted]


def _step(point: Point, symbol: str) -> Quantity:
    unit = find_unit(symbol)
    if point.resolution is not None and parse_quantity(point.resolution).dimension == unit.dimension:
        return parse_quantity(point.resolution)
    return Quantity(Decimal(0), find_unit("K") if unit.offset else unit)
