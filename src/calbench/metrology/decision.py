"""Decision rules: from a result, its limits and its expanded uncertainty to a verdict.

A rule is data with a name and a version, so that a record can say which one was used and be judged again
years later. Numbers are compared as `Decimal`, exactly: a value on a limit is on the limit. Decide before
rounding for display.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum

from calbench.errors import UsageError

TUR_DEFINITION = "tolerance span / (2 U95) (ANSI/NCSL Z540.3)"

# Wide enough that sums and products of results and limits are exact, and independent of the caller's context
# (so a sign is changed with copy_negate: unary minus would round to the caller's precision).
_WIDE = Context(prec=100, rounding=ROUND_HALF_EVEN)
_RESULT = Context(prec=34, rounding=ROUND_HALF_EVEN)
_ZERO = Decimal(0)


class Verdict(StrEnum):
    """What is said about one point. It says nothing about how the run ended: that is the status."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    INDETERMINATE_PASS = "indeterminate_pass"  # noqa: S105 - as above
    INDETERMINATE_FAIL = "indeterminate_fail"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision rule as data.

    With the guard band w = guard_ratio · U, the rules read alike:

    - pass: limits shrunk by w contain the value, ends included;
    - fail: the value is beyond the limits widened by w (at the widened limit too, if
      `fail_at_widened_limit`);
    - else indeterminate_pass inside the limits, ends included, and indeterminate_fail outside.

    Attributes:
        id: name, without version.
        version: 1, 2, …; a rule never changes under its version.
        title: for a certificate.
        source: standard and clause.
        guard_ratio: r in w = r·U; 0 means that the rule does not use U at all.
        neglect_ratio: U is neglected (w = 0) where MPEV / U is this or more; None: never.
        fail_at_widened_limit: whether a value exactly at a limit widened by w fails.
    """

    id: str
    version: int
    title: str
    source: str
    guard_ratio: Decimal
    neglect_ratio: Decimal | None = None
    fail_at_widened_limit: bool = False

    def __str__(self) -> str:
        """Give the name as records hold it: `guarded/1`."""
        return f"{self.id}/{self.version}"


RULES: Mapping[str, Rule] = {
    str(rule): rule
    for rule in (
        Rule("simple", 1, "simple acceptance", "ILAC-G8:09/2019 4.2.1", _ZERO),
        Rule(
            "jjf1094",
            1,
            "uncertainty neglected up to a third of the MPE, else three zones",
            "JJF 1094-2002 5.3.1",
            Decimal(1),
            neglect_ratio=Decimal(3),
            fail_at_widened_limit=True,
        ),
        Rule("guarded", 1, "non-binary with guard band w = U", "ILAC-G8:09/2019 4.2.3", Decimal(1)),
    )
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and what it rests on.

    Attributes:
        rule: name of the rule.
        version: its version.
        verdict: what is said.
        guard_band: w, unit of the value; zero where U was neglected; None if not evaluated.
        acceptance_lower: smallest value that passes; None if there is no such limit or nothing was evaluated.
        acceptance_upper: largest value that passes, likewise. Below `acceptance_lower` where U is so large
            that no value can pass.
        tur: test uncertainty ratio; None where it has no meaning (one-sided limits, U zero or not evaluated).
        tur_definition: which of the many.
    """

    rule: str
    version: int
    verdict: Verdict
    guard_band: Decimal | None
    acceptance_lower: Decimal | None
    acceptance_upper: Decimal | None
    tur: Decimal | None
    tur_definition: str = TUR_DEFINITION


def find_rule(name: str) -> Rule:
    """Find a rule by `id/version`, or by `id` alone for its newest version.

    Raises:
        UsageError: there is no such rule.
    """
    if name in RULES:
        return RULES[name]
    versions = [rule for rule in RULES.values() if rule.id == name]
    if not versions:
        raise UsageError(f"There is no decision rule {name!r}; the rules are {', '.join(RULES)}.")
    return max(versions, key=lambda rule: rule.version)


def decide(
    rule: Rule | str,
    value: Decimal,
    *,
    lower: Decimal | None,
    upper: Decimal | None,
    expanded: Decimal | None,
) -> Decision:
    """Decide on a value: an error of indication or a reading, in the unit of its limits and of U.

    - Limits are inclusive. None is "no limit on this side"; without any limit the verdict is `not_evaluated`.
    - U None ("not evaluated"): `simple` decides without it, every other rule says `not_evaluated`. U = 0 is a
      number: every rule then decides as `simple` does.
    - `jjf1094`: MPEV is half the distance between the limits. A one-sided limit has no MPEV (the limit of an
      error and that of a plain quantity look alike), so U is never neglected there.
    - Limits that coincide (a relative tolerance at zero): MPEV is 0, so U > 0 is never neglected; where U
      counts nothing passes.

    Args:
        rule: a rule, or its name as `find_rule` takes it.
        value: what was found.
        lower: lower limit or None.
        upper: upper limit or None.
        expanded: expanded uncertainty U (95 %) or None.

    Raises:
        ValueError: a number is not finite, U is negative, or the limits are the wrong way round.
        UsageError: there is no such rule.
    """
    if isinstance(rule, str):
        rule = find_rule(rule)
    _check(value, lower, upper, expanded)
    tur = uncertainty_ratio(lower, upper, expanded)
    if (lower is None and upper is None) or (rule.guard_ratio and expanded is None):
        return Decision(rule.id, rule.version, Verdict.NOT_EVALUATED, None, None, None, tur)
    w = _guard_band(rule, lower, upper, expanded)
    shrunk = _moved(lower, w), _moved(upper, w.copy_negate())
    verdict = _verdict(rule, value, (lower, upper), shrunk, w)
    return Decision(rule.id, rule.version, verdict, w, *shrunk, tur)


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
    return _RESULT.divide(_WIDE.subtract(upper, lower), _WIDE.multiply(2, expanded))


def _guard_band(
    rule: Rule, lower: Decimal | None, upper: Decimal | None, expanded: Decimal | None
) -> Decimal:
    if expanded is None or not rule.guard_ratio:
        return _ZERO
    if rule.neglect_ratio is not None and lower is not None and upper is not None:
        span = _WIDE.subtract(upper, lower)
        # U ≤ (span / 2) / 3, without dividing.
        if _WIDE.multiply(_WIDE.multiply(2, rule.neglect_ratio), expanded) <= span:
            return _ZERO
    return _WIDE.multiply(rule.guard_ratio, expanded)


_Limits = tuple[Decimal | None, Decimal | None]


def _verdict(rule: Rule, value: Decimal, limits: _Limits, shrunk: _Limits, w: Decimal) -> Verdict:
    if _contains(shrunk, value):
        return Verdict.PASS
    lower, upper = _moved(limits[0], w.copy_negate()), _moved(limits[1], w)
    if not _contains((lower, upper), value) or (rule.fail_at_widened_limit and value in (lower, upper)):
        return Verdict.FAIL
    return Verdict.INDETERMINATE_PASS if _contains(limits, value) else Verdict.INDETERMINATE_FAIL


def _moved(limit: Decimal | None, by: Decimal) -> Decimal | None:
    return None if limit is None else _WIDE.add(limit, by)


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
