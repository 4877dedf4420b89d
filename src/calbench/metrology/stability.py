"""When a Monte Carlo calculation has drawn enough (JCGM 101 7.9.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calbench.metrology.correlation import Floats
from calbench.metrology.inputs import Inputs
from calbench.metrology.interval import IntervalKind, coverage_interval
from calbench.metrology.tolerance import numerical_tolerance


@dataclass(frozen=True)
class Stability:
    """The rule to stop: twice the standard deviation of each figure over the blocks is within the tolerance.

    Figures are mean, standard deviation and both ends of the interval, of every output; the tolerance is half of the
    last of `digits` significant digits of u over all draws.
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
        while (len(blocks) + 1) * self.block <= self.most:
            blocks.append(draw(self.block))
            figures.append(self._figures(blocks[-1]))
            if len(blocks) > 1 and self._steady(blocks, figures):
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


def _variance(blocks: list[Floats]) -> Floats:
    """Give the variance of all draws from those of the blocks, without going over all of them each time."""
    size = blocks[0].shape[1]
    means = np.stack([block.mean(axis=1) for block in blocks])
    inner = np.stack([block.var(axis=1) for block in blocks]).mean(axis=0)
    total = len(blocks) * size
    return np.asarray((inner + means.var(axis=0)) * total / (total - 1))
