"""The closed table of units: SI units with their prefixes, and the units used with them.

Sources: SI brochure, 9th edition, tables 2, 4, 7 and 8; D-SI names as in the D-SI format, version 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from calbench.quantities.dimension import Dimension

# 50 digits, so that a conversion is right to the 34 digits that are kept
PI_180 = Decimal("0.017453292519943295769236907684886127134428718885417")
ONE_60TH = Decimal("0.016666666666666666666666666666666666666666666666667")
ONE_86400TH = Decimal("0.000011574074074074074074074074074074074074074074074074")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement: value in SI = value in this unit * factor + offset.

    Attributes:
        symbol: the way to write it in a file, in ASCII: `uV`, `Ohm`, `degC`.
        dimension: exponents over the SI base units.
        factor: to the coherent SI unit.
        offset: kelvin, of degC only.
        dsi: the D-SI string, or "" where D-SI has no such unit (ppm).
        kind: "" or what sets it apart: ratio, humidity, angle, difference, apparent, reactive.
        shown: the symbol for people: `µV`, `Ω`, `°C`.
        family: the symbol without its prefix; "" where the prefix must stay as it is.
    """

    symbol: str
    dimension: Dimension
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    dsi: str = ""
    kind: str = ""
    shown: str = ""
    family: str = ""


def _d(
    m: int = 0, kg: int = 0, s: int = 0, a: int = 0, *, k: int = 0, mol: int = 0, cd: int = 0
) -> Dimension:
    return Dimension((m, kg, s, a, k, mol, cd))


# spellings of a prefix, exponent of ten, D-SI name
PREFIXES: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("a",), -18, "atto"),
    (("f",), -15, "femto"),
    (("p",), -12, "pico"),
    (("n",), -9, "nano"),
    (("u", "\u00b5", "\u03bc"), -6, "micro"),
    (("m",), -3, "milli"),
    (("c",), -2, "centi"),
    (("d",), -1, "deci"),
    (("da",), 1, "deca"),
    (("h",), 2, "hecto"),
    (("k",), 3, "kilo"),
    (("M",), 6, "mega"),
    (("G",), 9, "giga"),
    (("T",), 12, "tera"),
    (("P",), 15, "peta"),
    (("E",), 18, "exa"),
)

_POWER, _ENERGY = _d(2, 1, -3), _d(2, 1, -2)

# units that take every prefix: symbol, dimension, factor, D-SI, kind
_PREFIXED: tuple[tuple[str, Dimension, str, str, str], ...] = (
    ("m", _d(m=1), "1", r"\metre", ""),
    ("g", _d(kg=1), "0.001", r"\gram", ""),
    ("s", _d(s=1), "1", r"\second", ""),
    ("A", _d(a=1), "1", r"\ampere", ""),
    ("K", _d(k=1), "1", r"\kelvin", ""),
    ("mol", _d(mol=1), "1", r"\mole", ""),
    ("cd", _d(cd=1), "1", r"\candela", ""),
    ("Hz", _d(s=-1), "1", r"\hertz", ""),
    ("N", _d(1, 1, -2), "1", r"\newton", ""),
    ("Pa", _d(-1, 1, -2), "1", r"\pascal", ""),
    ("J", _ENERGY, "1", r"\joule", ""),
    ("W", _POWER, "1", r"\watt", ""),
    ("C", _d(s=1, a=1), "1", r"\coulomb", ""),
    ("V", _d(2, 1, -3, -1), "1", r"\volt", ""),
    ("F", _d(-2, -1, 4, 2), "1", r"\farad", ""),
    ("Ohm", _d(2, 1, -3, -2), "1", r"\ohm", ""),
    ("S", _d(-2, -1, 3, 2), "1", r"\siemens", ""),
    ("Wb", _d(2, 1, -2, -1), "1", r"\weber", ""),
    ("T", _d(0, 1, -2, -1), "1", r"\tesla", ""),
    ("H", _d(2, 1, -2, -2), "1", r"\henry", ""),
    ("lm", _d(cd=1), "1", r"\lumen", ""),
    ("lx", _d(-2, cd=1), "1", r"\lux", ""),
    ("rad", _d(), "1", r"\radian", "angle"),
    ("L", _d(3), "0.001", r"\litre", ""),
    ("bar", _d(-1, 1, -2), "1e5", r"\bar", ""),
    ("Wh", _ENERGY, "3600", r"\watt\hour", ""),
    ("VA", _POWER, "1", r"\volt\ampere", "apparent"),
    ("var", _POWER, "1", r"\volt\ampere", "reactive"),
    ("Ah", _d(s=1, a=1), "3600", r"\ampere\hour", ""),
)

