"""Risks of a decision: of one result (specific), and over all items of a kind (global) (JCGM 106 clauses 7 to 9)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from typing import TYPE_CHECKING

from calbench.metrology.normal import below, between
from calbench.metrology.prior import Prior

if TYPE_CHECKING:
    from calbench.metrology.correlation import Floats

RISK_DIGITS = 4
RISK_FLOOR = 1e-12
"""A probability below this is stated as 0: integrals are not good to more than that."""

NODES = 40
_U_STEPS = (-8.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0)
_ROUNDED = Context(prec=RISK_DIGITS, rounding=ROUND_HALF_EVEN)


def stated(risk: float) -> Decimal:
    """Give a probability as it is stored: four significant digits, half to even; below 1e-12 it is 0.

    So the last bits of a computation, which differ between machines, are not in a record.
    """
    return Decimal(0) if risk < RISK_FLOOR else _ROUNDED.create_decimal(Decimal(repr(risk)))


def conformance_probability(
    value: float, u: float, *, lower: float | None, upper: float | None, dof: float = math.inf
) -> float:
    """Give p_c: the probability that the true value is within its limits, given what was measured (JCGM 106 7.5).

    Nothing is known of the item beforehand: the true value is normal about `value`, or scaled t with finite degrees
    of freedom. With u = 0 it is 1 within the limits, ends included, and else 0.

    Args:
        value: measured value.
        u: standard uncertainty, zero or more, same unit.
        lower: lower limit; None or minus infinity is no limit.
        upper: upper limit; None or infinity is no limit.
        dof: degrees of freedom of u, 1 or more.

    Raises:
        ValueError: a number is impossible, or the limits are the wrong way round.
    """
    return _probabilities(value, u, lower, upper, dof)[0]


def nonconformance_probability(
    value: float, u: float, *, lower: float | None, upper: float | None, dof: float = math.inf
) -> float:
    """Give 1 - p_c, as `conformance_probability` does, but with all digits where it is small."""
    return _probabilities(value, u, lower, upper, dof)[1]


def capability_index(u: float, *, lower: float, upper: float) -> float:
    """Give the measurement capability index C_m = (TU - TL) / (4u); infinite for u = 0 (JCGM 106 7.6.3).

    Raises:
        ValueError: a number is impossible, or the limits are the wrong way round.
    """
    _check_u(u)
    low, high = _ends(lower, upper)
    return math.inf if u == 0 else (high - low) / (4 * u)


@dataclass(frozen=True, slots=True)
class GlobalRisk:
    """Probabilities over all items of a kind, each 0 to 1.

    Attributes:
        pfa: an item is beyond its limits and passes (consumer's risk R_C).
        pfr: an item is within its limits and fails (producer's risk R_P).
        accepted: an item passes.
        conforming: an item is within its limits.
    """

    pfa: float
    pfr: float
    accepted: float
    conforming: float

    @property
    def conditional_pfa(self) -> float | None:
        """Probability that an item that passes is beyond its limits; None where none passes."""
        return self.pfa / self.accepted if self.accepted else None


def global_risk(
    prior: Prior,
    u: float,
    *,
    lower: float | None,
    upper: float | None,
    accept: tuple[float | None, float | None],
    reject: tuple[float | None, float | None] | None = None,
) -> GlobalRisk:
    """Give global PFA and PFR of a rule for items of a kind (JCGM 106 9.5).

    Integrals by Gauss-Legendre quadrature with 40 nodes between each two knots, which are closer than four standard
    deviations of prior and measurement wherever these change; good to 1e-9 of the result or 1e-12, whichever is more.
    u = 0 and priors without spread are exact. Measurement errors are normal.

    Args:
        prior: distribution of the true values.
        u: standard uncertainty of the measurement, zero or more.
        lower: lower limit; None or minus infinity is no limit.
        upper: upper limit; None or infinity is no limit.
        accept: values that pass: lowest and highest, None without end; none pass where the first is the higher.
        reject: values beyond these fail; None: all that do not pass (a binary rule).

    Raises:
        ValueError: a number is impossible, or the limits are the wrong way round.
    """
    _check_u(u)
    low, high = _ends(lower, upper)
    passes = _open(*accept)
    kept = passes if reject is None else _open(*reject)
    if prior.atoms:
        return _of_atoms(prior.atoms, u, (low, high), passes, kept)
    if u == 0:
        false = _mass(prior, passes, (-math.inf, low)) + _mass(prior, passes, (high, math.inf))
        right = _mass(prior, passes, (low, high))
        rejected = _mass(prior, (low, high), (-math.inf, kept[0])) + _mass(
            prior, (low, high), (kept[1], math.inf)
        )
        if kept[0] > kept[1]:
            rejected = prior.mass(low, high)
        return GlobalRisk(false, rejected, false + right, prior.mass(low, high))
    knots = [
        *prior.knots,
        *(end + step * u for end in (*passes, *kept) if math.isfinite(end) for step in _U_STEPS),
    ]

    false = right = rejected = 0.0
    for ends, fine in (((-math.inf, low), False), ((low, high), True), ((high, math.inf), False)):
        values, masses = _weighed(prior, ends, knots)
        passing = _sum(masses * _within_each(passes, values, u)) if masses.size else 0.0
        if not fine:
            false += passing
            continue
        right = passing
        rejected = _sum(masses * _beyond_each(kept, values, u)) if masses.size else 0.0
    return GlobalRisk(false, rejected, false + right, prior.mass(low, high))


_Ends = tuple[float, float]


def _of_atoms(atoms: Sequence[float], u: float, limits: _Ends, passes: _Ends, kept: _Ends) -> GlobalRisk:
    conforming = [limits[0] <= value <= limits[1] for value in atoms]
    passing = [_within(passes, value, u) for value in atoms]
    n = len(atoms)
    return GlobalRisk(
        math.fsum(p for p, fine in zip(passing, conforming, strict=True) if not fine) / n,
        math.fsum(_beyond(kept, v, u) for v, fine in zip(atoms, conforming, strict=True) if fine) / n,
        math.fsum(passing) / n,
        sum(conforming) / n,
    )


def _within(ends: _Ends, value: float, u: float) -> float:
    """Give the probability that a true value is measured within two ends."""
    low, high = ends
    if u == 0:
        return float(low <= value <= high)
    return between((low - value) / u, (high - value) / u)


def _beyond(ends: _Ends, value: float, u: float) -> float:
    low, high = ends
    if low > high:
        return 1.0
    if u == 0:
        return float(not low <= value <= high)
    return below((low - value) / u) + below((value - high) / u)


def _mass(prior: Prior, one: _Ends, other: _Ends) -> float:
    """Give the probability of what two intervals have in common."""
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return prior.mass(low, high) if low < high else 0.0


def _within_each(ends: _Ends, values: Floats, u: float) -> Floats:
    """Give `_within` for many values."""
    import numpy as np  # noqa: PLC0415 - as `_weighed`
    from scipy.special import ndtr  # noqa: PLC0415 - as above

    low, high = (ends[0] - values) / u, (ends[1] - values) / u
    if not ends[0] < ends[1]:
        return values * 0
    # Both above zero: the same by symmetry from the other side, where the terms are small.
    return np.asarray(np.where(low > 0, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low)))


def _beyond_each(ends: _Ends, values: Floats, u: float) -> Floats:
    from scipy.special import ndtr  # noqa: PLC0415 - as `_weighed`

    if ends[0] > ends[1]:
        return values * 0 + 1
    return ndtr((ends[0] - values) / u) + ndtr((values - ends[1]) / u)  # type: ignore[no-any-return] # scipy is untyped


def _weighed(prior: Prior, ends: _Ends, knots: Sequence[float]) -> tuple[Floats, Floats]:
    """Give nodes between two ends with their parts of the probability: Gauss-Legendre between each two knots."""
    import numpy as np  # noqa: PLC0415 - heavy, and only where a prior is stated

    low, high = max(ends[0], min(prior.knots)), min(ends[1], max(prior.knots))
    if not low < high:
        return np.empty(0), np.empty(0)
    parts = np.array([low, *sorted({knot for knot in knots if low < knot < high}), high])
    nodes, weights = _gauss()
    half = np.diff(parts)[:, None] / 2
    values = (parts[:-1, None] + half + half * nodes).ravel()
    return values, (half * weights).ravel() * prior.density(values)


@cache
def _gauss() -> tuple[Floats, Floats]:
    import numpy as np  # noqa: PLC0415 - as `_weighed`

    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return np.asarray(nodes), np.asarray(weights)


def _sum(parts: Floats) -> float:
    return math.fsum(parts.tolist())


def _probabilities(
    value: float, u: float, lower: float | None, upper: float | None, dof: float
) -> tuple[float, float]:
    """Give the probabilities that the true value is within its limits, and that it is not."""
    if not math.isfinite(value):
        raise ValueError(f"The value is {value!r}; it must be a finite number.")
    if not dof >= 1:
        raise ValueError(f"The degrees of freedom are {dof!r}; they must be 1 or more, infinite is allowed.")
    _check_u(u)
    low, high = _ends(lower, upper)
    if u == 0:
        inside = low <= value <= high
        return float(inside), float(not inside)
    under, over = _tail((low - value) / u, dof), _tail((value - high) / u, dof)
    # What is small is taken from tails: a difference of two numbers near 1 would have lost its digits.
    if low <= value <= high:
        return 1 - under - over, under + over
    within = _tail((high - value) / u, dof) - under if value > high else _tail((value - low) / u, dof) - over
    return within, 1 - within


def _tail(z: float, dof: float) -> float:
    """Give the probability below z, of the normal distribution or of t."""
    if math.isinf(dof) or math.isinf(z):
        return below(z)
    from scipy.special import stdtr  # noqa: PLC0415 - heavy, and not needed for infinite dof

    return float(stdtr(dof, z))


def _check_u(u: float) -> None:
    if not (u >= 0 and math.isfinite(u)):
        raise ValueError(f"The standard uncertainty is {u!r}; it must be a finite number, zero or more.")


def _ends(lower: float | None, upper: float | None) -> _Ends:
    low, high = _open(lower, upper)
    if math.isnan(low) or math.isnan(high) or low > high or low == math.inf or high == -math.inf:
        raise ValueError(
            f"The limits are {lower!r} and {upper!r}; the lower one must not be above the upper one."
        )
    if math.isinf(low) and math.isinf(high):
        raise ValueError("There is no limit, so nothing can be within or beyond it.")
    return low, high


def _open(lower: float | None, upper: float | None) -> _Ends:
    return -math.inf if lower is None else lower, math.inf if upper is None else upper
