"""What the standards of a point bring to its result, where that is computed from several readings.

How much of an error of a standard arrives there is the derivative of the composed model by what the standard gives, at
the values that are expected. A standard has one error at one value, however often it is read there: its derivatives
add with their signs. At different values its errors may have different signs, and their sizes add.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from calbench.planning.inputs import Planned
from calbench.quantities import Quantity, Unit, significant
from calbench.traceability.parts import AtPoint

DIGITS = 6
"""Digits of what is carried: the derivatives are those of differences."""


@dataclass(frozen=True)
class Error:
    """An error of a standard within limits: what it moves, what it is an error of, and the largest it may be."""

    moves: str
    of: str
    size: Quantity


def to_digits(value: Quantity, digits: int) -> Quantity:
    """Round a quantity to significant digits in its own unit, which for s/day are others than in SI."""
    return Quantity.of(significant(value.in_unit(value.unit), digits), value.unit)


def value_of(found: AtPoint) -> str:
    """Name the value of a certificate that a standard has here: what is one value has one error."""
    return "+".join(part.influence for part in found.parts)


def carried(inputs: Planned, errors: Iterable[Error], unit: Unit) -> Quantity:
    """Give the largest error of the result that these errors may make together; six digits in the unit of the result.

    Raises:
        ValueError: The model has no value beside the expected values.
    """
    if inputs.model is None or inputs.outcome is None:
        raise ValueError("there is no model that carries an error of a standard to the result")
    sizes: dict[str, float] = {}
    own = [one for one in errors if one.size.value]
    for one in own:
        sizes[one.moves] = max(sizes.get(one.moves, 0.0), float(one.size.value))
    slopes = inputs.model.slopes(inputs.expected, sizes) if sizes else {}
    sums: dict[str, float] = {}
    for one in own:
        sums[one.of] = sums.get(one.of, 0.0) + slopes[one.moves] * float(one.size.value)
    total = Decimal(repr(sum(abs(each) for each in sums.values())))
    return to_digits(Quantity(total, unit), DIGITS)
