"""Operating conditions: whether a point was measured as its procedure wants it, from what was read there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal

from calbench.documents.point import OperatingPlan, Point
from calbench.documents.recorded import OperatingFound
from calbench.evaluation.observing import limits_of, quantity
from calbench.evaluation.showing import show_operating, within
from calbench.quantities import Quantity, Unit, Value, display

_DIGITS = Context(prec=30)
"""Conversions are right to 30 digits: 100 L in 100 s are 3.6 m^3/h, and lie in a window that ends there."""


def found(point: Point, names: Mapping[str, Value]) -> list[OperatingFound]:
    """Give each condition of a point as it was found; one that cannot be computed does not hold, and says why.

    Args:
        point: Of the plan.
        names: What expressions of the point may use, with their values.
    """
    return [_found(one, names) for one in point.operating]


def _found(one: OperatingPlan, names: Mapping[str, Value]) -> OperatingFound:
    try:
        bounds = limits_of(one.limit, names)
        value = quantity(one.value, names)
        unit = next(bound.unit for bound in bounds if bound is not None)
        number = _in(value, unit)
        lower, upper = (None if bound is None else _in(bound, unit) for bound in bounds)
    except (ValueError, ArithmeticError) as error:
        return OperatingFound(name=one.name, holds=False, why=str(error))
    shown = show_operating(number, lower, upper)
    return OperatingFound(
        name=one.name,
        value=value.text(unit),
        lower=None if bounds[0] is None else bounds[0].text(unit),
        upper=None if bounds[1] is None else bounds[1].text(unit),
        holds=within(number, lower, upper),
        unit=display(unit),
        shown=shown[0],
        shown_lower=shown[1],
        shown_upper=shown[2],
    )


def _in(value: Quantity, unit: Unit) -> Decimal:
    return _DIGITS.plus(value.in_unit(unit))
