"""The laboratory's calibration and measurement capability (CMC) at a point: the smallest U that it states there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.documents.asset import FrequencySpan
from calbench.documents.station import Cmc
from calbench.planning.limits import quantity
from calbench.quantities import Quantity, Value, parse_quantity


def smallest(
    stated: Mapping[str, Sequence[Cmc]], wanted: Sequence[str], value: Quantity, frequency: Quantity | None
) -> Quantity | None:
    """Give the CMC of a capability at a value and, if it alternates, a frequency; None where none is stated.

    Of several entries that hold there, the one with the narrowest span counts.

    Args:
        stated: entries by capability of the items that are calibrated, such as `measure.voltage.dc` of voltmeters.
        wanted: capabilities of the item under test.
        value: at which it is calibrated.
        frequency: of an alternating quantity.

    Raises:
        ValueError: The entry gives no quantity, or a negative one.
    """
    fitting = [
        one
        for capability in wanted
        for one in stated.get(capability, ())
        if parse_quantity(one.from_) <= value <= parse_quantity(one.to) and _holds_at(one, frequency)
    ]
    if not fitting:
        return None
    entry = min(fitting, key=lambda one: parse_quantity(one.to).value - parse_quantity(one.from_).value)
    size = value if value.unit.offset else abs(value)
    scope: dict[str, Value] = {"value": value, "out": size, "rdg": size}
    found = quantity(entry.expanded, scope)
    if found.value <= 0:
        raise ValueError(f"the CMC '{entry.expanded}' is {found.text()} at {value}; it must be above zero")
    return found


def _holds_at(entry: Cmc, frequency: Quantity | None) -> bool:
    if entry.frequency is None:
        return frequency is None
    if frequency is None:
        return False
    if isinstance(entry.frequency, FrequencySpan):
        return parse_quantity(entry.frequency.from_) <= frequency <= parse_quantity(entry.frequency.to)
    return parse_quantity(entry.frequency) == frequency
