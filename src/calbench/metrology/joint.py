"""What draws say of several outputs together (JCGM 102 7.7 and 7.8)."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from calbench.metrology.correlation import Floats

RegionKind = Literal["ellipsoid", "box"]
_SINGULAR = 1e-10  # eigenvalue of a matrix with 1 on its diagonal


def region_factors(sample: Floats, p: float) -> tuple[float, float, float]:
    """Give k of the ellipsoid (JCGM 102 7.7.2), k of the box (7.7.3) and λmax of the correlation (7.8.3) of draws.

    A fraction p of the draws is no further from the mean than k: by the distance that the covariance gives, or by the
    largest of the differences, each divided by its standard deviation. Not a number where an output does not vary; the
    first is none either where the outputs depend on each other linearly.

    Args:
        sample: shape (outputs, draws).
        p: coverage probability.
    """
    away = sample - sample.mean(axis=1, keepdims=True)
    u = away.std(axis=1, ddof=1, keepdims=True)
    if not (u > 0).all():
        return math.nan, math.nan, math.nan
    away /= u
    correlation = away @ away.T / (sample.shape[1] - 1)
    correlation = np.clip((correlation + correlation.T) / 2, -1, 1)
    np.fill_diagonal(correlation, 1.0)
    box = _quantile(np.max(np.abs(away), axis=0), p)
    k = _quantile(distances(away, correlation), p) if is_regular(correlation) else math.nan
    return k, box, float(np.linalg.eigvalsh(correlation)[-1])


def is_regular(correlation: Floats) -> bool:
    """Say whether outputs with this correlation do not depend on each other linearly."""
    return bool(np.isfinite(correlation).all() and np.linalg.eigvalsh(correlation)[0] > _SINGULAR)


def distances(away: Floats, correlation: Floats) -> Floats:
    """Give the lengths of vectors, transformed by the Cholesky factor of the correlation (JCGM 102 7.7.2 a and b).

    Args:
        away: differences from the estimates, each divided by its standard uncertainty, shape (outputs, …).
        correlation: regular, shape (outputs, outputs).
    """
    lower = np.linalg.cholesky(correlation)
    made = np.empty_like(away)
    for i, row in enumerate(away):
        made[i] = row
        for j in range(i):
            made[i] -= lower[i, j] * made[j]
        made[i] /= lower[i, i]
    return np.asarray(np.sqrt(np.sum(made * made, axis=0)))


def _quantile(sizes: Floats, p: float) -> float:
    """Give the smallest size that a fraction p of them does not exceed."""
    place = math.ceil(p * len(sizes)) - 1
    return float(np.partition(sizes, place)[place])
