"""Several weights on a pan: numbers by hand, and by drawing from the stated correlation matrix.

By hand, for 10 kg with u = 80 mg and 5 kg with u = 40 mg (U = 160 mg and 80 mg, k = 2), JCGM 100 eq. 16:
u² = 80² + 40² + 2 r · 80 · 40, so r = 1 gives 120 mg, r = 0 gives √8000 = 89.442719 mg, r = 0.5 gives √11200 =
105.830052 mg, r = -0.5 gives √4800 = 69.282032 mg, r = 0.4 gives √10560 = 102.761861 mg.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from calbench.planning.weighing import certified, pick
from calbench.quantities import parse_quantity

W10 = {"id": "W10", "nominal": "10 kg", "mass": "10000.081 g", "expanded": "160 mg", "k": "2"}
W5 = {"id": "W5", "nominal": "5 kg", "mass": "4999.962 g", "expanded": "80 mg", "k": "2"}
LOAD = parse_quantity("15 kg")


def milligrams(point) -> float:
    return float(point.u) * 1e6


def on_the_pan(*sets, on=None):
    picked = pick(sets, LOAD)
    assert picked is not None
    return certified(sets, picked, LOAD, on)


@pytest.mark.parametrize(
    ("r", "expected"),
    [("1", 120), ("0", 89.4427191), ("independent", 89.4427191), ("0.5", 105.8300524), ("-0.5", 69.2820323)],
)
def test_weights_of_one_certificate(make, r, expected):
    point = on_the_pan(make(weights=[W10, W5], correlation=r))

    assert milligrams(point) == pytest.approx(expected, rel=1e-9)
    assert point.correction.in_unit("mg") == Decimal(43)  # 81 - 38


def test_they_are_fully_correlated_if_nothing_is_said(make):
    """EURAMET cg-18 7.1.2.1: arithmetic; one line, stated as the sum of the expanded uncertainties."""
    (line,) = on_the_pan(make(weights=[W10, W5])).parts

    assert line.stated.expanded == parse_quantity("240 mg")
    assert line.influence == "asset:REF-1/C-1/standard.mass@W10+W5"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (None, None, 89.4427191),  # two certificates: quadrature
        ("1", None, 89.4427191),
        ("1", "1", 120),  # both rest on one: arithmetic
        ("0.8", "0.5", 102.7618606),  # r = 0.8 · 0.5 = 0.4
        ("0", "1", 89.4427191),
    ],
)
def test_weights_of_two_certificates(make, first, second, expected):
    point = on_the_pan(_of("A", W10, first, make), _of("B", W5, second, make))

    assert milligrams(point) == pytest.approx(expected, rel=1e-9)


def _of(name, weight, above, make):
    rests_on = {} if above is None else {"traceable_to": {"certificate": "NMI-7", "correlation": above}}
    return make(name, {"number": f"C-{name}", **rests_on}, weights=[weight])


def test_drawn_from_the_matrix_that_the_files_state(make):
    """Four weights of two sets, r = 0.3 in the first and 1 in the second, each resting on NMI-7 (0.9 and 0.6).

    Independent of the split into lines: standard deviation of the sum of 400,000 draws from the covariance matrix.
    """
    first = make(
        "A",
        {"number": "C-A", "traceable_to": {"certificate": "NMI-7", "correlation": "0.9"}},
        correlation="0.3",
        weights=[W10, {**W10, "id": "W2", "nominal": "2 kg", "expanded": "30 mg"}],
    )
    second = make(
        "B",
        {"number": "C-B", "traceable_to": {"certificate": "NMI-7", "correlation": "0.6"}},
        weights=[
            {**W10, "id": "V2", "nominal": "2 kg", "expanded": "44 mg"},
            {**W10, "id": "V1", "nominal": "1 kg", "expanded": "20 mg"},
        ],
    )
    point = on_the_pan(first, second)

    u = np.array([80.0, 15.0, 22.0, 10.0])
    across = (
        0.9 * 0.6 * np.sqrt(0.3)
    )  # the common parts √0.3·u and u, each with its coefficient to the one above
    r = np.array(
        [[1, 0.3, across, across], [0.3, 1, across, across], [across, across, 1, 1], [across, across, 1, 1]]
    )
    draws = np.random.default_rng(1).multivariate_normal(
        np.zeros(4), r * np.outer(u, u), 400_000, method="svd"
    )
    assert milligrams(point) == pytest.approx(
        draws.sum(axis=1).std(), rel=4e-3
    )  # 3.6 standard deviations of it
    assert milligrams(point) == pytest.approx(float(np.sqrt(u @ r @ u)), rel=1e-12)


def test_drift_adds_arithmetically_within_a_set_and_is_a_line_of_its_own(make):
    """0.4 mg a year for each of two weights, rectangular, after 731 days: 2 · 0.4 mg · 731 / 365.25 = 1.601095 mg."""
    point = on_the_pan(make(weights=[W10, W5], drift=[{"per_year": "0.4 mg"}]), on=date(2027, 1, 2))

    certificate, drift = point.parts
    assert certificate.stated.expanded == parse_quantity("240 mg")
    assert float(drift.stated.half_width.in_unit("mg")) == pytest.approx(1.601095141, rel=1e-9)
    assert drift.stated.shape == "rectangular"
    assert drift.influence == "asset:REF-1/C-1/drift/standard.mass@W10+W5"
    assert "731 days after 2025-01-01" in drift.source


def test_nothing_on_the_pan_is_certain(make):
    sets = (make(weights=[W10], correlation="0", drift=[{"per_year": "1 mg"}]),)
    point = certified(sets, [], parse_quantity("0 kg"), date(2026, 1, 1))

    assert point.u == 0
    assert point.correction.value == 0


@pytest.mark.parametrize(
    ("others", "pairs", "expected"),
    [
        ("1", [["W10", "W5", "0.4"]], 102.7618606),
        ("0", [["W5", "W10", "-0.5"]], 69.2820323),  # in either order
        ("0.4", [["W10", "W1", "1"]], 102.7618606),  # the pair on the pan has that of the asset
    ],
)
def test_single_pairs_of_weights(make, others, pairs, expected):
    light = {**W5, "id": "W1", "nominal": "1 kg"}
    point = on_the_pan(make(weights=[W10, W5, light], correlation=others, correlations=pairs))

    assert milligrams(point) == pytest.approx(expected, rel=1e-9)
    assert len(point.parts) == 1
