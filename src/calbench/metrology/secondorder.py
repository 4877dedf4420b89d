"""Second-order terms of the law of propagation, over all points at once (JCGM 100 5.1.2 note)."""

from __future__ import annotations

import numpy as np

from calbench.metrology.correlation import Floats, factor
from calbench.metrology.inputs import Inputs
from calbench.metrology.model import ArrayModel, evaluate_model

Moves = tuple[tuple[int, float], ...]
"""By how many standard uncertainties each of some inputs moves, for one step along a direction."""


def second_order(model: ArrayModel, inputs: Inputs, values: Floats) -> Floats:
    """Give the variance that second-order terms add, shape (outputs, points), in the unit of the output squared.

    Independent inputs, as JCGM 100 5.1.2 has it: Σᵢ Σⱼ (½ fᵢⱼ² + fᵢ fᵢⱼⱼ) uᵢ² uⱼ². Correlated inputs are not in that
    note; for them the same expansion is taken over a joint normal distribution with covariance V, whose fourth moments
    are sums of products of two covariances (Isserlis, Biometrika 12 (1918) 134):
    ½ Σ fᵢⱼ fₖₗ Vᵢₖ Vⱼₗ + Σ fᵢ Vᵢⱼ fⱼₖₗ Vₖₗ. It is the first formula along the columns of the Cholesky factor of V,
    and is evaluated so, from differences within one standard uncertainty of the estimates. May be negative. Not a
    number where the model has no value there: no second order is known.

    Args:
        model: as for `propagate`.
        inputs: as for `propagate`.
        values: what the model gives at the estimates, shape (outputs, points).
    """
    directions = _directions(inputs)
    # Steps of half a direction, so each difference below is 2, 4 or 8 times smaller than derivative · uncertainties.
    single = [_along(model, inputs, values, one) for one in directions]
    total = np.zeros(values.shape)
    firsts = [
        (8 * (up - down) - (up2 - down2)) / 6 for down2, down, up, up2 in single
    ]  # third order taken out
    for i, (down2, down, up, up2) in enumerate(single):
        first = firsts[i]
        total += (4 * (up - 2 * values + down)) ** 2 / 2
        total += first * 4 * (up2 - 2 * up + 2 * down - down2)
        for j in range(i):
            _, down_j, up_j, _ = single[j]
            pp, pm, mp, mm = _across(model, inputs, values, directions[i], directions[j])
            mixed = pp - pm - mp + mm
            third_ijj = 4 * ((pp - 2 * up + pm) - (mp - 2 * down + mm))
            third_iij = 4 * ((pp - 2 * up_j + mp) - (pm - 2 * down_j + mm))
            total += mixed**2 + first * third_ijj + firsts[j] * third_iij
    return np.where(np.isfinite(total), total, np.nan)


def _directions(inputs: Inputs) -> list[Moves]:
    """Give independent directions that together make up the covariance of the inputs; for independent ones, each."""
    active = [i for i in range(len(inputs.influences)) if np.any(inputs.stds[i] > 0)]
    if inputs.correlation is None:
        return [((i, 1.0),) for i in active]
    lower = factor(inputs.correlation[np.ix_(active, active)])
    columns = (
        tuple((i, float(part)) for i, part in zip(active, column, strict=True) if part) for column in lower.T
    )
    return [column for column in columns if column]


def _along(model: ArrayModel, inputs: Inputs, values: Floats, direction: Moves) -> Floats:
    """Give the outputs at -1, -½, ½, 1 of a direction: shape (4, outputs, points)."""
    return _moved(model, inputs, values, [(direction, np.array([-1, -0.5, 0.5, 1]))])


def _across(model: ArrayModel, inputs: Inputs, values: Floats, one: Moves, other: Moves) -> Floats:
    """Give the outputs at ±½ of two directions, in the order ++, +-, -+, --: shape (4, outputs, points)."""
    return _moved(
        model, inputs, values, [(one, np.array([1, 1, -1, -1]) / 2), (other, np.array([1, -1, 1, -1]) / 2)]
    )


def _moved(model: ArrayModel, inputs: Inputs, values: Floats, steps: list[tuple[Moves, Floats]]) -> Floats:
    shifts: dict[int, Floats] = {}
    for direction, sizes in steps:
        for i, part in direction:
            shift = (part * sizes)[:, None] * inputs.stds[i]
            shifts[i] = shifts[i] + shift if i in shifts else shift
    rows = [inputs.estimates[k] + shifts[k] if k in shifts else inputs.estimates[k] for k in inputs.order]
    given = evaluate_model(model, rows, (4, inputs.points))
    return np.moveaxis(given, 1, 0).reshape(4, *values.shape)
