"""The functions of expressions, on one quantity and on several."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from calbench.quantities.decimals import EXACT
from calbench.quantities.errors import DimensionError, QuantityError
from calbench.quantities.quantity import Quantity, refuse_offset, require_comparable
from calbench.quantities.rounding import round_to, round_up_to
from calbench.quantities.units import coherent_unit, describe, find_unit

_KELVIN = find_unit("K")
_HALF = Fraction(1, 2)


def minimum(values: tuple[Quantity, ...]) -> Quantity:
    """Give the least value."""
    return min(_alike("min", values), key=_by_value)


def maximum(values: tuple[Quantity, ...]) -> Quantity:
    """Give the greatest value."""
    return max(_alike("max", values), key=_by_value)


def mean(values: tuple[Quantity, ...]) -> Quantity:
    """Give the arithmetic mean, rounded only beyond 34 digits."""
    return Quantity(_mean(_alike("mean", values)), values[0].unit)


def stdev(values: tuple[Quantity, ...]) -> Quantity:
    """Give the experimental standard deviation of the sample (JCGM 100:2008, 4.2.2), of degC in K."""
    if len(_alike("stdev", values)) == 1:
        raise QuantityError("one value has no standard deviation", "take two readings or more")
    centre = _mean(values)
    squares = Decimal(0)
    for quantity in values:
        deviation = EXACT.subtract(quantity.value, centre)
        squares = EXACT.fma(deviation, deviation, squares)
    unit = values[0].unit
    return Quantity(
        EXACT.sqrt(EXACT.divide(squares, Decimal(len(values) - 1))), _KELVIN if unit.offset else unit
    )


def count(values: tuple[Quantity, ...]) -> Quantity:
    """Give the number of values."""
    return Quantity(Decimal(len(values)))


def count_true(truths: tuple[bool, ...]) -> Quantity:
    """Give the number of those that are true."""
    return Quantity(Decimal(sum(truths)))


def total(values: tuple[Quantity, ...]) -> Quantity:
    """Give the sum, rounded only beyond 34 digits; a temperature in degC has none."""
    for value in _alike("sum", values):
        refuse_offset(value)
    return Quantity(_total(values), values[0].unit)


def square_root(quantity: Quantity) -> Quantity:
    """Give the square root; its dimension has half the exponents."""
    refuse_offset(quantity)
    if quantity.value < 0:
        raise QuantityError(f"{quantity} has no square root: it is negative")
    return Quantity(EXACT.sqrt(quantity.value), coherent_unit(quantity.dimension**_HALF))


def exponential(quantity: Quantity) -> Quantity:
    """Give e to the power of a plain number."""
    return Quantity(EXACT.exp(_plain("exp", quantity)))


def logarithm(quantity: Quantity) -> Quantity:
    """Give the natural logarithm of a plain number above zero."""
    value = _plain("log", quantity)
    if value <= 0:
        raise QuantityError(f"{quantity} has no logarithm: it is not above zero")
    return Quantity(EXACT.ln(value))


def ceiling(quantity: Quantity) -> Quantity:
    """Give the least whole number that is not below a plain number."""
    return Quantity(_plain("ceil", quantity).to_integral_value(ROUND_CEILING))


def floor(quantity: Quantity) -> Quantity:
    """Give the greatest whole number that is not above a plain number."""
    return Quantity(_plain("floor", quantity).to_integral_value(ROUND_FLOOR))


def sine(quantity: Quantity) -> Quantity:
    """Give the sine of an angle (rad, deg), to double precision."""
    return _trigonometric(math.sin, "sin", quantity)


def cosine(quantity: Quantity) -> Quantity:
    """Give the cosine of an angle (rad, deg), to double precision."""
    return _trigonometric(math.cos, "cos", quantity)


def rounded(quantity: Quantity, step: Quantity) -> Quantity:
    """Round to the nearest multiple of a step, half to even (GB/T 8170)."""
    return Quantity(round_to(*_steps("round", quantity, step)), quantity.unit)


def rounded_up(quantity: Quantity, step: Quantity) -> Quantity:
    """Give the least multiple of a step that is not below a quantity."""
    return Quantity(round_up_to(*_steps("round_up", quantity, step)), quantity.unit)


OF_ONE: dict[str, Callable[[Quantity], Quantity]] = {
    "abs": abs,
    "sqrt": square_root,
    "exp": exponential,
    "log": logarithm,
    "sin": sine,
    "cos": cosine,
    "ceil": ceiling,
    "floor": floor,
}
OF_TWO: dict[str, Callable[[Quantity, Quantity], Quantity]] = {"round": rounded, "round_up": rounded_up}
OF_SEVERAL: dict[str, Callable[[tuple[Quantity, ...]], Quantity]] = {
    "min": minimum,
    "max": maximum,
    "mean": mean,
    "stdev": stdev,
    "count": count,
    "sum": total,
}


def _steps(name: str, quantity: Quantity, step: Quantity) -> tuple[Decimal, Decimal]:
    refuse_offset(quantity)
    require_comparable(quantity, step)
    if step.value <= 0:
        raise QuantityError(f"{name} to {step}: a step is above zero")
    return quantity.value, step.value


def _trigonometric(function: Callable[[float], float], name: str, quantity: Quantity) -> Quantity:
    angle = float(_plain(name, quantity))
    if not math.isfinite(angle):
        raise QuantityError(f"{name} of {quantity}: the angle is too large")
    return Quantity(Decimal(repr(function(angle))))


def _plain(name: str, quantity: Quantity) -> Decimal:
    if not quantity.dimension.dimensionless:
        raise DimensionError(f"{name} takes a plain number, not {quantity}: {describe(quantity.dimension)}")
    return quantity.value


def _alike(name: str, values: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    if not values:
        raise QuantityError(f"{name} of no values")
    for value in values[1:]:
        require_comparable(values[0], value)
    return values


def _mean(values: tuple[Quantity, ...]) -> Decimal:
    return EXACT.divide(_total(values), Decimal(len(values)))


def _total(values: tuple[Quantity, ...]) -> Decimal:
    found = Decimal(0)
    for quantity in values:
        found = EXACT.add(found, quantity.value)
    return found


def _by_value(quantity: Quantity) -> Decimal:
    return quantity.value
