"""Coverage intervals from draws: probabilistically symmetric, or shortest (JCGM 101 7.7)."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from calbench.metrology.correlation import Floats

IntervalKind = Literal["symmetric", "shortest"]
FEWEST_OUTSIDE = 10


def coverage_interval(sample: Floats, p: float, kind: IntervalKind = "symmetric") -> tuple[float, float]:
    """Give the ends of an interval that holds a fraction p of the draws.

    Args:
        sample: draws of one output, in any order; it is put into another order.
        p: coverage probability, 0 to 1.
        kind: "symmetric": as many draws below as above; "shortest": no other is shorter.

    Raises:
        ValueError: p is not between 0 and 1, or fewer than ten draws would be left outside.
    """
    m = len(sample)
    require_enough(m, p)
    inside = math.floor(p * m + 0.5)
    outside = m - inside
    if kind == "symmetric":
        low = (outside + 1) // 2 - 1 if outside % 2 else outside // 2 - 1
        sample.partition([low, low + inside])
        return float(sample[low]), float(sample[low + inside])
    if outside < inside:  # only the tails need to be in order
        sample.partition([outside - 1, inside])
        sample[:outside].sort()
        sample[inside:].sort()
    else:
        sample.sort()
    low = int(np.argmin(sample[inside:] - sample[:outside]))
    return float(sample[low]), float(sample[low + inside])


def require_enough(draws: int, p: float) -> None:
    """Refuse so few draws that the ends of an interval would be chance.

    Raises:
        ValueError: p is not between 0 and 1, or fewer than ten draws would be left outside.
    """
    if not 0 < p < 1:
        raise ValueError(f"The coverage probability is {p!r}; it must lie between 0 and 1, usually 0.95.")
    if draws * (1 - p) < FEWEST_OUTSIDE:
        least = math.ceil(FEWEST_OUTSIDE / (1 - p))
        raise ValueError(
            f"{draws} draws leave fewer than {FEWEST_OUTSIDE} outside an interval for {p!r}; take {least} or more "
            f"(JCGM 101 7.2.2 takes 10,000 / (1 - p))."
        )
