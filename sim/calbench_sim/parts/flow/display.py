"""Rounding to what a display shows."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal


def shown(value: float, step: float, unit: str) -> str:
    """Write a value in whole steps, with the digits of the step and the unit: `100.25 L`."""
    size = Decimal(repr(step)).normalize()
    count = (Decimal(repr(value)) / size).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return f"{count * size:f} {unit}".rstrip()
