"""What an instrument must be told to measure something, at a point: the constant of a meter, a time to count for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from calbench.documents.measurands import MEASURANDS, TOLD
from calbench.documents.procedure import Test
from calbench.planning import limits
from calbench.planning.refusal import Reasons
from calbench.quantities import Quantity, Value, find_unit

COUNTED = ("pulses",)
"""What is a whole number above zero."""


def told(
    test: Test, read: Iterable[str], scope: Mapping[str, Value], name: str, reasons: Reasons
) -> dict[str, str]:
    """Give what `with` of a test says for the quantities that it reads, by name; a reason for each that cannot be."""
    found: dict[str, str] = {}
    wanted = {one: quantity for quantity in read for one in MEASURANDS[quantity].told}
    for one, quantity in wanted.items():
        text = test.with_.get(one)
        if not isinstance(text, str):
            reasons.add(f"{name}: {quantity} is measured with a {one}, and with: does not say it.")
            continue
        try:
            value = limits.quantity(text, scope)
            number = value.in_unit(find_unit(TOLD[one]))
        except ValueError as error:
            reasons.add(f"{name}: {one} '{text}' cannot be told: {error}.")
            continue
        if number <= 0 or (one in COUNTED and number != number.to_integral_value()):
            kind = "a whole number above zero" if one in COUNTED else "above zero"
            reasons.add(f"{name}: {one} '{text}' is {value}; it must be {kind}.")
            continue
        found[one] = Quantity.of(number, TOLD[one]).text()
    return found
