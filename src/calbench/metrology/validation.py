"""Is the law of propagation good enough here? Its interval against that of a Monte Carlo method (JCGM 101 clause 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calbench.metrology.correlation import Floats
from calbench.metrology.montecarlo import MonteCarlo
from calbench.metrology.propagation import Propagation
from calbench.metrology.tolerance import numerical_tolerance


@dataclass(frozen=True, eq=False)
class Validation:
    """The comparison, each of shape (outputs, points), in the unit of the output.

    Attributes:
        tolerance: δ, half of the last significant digit of u.
        d_low: |(y - U) - lower end by Monte Carlo|.
        d_high: |(y + U) - upper end by Monte Carlo|.
        holds: true where both are within the tolerance: the law of propagation is validated.
    """

    tolerance: Floats
    d_low: Floats
    d_high: Floats
    holds: Floats


def validate(law: Propagation, draws: MonteCarlo, digits: int = 2) -> Validation:
    """Compare y ± U (k from t) with the interval of the draws, for the same coverage probability (JCGM 101 8.1).

    Args:
        law: result of the law of propagation.
        draws: result of the Monte Carlo method for the same model and inputs. With an adaptive one, its tolerance
            should be at most a fifth of this one (8.2), so ask here for one digit if it had two.
        digits: significant digits of u that are taken to mean something, 1 or 2 (7.9.2).

    Raises:
        ValueError: the two are of different outputs or points.
    """
    if law.u.shape != draws.low.shape:
        raise ValueError(
            f"The results are of {law.u.shape} and {draws.low.shape} outputs and points; compare alike."
        )
    tolerance = numerical_tolerance(law.u, digits)
    expanded = law.k(draws.p) * law.u
    d_low = np.abs(law.values - expanded - draws.low)
    d_high = np.abs(law.values + expanded - draws.high)
    return Validation(tolerance, d_low, d_high, np.asarray((d_low <= tolerance) & (d_high <= tolerance)))
