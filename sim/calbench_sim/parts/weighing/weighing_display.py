"""Display of a scale: unit, step and decimals of the masses that it shows and reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

_MASS = re.compile(r"(\d{1,8}(?:\.\d{1,6})?) (k?g)", re.ASCII)


class Display:
    """Masses in kg to and from texts in `unit` (kg or g), in steps of `step` (kg).

    Of several partial weighing ranges (OIML R 76-1, T.3.2.6) `below` gives end and step of each (kg) but the last,
    whose step is `step`; the range is that of the load, whether it grows or shrinks.
    """

    def __init__(self, unit: str, step: float, below: Sequence[tuple[float, float]] = ()) -> None:
        self.unit = unit
        self.step = Decimal(repr(step))
        self._below = [(end, Decimal(repr(own))) for end, own in below]
        self._factor = 1000 if unit == "g" else 1
        finest = min([self.step, *(own for _, own in self._below)])
        self._decimals = max(0, -int((finest * self._factor).normalize().as_tuple().exponent))

    def rounded(self, mass: float) -> Decimal:
        """Give a mass in whole steps."""
        step = self.step_at(mass)
        return round(mass / float(step)) * step

    def step_at(self, mass: float) -> Decimal:
        """Give the step (kg) of the partial weighing range that a mass (kg) lies in."""
        return next((own for end, own in self._below if mass <= end), self.step)

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
