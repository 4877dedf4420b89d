"""Which tests give one result for the whole test: those whose value reduces many readings to one."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.measurands import MEASURANDS, split
from calbench.documents.procedure import Test
from calbench.planning.parameters import Given
from calbench.quantities import WORD, Dimension, Quantity, Vector, dimension_of, find_unit, parse


def is_series(test: Test, parameters: Mapping[str, Given]) -> bool:
    """Tell whether `evaluate.value` takes the points of the test together: `max(indication) - min(indication)`.

    With one value per point in scope, such an expression gives one value; any other gives one per point.
    """
    if test.evaluate is None or test.read is None:
        return False
    measured = find_unit(MEASURANDS[split(test.read)[1]].unit).dimension
    shapes = {
        name: value.dimension if isinstance(value, Quantity) else WORD for name, value in parameters.items()
    }
    scope = {**shapes, **{f"${name}": shape for name, shape in shapes.items()}}
    per_point = dict.fromkeys(("indication", "error", "reference", "load", "nominal"), Vector(measured))
    return isinstance(dimension_of(parse(test.evaluate.value), {**scope, **per_point}), Dimension)
