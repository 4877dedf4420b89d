"""Least squares: ISO/TS 28037 example 1 (D15), GTC and numpy as oracles, York's line."""

from __future__ import annotations

import math

import numpy as np
import pytest
from GTC import type_a, type_b, ureal
from GTC import value as value_of
from scipy.optimize import minimize

from calbench.metrology import Inputs, fit, fit_line_xy, propagate

X = [1, 2, 3, 4, 5, 6]
Y = [3.3, 5.6, 7.1, 9.3, 10.7, 12.1]


def test_d15_example_1_of_iso_ts_28037():
    line = fit(X, Y, u=0.5)
    assert line.coefficients == pytest.approx([1.866667, 1.757143], abs=5e-7)
    assert line.u == pytest.approx([0.4654747, 0.1195229], abs=5e-8)
    assert line.covariance[0, 1] == pytest.approx(-0.05, rel=1e-9)
    assert line.chi2 == pytest.approx(1.665, abs=5e-4)
    assert (line.chi2_dof, line.consistent, line.dof) == (4, True, math.inf)
    assert line.chi2_limit == pytest.approx(9.488, abs=5e-4)  # table of χ², 4 degrees of freedom, 95 %
    x, u_x = line.solve(10.5, 0.5)
    assert (float(x), float(u_x)) == pytest.approx((4.91327913, 0.32203556), abs=5e-9)


def test_d15_the_coefficients_carry_their_correlation_into_a_budget():
    influences, pairs = fit(X, Y, u=0.5).influences("cert:7/line", "line")
    assert [one.id for one in influences] == ["cert:7/line/c0", "cert:7/line/c1"]
    found = propagate(lambda c: c[0] + 3.5 * c[1], Inputs.of(influences, correlations=pairs))
    y, u = fit(X, Y, u=0.5).value(3.5)
    assert (found.values[0, 0], found.u[0, 0]) == pytest.approx((float(y), float(u)), rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_ordinary_and_weighted_lines_against_gtc(seed):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 10, 7))
    y = 2 - 0.7 * x + rng.normal(size=7) * 0.1
    u = rng.uniform(0.05, 0.2, 7)
    theirs, ours = type_a.line_fit(list(x), list(y)), fit(x, y)
    a, b = theirs.a_b
    assert ours.coefficients == pytest.approx([a.x, b.x], rel=1e-9)
    assert ours.u == pytest.approx([a.u, b.u], rel=1e-9)
    assert (ours.dof, ours.consistent) == (a.df, None)
    weighted = fit(x, y, u=u)
    a, b = type_a.line_fit_wls(list(x), list(y), list(u)).a_b
    assert weighted.coefficients == pytest.approx([a.x, b.x], rel=1e-9)
    assert weighted.u == pytest.approx([a.u, b.u], rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_lines_with_uncertainty_in_both_variables_against_gtc(seed):
    rng = np.random.default_rng(seed)
    x = np.arange(1.0, 9.0)
    y = 0.5 + 2 * x
    u_x, u_y = rng.uniform(0.05, 0.2, 8), rng.uniform(0.05, 0.2, 8)
    x, y = x + rng.normal(size=8) * u_x, y + rng.normal(size=8) * u_y
    theirs = type_b.line_fit_wtls(
        [ureal(*pair) for pair in zip(x, u_x, strict=True)],
        [ureal(*pair) for pair in zip(y, u_y, strict=True)],
    )
    ours = fit_line_xy(x, y, u_x=u_x, u_y=u_y)
    a, b = theirs.a_b
    # GTC searches the minimum with a tolerance of its own.
    assert ours.coefficients == pytest.approx([value_of(a), value_of(b)], rel=5e-6)
    # GTC propagates through the fit, York gives the expected information: they agree to second order of the residuals.
    assert ours.u == pytest.approx([a.u, b.u], rel=0.05)
    assert ours.chi2 == pytest.approx(theirs.ssr, rel=1e-7)


def test_line_of_york_through_the_data_of_pearson():
    # a and b: Neri et al., J. Phys. E 22 (1989) 215, in MSLNZ/GTC test_fitting.py, and Reed (1992) in the manual of
    # kapteyn; standard errors and χ²/8: the tests of the R package bfsl, which follows York et al. 2004.
    x = [0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4]
    y = [5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5]
    w_x = np.array([1000, 1000, 500, 800, 200, 80, 60, 20, 1.8, 1])
    w_y = np.array([1, 1.8, 4, 8, 20, 20, 70, 70, 100, 500])
    line = fit_line_xy(x, y, u_x=1 / np.sqrt(w_x), u_y=1 / np.sqrt(w_y))
    assert line.coefficients == pytest.approx([5.47991022, -0.480533407], abs=5e-9)
    assert line.u == pytest.approx([0.294970735, 0.0579850090], abs=5e-10)
    assert line.chi2 / 8 == pytest.approx(1.483294149, abs=5e-10)


@pytest.mark.parametrize("r", [-0.8, 0.5, [0.1, -0.2, 0.3, 0.9, -0.5, 0.0]])
def test_a_line_through_correlated_coordinates_is_at_the_minimum_that_scipy_finds(r):
    x, y, u_x, u_y = (
        np.array(one) for one in (X, Y, [0.3, 0.2, 0.4, 0.2, 0.3, 0.1], [0.2, 0.3, 0.2, 0.4, 0.2, 0.3])
    )

    def chi2(line):
        variance = u_y**2 + line[1] ** 2 * u_x**2 - 2 * line[1] * np.asarray(r) * u_x * u_y
        return float(np.sum((y - line[0] - line[1] * x) ** 2 / variance))

    least = minimize(
        chi2, [1.9, 1.7], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 5000}
    )
    line = fit_line_xy(x, y, u_x=u_x, u_y=u_y, correlation=r)
    assert line.coefficients == pytest.approx(least.x, rel=1e-5)
    assert line.chi2 == pytest.approx(least.fun, rel=1e-9)


