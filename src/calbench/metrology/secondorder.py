"""Second-order terms of the law of propagation, over all points at once (JCGM 100 5.1.2 note)."""

from __future__ import annotations

import numpy as np

from calbench.metrology.correlation import Floats
from calbench.metrology.inputs import Inputs
from calbench.metrology.model import ArrayModel, evaluate_model


def second_order(model: ArrayModel, inputs: Inputs, values: Floats) -> Floats:
    """Give the variance that second-order terms add, shape (outputs, points), in the unit of the output squared.

    Σᵢ Σⱼ (½ fᵢⱼ² + fᵢ fᵢⱼⱼ) uᵢ² uⱼ² for independent inputs, from differences within one standard uncertainty of
    the estimates. May be negative. Not a number where the model has no value there: no second order is known.

    Args:
        model: as for `propagate`.
        inputs: not correlated with each other.
        values: what the model gives at the estimates, shape (outputs, points).
    """
    active = [i for i in range(len(inputs.influences)) if np.any(inputs.stds[i] > 0)]
    # Steps of u/2, so each difference below is 2, 4 or 8 times smaller than derivative · uncertainties.
    single = {i: _along(model, inputs, values, i) for i in active}
    total = np.zeros(values.shape)
    for place, i in enumerate(active):
        down2, down, up, up2 = single[i]
        first = up - down
        total += (4 * (up - 2 * values + down)) ** 2 / 2
        total += first * 4 * (up2 - 2 * up + 2 * down - down2)
        for j in active[:place]:
            _, down_j, up_j, _ = single[j]
            pp, pm, mp, mm = _across(model, inputs, values, i, j)
            mixed = pp - pm - mp + mm
            third_ijj = 4 * ((pp - 2 * up + pm) - (mp - 2 * down + mm))
            third_iij = 4 * ((pp - 2 * up_j + mp) - (pm - 2 * down_j + mm))
            total += mixed**2 + first * third_ijj + (up_j - down_j) * third_iij
    return np.where(np.isfinite(total), total, np.nan)


def _along(model: ArrayModel, inputs: Inputs, values: Floats, i: int) -> Floats:
    """Give the outputs at -u, -u/2, u/2, u of one input: shape (4, outputs, points)."""
    moves = inputs.estimates[i] + np.array([-1, -0.5, 0.5, 1])[:, None] * inputs.stds[i]
    rows = [moves if k == i else inputs.estimates[k] for k in inputs.order]
    given = evaluate_model(model, rows, (4, inputs.points))
    return np.moveaxis(given, 1, 0).reshape(4, *values.shape)


def _across(model: ArrayModel, inputs: Inputs, values: Floats, i: int, j: int) -> Floats:
    """Give the outputs at ±u/2 of two inputs, in the order ++, +-, -+, --: shape (4, outputs, points)."""
    shifts = {
        i: np.array([1, 1, -1, -1])[:, None] * inputs.stds[i] / 2,
        j: np.array([1, -1, 1, -1])[:, None] * inputs.stds[j] / 2,
    }
    rows = [inputs.estimates[k] + shifts[k] if k in shifts else inputs.estimates[k] for k in inputs.order]
    given = evaluate_model(model, rows, (4, inputs.points))
    return np.moveaxis(given, 1, 0).reshape(4, *values.shape)
