"""Numbers of a D-SI quantity: values, units and uncertainty, one or a list; as text, exactly as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Spread = Literal["expanded", "standard", "interval"]


@dataclass(frozen=True)
class Uncertainty:
    """Uncertainty of values: one for each, or one for all.

    Attributes:
        kind: expanded uncertainty, standard uncertainty, or standard uncertainty with a coverage interval.
        values: U or u, in the unit of the value.
        k: coverage factors; none of a standard uncertainty.
        p: coverage probabilities.
        distribution: as the certificate names it.
        lower: lower ends of the coverage interval.
        upper: upper ends of it.
    """

    kind: Spread
    values: tuple[str, ...]
    k: tuple[str, ...] = ()
    p: tuple[str, ...] = ()
    distribution: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    upper: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One value with what belongs to it; "" is not stated."""

    value: str
    unit: str
    kind: Spread | Literal[""] = ""
    uncertainty: str = ""
    k: str = ""
    p: str = ""
    distribution: str = ""
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True)
class Numbers:
    """Values with their units: one unit for each, or one for all. `listed` tells a list of one from one value."""

    values: tuple[str, ...]
    units: tuple[str, ...]
    uncertainty: Uncertainty | None = None
    listed: bool = False

    def row(self, index: int) -> Row:
        """Give one value, counted from 0, with what belongs to it."""
        value, unit = self.values[index], _one(self.units, index)
        own = self.uncertainty
        if own is None:
            return Row(value, unit)
        parts = (own.values, own.k, own.p, own.distribution, own.lower, own.upper)
        stated = (_one(each, index) for each in parts)
        return Row(value, unit, own.kind, *stated)


def _one(given: tuple[str, ...], index: int) -> str:
    if not given:
        return ""
    return given[0] if len(given) == 1 else given[index]
