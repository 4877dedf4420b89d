"""Quantities: an exact decimal value in the coherent SI unit, and the unit to show it in."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import lru_cache

from calbench.quantities.decimals import EXACT, NUMBER, converted, literal, plain
from calbench.quantities.dimension import Dimension
from calbench.quantities.errors import DimensionError, QuantityError, shown
from calbench.quantities.units import ONE, Unit, coherent_unit, describe, display, find_unit

_LONGEST = 256
_TEXT = re.compile(rf"([-+]?{NUMBER})\s*(.*)", re.DOTALL)
_KELVIN = find_unit("K")
_OFFSET_ADVICE = "for a difference write delta_degC or K"
_HIGHEST_POWER = 4


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A physical quantity.

    Attributes:
        value: finite, in the coherent SI unit of `unit` (23 degC has 296.15, 80 %RH has 0.8).
        unit: how it is shown, and whether a temperature is a point on the Celsius scale.

    Arithmetic is decimal with 34 digits. Equality is physical (`1 V == 1000 mV`) and hashes alike.
    """

    value: Decimal
    unit: Unit = ONE

    def __post_init__(self) -> None:
        if not self.value.is_finite():
            raise QuantityError(f"{self.value} is no value of a quantity")

    @classmethod
    def of(cls, number: Decimal | int | str, unit: Unit | str = ONE) -> Quantity:
        """Give the quantity with this number in this unit: `Quantity.of("23", "degC")`."""
        if isinstance(unit, str):
            unit = find_unit(unit)
        try:
            value = EXACT.create_decimal(literal(number) if isinstance(number, str) else number)
            return cls(EXACT.add(EXACT.multiply(value, unit.factor), unit.offset), unit)
        except DecimalException as error:
            raise QuantityError(f"{shown(str(number))} is no value of a quantity") from error

    @property
    def dimension(self) -> Dimension:
        """The dimension of the unit."""
        return self.unit.dimension

    def in_unit(self, unit: Unit | str) -> Decimal:
        """Give the number in a unit of the same dimension (K to degC and back, too).

        Raises:
            DimensionError: the unit has another dimension.
        """
        if isinstance(unit, str):
            unit = find_unit(unit)
        if unit.dimension != self.dimension:
            raise DimensionError(
                f"{self} is {describe(self.dimension)} and cannot be given in {unit.symbol or '1'}"
            )
        return converted(EXACT.subtract(self.value, unit.offset), unit.factor)

    def text(self, unit: Unit | str | None = None, *, decimals: int | None = None) -> str:
        """Write the quantity for people: `8.5 µV`. Exact; `decimals` pads with zeros and never rounds."""
        shown_in = self.unit if unit is None else find_unit(unit) if isinstance(unit, str) else unit
        return f"{plain(self.in_unit(shown_in), decimals)} {display(shown_in)}".rstrip()

    def engineering(self) -> Quantity:
        """Give the same quantity with the prefix that makes its number 1 to 999 (f p n µ m k M G T)."""
        if not self.unit.family or not self.value:
            return self
        base = find_unit(self.unit.family)
        power = converted(self.value, base.factor).adjusted() // 3 * 3
        power = max(-15, min(_HIGHEST_PREFIX.get(base.symbol, 12), power))
        return Quantity(self.value, find_unit(_PREFIX[power] + base.symbol))

    def dsi(self) -> tuple[Decimal, str]:
        """Give number and D-SI unit string for machines; in the coherent unit where D-SI lacks this one."""
        unit = self.unit if self.unit.dsi else coherent_unit(self.dimension)
        return self.in_unit(unit), unit.dsi

    def __str__(self) -> str:
        return self.text()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.value == other.value and self.dimension == other.dimension

    def __hash__(self) -> int:
        return hash((self.value, self.dimension))

    def __lt__(self, other: Quantity) -> bool:
        return _compare(operator.lt, self, other)

    def __le__(self, other: Quantity) -> bool:
        return _compare(operator.le, self, other)

    def __gt__(self, other: Quantity) -> bool:
        return _compare(operator.gt, self, other)

    def __ge__(self, other: Quantity) -> bool:
        return _compare(operator.ge, self, other)

    def __add__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        require_alike(self, other, "add")
        if self.unit.offset and other.unit.offset:
            raise DimensionError(f"{self} and {other} are two temperatures and have no sum", _OFFSET_ADVICE)
        return Quantity(EXACT.add(self.value, other.value), other.unit if other.unit.offset else self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        require_alike(self, other, "subtract")
        if other.unit.offset and not self.unit.offset:
            raise DimensionError(
                f"{self} - {other} subtracts a temperature in °C from one in K", _OFFSET_ADVICE
            )
        unit = _KELVIN if other.unit.offset else self.unit
        return Quantity(EXACT.subtract(self.value, other.value), unit)

    def __mul__(self, other: Quantity | Decimal | int) -> Quantity:
        if isinstance(other, Decimal | int):
            other = Quantity(Decimal(other))
        if not isinstance(other, Quantity):
            return NotImplemented
        refuse_offset(self, other)
        unit = product_unit(self.unit, other.unit)
        return Quantity(EXACT.multiply(self.value, other.value), unit)

    __rmul__ = __mul__

    def __truediv__(self, other: Quantity | Decimal | int) -> Quantity:
        if isinstance(other, Decimal | int):
            other = Quantity(Decimal(other))
        if not isinstance(other, Quantity):
            return NotImplemented
        refuse_offset(self, other)
        if not other.value:
            raise QuantityError(f"{self} is divided by zero")
        unit = self.unit if other.dimension.dimensionless else _quotient(self.dimension, other.dimension)
        return Quantity(EXACT.divide(self.value, other.value), unit)

    def __rtruediv__(self, other: Decimal | int) -> Quantity:
        return Quantity(Decimal(other)) / self

    def __pow__(self, power: int) -> Quantity:
        if abs(power) > _HIGHEST_POWER:
            raise QuantityError(f"{self} ^ {power}: an exponent is -{_HIGHEST_POWER} to {_HIGHEST_POWER}")
        refuse_offset(self)
        if power < 0:
            return Quantity(Decimal(1)) / self**-power
        value = EXACT.power(self.value, power) if power else Decimal(1)
        return Quantity(value, self.unit if power == 1 else _raised(self.dimension, power))

    def __neg__(self) -> Quantity:
        refuse_offset(self)
        return Quantity(EXACT.minus(self.value), self.unit)

    def __abs__(self) -> Quantity:
        refuse_offset(self)
        return Quantity(EXACT.abs(self.value), self.unit)


_HIGHEST_PREFIX = {"g": 3, "s": 0}  # nobody writes Mg for a mass or ks for a time
_PREFIX = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> Quantity:
    """Read a number and its unit: `0.1 uV`, `-5 degC`, `80 %RH`, `1e-3 mol/L`.

    A number without a unit is dimensionless.

    Raises:
        QuantityError: no number at the start, or one that is too long.
        UnknownUnit: the unit is not in the table.
    """
    match = _TEXT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise QuantityError(f"{shown(text)} is no quantity", "write a number and a unit, as in 0.1 uV")
    unit = match[2].strip()
    return Quantity.of(match[1], find_unit(unit) if unit else ONE)


def require_alike(one: Quantity, other: Quantity, verb: str) -> None:
    """Refuse two quantities of different dimension.

    Raises:
        DimensionError: it names both sides.
    """
    if one.unit is other.unit or one.dimension == other.dimension:
        return
    raise DimensionError(
        f"cannot {verb} {one} and {other}: {describe(one.dimension)} and {describe(other.dimension)} differ"
    )


def refuse_offset(*quantities: Quantity) -> None:
    """Refuse a temperature in degC where only a difference has a meaning.

    Raises:
        DimensionError: with the advice to write delta_degC or K.
    """
    for quantity in quantities:
        if quantity.unit.offset:
            raise DimensionError(
                f"{quantity} is a point on a scale and has no multiple, sign or power", _OFFSET_ADVICE
            )


def product_unit(one: Unit, other: Unit) -> Unit:
    """Give the unit to show a product in: that of the other factor when one is a plain number."""
    if one.dimension.dimensionless:
        return other if other.symbol else one
    return one if other.dimension.dimensionless else _product(one.dimension, other.dimension)


@lru_cache(maxsize=1024)
def _product(one: Dimension, other: Dimension) -> Unit:
    return coherent_unit(one * other)


@lru_cache(maxsize=1024)
def _raised(one: Dimension, power: int) -> Unit:
    return coherent_unit(one**power)


@lru_cache(maxsize=1024)
def _quotient(one: Dimension, other: Dimension) -> Unit:
    return coherent_unit(one / other)


def _compare(how: Callable[[Decimal, Decimal], bool], one: Quantity, other: Quantity) -> bool:
    if not isinstance(other, Quantity):
        return NotImplemented
    require_comparable(one, other)
    return how(one.value, other.value)


def require_comparable(one: Quantity, other: Quantity) -> None:
    """Refuse to compare quantities of different dimension, or degC with K (a point with a difference).

    Raises:
        DimensionError: it names both sides.
    """
    require_alike(one, other, "compare")
    if bool(one.unit.offset) != bool(other.unit.offset):
        raise DimensionError(
            f"cannot compare {one} and {other}: one is in °C, the other in K", _OFFSET_ADVICE
        )
