r"""Units of D-SI 2.2.1: `\milli\volt`, `\metre\second\tothe{-1}`, `\joule\per\kilogram`; and those of ours.

A unit is a sequence of an optional prefix, a name and an optional exponent; what follows the one `\per` that there may
be is divided by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from calbench.quantities import ONE, Quantity, QuantityError, Unit, find_unit

PREFIXES = {
    "quecto": -30, "ronto": -27, "yocto": -24, "zepto": -21, "atto": -18, "femto": -15, "pico": -12, "nano": -9,
    "micro": -6, "milli": -3, "centi": -2, "deci": -1, "deca": 1, "hecto": 2, "kilo": 3, "mega": 6, "giga": 9,
    "tera": 12, "peta": 15, "exa": 18, "zetta": 21, "yotta": 24, "ronna": 27, "quetta": 30,
}  # fmt: skip
BINARY_PREFIXES = ("kibi", "mebi", "gibi", "tebi", "pebi", "exbi", "zebi", "yobi")
_SYMBOLS = {"atto": "a", "femto": "f", "pico": "p", "nano": "n", "micro": "u", "milli": "m", "centi": "c",
            "deci": "d", "deca": "da", "hecto": "h", "kilo": "k", "mega": "M", "giga": "G", "tera": "T",
            "peta": "P", "exa": "E"}  # fmt: skip
# our symbol, or "" where we have no such unit
NAMES = {
    "ampere": "A", "candela": "cd", "kelvin": "K", "kilogram": "kg", "metre": "m", "mole": "mol", "one": "1",
    "second": "s", "becquerel": "", "coulomb": "C", "degreecelsius": "degC", "farad": "F", "gram": "g", "gray": "",
    "henry": "H", "hertz": "Hz", "joule": "J", "katal": "", "lumen": "lm", "lux": "lx", "newton": "N", "ohm": "Ohm",
    "percent": "%", "ppm": "ppm", "pascal": "Pa", "radian": "rad", "siemens": "S", "sievert": "", "steradian": "",
    "tesla": "T", "volt": "V", "watt": "W", "weber": "Wb", "angstrom": "", "astronomicalunit": "",
    "atomicmassunit": "", "arcminute": "", "arcsecond": "", "bar": "bar", "barn": "", "bel": "", "bit": "",
    "byte": "", "dalton": "", "day": "day", "decibel": "", "degree": "deg", "electronvolt": "", "hectare": "",
    "hour": "h", "knot": "", "litre": "L", "minute": "min", "mmHg": "", "nauticalmile": "", "neper": "",
    "tonne": "t", "var": "var",
}  # fmt: skip
_TOKEN = re.compile(r"\\([A-Za-z]+)(?:\{(-?[0-9]{1,3}(?:\.[0-9]{1,6})?)\})?")
_LONGEST = 200


@dataclass(frozen=True)
class Factor:
    """One factor of a unit."""

    prefix: str
    name: str
    exponent: Decimal


def parse(text: str) -> tuple[Factor, ...]:
    """Take a D-SI unit apart.

    Raises:
        QuantityError: It does not follow the grammar.
    """
    found: list[Factor] = []
    prefix, sign, after, position = "", 1, "", 0
    while position < len(text) <= _LONGEST:
        match = _TOKEN.match(text, position)
        if match is None:
            break
        word, argument, position = match[1], match[2], match.end()
        if argument is not None:
            if word != "tothe" or after != "unit":
                break
            last = found.pop()
            found.append(Factor(last.prefix, last.name, last.exponent * Decimal(argument)))
            after = "exponent"
        elif word == "per" and sign == 1 and after != "prefix":
            sign, after = -1, "per"
        elif (word in PREFIXES or word in BINARY_PREFIXES) and after != "prefix":
            prefix, after = word, "prefix"
        elif word in NAMES:
            found.append(Factor(prefix, word, Decimal(sign)))
            prefix, after = "", "unit"
        else:
            break
    else:
        if after in ("unit", "exponent") and len(text) <= _LONGEST:
            return tuple(found)
    raise QuantityError(f"{text[:_LONGEST]!r} is no unit of D-SI", r"units are such as \milli\volt or \one")


def our_unit(text: str) -> Unit:
    r"""Give our unit of a D-SI one: `\milli\volt` is mV.

    Raises:
        QuantityError: It does not follow the grammar, or there is no such unit among ours.
    """
    factors = [each for each in parse(text) if each.name != "one" or each.prefix]
    if not factors:
        return ONE
    above = [_symbol(each, text) for each in factors if each.exponent > 0]
    below = [_symbol(each, text) for each in factors if each.exponent < 0]
    return find_unit("/".join(["*".join(above) or "1", *below]))


def quantity(value: str, unit: str) -> Quantity:
    """Give our quantity of a value with a D-SI unit.

    Raises:
        QuantityError: The value is no number or NaN, or the unit is none of ours.
    """
    try:
        return Quantity.of(Decimal(value), our_unit(unit))
    except InvalidOperation:
        raise QuantityError(f"{value!r} is no number") from None


def _symbol(factor: Factor, text: str) -> str:
    symbol, prefix = NAMES[factor.name], _SYMBOLS.get(factor.prefix, "")
    exponent = abs(factor.exponent)
    if not symbol or bool(prefix) != bool(factor.prefix) or exponent != int(exponent):
        raise QuantityError(f"{text!r} is a unit of D-SI that this program does not calculate with")
    if factor.name == "kilogram" and prefix:
        raise QuantityError(f"{text!r} is no unit of D-SI: kilogram takes no prefix", r"write \gram")
    return f"{prefix}{symbol}" + ("" if exponent == 1 else f"^{int(exponent)}")
