"""The dimension of a quantity: exponents over the seven SI base units."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

BASE_UNITS = ("m", "kg", "s", "A", "K", "mol", "cd")

Exponent = int | Fraction


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension, as exponents over m, kg, s, A, K, mol and cd (SI brochure, 9th edition, 2.3.3).

    Exponents are whole numbers, or fractions where a square root made them so. Plane angle, percent and
    relative humidity are dimensionless: `Dimension()`.
    """

    exponents: tuple[Exponent, ...] = (0, 0, 0, 0, 0, 0, 0)

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(tuple(a + b for a, b in zip(self.exponents, other.exponents, strict=True)))

    def __truediv__(self, other: Dimension) -> Dimension:
        return Dimension(tuple(a - b for a, b in zip(self.exponents, other.exponents, strict=True)))

    def __pow__(self, power: Exponent) -> Dimension:
        return Dimension(tuple(_whole(exponent * power) for exponent in self.exponents))

    @property
    def dimensionless(self) -> bool:
        """True for a plain number."""
        return not any(self.exponents)

    def __str__(self) -> str:
        """Give base units, as in `m^2*kg/s^3/A`; a plain number gives `1`."""
        above = [_power(unit, n) for unit, n in zip(BASE_UNITS, self.exponents, strict=True) if n > 0]
        below = [_power(unit, -n) for unit, n in zip(BASE_UNITS, self.exponents, strict=True) if n < 0]
        return "/".join(["*".join(above) or "1", *below])


def _whole(exponent: Exponent) -> Exponent:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return int(exponent)
    return exponent


def _power(unit: str, exponent: Exponent) -> str:
    if exponent == 1:
        return unit
    return f"{unit}^{exponent}" if exponent.denominator == 1 else f"{unit}^({exponent})"
