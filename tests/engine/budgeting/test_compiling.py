"""Compiled models against the exact evaluator of expressions, and their complex-step slopes against differences."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.metrology import Influence, Inputs, propagate
from calbench.metrology.compiling import Model
from calbench.quantities import Quantity, evaluate, find_unit, parse

EXPRESSIONS = [
    "R1 + R2",
    "R1 * R2 / (R1 + R2)",
    "R1 - 5 Ohm + 0.1 % R2",
    "sqrt(R1 * R2) + 3 kOhm",
    "R1 * exp(-R2 / R1) + R2 * log(R1 / R2)",
    "R1 * sin(R2 / R1) - 2 R2 * cos(30 deg)",
    "abs(R1 - R2) + min(R1, R2, 50 Ohm) - max(R1, 2 * R2)",
    "-R1 ^ 2 / R2 + R1 ^ -1 * R2 ^ 2",
    "3 R1^2 / R2",
    "R1 * (1 + 5 ppm)",
]
positive = st.floats(0.1, 100)


@pytest.mark.parametrize("text", EXPRESSIONS)
@given(first=positive, second=positive)
def test_a_compiled_model_gives_what_the_exact_evaluator_gives(text, first, second):
    scope = {n: Quantity(Decimal(v), find_unit("Ohm")) for n, v in (("R1", first), ("R2", second))}
    exact = evaluate(parse(text), scope)
    assert isinstance(exact, Quantity)
    (found,) = Model({"y": text}, ["R1", "R2"])([np.array(first), np.array(second)])
    assert float(found) == pytest.approx(float(exact.value), rel=1e-9, abs=1e-9 * (first + second))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_complex_step_and_differences_agree(text):
    inputs = Inputs.of([Influence("R1", "R1", 0, 0.01), Influence("R2", "R2", 0, 0.02)],
                       estimates={"R1": [3.0, 70.0, 8.0], "R2": [9.0, 4.0, 60.0]})  # fmt: skip
    one, other = (
        propagate(Model({"y": text}, ["R1", "R2"]), inputs, method=m) for m in ("complex-step", "differences")
    )
    assert one.sensitivities == pytest.approx(other.sensitivities, rel=1e-7, abs=1e-9)


def test_an_input_may_be_called_like_a_unit():
    (found,) = Model({"y": "V / I * 2 s / T"}, ["V", "I", "T"])([np.array(6.0), np.array(2.0), np.array(3.0)])
    assert float(found) == 2.0


@pytest.mark.parametrize("text", ["R1 > R2", "mean(R1)", "'word'"])
def test_what_gives_no_quantity_is_refused(text):
    with pytest.raises(ValueError, match=r"single quantities|no quantity|word"):
        Model({"y": text}, ["R1", "R2"])
