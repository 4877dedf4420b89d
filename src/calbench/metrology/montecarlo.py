"""Propagation of distributions by a Monte Carlo method, fixed or adaptive (JCGM 101 clause 7, JCGM 102 clause 7)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calbench.metrology.correlation import Floats
from calbench.metrology.drawing import Sampler
from calbench.metrology.inputs import Inputs
from calbench.metrology.interval import IntervalKind, coverage_interval, require_enough
from calbench.metrology.joint import region_factors
from calbench.metrology.model import ArrayModel, at_estimates, evaluate_model, label, of_point
from calbench.metrology.stability import Stability

Truths = NDArray[np.bool_]
GENERATOR = "PCG64DXSM"
BLOCK = 10_000
"""Draws that are made and evaluated at a time: small enough for the cache, and what 7.9.4 b) takes for 95 and 99 %."""


@dataclass(frozen=True, eq=False)
class MonteCarlo:
    """What the draws say of every output at every point.

    Attributes:
        values: means, shape (outputs, points); not a number where draws of t with 1 degree of freedom have none.
        u: standard deviations, same shape; not a number where t with 2 degrees of freedom or fewer has none.
        covariance: shape (outputs, outputs, points).
        low: lower ends of the coverage intervals, shape (outputs, points).
        high: upper ends.
        k_ellipsoid: coverage factor of the ellipsoid for all outputs, shape (points,) (JCGM 102 7.7.2); not a number
            for one output, where an output has no u, or where outputs depend on each other linearly.
        k_box: coverage factor of the box for all outputs, likewise; a linear dependence does not matter to it.
        p: coverage probability.
        kind: how the intervals were chosen.
        draws: number of draws at each point, shape (points,).
        seed: of the generator, which begins anew at each point: a point alone gives the same.
        generator: name of the generator.
        adaptive: whether the number of draws was found by 7.9.
        counts: draws in each of equal bins, shape (outputs, points, bins); no bins where none were asked for.
        edges: where the first bin begins and the last one ends, shape (outputs, points, 2): all but one draw in a
            thousand lie between them.
    """

    values: Floats
    u: Floats
    covariance: Floats
    low: Floats
    high: Floats
    k_ellipsoid: Floats
    k_box: Floats
    p: float
    kind: IntervalKind
    draws: tuple[int, ...]
    seed: int
    generator: str
    adaptive: bool
    counts: NDArray[np.int64]
    edges: Floats

    @property
    def correlation(self) -> Floats:
        """Correlation coefficients of the outputs, shape (outputs, outputs, points); 0 beside an output without u."""
        scale = self.u[:, None] * self.u[None, :]
        found = np.divide(self.covariance, scale, out=np.zeros_like(self.covariance), where=scale > 0)
        for output in range(len(self.u)):
            found[output, output] = 1.0
        return np.where(np.isnan(scale), np.nan, np.clip(found, -1.0, 1.0))


def monte_carlo(
    model: ArrayModel,
    inputs: Inputs,
    *,
    seed: int,
    draws: int = 1_000_000,
    p: float = 0.95,
    kind: IntervalKind = "symmetric",
    bins: int = 0,
) -> MonteCarlo:
    """Draw the inputs so many times, and evaluate the model for each draw (JCGM 101 clause 7).

    Args:
        model: as for `propagate`.
        inputs: likewise; drawn as `draw` and `Sampler` say.
        seed: zero or more. The same seed, inputs and draws give the same result.
        draws: at each point; JCGM 101 7.2.2 advises 10,000 / (1 - p) or more.
        p: coverage probability of the intervals.
        kind: symmetric or shortest intervals (7.7).
        bins: of a histogram of each output; none for 0.

    Raises:
        ValueError: too few draws, a draw for which the model has no value, or inputs that cannot be drawn.
    """
    require_enough(draws, p)
    return _over_points(model, inputs, seed, p, kind, bins, draws=draws)


def adaptive_monte_carlo(
    model: ArrayModel,
    inputs: Inputs,
    *,
    seed: int,
    digits: int = 2,
    p: float = 0.95,
    kind: IntervalKind = "symmetric",
    most: int = 10_000_000,
    bins: int = 0,
) -> MonteCarlo:
    """Draw until mean, u and both ends of the interval of every output are steady (JCGM 101 7.9.4).

    With several outputs, the largest eigenvalue of their correlation and the coverage factor of the ellipsoid must be
    steady too, over ten blocks or more (JCGM 102 7.8.3).

    Args:
        model: as for `propagate`.
        inputs: likewise.
        seed: zero or more.
        digits: significant digits of u that must not change by chance, 1 or 2: the tolerance is half of the last.
        p: coverage probability of the intervals.
        kind: symmetric or shortest intervals.
        most: draws at which to give up.
        bins: of a histogram of each output; none for 0.

    Raises:
        ValueError: not steady after `most` draws; an output without a standard deviation; and as `monte_carlo`.
    """
    size = max(BLOCK, math.ceil(100 / (1 - p))) if 0 < p < 1 else BLOCK
    require_enough(size, p)
    return _over_points(model, inputs, seed, p, kind, bins, until=Stability(digits, p, kind, size, most))


def _over_points(
    model: ArrayModel,
    inputs: Inputs,
    seed: int,
    p: float,
    kind: IntervalKind,
    bins: int,
    *,
    draws: int = 0,
    until: Stability | None = None,
) -> MonteCarlo:
    outputs = len(at_estimates(model, inputs))
    shape = (outputs, inputs.points)
    values, u, low, high = (np.empty(shape) for _ in range(4))
    k_ellipsoid, k_box = np.full((2, inputs.points), np.nan)
    counts, edges = np.zeros((*shape, bins), dtype=np.int64), np.full((*shape, 2), np.nan)
    covariance = np.empty((outputs, *shape))
    made = []
    for point in range(inputs.points):
        sampler = Sampler(inputs, point, np.random.Generator(np.random.PCG64DXSM(seed)))
        heavy = [_heavy(model, inputs, point, outputs, sampler.heavy_tails(dof)) for dof in (1.0, 2.0)]
        if until is None:
            sample = np.empty((outputs, draws))
            for start in range(0, draws, BLOCK):
                stop = min(start + BLOCK, draws)
                sample[:, start:stop] = _block(model, inputs, sampler, stop - start, point)
        else:
            until.require_variance(heavy[1], inputs, point)
            sample = until.reach(lambda n: _block(model, inputs, sampler, n, point), point)  # noqa: B023 - used at once
        values[:, point] = np.where(heavy[0], np.nan, sample.mean(axis=1))
        joint = np.atleast_2d(np.cov(sample)) if outputs > 1 else sample.var(axis=1, ddof=1)[:, None]
        covariance[:, :, point] = np.where(heavy[1][:, None] | heavy[1][None, :], np.nan, joint)
        u[:, point] = np.sqrt(np.diagonal(covariance[:, :, point]))
        if outputs > 1 and not heavy[1].any():
            k_ellipsoid[point], k_box[point], _ = region_factors(sample, p)
        for output in range(outputs):
            low[output, point], high[output, point] = coverage_interval(sample[output], p, kind)
            if bins:
                counts[output, point], edges[output, point] = _histogram(sample[output], bins)
        made.append(sample.shape[1])
    return MonteCarlo(
        values, u, covariance, low, high, k_ellipsoid, k_box, p, kind, tuple(made), seed, GENERATOR,
        until is not None, counts, edges,
    )  # fmt: skip


def _histogram(sample: Floats, bins: int) -> tuple[NDArray[np.int64], Floats]:
    """Give the counts between the ends of the middle 99.9 % of the draws, and these ends."""
    ends = np.quantile(sample, [0.0005, 0.9995])
    half = max(0.5, 1e-6 * abs(float(ends[0])))  # around draws that are all alike
    low, high = ends if ends[0] < ends[1] else (ends[0] - half, ends[0] + half)
    counts, _ = np.histogram(sample, bins, (low, high))
    return counts, np.array([low, high])


def _block(model: ArrayModel, inputs: Inputs, sampler: Sampler, n: int, point: int) -> Floats:
    """Give n draws of the outputs, shape (outputs, n)."""
    arguments = sampler.block(n)
    given = evaluate_model(model, arguments, (n,))
    finite = np.isfinite(given)
    if not finite.all():
        output, bad = (int(place) for place in np.argwhere(~finite)[0])
        drawn = ", ".join(
            f"{inputs.ids[k]} = {float(np.broadcast_to(one, (n,))[bad])!r}"
            for k, one in zip(inputs.order, arguments, strict=True)
        )
        raise ValueError(
            f"Output {label(model, output)} of the model is {float(given[output, bad])!r} for a draw"
            f"{of_point(inputs, point)} ({drawn}): these values can occur, and the model has no value for them. Bound "
            f"the inputs, or restate the model."
        )
    return given


def _heavy(model: ArrayModel, inputs: Inputs, point: int, outputs: int, tails: list[int]) -> Truths:
    """Say which outputs depend on inputs whose draws have no variance: shape (outputs,), true or false."""
    found = np.zeros(outputs, dtype=bool)
    for i in tails:
        moves = inputs.estimates[i, point] + np.array([-1.0, 0.0, 1.0]) * inputs.stds[i, point]
        rows = [moves if k == i else inputs.estimates[k, point] for k in inputs.order]
        given = evaluate_model(model, rows, (3,))
        found |= ~(given == given[:, 1:2]).all(axis=1)
    return found
