"""Least squares: ordinary, weighted, with correlated points, and with uncertainty in both variables (ISO/TS 28037)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from calbench.metrology.correlation import Floats
from calbench.metrology.curve import Curve

_MOST_ROUNDS = 200
_STEADY = 1e-14
_SINGULAR = 1e-12


def fit(
    x: ArrayLike,
    y: ArrayLike,
    *,
    degree: int = 1,
    u: ArrayLike | None = None,
    covariance: ArrayLike | None = None,
) -> Curve:
    """Fit a polynomial; x is taken as exact.

    Args:
        x: shape (n,).
        y: shape (n,), n above the degree.
        degree: 1 for a straight line.
        u: standard uncertainties of y, above zero: weighted least squares (ISO/TS 28037 clause 6), and the uncertainty
            of the curve follows from them.
        covariance: of y, shape (n, n), where points are correlated (clause 9); instead of `u`.

    Without `u` and `covariance`: ordinary least squares, the uncertainty follows from the spread around the curve with
    n - degree - 1 degrees of freedom, and nothing tests whether the curve is the right one.

    Raises:
        ValueError: too few points, or two few different ones; numbers that are not finite; u that is not above zero;
            a covariance that is not one.
    """
    at, values = _columns(x=x, y=y)
    spare = len(at) - degree - 1
    if degree < 0 or spare < (1 if u is None and covariance is None else 0):
        raise ValueError(
            f"{len(at)} points are too few for a polynomial of degree {degree}: it has {degree + 1} coefficients, and "
            f"without uncertainties of the points one more is needed to see a spread."
        )
    lower = _root(len(at), u, covariance)
    design = at[:, None] ** np.arange(degree + 1)
    scale = np.max(np.abs(design), axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    orthogonal, upper = np.linalg.qr(np.linalg.solve(lower, design / scale))
    if np.min(np.abs(np.diagonal(upper))) <= _SINGULAR * np.max(np.abs(np.diagonal(upper))):
        raise ValueError(f"The points have too few different x for a polynomial of degree {degree}.")
    whitened = np.linalg.solve(lower, values)
    inverse = np.linalg.inv(upper)
    coefficients = inverse @ (orthogonal.T @ whitened) / scale
    residuals = values - design @ coefficients
    squares = float(np.sum(np.linalg.solve(lower, residuals) ** 2))
    known = u is not None or covariance is not None
    spread = inverse @ inverse.T / np.outer(scale, scale) * (1.0 if known else squares / spare)
    return Curve(
        coefficients, spread, math.inf if known else spare, residuals, squares if known else math.nan, spare
    )


def fit_line_xy(
    x: ArrayLike, y: ArrayLike, *, u_x: ArrayLike, u_y: ArrayLike, correlation: ArrayLike = 0.0
) -> Curve:
    """Fit a straight line to points that are uncertain in both variables (ISO/TS 28037 clauses 7 and 8).

    Method: York et al., Am. J. Phys. 72 (2004) 367.

    Args:
        x: shape (n,), n at least 2.
        y: shape (n,).
        u_x: standard uncertainties of x, zero or more, shape (n,) or one for all.
        u_y: standard uncertainties of y, likewise; not both zero at a point.
        correlation: coefficient of x and y of one point, -1 to 1, likewise.

    Raises:
        ValueError: too few points, numbers out of their range, or no line found in 200 rounds.
    """
    at, values = _columns(x=x, y=y)
    of_x, of_y, r = (
        np.broadcast_to(np.asarray(one, np.float64), at.shape) for one in (u_x, u_y, correlation)
    )
    if len(at) < 2 or len(set(at.tolist())) < 2:  # noqa: PLR2004 - a line needs two points
        raise ValueError("A straight line needs at least two points with different x.")
    if not all(np.isfinite(one).all() for one in (of_x, of_y, r)) or (of_x < 0).any() or (of_y < 0).any():
        raise ValueError("The uncertainties of the points must be finite numbers, zero or more.")
    if (np.abs(r) > 1).any() or ((of_x == 0) & (of_y == 0)).any():
        raise ValueError("A point needs an uncertainty in x or y above zero, and a correlation of -1 to 1.")
    joint = r * of_x * of_y
    slope = float(np.polyfit(at - at.mean(), values, 1)[0])
    for _ in range(_MOST_ROUNDS):
        weights = 1 / (of_y**2 + slope**2 * of_x**2 - 2 * slope * joint)
        x_mean, y_mean = np.average(at, weights=weights), np.average(values, weights=weights)
        dx, dy = at - x_mean, values - y_mean
        adjusted = weights * (of_y**2 * dx + slope * of_x**2 * dy - (slope * dx + dy) * joint)
        old, slope = slope, float(np.sum(weights * adjusted * dy) / np.sum(weights * adjusted * dx))
        if not math.isfinite(slope):
            break
        if abs(slope - old) <= _STEADY * abs(slope):
            return _line(at, values, slope, weights, x_mean, y_mean, adjusted)
    raise ValueError(
        "No straight line fits these points: the calculation finds no end. Check their uncertainties."
    )


def _line(
    at: Floats, values: Floats, slope: float, weights: Floats, x_mean: float, y_mean: float, adjusted: Floats
) -> Curve:
    constant = y_mean - slope * x_mean
    centre = x_mean + np.average(adjusted, weights=weights)
    variance = 1 / float(np.sum(weights * (x_mean + adjusted - centre) ** 2))
    covariance = np.array(
        [[1 / np.sum(weights) + centre**2 * variance, -centre * variance], [-centre * variance, variance]]
    )
    residuals = values - constant - slope * at
    chi2 = float(np.sum(weights * residuals**2))
    return Curve(np.array([constant, slope]), covariance, math.inf, residuals, chi2, len(at) - 2)


def _columns(**columns: ArrayLike) -> list[Floats]:
    found = {name: np.asarray(one, dtype=np.float64) for name, one in columns.items()}
    for name, one in found.items():
        if one.ndim != 1 or not np.isfinite(one).all():
            raise ValueError(
                f"The points need one row of finite numbers as {name}; check for missing values."
            )
    if len({len(one) for one in found.values()}) != 1:
        told = ", ".join(f"{len(one)} of {name}" for name, one in found.items())
        raise ValueError(f"Every point has all its values; here are {told}.")
    return list(found.values())


def _root(n: int, u: ArrayLike | None, covariance: ArrayLike | None) -> Floats:
    """Give the lower triangle L with L·Lᵀ the covariance of the points; the unit matrix if nothing is known."""
    if u is not None and covariance is not None:
        raise ValueError("The uncertainties of the points are given twice: as u and as covariance; give one.")
    if covariance is not None:
        matrix = np.asarray(covariance, dtype=np.float64)
        if matrix.shape != (n, n) or not np.array_equal(matrix, matrix.T):
            raise ValueError(f"The covariance of {n} points is a symmetric matrix of ({n}, {n}).")
        try:
            return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
        except np.linalg.LinAlgError:
            raise ValueError(
                "The covariance of the points is none: a sum of them had no variance above zero."
            ) from None
    if u is None:
        return np.eye(n)
    stds = np.broadcast_to(np.asarray(u, dtype=np.float64), (n,))
    if not (np.isfinite(stds) & (stds > 0)).all():
        raise ValueError(
            "The uncertainties of the points must be finite numbers above zero to weigh them by."
        )
    return np.diag(stds)
