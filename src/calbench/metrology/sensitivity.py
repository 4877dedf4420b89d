"""Sensitivities of a model: partial derivatives from differences, for propagation of uncertainty.

Differences, not the complex step: `abs`, `min`, `max` and comparisons in a model make the complex step wrong
without a sign of it. Steps start at the standard uncertainty, so that a difference is as large as the
contribution it gives.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence

Model = Callable[[Sequence[float]], float]
"""Takes the estimates of the inputs in their order, gives the value of the result."""

_LEVELS = 10
_SMALLEST_STEP = 1e-8  # of the estimate; a smaller one is lost in the rounding of estimate ± step
_GIVE_UP = 2.0  # Ridders: stop when the next order is this much worse than the best one


def sensitivities(model: Model, estimates: Sequence[float], stds: Sequence[float]) -> tuple[float, ...]:
    """Give ∂y/∂x of each input at the estimates, by central differences with Richardson extrapolation.

    Method: Ridders, Adv. Eng. Software 4 (1982) 75; steps u, u/2, u/4, … The model is never evaluated further
    out than one standard uncertainty from an estimate, or 1e-8 of the estimate if that is more (an input
    without uncertainty: a thousandth of its value).

    Args:
        model: evaluated at about 4 to 20 points for each input, one input moved at a time.
        estimates: values of the inputs, in their units.
        stds: their standard uncertainties, same units, zero allowed.

    Raises:
        ValueError: the two sequences differ in length, or the model does not give a finite number.
    """
    _check(estimates, stds)
    return tuple(
        _derivative(model, list(estimates), index, _step(estimates[index], u)) for index, u in enumerate(stds)
    )


def second_order_variance(model: Model, estimates: Sequence[float], stds: Sequence[float]) -> float:
    """Give the variance that second-order terms add, in the unit of the result squared.

    JCGM 100 5.1.2 note: Σᵢ Σⱼ (½ fᵢⱼ² + fᵢ fᵢⱼⱼ) uᵢ² uⱼ² for independent inputs. Close to zero against u²:
    the model is linear enough. It may be negative. About 2n² evaluations of the model, within one u of the
    estimates.

    Raises:
        ValueError: the two sequences differ in length, or the model does not give a finite number.
    """
    _check(estimates, stds)
    n = len(stds)

    def at(*moves: tuple[int, float]) -> float:
        point = list(estimates)
        for index, half_stds in moves:
            point[index] += half_stds * stds[index] / 2
        return _value(model, point)

    # With steps of u/2, each difference below is 2, 4 or 8 times smaller than derivative · uncertainties.
    middle = at()
    up = [at((i, 1)) for i in range(n)]
    down = [at((i, -1)) for i in range(n)]
    wide = [(at((i, -2)), at((i, 2))) for i in range(n)]
    # First derivatives with the third order taken out, which is not small beside them in a bent model.
    firsts = [(8 * (up[i] - down[i]) - (wide[i][1] - wide[i][0])) / 6 for i in range(n)]
    parts = []
    for i in range(n):
        first = firsts[i]
        second = 4 * (up[i] - 2 * middle + down[i])
        third = 4 * (wide[i][1] - 2 * up[i] + 2 * down[i] - wide[i][0])
        parts += [second**2 / 2, first * third]
        for j in range(i):
            pp, pm, mp, mm = (
                at((i, 1), (j, 1)),
                at((i, 1), (j, -1)),
                at((i, -1), (j, 1)),
                at((i, -1), (j, -1)),
            )
            mixed = pp - pm - mp + mm
            third_ijj = 4 * ((pp - 2 * up[i] + pm) - (mp - 2 * down[i] + mm))
            third_iij = 4 * ((pp - 2 * up[j] + mp) - (pm - 2 * down[j] + mm))
            parts += [mixed**2, first * third_ijj, firsts[j] * third_iij]
    return math.fsum(parts)


def _derivative(model: Model, point: list[float], index: int, step: float) -> float:
    """Ridders' table: each row halves the step, each column raises the order; the smallest change wins."""
    centre = point[index]
    best, best_error = 0.0, math.inf
    row: list[float] = []
    for level in range(_LEVELS):
        above, below = centre + step / 2**level, centre - step / 2**level
        values = [_value(model, [*point[:index], x, *point[index + 1 :]]) for x in (above, below)]
        width = above - below  # what was really taken, after rounding of centre ± step
        if width == 0:
            break
        new = [(values[0] - values[1]) / width]
        for order, old in enumerate(row, start=1):
            new.append(new[-1] + (new[-1] - old) / (4**order - 1))
            error = max(abs(new[-1] - new[-2]), abs(new[-1] - old))
            if error <= best_error:
                best, best_error = new[-1], error
        noise = sys.float_info.epsilon * max(abs(value) for value in values) / width
        if level and (best_error <= noise or abs(new[-1] - row[-1]) >= _GIVE_UP * best_error):
            break
        row = new
    if math.isinf(best_error):
        raise ValueError(f"Input {index}: {centre!r} ± {step!r} cannot be told apart; use a larger unit.")
    return best


def _step(estimate: float, u: float) -> float:
    if u == 0:
        return abs(estimate) / 1000 or 1e-3
    return max(u, _SMALLEST_STEP * abs(estimate))


def _value(model: Model, point: Sequence[float]) -> float:
    value = float(model(point))
    if not math.isfinite(value):
        raise ValueError(
            f"The model gives {value!r} at {list(point)}; it must give a finite number within one standard "
            f"uncertainty of the estimates. Check the model, or the uncertainty of its inputs."
        )
    return value


def _check(estimates: Sequence[float], stds: Sequence[float]) -> None:
    if len(estimates) != len(stds):
        raise ValueError(
            f"There are {len(estimates)} estimates but {len(stds)} uncertainties; each input has both."
        )
    for index, u in enumerate(stds):
        if not (u >= 0 and math.isfinite(u) and math.isfinite(estimates[index])):
            raise ValueError(
                f"Input {index}: {estimates[index]!r} with u = {u!r}; both must be finite, u zero or more."
            )
