"""Which tests give one result for the whole test: those whose value reduces many readings to one."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.measurands import MEASURANDS, split
from calbench.documents.procedure import Test
from calbench.quantities import (
    CELSIUS,
    WORD,
    Dimension,
    Quantity,
    Shape,
    Unit,
    Value,
    Vector,
    dimension_of,
    find_unit,
    parse,
)


def is_series(test: Test, stated: Mapping[str, Value]) -> bool:
    """Tell whether `evaluate.value` takes the points of the test together: `max(indication) - min(indication)`.

    With one value per point in scope, such an expression gives one value; any other gives one per point.
    `stated` are the names that a point of it has by itself.
    """
    if test.evaluate is None or (test.read is None and not test.inputs):
        return False
    scope: dict[str, Shape] = {
        name: _shape(value) if isinstance(value, Quantity) else WORD for name, value in stated.items()
    }
    measured = _measured(test, scope)
    per_point: dict[str, Shape] = dict.fromkeys(
        ("indication", "error", "reference", "load", "nominal"), Vector(measured)
    )
    if test.unit is not None:
        per_point["error"] = Vector(find_unit(test.unit).dimension)
    return isinstance(dimension_of(parse(test.evaluate.value), {**scope, **per_point}), Dimension)


def _measured(test: Test, scope: Mapping[str, Shape]) -> Dimension:
    """Give the dimension of the indication."""
    if test.read is not None:
        return find_unit(MEASURANDS[split(test.read)[1]].unit).dimension
    units = {
        name: find_unit(MEASURANDS[split(one.used)[1]].unit) for name, one in (test.inputs or {}).items()
    }
    shapes: dict[str, Shape] = {
        name: CELSIUS if unit.offset else unit.dimension for name, unit in units.items()
    }
    kilogram = find_unit("kg").dimension
    loads: dict[str, Shape] = {
        f"{name}.load": kilogram for name, one in (test.inputs or {}).items() if one.place
    }
    known = {
        **scope,
        **shapes,
        **loads,
        **{f"{name}.resolution": _step(unit) for name, unit in units.items()},
    }
    found = dimension_of(parse(test.indication or ""), known)
    return found if isinstance(found, Dimension) else find_unit("K").dimension


def _shape(value: Quantity) -> Shape:
    return CELSIUS if value.unit.offset else value.dimension


def _step(unit: Unit) -> Shape:
    return find_unit("K").dimension if unit.offset else unit.dimension
