"""Finding a unit by what is written: a symbol of the closed table, or a product of such symbols."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Context, Decimal
from functools import lru_cache

from calbench.quantities.dimension import BASE_UNITS, Dimension
from calbench.quantities.errors import DimensionError, UnknownUnit, did_you_mean, shown
from calbench.quantities.unit_table import NAMES, Unit, build

__all__ = [
    "ONE",
    "UNITS",
    "Dimension",
    "Unit",
    "UnknownUnit",
    "coherent_unit",
    "describe",
    "display",
    "find_unit",
]

UNITS = build()
ONE = Unit("", Dimension(), dsi=r"\one")

_LONGEST = 64
_HIGHEST = 4
_FACTORS = 8
_WIDE = Context(prec=50)
_COMPOSED = {"Wh", "VA", "var", "Ah"}
_SUPERSCRIPT = {"²": 2, "³": 3}
_FACTOR = re.compile(r"\s*([^\s*/^·²³]+)\s*(?:\^\s*(-?[0-9]{1,2})|([²³]))?\s*([*/·]|\Z)")
_ADVICE = {
    "d": "day (d is kept for the scale interval of a scale)",
    "sec": "s",
    "hr": "h",
    "l": "L",
    "ml": "mL",
    "ohms": "Ohm",
    "celsius": "degC",
    "degF": "degC",
    "°F": "degC",
    "RH": "%RH",
    "deg C": "degC",
    "days": "day",
    "lb": "kg",
    "oz": "g",
    "cc": "mL",
}


@lru_cache(maxsize=4096)
def find_unit(text: str) -> Unit:
    """Give the unit that a text names: `uV`, `µV`, `kOhm`, `degC`, `%RH`, `mV/K`, `kg/m^3`, `1/h`.

    A product is written with `*`, `/` and `^`; every `/` divides by the one symbol that follows it.

    Raises:
        UnknownUnit: the table has no such unit; the message suggests the nearest ones.
        DimensionError: a product holds degC, which is no difference.
    """
    text = text.strip()
    unit = ONE if text == "1" else UNITS.get(text)
    if unit is not None:
        return unit
    if len(text) > _LONGEST:
        raise UnknownUnit(f"{shown(text)} is no unit: it is longer than {_LONGEST} characters")
    factors = list(_factors(text))
    if not factors:
        raise _unknown(text)
    if len(factors) == 1 and factors[0][1] == 1:
        return factors[0][0]
    return _product(factors)


def display(unit: Unit) -> str:
    """Give the symbol for people: `µV`, `Ω`, `°C`, `kg/m³`; "" for a plain number."""
    return unit.shown or unit.symbol


@lru_cache(maxsize=1024)
def coherent_unit(dimension: Dimension) -> Unit:
    """Give the coherent SI unit of a dimension: `V`, `Ohm`, `kg`, or a product of base units."""
    if dimension.dimensionless:
        return ONE
    for unit in _COHERENT:
        if unit.dimension == dimension:
            return unit
    symbol = str(dimension)
    dsi = "".join(
        UNITS[base].dsi + ("" if n == 1 else f"\\tothe{{{float(n):g}}}")
        for base, n in zip(BASE_UNITS, dimension.exponents, strict=True)
        if n
    )
    return Unit(symbol, dimension, dsi=dsi, shown=_people(symbol))


def describe(dimension: Dimension) -> str:
    """Name a dimension in a message: `voltage (V)`, `m^2*kg`, `a plain number`."""
    if dimension.dimensionless:
        return "a plain number"
    symbol = coherent_unit(dimension).symbol
    return f"{NAMES[symbol]} ({symbol})" if symbol in NAMES else symbol


_COHERENT = tuple(UNITS[symbol] for symbol in NAMES if symbol in UNITS)


def _factors(text: str) -> Iterator[tuple[Unit, int]]:
    position, sign, count = 0, 1, 0
    while position < len(text):
        match = _FACTOR.match(text, position)
        if match is None or count == _FACTORS:
            raise _unknown(text)
        symbol, power, superscript, operator = match.groups()
        exponent = _SUPERSCRIPT[superscript] if superscript else int(power or 1)
        if not 1 <= abs(exponent) <= _HIGHEST:
            raise UnknownUnit(
                f"{shown(text)} is no unit: an exponent is -{_HIGHEST} to {_HIGHEST}, and not 0"
            )
        if symbol != "1" or count or power or superscript or not operator:
            yield _symbol(symbol, text), sign * exponent
        sign = -1 if operator == "/" else 1
        position, count = match.end(), count + 1
        if operator and position == len(text):
            raise _unknown(text)


def _symbol(symbol: str, text: str) -> Unit:
    unit = UNITS.get(symbol)
    if unit is None:
        raise _unknown(symbol, text)
    if unit.offset and symbol != text:
        raise DimensionError(
            f"{shown(text)} is no unit: degC is a point on a scale, not a difference", "write delta_degC or K"
        )
    return unit


def _unknown(symbol: str, text: str = "") -> UnknownUnit:
    where = f" in {shown(text)}" if text and text != symbol else ""
    if symbol in _ADVICE:
        return UnknownUnit(f"{shown(symbol)}{where} is no unit", f"write {_ADVICE[symbol]}")
    return UnknownUnit(f"{shown(symbol)}{where} is no unit", _nearest(symbol))


@lru_cache(maxsize=4096)
def _nearest(symbol: str) -> str:
    """Say which units look like this symbol; kept, for the rules ask of each name of a procedure if it is a unit."""
    return did_you_mean(symbol, UNITS) or "units are SI symbols such as mV, kOhm, g, s, degC, %, ppm"


def _product(factors: list[tuple[Unit, int]]) -> Unit:
    dimension, factor = Dimension(), Decimal(1)
    for unit, exponent in factors:
        dimension *= unit.dimension**exponent
        factor = _WIDE.multiply(factor, _WIDE.power(unit.factor, exponent))
    symbol = _text([(unit.symbol, n) for unit, n in factors])
    parts = [_dsi(unit, n) for unit, n in factors]
    dsi = "".join(parts) if all(parts) else ""
    people = _people(_text([(display(unit), n) for unit, n in factors]))
    return Unit(symbol, dimension, factor.normalize(_WIDE), dsi=dsi, shown=people)


def _dsi(unit: Unit, exponent: int) -> str:
    if exponent == 1:
        return unit.dsi
    if unit.family in _COMPOSED or unit.symbol == "rpm":
        return ""  # volt ampere to a power would raise the ampere alone
    return f"{unit.dsi}\\tothe{{{exponent}}}" if unit.dsi else ""


def _text(factors: list[tuple[str, int]]) -> str:
    above = [symbol if n == 1 else f"{symbol}^{n}" for symbol, n in factors if n > 0]
    below = [symbol if n == -1 else f"{symbol}^{-n}" for symbol, n in factors if n < 0]
    return "/".join(["*".join(above) or "1", *below])


def _people(symbol: str) -> str:
    return symbol.replace("^2", "²").replace("^3", "³").replace("*", "·")
