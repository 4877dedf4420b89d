"""The numerical tolerance of an uncertainty: half a unit in the last digit that is taken to mean something."""

from __future__ import annotations

import numpy as np

from calbench.metrology.correlation import Floats


def numerical_tolerance(u: Floats, digits: int = 2) -> Floats:
    """Give ½·10ʳ where u = c·10ʳ with an integer c of so many digits (JCGM 101 7.9.2); 0 for u = 0.

    Args:
        u: standard uncertainties, zero or more, any shape.
        digits: 1 or 2.

    Raises:
        ValueError: other digits.
    """
    if digits not in (1, 2):
        raise ValueError(
            f"{digits} significant digits of a standard uncertainty; it has 1 or 2 (JCGM 101 7.9.2)."
        )
    safe = np.where(u > 0, u, 1.0)
    place = np.floor(np.log10(safe)) - (digits - 1)
    # 9.96 with two digits is 10, that is 1.0·10¹: rounding can carry into the next place.
    carried = np.floor(safe / 10.0**place + 0.5) >= 10.0**digits
    return np.where(u > 0, 0.5 * 10.0 ** (place + carried), 0.0)
