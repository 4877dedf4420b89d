"""Factors: SI brochure, 9th edition, tables 2, 4, 7 and 8; D-SI strings: the D-SI format 2.2."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest

from calbench.errors import CalbenchError
from calbench.quantities import (
    Dimension,
    DimensionError,
    UnknownUnit,
    coherent_unit,
    describe,
    display,
    find_unit,
)
from calbench.quantities.units import UNITS


@pytest.mark.parametrize(
    ("text", "factor", "dsi"),
    [
        ("V", "1", r"\volt"),
        ("uV", "1e-6", r"\micro\volt"),
        ("kOhm", "1000", r"\kilo\ohm"),
        ("g", "0.001", r"\gram"),
        ("kg", "1", r"\kilogram"),
        ("mg", "1e-6", r"\milli\gram"),
        ("t", "1000", r"\tonne"),
        ("min", "60", r"\minute"),
        ("h", "3600", r"\hour"),
        ("day", "86400", r"\day"),
        ("s/day", "0.000011574074074074074074074074074074074074074074074074", r"\second\day\tothe{-1}"),
        ("mL", "1e-6", r"\milli\litre"),
        ("mbar", "100", r"\milli\bar"),
        ("hPa", "100", r"\hecto\pascal"),
        ("kWh", "3.6e6", r"\kilo\watt\hour"),
        ("%", "0.01", r"\percent"),
        ("ppm", "1e-6", ""),
        ("%RH", "0.01", r"\percent"),
        ("mV/K", "1e-3", r"\milli\volt\kelvin\tothe{-1}"),
        ("kg/m^3", "1", r"\kilogram\metre\tothe{-3}"),
        ("m/s^2", "1", r"\metre\second\tothe{-2}"),
        ("1/K", "1", r"\kelvin\tothe{-1}"),
        ("1", "1", r"\one"),
        ("mmHg", "133.322387415", ""),  # 13595.1 kg/m^3 x 9.80665 m/s^2 x 1 mm, by hand
        ("kg/m³", "1", r"\kilogram\metre\tothe{-3}"),
    ],
)
def test_factor_and_dsi_of_a_unit(text, factor, dsi):
    unit = find_unit(text)
    assert unit.factor == Decimal(factor)
    assert unit.dsi == dsi


@pytest.mark.parametrize(
    "spelling", [micro + ohm for micro in ("u", "\u00b5", "\u03bc") for ohm in ("Ohm", "\u03a9", "\u2126")]
)
def test_micro_and_ohm_have_several_code_points_and_one_meaning(spelling):
    assert find_unit(spelling) is find_unit("uOhm")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("uV", "µV"),
        ("MOhm", "MΩ"),
        ("degC", "°C"),
        ("deg", "°"),
        ("kg/m^3", "kg/m³"),
        ("V*s", "V·s"),
        ("%RH", "%RH"),
    ],
)
def test_symbol_for_people(text, people):
    assert display(find_unit(text)) == people
    assert find_unit(people) == find_unit(text)


@pytest.mark.parametrize(
    ("product", "unit"),
    [
        ("V/A", "Ohm"),
        ("V*A", "W"),
        ("W*s", "J"),
        ("N/m^2", "Pa"),
        ("A*s/V", "F"),
        ("V*s/A", "H"),
        ("A*s", "C"),
        ("1/s", "Hz"),
    ],
)
def test_derived_units_are_coherent(product, unit):
    assert find_unit(product).dimension == find_unit(unit).dimension
    assert coherent_unit(find_unit(product).dimension).symbol == unit


def test_every_unit_is_found_under_its_own_symbol():
    for unit in UNITS.values():
        assert find_unit(unit.symbol) is unit
        assert find_unit(display(unit)).dimension == unit.dimension


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("ohm", "did you mean 'Ohm'"),
        ("kohm", "'kOhm'"),
        ("hz", "'Hz'"),
        ("d", "day"),
        ("mV/kelvin", "units are SI symbols"),
        ("celsius", "degC"),
        ("", "units are SI symbols"),
        ("V//s", ""),
        ("V*", ""),
        ("V^9", ""),
        ("V^0", ""),
        ("\0", ""),
        ("\ud800", ""),
        ("V/" * 40 + "V", ""),
        ("9**9**9**9", ""),
    ],
)
def test_an_unknown_unit_is_refused_with_advice(text, mend):
    with pytest.raises(UnknownUnit) as caught:
        find_unit(text)
    assert mend in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, CalbenchError)
    assert str(caught.value).encode()  # printable even if the text was not


def test_degree_celsius_in_a_product_is_refused():
    with pytest.raises(DimensionError, match="delta_degC or K"):
        find_unit("mV/degC")
    assert find_unit("mV/delta_degC").dimension == find_unit("mV/K").dimension


def test_a_composed_dsi_unit_is_not_raised_to_a_power():
    assert find_unit("1/VA").dsi == ""


def test_dimension_arithmetic():
    volt, ampere = find_unit("V").dimension, find_unit("A").dimension
    assert volt / ampere == find_unit("Ohm").dimension
    assert (volt**2) ** Fraction(1, 2) == volt
    assert hash((volt**2) ** Fraction(1, 2)) == hash(volt)
    assert (volt ** Fraction(1, 2)) * (volt ** Fraction(1, 2)) == volt
    assert (volt / volt).dimensionless
    assert str(Dimension()) == "1"
    assert str(volt) == "m^2*kg/s^3/A"
    assert str(find_unit("Hz").dimension ** Fraction(1, 2)) == "1/s^(1/2)"
    assert describe(volt) == "voltage (V)"
    assert describe(Dimension()) == "a plain number"


def test_numpy_and_pint_are_not_imported():
    heavy = "('numpy', 'pint', 'scipy', 'difflib', 'pydantic')"
    code = f"import calbench.quantities; print([m for m in {heavy} if m in sys.modules])"
    path = [entry for entry in sys.path if entry.endswith("src")]
    run = [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}; {code}"]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == "[]"
