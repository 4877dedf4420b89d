r"""D-SI unit strings: the grammar, and those of our units.

Prefixes and units are those of the SI brochure, 9th edition (tables 2 to 8), spelled as D-SI does (PTB, D-SI 2.2.1).
"""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.dcc.units import NAMES, PREFIXES, our_unit, parse, quantity
from calbench.quantities import QuantityError, find_unit
from calbench.quantities.units import UNITS


@pytest.mark.parametrize("symbol", sorted(symbol for symbol, unit in UNITS.items() if unit.dsi))
def test_each_of_our_units_is_written_by_the_grammar_and_read_back(symbol):
    unit = find_unit(symbol)

    back = our_unit(unit.dsi)

    assert (back.dimension, back.factor, back.offset) == (unit.dimension, unit.factor, unit.offset)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        (r"\metre\second\tothe{-1}", "m/s"),
        (r"\metre\per\second", "m/s"),
        (r"\kilogram\metre\tothe{-3}", "kg/m^3"),
        (r"\joule\per\kilogram\kelvin", "J/kg/K"),
        (r"\milli\volt\per\ampere", "mV/A"),
        (r"\kilo\watt\hour", "kWh"),
        (r"\micro\ohm", "uOhm"),
        (r"\metre\tothe{2}", "m^2"),
        (r"\minute\tothe{-1}", "rpm"),
        (r"\volt\one", "V"),
        (r"\percent", "%"),
    ],
)
def test_products_are_ours(text, ours):
    unit = our_unit(text)

    assert (unit.dimension, unit.factor) == (find_unit(ours).dimension, find_unit(ours).factor)


def test_a_plain_number_and_a_temperature():
    assert quantity("0.45", r"\one").value == Decimal("0.45")
    assert quantity("23", r"\degreecelsius").value == Decimal("296.15")
    assert quantity("1.5E-3", r"\kilo\volt").value == Decimal("1.5")


@pytest.mark.parametrize(
    "wrong",
    ["", "V", "volt", r"\volts", r"\milli", r"\milli\micro\volt", r"\volt\per", r"\per\volt\per\ampere", r"\tothe{2}",
     r"\metre\tothe{2}\tothe{2}", r"\metre\tothe{}", r"\metre\tothe{a}", r"\volt ", r"\volt \ampere", r"\volt{2}",
     r"\metre\per\tothe{2}", "\\volt" * 60, r"|foot", r"\metre^2"],
)  # fmt: skip
def test_what_is_no_unit_of_d_si_is_refused(wrong):
    with pytest.raises(QuantityError, match="is no unit of D-SI"):
        parse(wrong)


@pytest.mark.parametrize(
    "text", [r"\decibel", r"\electronvolt", r"\zetta\metre", r"\metre\tothe{0.5}", r"\kibi\byte"]
)
def test_a_unit_of_d_si_that_is_not_ours_is_told_from_none(text):
    assert parse(text)
    with pytest.raises(QuantityError, match="does not calculate"):
        our_unit(text)


@pytest.mark.parametrize("value", ["NaN", "1,5", "", "INF", "one"])
def test_a_value_that_is_none_is_no_quantity(value):
    with pytest.raises(QuantityError):
        quantity(value, r"\volt")


@given(st.text(alphabet="\\{}-.0123456789abcdeghilmnoprtuvw ", max_size=30))
def test_no_text_does_anything_but_parse_or_be_refused(text):
    with contextlib.suppress(QuantityError):
        assert all(each.name in NAMES and each.prefix in ("", *PREFIXES) for each in parse(text))
