"""GTC (MSL New Zealand), an independent program: random budgets must give the same u, dof, covariance."""

from __future__ import annotations

import math
import random

import pytest
from GTC import get_covariance, ureal

from calbench.metrology import Influence, Term, combine, covariance, coverage_factor, sensitivities

SEEDS = range(40)


def random_inputs(rng, n):
    ours, theirs = [], []
    for number in range(n):
        estimate, std = rng.uniform(0.5, 2.0), 10 ** rng.uniform(-4, -1.5)
        dof = rng.choice([math.inf, 2.0, 7.5, 18.0, 200.0])
        ours.append(Influence(f"x{number}", f"x{number}", estimate, std, dof))
        theirs.append(ureal(estimate, std, dof))
    return ours, theirs


def random_terms(rng, influences):
    """Some influences come twice, some not at all: the shared part of a budget."""
    picks = rng.choices(range(len(influences)), k=len(influences) + 3)
    return [(pick, rng.choice([-1, 1]) * 10 ** rng.uniform(-1, 1)) for pick in picks]


def budget_of(influences, picks):
    return combine(Term(influences[pick], c) for pick, c in picks)


@pytest.mark.parametrize("seed", SEEDS)
def test_linear_budgets_with_shared_influences(seed):
    rng = random.Random(seed)
    ours, theirs = random_inputs(rng, rng.randint(1, 9))
    first, second = random_terms(rng, ours), random_terms(rng, ours)
    a, b = budget_of(ours, first), budget_of(ours, second)
    y, z = (sum(c * theirs[pick] for pick, c in picks) for picks in (first, second))
    assert a.u == pytest.approx(y.u, rel=1e-9)
    assert a.dof == pytest.approx(y.df, rel=1e-9)
    assert covariance(a, b) == pytest.approx(get_covariance(y, z), rel=1e-9, abs=1e-12 * a.u * b.u)


MODELS = [
    lambda x: x[0] * x[1] / x[2],
    lambda x: x[0] ** 2 - x[1] * x[2] + x[2] / x[0],
    lambda x: (x[0] + x[1]) / (x[0] - 3 * x[2] - 4) ** 3,
    lambda x: 1 / (1 / x[0] + 1 / x[1] + 1 / x[2]),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_sensitivities_of_models_against_automatic_differentiation(seed):
    rng = random.Random(1000 + seed)
    model = MODELS[seed % len(MODELS)]
    ours, theirs = random_inputs(rng, 3)
    slopes = sensitivities(model, [i.estimate for i in ours], [i.std for i in ours])
    budget = combine(Term(i, c) for i, c in zip(ours, slopes, strict=True))
    y = model(theirs)
    assert budget.u == pytest.approx(y.u, rel=1e-9)
    assert budget.dof == pytest.approx(y.df, rel=1e-9)


@pytest.mark.parametrize("dof", [1, 2, 3.5, 9, 16.75, 120])
def test_coverage_factors(dof):
    from GTC.reporting import k_factor

    assert coverage_factor(0.95, dof) == pytest.approx(k_factor(dof, 95), rel=1e-8)
