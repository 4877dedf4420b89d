"""Display of a scale: unit, step and decimals of the masses that it shows and reads."""

from __future__ import annotations

import re
from decimal import Decimal

_MASS = re.compile(r"(\d{1,8}(?:\.\d{1,6})?) (k?g)", re.ASCII)


class Display:
    """Masses in kg to and from texts in `unit` (kg or g), in steps of `step` (kg)."""

    def __init__(self, unit: str, step: float) -> None:
        self.unit = unit
        self.step = Decimal(repr(step))
        self._factor = 1000 if unit == "g" else 1
        self._decimals = max(0, -int((self.step * self._factor).normalize().as_tuple().exponent))

    def rounded(self, mass: float) -> Decimal:
        """Give a mass in whole steps."""
        return round(mass / float(self.step)) * self.step

    def text(self, mass: Decimal) -> str:
        """Give a mass in the unit and with the decimals of the display."""
        return f"{mass * self._factor:.{self._decimals}f}"

    def field(self, mass: Decimal) -> str:
        """Give a mass as MT-SICS sends it: ten characters, right-aligned, and the unit."""
        return f"{self.text(mass):>10} {self.unit}"

    def parse(self, text: str) -> Decimal | None:
        """Read a mass such as `100.00 g`; None if it is no mass in the unit of the display."""
        match = _MASS.fullmatch(text.strip())
        if match is None or match[2] != self.unit:
            return None
        return Decimal(match[1]) / self._factor
