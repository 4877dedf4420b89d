"""The units that the numbers of a budget are printed in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from calbench.documents.budget import BudgetFile
from calbench.quantities import Quantity, Unit, Value, display, evaluate, find_unit, parse
from calbench.quantities.decimals import plain


@dataclass(frozen=True)
class Scale:
    """A unit for values, and one for differences and uncertainties: K where values are in degC."""

    value: Unit
    spread: Unit

    @classmethod
    def of(cls, unit: Unit) -> Scale:
        """Give the scale of a unit."""
        return cls(unit, find_unit("K") if unit.offset else unit)

    @property
    def symbol(self) -> str:
        """The symbol for values."""
        return display(self.value)

    @property
    def spread_symbol(self) -> str:
        """The symbol for uncertainties."""
        return display(self.spread)

    def number(self, coherent: float) -> float:
        """Give a value in the unit."""
        return (coherent - float(self.value.offset)) / float(self.value.factor)

    def width(self, coherent: float) -> float:
        """Give a difference or an uncertainty in the unit."""
        return coherent / float(self.spread.factor)

    def exact(self, quantity: Quantity) -> Decimal:
        """Give a value in the unit, exactly."""
        return Decimal(plain(quantity.in_unit(self.value)))


def outputs_of(file: BudgetFile, values: dict[str, Quantity]) -> dict[str, tuple[Quantity, Scale]]:
    """Give the exact value of each output at the estimates, and the scale it is printed in.

    Raises:
        ValueError: an output has no value, or gives no quantity (rules B008 and B010 refuse that before).
    """
    found = {}
    scope: dict[str, Value] = dict(values)
    for name, text in file.model.items():
        value = evaluate(parse(text), scope)
        if not isinstance(value, Quantity):
            raise ValueError(f"The output {name!r} is no quantity.")  # noqa: TRY004 - a wrong file, not a wrong call
        asked = file.report.units.get(name)
        found[name] = (value, Scale.of(value.unit if asked is None else find_unit(asked)))
    return found


def per(above: Scale, below: Scale) -> str:
    """Give the unit of a sensitivity."""
    if not below.spread_symbol or below.spread_symbol == above.spread_symbol:
        return "" if below.spread_symbol else above.spread_symbol
    factors = below.spread_symbol
    return f"{above.spread_symbol or '1'}/{f'({factors})' if any(c in factors for c in '/·') else factors}"
