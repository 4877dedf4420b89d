"""Counting statistics against scipy's, and against published values."""

from __future__ import annotations

import math
import random

import pytest
from scipy.stats import binomtest

from calbench.proof import statistics
from calbench.proof.statistics import clopper_pearson, effective_trials, quantile, quantile_bound


@pytest.mark.parametrize(
    ("count", "trials"), [(0, 10), (1, 10), (9, 10), (10, 10), (950, 1000), (1, 3), (18_990, 20_000)]
)
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.999])
def test_intervals_are_those_of_scipy(count: int, trials: int, confidence: float) -> None:
    theirs = binomtest(count, trials).proportion_ci(confidence, method="exact")
    ours = clopper_pearson(count, trials, confidence)
    assert ours.low == pytest.approx(theirs.low, rel=1e-9, abs=1e-15)
    assert ours.high == pytest.approx(theirs.high, rel=1e-9)


def test_a_published_interval() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 5: 81 of 263 and 15 of 148, 0 of 20, 1 of 29
    for count, trials, low, high in (
        (81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776),
    ):  # fmt: skip
        found = clopper_pearson(count, trials)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_impossible_counts_are_refused() -> None:
    for count, trials in ((1, 0), (-1, 4), (5, 4), (math.nan, 4)):
        with pytest.raises(ValueError, match="trials"):
            clopper_pearson(count, trials)
    with pytest.raises(ValueError, match="confidence"):
        clopper_pearson(1, 4, 1.0)


def test_points_that_stand_and_fall_together_count_once() -> None:
    draws = random.Random(7)
    together = [5 * (draws.random() < 0.8) for _ in range(400)]
    assert effective_trials(together, [5] * 400) == pytest.approx(400, rel=0.01)
    apart = [sum(draws.random() < 0.8 for _ in range(5)) for _ in range(400)]
    assert effective_trials(apart, [5] * 400) == pytest.approx(2000, rel=0.2)
    assert effective_trials([1, 0, 1], [1, 1, 1]) == 3
    assert effective_trials([5] * 40, [5] * 40) == 40


def test_quantiles_and_their_bounds() -> None:
    ordered = [float(n) for n in range(1, 1001)]
    assert quantile(ordered, 0.95) == 950
    assert quantile(ordered, 1e-9) == 1
    # binomial(1000, 0.95): P(X <= 965) = 0.9907 and P(X <= 964) = 0.9858 (scipy.stats.binom)
    assert quantile_bound(ordered, 0.95, 0.01) == 966
    assert quantile_bound(ordered[:80], 0.95, 0.01) is None
    assert quantile_bound(ordered[:90], 0.95, 0.01) == 90


def test_bounds_of_a_quantile_hold_as_often_as_they_say() -> None:
    draws = random.Random(3)
    held = sum(
        (statistics.quantile_bound(sorted(draws.random() for _ in range(200)), 0.9, 0.05) or 0) >= 0.9
        for _ in range(500)
    )
    assert held / 500 >= 0.93


def test_sums_do_not_depend_on_their_order() -> None:
    values = [random.Random(1).uniform(-1, 1) * 10 ** (n % 17) for n in range(100)]
    assert statistics.mean_and_spread(values) == statistics.mean_and_spread(values[::-1])