# the name of a quantity, for messages, by the coherent unit shown with it
NAMES: dict[str, str] = {
    "m": "length",
    "kg": "mass",
    "s": "time",
    "A": "current",
    "K": "temperature",
    "mol": "amount of substance",
    "cd": "luminous intensity",
    "Hz": "frequency",
    "N": "force",
    "Pa": "pressure",
    "J": "energy",
    "W": "power",
    "C": "charge",
    "V": "voltage",
    "F": "capacitance",
    "Ohm": "resistance",
    "S": "conductance",
    "Wb": "magnetic flux",
    "T": "flux density",
    "H": "inductance",
    "lx": "illuminance",
    "m^2": "area",
    "m^3": "volume",
    "m/s": "speed",
    "kg/m^3": "density",
    "m^3/s": "volume flow",
}

_NONE = Dimension()
_ALONE: tuple[Unit, ...] = (
    Unit("min", _d(s=1), Decimal(60), dsi=r"\minute"),
    Unit("h", _d(s=1), Decimal(3600), dsi=r"\hour"),
    Unit("day", _d(s=1), Decimal(86400), dsi=r"\day"),
    Unit("s/day", _NONE, ONE_86400TH, dsi=r"\second\day\tothe{-1}", shown="s/d"),  # what a clock gains
    Unit("t", _d(kg=1), Decimal(1000), dsi=r"\tonne"),
    Unit("degC", _d(k=1), offset=Decimal("273.15"), dsi=r"\degreecelsius", shown="°C"),
    Unit("delta_degC", _d(k=1), dsi=r"\kelvin", kind="difference", shown="K"),
    Unit("%", _NONE, Decimal("0.01"), dsi=r"\percent", kind="ratio"),
    Unit("ppm", _NONE, Decimal("1e-6"), kind="ratio"),
    Unit("ppb", _NONE, Decimal("1e-9"), kind="ratio"),
    Unit("%RH", _NONE, Decimal("0.01"), dsi=r"\percent", kind="humidity"),
    # conventional: 13 595.1 kg/m^3 x 9.80665 m/s^2 x 1 mm (ISO 80000-4 calls it deprecated; blood pressure keeps it)
    Unit("mmHg", _d(-1, 1, -2), Decimal("133.322387415")),
    Unit("deg", _NONE, PI_180, dsi=r"\degree", kind="angle", shown="°"),
    Unit("rpm", _d(s=-1), ONE_60TH, dsi=r"\minute\tothe{-1}"),
)

_ALIASES = {"°C": "degC", "°": "deg", "s/d": "s/day"}
_OHM: dict[str, tuple[str, ...]] = {"Ohm": ("Ohm", "\u03a9", "\u2126")}


def build() -> dict[str, Unit]:
    """Give the table: every accepted spelling of every unit."""
    table = {unit.symbol: unit for unit in _ALONE}
    table |= {spelling: table[symbol] for spelling, symbol in _ALIASES.items()}
    for spelling, unit in _prefixed():
        if table.setdefault(spelling, unit) is not unit:
            raise AssertionError(f"the unit table has two meanings for {spelling}")
    return table


def _prefixed() -> Iterator[tuple[str, Unit]]:
    for symbol, dimension, factor, dsi, kind in _PREFIXED:
        spellings = _OHM.get(symbol, (symbol,))
        people = spellings[1] if symbol == "Ohm" else symbol
        unit = Unit(symbol, dimension, Decimal(factor), dsi=dsi, kind=kind, shown=people, family=symbol)
        yield from ((spelling, unit) for spelling in spellings)
        for prefixes, exponent, name in PREFIXES:
            unit = Unit(
                prefixes[0] + symbol,
                dimension,
                Decimal(factor).scaleb(exponent),
                dsi=r"\kilogram" if (name, symbol) == ("kilo", "g") else f"\\{name}{dsi}",
                kind=kind,
                shown=prefixes[min(1, len(prefixes) - 1)] + people,
                family=symbol,
            )
            yield from ((prefix + spelling, unit) for prefix in prefixes for spelling in spellings)
