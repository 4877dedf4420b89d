"""When a Monte Carlo calculation has drawn enough (JCGM 101 7.9.4, JCGM 102 7.8.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calbench.metrology.correlation import Floats
from calbench.metrology.inputs import Inputs
from calbench.metrology.interval import IntervalKind, coverage_interval
from calbench.metrology.joint import region_factors
from calbench.metrology.tolerance import numerical_tolerance

FEWEST = 2
FEWEST_JOINT = 10
"""Blocks before it is asked for the first time: of several outputs ten (JCGM 102 7.8.3 f)."""


@dataclass(frozen=True)
class Stability:
    """The rule to stop: twice the standard deviation of each figure over the blocks is within the tolerance.

    Figures are mean, standard deviation and both ends of the interval, of every output; the tolerance is half of the
    last of `digits` significant digits of u over all draws. Of several outputs also the largest eigenvalue of the
    correlation and the coverage factor of the ellipsoid, each to as many digits of itself.
    """

    digits: int
    p: float
    kind: IntervalKind
    block: int
    most: int

    def reach(self, draw: Callable[[int], Floats], point: int) -> Floats:
        """Draw blocks until they are steady; give all draws, shape (outputs, draws).

        Raises:
            ValueError: not steady after the most draws that are allowed.
        """
        blocks: list[Floats] = []
        figures: list[Floats] = []
        joint: list[tuple[float, float]] = []
        while (len(blocks) + 1) * self.block <= self.most:
            blocks.append(draw(self.block))
            figures.append(self._figures(blocks[-1]))
            several = len(blocks[-1]) > 1
            if several:
                k, _, largest = region_factors(blocks[-1], self.p)
                joint.append((largest, k))
            enough = len(blocks) >= (FEWEST_JOINT if several else FEWEST)
            if enough and self._steady(blocks, figures) and self._joint_steady(joint):
                return np.concatenate(blocks, axis=1)
        raise ValueError(
            f"Point {point}: after {len(blocks) * self.block} draws the result still changes within {self.digits} "
            f"significant digits of u. Ask for 1 digit, allow more draws, or take a fixed number of draws."
        )

    def require_variance(self, heavy: NDArray[np.bool_], inputs: Inputs, point: int) -> None:
        """Refuse outputs whose draws have no standard deviation: it would never be steady.

        Raises:
            ValueError: it names the inputs that may be the cause.
        """
        if heavy.any():
            few = [one.id for one in inputs.at(point) if one.std > 0 and one.dof <= 2]  # noqa: PLR2004 - 6.4.9.4
            raise ValueError(
                f"Point {point}: draws of {', '.join(map(repr, few))} have no standard deviation (t with 2 degrees of "
                f"freedom or fewer, JCGM 101 6.4.9.4), so u is never steady. Take a fixed number of draws, or more "
                f"readings."
            )

    def _figures(self, block: Floats) -> Floats:
        ends = [coverage_interval(row.copy(), self.p, self.kind) for row in block]
        return np.column_stack([block.mean(axis=1), block.std(axis=1, ddof=1), np.array(ends)])

    def _steady(self, blocks: list[Floats], figures: list[Floats]) -> bool:
        h = len(figures)
        spread = np.std(np.stack(figures), axis=0, ddof=1) / np.sqrt(h)
        u = np.sqrt(_variance(blocks))
        return bool((2 * spread <= numerical_tolerance(u, self.digits)[:, None]).all())

    def _joint_steady(self, joint: list[tuple[float, float]]) -> bool:
        """Say so of what belongs to all outputs; a figure that does not exist (a singular correlation) is left out."""
        for figure in zip(*joint, strict=True):
            known = np.array(figure)
            if np.isnan(known).any():
                continue
            spread = np.std(known, ddof=1) / np.sqrt(len(known))
            if 2 * spread > numerical_tolerance(np.mean(known), self.digits):
                return False
        return True


def _variance(blocks: list[Floats]) -> Floats:
    """Give the variance of all draws from those of the blocks, without going over all of them each time."""
    size = blocks[0].shape[1]
    means = np.stack([block.mean(axis=1) for block in blocks])
    inner = np.stack([block.var(axis=1) for block in blocks]).mean(axis=0)
    total = len(blocks) * size
    return np.asarray((inner + means.var(axis=0)) * total / (total - 1))
