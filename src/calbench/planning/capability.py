"""The laboratory's calibration and measurement capability (CMC) at a point: the smallest U that it states there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.documents.asset import FrequencySpan
from calbench.documents.measurands import MEASURANDS, split
from calbench.documents.station import Cmc
from calbench.planning.expansion import Case
from calbench.planning.limits import quantity
from calbench.planning.refusal import Reasons
from calbench.planning.seating import UUT
from calbench.planning.setting import Setting
from calbench.quantities import Quantity, Unit, Value, find_unit, parse_quantity


def at(case: Case, setting: Setting, read: str, result: Unit, reasons: Reasons) -> Quantity | None:
    """Give the CMC for what the unit under test does, at the nominal value of a point; None where there is none.

    Args:
        case: The point.
        setting: Of the test.
        read: The quantity of the indication.
        result: The unit of U.
        reasons: Takes one more, where the CMC cannot be computed or compared with U.
    """
    if case.nominal is None or UUT not in setting.bound:
        return None
    wanted = [one for one in setting.bound[UUT].role.needs if split(one)[1] == read]
    if wanted and find_unit(MEASURANDS[read].unit).dimension != case.nominal.dimension:
        return None
    try:
        found = smallest(setting.cmc, wanted, case.nominal, case.frequency)
    except ValueError as error:
        reasons.add(f"{case.name}: {error}.")
        return None
    if found is not None and found.dimension != result.dimension:
        reasons.add(
            f"{case.name}: the laboratory's CMC is {found}, and U of this test is in {result.symbol}, so that nobody "
            "can say which is larger. Leave unit: out of the test, or the entry out of cmc."
        )
        return None
    return found


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
