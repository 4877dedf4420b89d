"""Which tests give one result for the whole test: those whose value reduces many readings to one."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.measurands import MEASURANDS, split
from calbench.documents.procedure import Test
from calbench.documents.tables import ValueTable
from calbench.planning.parameters import Given
from calbench.planning.tables import shapes_of
from calbench.quantities import (
    CELSIUS,
    WORD,
    Dimension,
    Quantity,
    Shape,
    Unit,
    Vector,
    dimension_of,
    find_unit,
    parse,
)

NOTHING: Mapping[str, str | ValueTable] = {}


def is_series(
    test: Test, parameters: Mapping[str, Given], of_load: Mapping[str, str | ValueTable] = NOTHING
) -> bool:
    """Tell whether `evaluate.value` takes the points of the test together: `max(indication) - min(indication)`.

    With one value per point in scope, such an expression gives one value; any other gives one per point. `of_load` are
    the values of the procedure that look at the load.
    """
    if test.evaluate is None or (test.read is None and not test.inputs):
        return False
    shapes: dict[str, Shape] = {
        name: value.dimension if isinstance(value, Quantity) else WORD for name, value in parameters.items()
    }
    scope: dict[str, Shape] = {**shapes, **{f"${name}": shape for name, shape in shapes.items()}}
    scope |= shapes_of(of_load, {**scope, "load": find_unit("kg").dimension})
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
        name: find_unit(MEASURANDS[split(one.read)[1]].unit) for name, one in (test.inputs or {}).items()
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


def _step(unit: Unit) -> Shape:
    return find_unit("K").dimension if unit.offset else unit.dimension
