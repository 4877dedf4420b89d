"""Decisions: from a result, its limits and its expanded uncertainty to a verdict, by a rule that is data.

Numbers are compared as `Decimal`, exactly: a value on a limit is on the limit. Decide before rounding for display.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from calbench.metrology.guardband import RESULT, WIDE, guard_band
from calbench.metrology.prior import Prior
from calbench.metrology.rules import Rule, check_guard_ratio, find_rule

TUR_DEFINITION = "tolerance span / (2 U95) (ANSI/NCSL Z540.3)"

_ZERO = Decimal(0)


class Verdict(StrEnum):
    """What is said about one point. It says nothing about how the run ended: that is the status."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    INDETERMINATE_PASS = "indeterminate_pass"  # noqa: S105 - as above
    INDETERMINATE_FAIL = "indeterminate_fail"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and what it rests on.

    Attributes:
        rule: name of the rule.
        version: its version.
        verdict: what is said.
        guard_band: w, unit of the value; zero where U was neglected, below zero where limits are widened; None if not
            evaluated.
        acceptance_lower: smallest value that passes; None if there is no such limit or nothing was evaluated.
        acceptance_upper: largest value that passes, likewise. Below `acceptance_lower` where U is so large
            that no value can pass.
        tur: test uncertainty ratio; None where it has no meaning (one-sided limits, U zero or not evaluated).
        tur_definition: which of the many.
        reason: why nothing was evaluated although there are limits and U; else "".
    """

    rule: str
    version: int
    verdict: Verdict
    guard_band: Decimal | None
    acceptance_lower: Decimal | None
    acceptance_upper: Decimal | None
    tur: Decimal | None
    tur_definition: str = TUR_DEFINITION
    reason: str = ""


def decide(
    rule: Rule | str,
    value: Decimal,
    *,
    lower: Decimal | None,
    upper: Decimal | None,
    expanded: Decimal | None,
    guard_ratio: Decimal | None = None,
    std: float | None = None,
    prior: Prior | None = None,
) -> Decision:
    """Decide on a value: an error of indication or a reading, in the unit of its limits and of U.

    - Limits are inclusive. None is "no limit on this side"; without any limit the verdict is `not_evaluated`.
    - U None ("not evaluated"): `simple` decides without it, every other rule says `not_evaluated`. U = 0 is a
      number: every rule then decides as `simple` does.
    - `jjf1094`, `oiml`: MPEV is half the distance between the limits. A one-sided limit has no MPEV (the limit of an
      error and that of a plain quantity look alike), so U is never neglected there.
    - `z540_m5_rss`, `z540_m6`: one limit alone has no TUR, so there they say `not_evaluated`.
    - Limits that coincide (a relative tolerance at zero): MPEV and TUR are 0, so U > 0 is never neglected; where U
      counts nothing passes, unless the rule widens the limits.

    Args:
        rule: a rule, or its name as `find_rule` takes it.
        value: what was found.
        lower: lower limit or None.
        upper: upper limit or None.
        expanded: expanded uncertainty U (95 %) or None.
        guard_ratio: r in w = r·U, of the rules for which it is agreed.
        std: standard uncertainty, of the rules that need a prior.
        prior: distribution of the true values of such items, of the rules that need it.

    Raises:
        ValueError: a number is not finite, U is negative, the limits are the wrong way round, or what the rule needs
            is missing or impossible.
        UsageError: there is no such rule.
    """
    if isinstance(rule, str):
        rule = find_rule(rule)
    _check(value, lower, upper, expanded)
    check_guard_ratio(rule, guard_ratio)
    tur = uncertainty_ratio(lower, upper, expanded)
    reason = _undecided(rule, lower, upper, expanded)
    if reason is not None:
        return Decision(rule.id, rule.version, Verdict.NOT_EVALUATED, None, None, None, tur, reason=reason)
    w = _ZERO
    if rule.uses_u and expanded is not None:
        w = guard_band(
            rule, lower=lower, upper=upper, expanded=expanded, guard_ratio=guard_ratio, std=std, prior=prior
        )
    shrunk = _moved(lower, w), _moved(upper, w.copy_negate())
    return Decision(rule.id, rule.version, _verdict(rule, value, (lower, upper), shrunk, w), w, *shrunk, tur)


def uncertainty_ratio(
    lower: Decimal | None, upper: Decimal | None, expanded: Decimal | None
) -> Decimal | None:
    """Give the test uncertainty ratio (TUR), by `TUR_DEFINITION`, at 34 digits.

    None where it has no meaning: a limit is missing, or U is zero or not evaluated.

    Raises:
        ValueError: a number is not finite, U is negative, or the limits are the wrong way round.
    """
    _check(_ZERO, lower, upper, expanded)
    if lower is None or upper is None or not expanded:
        return None
    return RESULT.divide(WIDE.subtract(upper, lower), WIDE.multiply(2, expanded))


def _undecided(
    rule: Rule, lower: Decimal | None, upper: Decimal | None, expanded: Decimal | None
) -> str | None:
    """Say why nothing is decided; "" where that is plain; None where something is."""
    if (lower is None and upper is None) or (rule.uses_u and expanded is None):
        return ""
    if rule.needs_both_limits and expanded and (lower is None or upper is None):
        return f"The rule {rule} rests on the TUR, which one limit alone does not have."
    return None


_Limits = tuple[Decimal | None, Decimal | None]


def _verdict(rule: Rule, value: Decimal, limits: _Limits, shrunk: _Limits, w: Decimal) -> Verdict:
    if _contains(shrunk, value):
        return Verdict.PASS
    if rule.binary:
        return Verdict.FAIL
    # A sign is changed with copy_negate: unary minus would round to the caller's precision.
    lower, upper = _moved(limits[0], w.copy_negate()), _moved(limits[1], w)
    if not _contains((lower, upper), value) or (rule.fail_at_widened_limit and value in (lower, upper)):
        return Verdict.FAIL
    return Verdict.INDETERMINATE_PASS if _contains(limits, value) else Verdict.INDETERMINATE_FAIL


def _moved(limit: Decimal | None, by: Decimal) -> Decimal | None:
    return None if limit is None else WIDE.add(limit, by)


def _contains(limits: _Limits, value: Decimal) -> bool:
    lower, upper = limits
    return (lower is None or value >= lower) and (upper is None or value <= upper)


def _check(value: Decimal, lower: Decimal | None, upper: Decimal | None, expanded: Decimal | None) -> None:
    named = {"value": value, "lower limit": lower, "upper limit": upper, "expanded uncertainty": expanded}
    for name, number in named.items():
        if number is not None and not number.is_finite():
            raise ValueError(
                f"The {name} is {number}; a decision needs finite numbers (None means: there is none)."
            )
    if lower is not None and upper is not None and lower > upper:
        raise ValueError(f"The lower limit {lower} is above the upper limit {upper}; exchange them.")
    if expanded is not None and expanded < 0:
        raise ValueError(f"The expanded uncertainty is {expanded}; it must be zero or more.")
