"""Budgets with coefficients of correlation: the quadratic form, the arrays of `propagate`, what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.metrology import Influence, Inputs, Term, combine, combine_correlated, propagate


def terms(*parts, dofs=None):
    return [
        Term(
            Influence(f"x{i}", f"x{i}", 0.0, abs(part), dof, "t" if math.isfinite(dof) else "normal"),
            math.copysign(1, part),
        )
        for i, (part, dof) in enumerate(zip(parts, dofs or [math.inf] * len(parts), strict=True))
    ]


def test_the_quadratic_form_of_the_gum():
    # JCGM 100 eq. 16 with c = 1, -1, 1; u = 3, 4, 5; r12 = 0.5, r23 = -0.2
    found = combine_correlated(terms(3.0, -4.0, 5.0), {("x0", "x1"): 0.5, ("x1", "x2"): -0.2})
    assert found.u**2 == pytest.approx(9 + 16 + 25 - 2 * 0.5 * 12 + 2 * 0.2 * 20)
    assert math.fsum(line.share for line in found.lines) == pytest.approx(100)


def test_fully_correlated_contributions_cancel_and_add():
    assert combine_correlated(terms(2.0, -2.0), {("x0", "x1"): 1.0}).u == 0
    assert combine_correlated(terms(2.0, 3.0), {("x0", "x1"): 1.0}).u == pytest.approx(5)
    assert combine_correlated(terms(0.0, 0.0), {("x0", "x1"): 1.0}).u == 0


def test_without_coefficients_it_is_the_plain_budget():
    assert combine_correlated(terms(1.0, 2.0), {}) == combine(terms(1.0, 2.0))


@settings(max_examples=50)
@given(
    st.lists(st.floats(-10, 10), min_size=3, max_size=3),
    st.floats(-0.7, 0.7),
    st.sampled_from([(math.inf,) * 3, (4.0, 9.0, math.inf)]),
)
def test_it_agrees_with_the_law_of_propagation_on_arrays(parts, r, dofs):
    given_terms = terms(*parts, dofs=dofs)
    pairs = {("x0", "x1"): r}
    signs = [term.sensitivity for term in given_terms]
    inputs = Inputs.of([term.influence for term in given_terms], correlations=pairs)
    law = propagate(lambda x: sum(c * one for c, one in zip(signs, x, strict=True)), inputs)
    found = combine_correlated(given_terms, pairs)
    assert found.u == pytest.approx(float(law.u[0, 0]), rel=1e-9, abs=1e-12)
    if found.u > 1e-6:
        assert found.dof == pytest.approx(float(law.dof[0, 0]), rel=1e-6) or np.isinf(law.dof[0, 0])


def test_order_changes_no_bit():
    one, two, three = terms(0.1, 0.2, 0.3)
    pairs = {("x0", "x1"): 0.3, ("x1", "x2"): 0.1}
    assert combine_correlated([one, two, three], pairs).u == combine_correlated([three, two, one], pairs).u


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ({("x0", "x9"): 0.1}, "there is no quantity 'x9'"),
        ({("x0", "x1"): 1.5}, r"is 1\.5; it is -1 to 1"),
        ({("x0", "x1"): math.nan}, "is nan; it is -1 to 1"),
        ({("x0", "x0"): 1.0}, "with itself"),
        ({("x0", "x1"): 0.9, ("x1", "x2"): 0.9, ("x0", "x2"): -0.9}, "cannot hold together"),
    ],
)
def test_refuses_impossible_coefficients(pairs, sentence):
    with pytest.raises(ValueError, match=sentence):
        combine_correlated(terms(1.0, 2.0, 3.0), pairs)