def test_without_uncertainty_in_x_it_is_the_weighted_line():
    u = [0.1, 0.2, 0.1, 0.3, 0.2, 0.1]
    one, other = fit_line_xy(X, Y, u_x=0, u_y=u), fit(X, Y, u=u)
    assert one.coefficients == pytest.approx(other.coefficients, rel=1e-10)
    assert one.covariance == pytest.approx(other.covariance, rel=1e-9)
    assert one.chi2 == pytest.approx(other.chi2, rel=1e-9)


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_polynomials_against_numpy(degree):
    u = np.array([0.1, 0.2, 0.1, 0.3, 0.2, 0.1])
    theirs, covariance = np.polyfit(X, Y, degree, w=1 / u, cov="unscaled")
    ours = fit(X, Y, degree=degree, u=u)
    assert ours.coefficients == pytest.approx(theirs[::-1], rel=1e-8)
    assert ours.covariance == pytest.approx(covariance[::-1, ::-1], rel=1e-7)


def test_correlated_points_by_the_formula_of_generalised_least_squares():
    covariance = 0.01 * np.eye(6) + 0.04
    line = fit(X, Y, covariance=covariance)
    design, weight = np.column_stack([np.ones(6), X]), np.linalg.inv(covariance)
    expected = np.linalg.inv(design.T @ weight @ design)
    assert line.covariance == pytest.approx(expected, rel=1e-9)
    assert line.coefficients == pytest.approx(expected @ design.T @ weight @ np.array(Y), rel=1e-9)


def test_residuals_tell_a_curve_that_does_not_fit():
    x = np.arange(8.0)
    bent = 0.1 * x**2
    assert fit(x, bent, u=0.05).consistent is False
    assert fit(x, bent, u=0.05, degree=2).consistent is True
    assert fit([0, 1], [1, 2], u=0.1).consistent is None


def test_uncertainty_of_x_adds_by_the_slope_of_the_curve():
    curve = fit(X, Y, u=0.5, degree=2)
    y, u = curve.value([2.0, 5.0], 0.1)
    step = 1e-6
    slope = (curve.value([2.0 + step, 5.0 + step])[0] - y) / step
    assert u**2 - curve.value([2.0, 5.0])[1] ** 2 == pytest.approx((0.1 * slope) ** 2, rel=1e-5)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: fit([1, 2], [1, 2]), "2 points are too few"),
        (lambda: fit([1, 2, 3], [1, 2, math.nan]), "finite numbers as y"),
        (lambda: fit([1, 2, 3], [1, 2]), "3 of x, 2 of y"),
        (lambda: fit([2, 2, 2], [1, 2, 3]), "too few different x"),
        (lambda: fit(X, Y, u=[0.1, 0.1, 0, 0.1, 0.1, 0.1]), "above zero to weigh"),
        (lambda: fit(X, Y, u=-0.5), "above zero to weigh"),
        (lambda: fit(X, Y, u=0.5, covariance=np.eye(6)), "given twice"),
        (lambda: fit(X, Y, covariance=np.eye(5)), r"matrix of \(6, 6\)"),
        (lambda: fit(X, Y, covariance=-np.eye(6)), "is none"),
        (lambda: fit(X, Y, u=0.5, degree=2).solve(1.0), "Only a straight line"),
        (lambda: fit_line_xy([1, 1], [1, 2], u_x=0.1, u_y=0.1), "different x"),
        (lambda: fit_line_xy(X, Y, u_x=0, u_y=0), "above zero"),
        (lambda: fit_line_xy(X, Y, u_x=-0.1, u_y=0.1), "zero or more"),
        (lambda: fit_line_xy(X, Y, u_x=0.1, u_y=0.1, correlation=2), "correlation of -1 to 1"),
    ],
)
def test_refuses_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
