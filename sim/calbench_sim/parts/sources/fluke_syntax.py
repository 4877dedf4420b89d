"""Parameters and error texts of Fluke's calibrators (5500A manual, chapter 5; 5522A manual, p. 421)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

# Codes 0, 1, 539 and 1300 are published; the others follow the same plan, with texts of our own.
TEXTS: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "Error queue overflow",
        501: "Invalid keyword or choice",
        506: "Function not available",
        507: "Value not available",
        518: "Value outside locked range",
        519: "Must specify an output unit",
        523: "Can't do that now",
        539: "Can't change compensation now",
        725: "Illegal limit setting",
        1300: "Bad syntax",
        1301: "Unknown command",
        1302: "Bad parameter count",
        1304: "Bad parameter type",
        1305: "Bad parameter unit",
        1306: "Bad parameter value",
        1307: "488.2 deadlock",
        1308: "488.2 interrupted query",
        1309: "488.2 unterminated command",
        1317: "Input buffer full",
        1318: "Bad number",
    }
)
_QUANTITY = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:E([+-]?\d{1,4}))?\s*([A-Z]*)")
_MOST_DIGITS, LARGEST_EXPONENT = 15, 20


class Refused(Exception):  # noqa: N818 - an event inside the model, not an error of ours
    """A command that the instrument does not carry out, with the code that it queues."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(TEXTS.get(code, ""))


class Quantity(NamedTuple):
    """A parameter such as `100 MV`: value in the base unit, unit (empty if none was given)."""

    value: Decimal
    unit: str


def parse_quantity(text: str, units: Mapping[str, tuple[str, Decimal]]) -> Quantity:
    """Read a number with optional unit, `units` giving base unit and multiplier of each spelling.

    Raises:
        Refused: no number, more than 15 digits, an exponent beyond 20, or an unknown unit.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise Refused(1300 if not text else 1304)
    sign, whole, part, exponent, unit = match[1], match[2], match[3] or "", match[4] or "0", match[5]
    digits = (whole + part).lstrip("0").rstrip("0")
    if len(digits) > _MOST_DIGITS or abs(int(exponent)) > LARGEST_EXPONENT:
        raise Refused(1318)
    number = Decimal(f"{sign}{whole or '0'}.{part or '0'}E{exponent}")
    if not unit:
        return Quantity(number, "")
    if unit not in units:
        raise Refused(1305)
    base, multiplier = units[unit]
    return Quantity(number * multiplier, base)
