"""Guard bands: how far the acceptance limits of a rule lie inside (or, below zero, outside) the limits.

Where a factor has a root, a power or an exponential, it is computed with 50 decimal digits by correctly rounded
operations and rounded once to 34, half to even: the same digits on every machine. The guard band of a target PFA is
solved for in floats and rounded up to a millionth of U, so that the digits which differ between machines are gone and
the target still holds.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from calbench.metrology.prior import Prior
from calbench.metrology.risk import global_risk
from calbench.metrology.rules import TARGET_PFA, Rule, check_guard_ratio

# Wide enough that sums and products of results and limits are exact, and independent of the caller's context.
WIDE = Context(prec=100, rounding=ROUND_HALF_EVEN)
RESULT = Context(prec=34, rounding=ROUND_HALF_EVEN)
_WORK = Context(prec=50, rounding=ROUND_HALF_EVEN)
_ZERO = Decimal(0)
_STEP = Decimal("1e-6")


def guard_band(
    rule: Rule,
    *,
    lower: Decimal | None,
    upper: Decimal | None,
    expanded: Decimal,
    guard_ratio: Decimal | None = None,
    std: float | None = None,
    prior: Prior | None = None,
) -> Decimal:
    """Give w of a rule at its limits.

    Exact for w = r·U. Of the rules by TUR, U above half the tolerance span T (a TUR below 1): `z540_m5_rss` takes
    w = U, so nothing passes; `z540_m6` goes on by its formula, which leaves nothing to pass below a TUR of 0.569.

    Args:
        rule: the rule.
        lower: lower limit or None.
        upper: upper limit or None.
        expanded: U, zero or more.
        guard_ratio: r, of the rules for which it is agreed.
        std: standard uncertainty u, of the rules with a prior.
        prior: of the rules that need it.

    Raises:
        ValueError: r, prior or u is missing or impossible, or a rule that needs both limits has one.
    """
    check_guard_ratio(rule, guard_ratio)
    if not expanded:
        return _ZERO
    if rule.needs_prior:
        return _for_target(rule, lower, upper, expanded, std, prior)
    if rule.guard == "given":
        return WIDE.multiply(guard_ratio or _ZERO, expanded)
    if rule.guard == "ratio":
        return (
            _ZERO if _neglected(rule, lower, upper, expanded) else WIDE.multiply(rule.guard_ratio, expanded)
        )
    if lower is None or upper is None:
        raise ValueError(f"The rule {rule} needs both limits: its guard band follows from the TUR.")
    half = WIDE.divide(WIDE.subtract(upper, lower), Decimal(2))
    return _rss(half, expanded) if rule.guard == "rss" else _method6(half, expanded)


def _neglected(rule: Rule, lower: Decimal | None, upper: Decimal | None, expanded: Decimal) -> bool:
    if rule.neglect_ratio is None or lower is None or upper is None:
        return False
    # U ≤ (span / 2) / ratio, without dividing.
    span = WIDE.subtract(upper, lower)
    return WIDE.multiply(WIDE.multiply(Decimal(2), rule.neglect_ratio), expanded) <= span


def _rss(half: Decimal, expanded: Decimal) -> Decimal:
    """Give T - √(T² - U²), which is T·(1 - √(1 - 1/TUR²))."""
    if expanded >= half:
        return expanded
    square = WIDE.multiply(WIDE.subtract(half, expanded), WIDE.add(half, expanded))
    # As U² / (T + √(T² - U²)): no digits are lost where U is small.
    root = _WORK.sqrt(square)
    return RESULT.plus(_WORK.divide(WIDE.multiply(expanded, expanded), _WORK.add(half, root)))


def _method6(half: Decimal, expanded: Decimal) -> Decimal:
    """Give U·(1.04 - exp(0.38 ln TUR - 0.54)), zero or more: T times 1 - the factor, which is clamped at 1."""
    if not half:
        return WIDE.multiply(Decimal("1.04"), expanded)  # the limit for a TUR of zero
    log = _WORK.ln(_WORK.divide(half, expanded))
    power = _WORK.exp(_WORK.subtract(_WORK.multiply(Decimal("0.38"), log), Decimal("0.54")))
    part = _WORK.subtract(Decimal("1.04"), power)
    return RESULT.plus(_WORK.multiply(part, expanded)) if part > 0 else _ZERO


def _for_target(
    rule: Rule,
    lower: Decimal | None,
    upper: Decimal | None,
    expanded: Decimal,
    std: float | None,
    prior: Prior | None,
) -> Decimal:
    if prior is None or std is None:
        missing = "a prior" if prior is None else "the standard uncertainty"
        raise ValueError(f"The rule {rule} needs {missing}: its guard band follows from the global PFA.")
    low, high = (None if limit is None else float(limit) for limit in (lower, upper))
    ratio = guard_ratio_for(float(TARGET_PFA), prior, std, float(expanded), lower=low, upper=high)
    return WIDE.multiply(ratio, expanded)


def guard_ratio_for(
    target: float, prior: Prior, std: float, expanded: float, *, lower: float | None, upper: float | None
) -> Decimal:
    """Give the smallest w / U, zero or more and rounded up to a millionth, with which global PFA is at most a target.

    By bracketing and Brent's method: without a guard band PFA is above the target or w is 0; with one of half the
    tolerance span nothing passes; with one limit the band is doubled until PFA is below the target.

    Args:
        target: PFA, above 0 and below 1.
        prior: distribution of the true values.
        std: standard uncertainty, above zero.
        expanded: U, above zero.
        lower: lower limit or None.
        upper: upper limit or None.

    Raises:
        ValueError: a number is impossible.
    """
    if not 0 < target < 1:
        raise ValueError(f"The target PFA is {target!r}; it must lie between 0 and 1, such as 0.02.")
    if not (0 < std < math.inf and 0 < expanded < math.inf):
        raise ValueError(f"u and U are {std!r} and {expanded!r}; both must be finite and above zero.")

    def above(ratio: float) -> float:
        w = ratio * expanded
        accept = (None if lower is None else lower + w, None if upper is None else upper - w)
        return global_risk(prior, std, lower=lower, upper=upper, accept=accept).pfa - target

    if lower is not None and lower == upper:
        return (
            _STEP  # a value on the limit is beyond it with certainty: any guard band leaves nothing to pass
        )
    if above(0.0) <= 0:
        return _ZERO
    if lower is not None and upper is not None:
        end = (upper - lower) / 2 / expanded
    else:
        end = 1.0
        while above(end) > 0:
            end *= 2
    from scipy.optimize import brentq  # noqa: PLC0415 - heavy, and only for a rule with a target

    found = brentq(above, 0.0, end, xtol=1e-12, rtol=1e-12)
    return Decimal(repr(float(found))).quantize(_STEP, rounding=ROUND_CEILING, context=WIDE)
