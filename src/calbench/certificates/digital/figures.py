"""Printed numbers of a record as numbers of D-SI: the same digits wherever D-SI has the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from calbench.certificates.text import split
from calbench.dcc.numbers import Numbers, Uncertainty
from calbench.documents.plan import TestPlan
from calbench.documents.record import Shown
from calbench.quantities import ONE, QuantityError, Unit, coherent_unit, find_unit, parse_quantity

_KELVIN = Decimal("273.15")


@dataclass(frozen=True)
class Figure:
    """The unit of printed numbers: a symbol of ours, or a scale of the instrument's own with its value.

    `factor` brings numbers of the scale into the coherent unit of `symbol`; it is 1 for units.
    """

    factor: Decimal
    symbol: str

    @property
    def unit(self) -> Unit:
        """The unit by its symbol."""
        return find_unit(self.symbol) if self.symbol else ONE

    def text(self, number: str) -> str:
        """Give a number as it is written: its own digits, or in the coherent unit where D-SI lacks its unit."""
        bare = number.removeprefix("+")
        unit = self.unit
        if self.factor == 1 and unit.dsi:
            return bare
        factor = self.factor * (Decimal(1) if unit.dsi else unit.factor)
        return f"{Decimal(bare) * factor}"

    @property
    def dsi(self) -> str:
        """The unit as D-SI writes it."""
        unit = self.unit
        return unit.dsi or coherent_unit(unit.dimension).dsi


def figure(names: dict[str, str], test: TestPlan | None) -> Figure:
    """Give the unit of printed numbers from its names: a unit, or a scale of the instrument (`div`)."""
    symbol = names.get("en", "") or next(iter(names.values()), "")
    if test is not None and test.scale_value is not None:
        value = parse_quantity(test.scale_value)
        return Figure(value.value, coherent_unit(value.dimension).symbol)
    return Figure(Decimal(1), symbol)


def known(names: dict[str, str], test: TestPlan | None) -> bool:
    """Tell whether numbers of this unit can be written."""
    try:
        return bool(figure(names, test).dsi)
    except QuantityError:
        return False


def listed(
    unit: Figure, numbers: Sequence[str], uncertainty: Uncertainty | None = None
) -> tuple[Numbers, ...]:
    """Give a list of numbers in one unit."""
    return (Numbers(tuple(unit.text(each) for each in numbers), (unit.dsi,), uncertainty, listed=True),)


def exact(unit: Figure, quantities: Sequence[str]) -> tuple[Numbers, ...]:
    """Give differences that a record states exactly (`-0.0027435 mV`) as a list in a unit."""
    values: list[str] = []
    for each in quantities:
        number, symbol = split(each)
        coherent = Decimal(number) * (find_unit(symbol) if symbol else ONE).factor
        dsi = unit.unit.factor if unit.unit.dsi else Decimal(1)
        values.append(f"{coherent / dsi}")
    return (Numbers(tuple(values), (unit.dsi,), listed=True),)


def single(unit: Figure, number: str) -> tuple[Numbers, ...]:
    """Give one number; a Celsius temperature in kelvin too, as the good practice of the DCC has it."""
    own = Numbers((unit.text(number),), (unit.dsi,))
    if not unit.unit.offset:
        return (own,)
    return (Numbers((f"{Decimal(own.values[0]) + _KELVIN}",), (r"\kelvin",)), own)


_DISTRIBUTIONS = {
    "rectangular-dominant": "rectangular",
    "trapezoidal": "trapezoidal",
    "monte-carlo": "numerical",
}
"""By the coverage rule of a result, the distribution that its k is of; of every other rule normal or t."""


def uncertainty(
    unit: Figure, shown: Sequence[Shown], coverage: str, rules: Sequence[str] = ()
) -> Uncertainty | None:
    """Give the uncertainties of a column: U with k and p; u alone if a k is below 1, which D-SI cannot say.

    `rules` are the coverage rules of the results.
    """
    if not all(each.expanded for each in shown):
        return None
    plain = ["normal" if each.dof in ("∞", "") else "t" for each in shown]
    shape = alike([_DISTRIBUTIONS.get(rule, own) for rule, own in zip(rules or plain, plain, strict=True)])
    if any(Decimal(each.k or "0") < 1 for each in shown):
        return Uncertainty(
            "standard", tuple(unit.text(one.std_uncertainty) for one in shown), distribution=shape
        )
    return Uncertainty(
        "expanded",
        tuple(unit.text(each.expanded) for each in shown),
        alike([each.k for each in shown]),
        (coverage,),
        shape,
    )


def interval(
    unit: Figure, shown: Sequence[Shown], coverage: str, lower: Sequence[str], upper: Sequence[str]
) -> Uncertainty:
    """Give the uncertainties of a column that was drawn: u with the coverage interval of the draws and its p.

    `lower` and `upper` are the ends as the record states them (`-0.00095858 V`).
    """
    (low,), (high,) = exact(unit, lower), exact(unit, upper)
    return Uncertainty(
        "interval",
        tuple(unit.text(one.std_uncertainty) for one in shown),
        p=(coverage,),
        distribution=("numerical",),
        lower=low.values,
        upper=high.values,
    )


def alike(words: Sequence[str]) -> tuple[str, ...]:
    """Give one word if all are the same, else each."""
    return tuple(words[:1]) if len(set(words)) == 1 else tuple(words)
