"""Rounding in expressions: to the nearest multiple of a step, or up to it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.quantities import (
    ExpressionError,
    Quantity,
    QuantityError,
    dimension_of,
    evaluate,
    parse,
    parse_quantity,
)


def computed(text: str, **scope: str) -> Quantity:
    found = evaluate(parse(text), {name: parse_quantity(one) for name, one in scope.items()})
    assert isinstance(found, Quantity)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("round(2.25 g, 0.1 g)", "2.2 g"),  # half to even, GB/T 8170
        ("round(2.35 g, 0.1 g)", "2.4 g"),
        ("round(-2.25 g, 0.1 g)", "-2.2 g"),
        ("round(22.5 g, 1 g)", "22 g"),
        ("round(10.05 kg, 100 g)", "10 kg"),
        ("round_up(2.25 g, 0.1 g)", "2.3 g"),
        ("round_up(2.3 g, 0.1 g)", "2.3 g"),
        ("round_up(0.51, 1)", "1"),
        ("round_up(-2.25 g, 0.1 g)", "-2.2 g"),
    ],
)  # fmt: skip
def test_it_rounds_to_a_step(text: str, expected: str) -> None:
    assert computed(text) == parse_quantity(expected)


def test_each_of_a_vector_is_rounded() -> None:
    several = tuple(parse_quantity(f"{one} g") for one in ("1.04", "1.06"))
    found = evaluate(parse("mean(round(x, 0.1 g))"), {"x": several})
    assert found == parse_quantity("1.05 g")


VALUES = st.decimals(min_value=-1000, max_value=1000, places=4)
STEPS = st.decimals(min_value=Decimal("0.001"), max_value=10, places=3)


@given(VALUES, STEPS)
def test_both_give_a_multiple_that_is_near(number: Decimal, step: Decimal) -> None:
    x, by = f"{number} V", f"{step} V"
    nearest, up = computed("round(x, by)", x=x, by=by).value, computed("round_up(x, by)", x=x, by=by).value
    assert nearest % step == 0
    assert up % step == 0
    assert abs(nearest - number) * 2 <= step
    assert 0 <= up - number < step


@pytest.mark.parametrize("text", ["round(1 g)", "round(1 g, 1 V)", "round(20 degC, 1 K)", "round(1 g, 0 g)"])
def test_what_cannot_be_rounded_is_told(text: str) -> None:
    with pytest.raises((ExpressionError, QuantityError)):
        evaluate(parse(text), {})


@pytest.mark.parametrize("text", ["round(1 g)", "round(1 g, 1 V)", "round(20 degC, 1 K)"])
def test_it_is_told_before_anything_is_computed(text: str) -> None:
    with pytest.raises(ExpressionError):
        dimension_of(parse(text), {})


def test_a_rounded_quantity_is_of_its_kind() -> None:
    assert dimension_of(parse("round_up(1 g, 0.1 g)"), {}) == parse_quantity("1 g").dimension
