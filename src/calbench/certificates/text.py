"""Texts of a record as they can be printed: the language chosen, units for people, and nothing invisible."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from calbench.certificates.wording import Language
from calbench.quantities import QuantityError, display, find_unit, parse_quantity

# Control, format (direction marks could make one serial number look like another), private, not given
_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")


def local(texts: Mapping[str, str], language: Language) -> str:
    """Give the text in the language, else in English, else the first there is; empty if there is none."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def printable(text: str) -> str:
    """Give a text on one line, with characters that cannot be seen as `[U+202E]`.

    White space of any kind becomes one space: a line break in a serial number has no meaning.
    """
    joined = " ".join(text.split())
    return "".join(f"[U+{ord(c):04X}]" if unicodedata.category(c) in _INVISIBLE else c for c in joined)


def split(text: str) -> tuple[str, str]:
    """Split a quantity into number and unit, both as they stand; the unit of a plain number is empty."""
    number, _, unit = text.strip().partition(" ")
    return number, unit.strip()


def for_people(text: str) -> str:
    """Give a quantity with its unit as people write it (`21 degC`: `21 °C`); the number is not touched.

    A text that is no quantity comes back as it is.
    """
    number, unit = split(text)
    return f"{number} {unit_for_people(unit)}" if unit else text


def unit_for_people(unit: str) -> str:
    """Give a unit symbol as people write it (`degC`: `°C`); an unknown one comes back as it is."""
    try:
        return display(find_unit(unit))
    except QuantityError:
        return unit


def numbers(*texts: str) -> list[Decimal]:
    """Give quantities as numbers in one unit, so that they can be compared and drawn.

    Quantities in the same unit are taken as they stand, so that a difference in degC stays a difference.

    Raises:
        QuantityError: One of them cannot be read.
    """
    parts = [split(text) for text in texts]
    if len({unit for _, unit in parts}) > 1:
        return [parse_quantity(text).value for text in texts]
    return [_number(number) for number, _ in parts]


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise QuantityError(
            f"{text!r} is no number", "Evaluate the run again: the record is not well formed."
        )
    return number


def moment(t_utc: str) -> str:
    """Write a time of the record for people, its fraction of a second left to the record: `2026-01-05 08:00:00 UTC`."""
    return f"{t_utc[:10]} {t_utc[11:19]} UTC"
