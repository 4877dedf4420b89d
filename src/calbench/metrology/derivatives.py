"""Sensitivities of a model over all points at once: complex step, or differences with Richardson extrapolation.

The complex step (Squire and Trapp, SIAM Rev. 40 (1998) 110) is exact to the last digits, but `abs`, `conj` and what
takes the real part make it wrong without a sign of it. Differences (Ridders, Adv. Eng. Software 4 (1982) 75) are
right for any smooth model, to nine digits or more.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np

from calbench.metrology.correlation import Floats
from calbench.metrology.inputs import Inputs
from calbench.metrology.model import Array, ArrayModel, evaluate_model, label, of_point

Method = Literal["differences", "complex-step"]

_FEW, _MANY = 3, 5
_HALVES = 0.5 ** np.arange(_MANY)[:, None]
_ROUNDINGS = 4 * np.finfo(np.float64).eps
_SETTLED = 1e-10  # of the slope
_SMALLEST_STEP = 1e-5  # of the estimate: a smaller one is lost in the rounding of the outputs
_LEAST_STEP = 1e-290  # of any input: the halves of a smaller one are not told apart
_AGREEMENT = 1e-9
_TINY = 1e-20  # of the estimate: the square is lost beside it, so nothing is left to extrapolate


def derivatives(model: ArrayModel, inputs: Inputs, outputs: int, method: Method = "differences") -> Floats:
    """Give ∂output/∂input at the estimates, shape (outputs, inputs, points).

    Differences leave the estimate by at most its standard uncertainty, or 1e-5 of the estimate if that is more (a
    thousandth, for an input without uncertainty).

    Raises:
        ValueError: a sensitivity is not finite: the model has no value, or a kink, beside an estimate.
    """
    slope = _complex if method == "complex-step" else _extrapolated
    found = np.empty((outputs, len(inputs.influences), inputs.points))
    for i in range(len(inputs.influences)):
        found[:, i] = slope(model, inputs, i)
    finite = np.isfinite(found)
    if not finite.all():
        output, i, point = (int(place) for place in np.argwhere(~finite)[0])
        raise ValueError(
            f"The sensitivity of output {label(model, output)} to {inputs.ids[i]!r}{of_point(inputs, point)} is not "
            f"finite: the model has no value or no slope at the estimate {float(inputs.estimates[i, point])!r}, or "
            f"within {float(_steps(inputs, i)[point])!r} of it. Check the model, or the uncertainty of this input."
        )
    return found


def moved(inputs: Inputs, i: int, values: Array) -> list[Array]:
    """Give the arguments of the model with one influence at other values, the others at their estimates."""
    return [values if k == i else inputs.estimates[k] for k in inputs.order]


def _steps(inputs: Inputs, i: int) -> Floats:
    size = np.abs(inputs.estimates[i])
    steps = np.maximum(inputs.stds[i], _SMALLEST_STEP * size)
    steps = np.where(inputs.stds[i] > 0, steps, np.where(size > 0, size / 1000, 1e-3))
    return np.maximum(steps, _LEAST_STEP)


def _complex(model: ArrayModel, inputs: Inputs, i: int) -> Floats:
    """Two steps, one a thousandth of the other, agree to the last digits unless the slope is infinite."""
    size = np.maximum(np.abs(inputs.estimates[i]), inputs.stds[i])
    steps = _TINY * np.where(size > 0, size, 1.0) * np.array([[1.0], [1e-3]])
    values = evaluate_model(model, moved(inputs, i, inputs.estimates[i] + 1j * steps), (2, inputs.points))
    long, short = np.moveaxis(np.imag(values) / steps, 1, 0)
    sound = np.isfinite(values).all(axis=1) & (np.abs(long - short) <= _AGREEMENT * np.abs(short))
    return np.asarray(np.where(sound, short, np.nan))


def _extrapolated(model: ArrayModel, inputs: Inputs, i: int) -> Floats:
    """Differences at three steps; at more where these have not settled, and rounding is not the reason."""
    slope, error, noise = _ridders(model, inputs, i, _FEW)
    if not (error <= _SETTLED * np.abs(slope) + noise).all():
        slope, _, _ = _ridders(model, inputs, i, _MANY)
    return slope


def _ridders(model: ArrayModel, inputs: Inputs, i: int, levels: int) -> tuple[Floats, Floats, Floats]:
    """Ridders' table for every point: each row halves the step, each column raises the order; the steadiest wins."""
    steps = _steps(inputs, i) * _HALVES[:levels]
    estimate = inputs.estimates[i]
    moves = np.empty((2, *steps.shape))
    np.add(estimate, steps, out=moves[0])
    np.subtract(estimate, steps, out=moves[1])
    values = evaluate_model(model, moved(inputs, i, moves), moves.shape)
    row = list(np.moveaxis((values[:, 0] - values[:, 1]) / (moves[0] - moves[1]), 1, 0))
    slope, error = row[-1], np.full(row[-1].shape, np.inf)
    for order in range(1, levels):
        coarser, row = row, [fine + (fine - coarse) / (4.0**order - 1) for coarse, fine in pairwise(row)]
        for new, old in zip(row, coarser, strict=False):
            change = np.abs(new - old)  # the new entry is closer to the finer of the two that it is made of
            steadier = change <= error
            slope, error = np.where(steadier, new, slope), np.where(steadier, change, error)
    return slope, error, _ROUNDINGS * np.abs(values[:, 0, -1]) / steps[-1]
