"""Vectors: legal-metrology reference 29 F (JJG 124), JCGM 100:2008 7.2.6, half to even of GB/T 8170."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.quantities import QuantityError, last_place, round_to, significant


@pytest.mark.parametrize(
    ("mean", "divisions"),
    [
        ("2.980075", "29.8"),
        ("3.987855", "39.9"),
        ("4.99149", "49.9"),
        ("5.99163", "59.9"),
        ("6.981935", "69.8"),
        ("7.996375", "80.0"),
        ("8.9952", "90.0"),
        ("9.98859", "99.9"),
        ("10.98975", "109.9"),
        ("12.0032", "120.0"),
        ("13.0002", "130.0"),
        ("14.00975", "140.1"),
        ("15.01725", "150.2"),
    ],
)
def test_rounding_to_a_tenth_of_a_division(mean, divisions):
    assert str(round_to(Decimal(mean) * 10, Decimal("0.1"))) == divisions


@pytest.mark.parametrize(
    ("value", "interval", "rounded"),
    [
        ("2.5", "1", "2"),
        ("3.5", "1", "4"),
        ("-2.5", "1", "-2"),
        ("-3.5", "1", "-4"),
        ("60.25", "0.5", "60.0"),
        ("60.75", "0.5", "61.0"),
        ("830", "20", "840"),
        ("842", "20", "840"),
        ("10.05762", "0.001", "10.058"),
        ("0.25", "0.1", "0.2"),
        ("0.2500000000000000000000000000000000000000001", "0.1", "0.3"),
        ("7", "2.50", "7.50"),
        ("0", "0.01", "0.00"),
    ],
)
def test_half_way_goes_to_the_even_multiple(value, interval, rounded):
    with localcontext() as context:
        context.prec = 3  # the ambient context must not matter
        assert str(round_to(Decimal(value), Decimal(interval))) == rounded


@given(st.decimals(-1000, 1000, places=6), st.sampled_from(["0.001", "0.02", "0.5", "1", "5"]))
def test_rounding_agrees_with_exact_fractions(value, interval):
    expected = round(Fraction(value) / Fraction(interval)) * Fraction(
        interval
    )  # Fraction rounds half to even
    assert Fraction(round_to(value, Decimal(interval))) == expected


@pytest.mark.parametrize(
    ("value", "digits", "mode", "rounded"),
    [
        ("10.47", 2, "nearest", "10"),
        ("10.47", 2, "up", "11"),
        ("28.05", 2, "nearest", "28"),
        ("0.02749", 2, "nearest", "0.027"),
        ("0.0995", 2, "nearest", "0.10"),
        ("5", 2, "nearest", "5.0"),
        ("0.25", 1, "nearest", "0.2"),
        ("0.35", 1, "nearest", "0.4"),
        ("-0.25", 1, "up", "-0.3"),
        ("1234", 2, "nearest", "1.2E+3"),
        ("0", 2, "nearest", "0"),
    ],
)
def test_significant_digits(value, digits, mode, rounded):
    assert str(significant(Decimal(value), digits, mode)) == rounded


def test_result_is_rounded_to_the_last_place_of_its_uncertainty():
    uncertainty = significant(Decimal("0.0274"), 2)
    assert last_place(uncertainty) == Decimal("0.001")
    assert str(round_to(Decimal("10.05762"), last_place(uncertainty))) == "10.058"


@pytest.mark.parametrize(
    ("value", "interval"),
    [("1", "0"), ("1", "-1"), ("NaN", "1"), ("1", "NaN"), ("1e1000", "1"), ("Infinity", "1")],
)
def test_what_cannot_be_rounded_is_refused(value, interval):
    with pytest.raises(QuantityError):
        round_to(Decimal(value), Decimal(interval))


def test_significant_refuses_no_digits_and_no_number():
    with pytest.raises(QuantityError):
        significant(Decimal(1), 0)
    with pytest.raises(QuantityError):
        significant(Decimal("NaN"), 2)
    with pytest.raises(QuantityError):
        last_place(Decimal("NaN"))


def test_round_to_is_decimal_quantize_on_powers_of_ten():
    for text in ("1.005", "1.015", "2.675", "-0.125"):
        expected = Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        assert round_to(Decimal(text), Decimal("0.01")) == expected
