"""Numbers as people type them: digits with a decimal point, alone or with a unit, read exactly."""

from __future__ import annotations

import re
from decimal import Decimal

_TYPED = re.compile(r"\s*(?P<number>[+-]?[\d.]+([eE][+-]?\d+)?)\s*(?P<unit>(?:[^\d\s.+-].*?)?)\s*", re.ASCII)

SCALES: dict[str, dict[str, str]] = {
    "V": {"uV": "1e-6", "mV": "1e-3", "V": "1", "kV": "1e3"},
    "A": {"nA": "1e-9", "uA": "1e-6", "mA": "1e-3", "A": "1"},
    "F": {"pF": "1e-12", "nF": "1e-9", "uF": "1e-6", "mF": "1e-3", "F": "1"},
    "Hz": {"Hz": "1", "kHz": "1e3", "MHz": "1e6"},
    "Pa": {
        "Pa": "1",
        "hPa": "1e2",
        "kPa": "1e3",
        "MPa": "1e6",
        "mbar": "1e2",
        "bar": "1e5",
        "mmHg": "133.322387415",
    },
    "W": {"W": "1", "kW": "1e3", "MW": "1e6"},
    "var": {"var": "1", "kvar": "1e3"},
    "VA": {"VA": "1", "kVA": "1e3"},
    "J": {"J": "1", "kJ": "1e3", "MJ": "1e6", "GJ": "1e9", "Wh": "3600", "kWh": "3.6e6"},
    "m^3": {"m^3": "1", "L": "1e-3", "mL": "1e-6"},
    "m^3/h": {"m^3/h": "1", "L/h": "1e-3", "L/min": "0.06"},
    "m": {"mm": "1e-3", "m": "1", "km": "1e3"},
    "s": {"ms": "1e-3", "s": "1", "min": "60", "h": "3600"},
    "s/day": {"s/day": "1", "s/d": "1"},
    "1": {"1": "1"},
    "Ohm": {"mOhm": "1e-3", "Ohm": "1", "kOhm": "1e3", "MOhm": "1e6", "GOhm": "1e9"},
    "kg": {"mg": "1e-6", "g": "1e-3", "kg": "1", "t": "1e3"},
    "degC": {"degC": "1"},
    "%RH": {"%RH": "1", "%": "1"},
    "%": {"%": "1", "ppm": "1e-4"},
}
"""Units that a number may be typed in, with the factor to the unit of the reading, which stands first."""

_CLOCK = re.compile(r"\s*(\d{1,2}):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)\s*", re.ASCII)
_NUMERAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)


def typed_value(typed: str, unit: str) -> Decimal | None:
    """Give the value of a typed number in `unit`, exactly; None if it is no number, or its unit does not fit.

    A time may be a time of day.
    """
    if unit == "s" and (seconds := of_day(typed)) is not None:
        return seconds
    found = _TYPED.fullmatch(typed)
    scales = SCALES.get(unit)
    if found is None or scales is None or not _NUMERAL.fullmatch(found["number"]):
        return None
    scale = scales.get(found["unit"] or unit)
    return None if scale is None else Decimal(found["number"]) * Decimal(scale)


def of_day(typed: str) -> Decimal | None:
    """Give the seconds since midnight of a time like 08:30:05.2; None if it is none."""
    found = _CLOCK.fullmatch(typed)
    return None if found is None else int(found[1]) * 3600 + int(found[2]) * 60 + Decimal(found[3])
