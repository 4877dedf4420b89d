"""Decision rules as named, versioned data: what each compares, what it promises, and where it comes from.

A rule never changes under its version: a record that names `guarded/1` is judged the same in twenty years. What a rule
does is in its fields alone; `decide` and `guard_band` read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from calbench.errors import UsageError
from calbench.metrology.normal import below

Guard = Literal["ratio", "given", "rss", "method6", "target"]
"""How w is found: r·U with r of the rule; r·U with r agreed for the work; T - √(T² - U²), T half the tolerance span
(Z540.3 method 5); U·(1.04 - exp(0.38 ln TUR - 0.54)), zero or more (Z540.3 method 6); or so that PFA is the target."""

TARGET_PFA = Decimal("0.02")
"""ANSI/NCSL Z540.3-2006 5.3 b): the probability of a false accept shall not exceed 2 %."""

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision rule as data.

    With the guard band w, the rules read alike:

    - pass: limits shrunk by w contain the value, ends included (w below zero widens them);
    - fail, if `binary`: every other value;
    - else fail: the value is beyond the limits widened by w (at the widened limit too, if `fail_at_widened_limit`),
      and in between indeterminate_pass inside the limits, ends included, and indeterminate_fail outside.

    Attributes:
        id: name, without version.
        version: 1, 2, …; a rule never changes under its version.
        title: for a list of rules.
        source: standard and clause.
        guard_ratio: r in w = r·U of the guard "ratio"; 0 means that the rule does not use U at all.
        neglect_ratio: U is neglected (w = 0) where MPEV / U is this or more; None: never.
        fail_at_widened_limit: whether a value exactly at a limit widened by w fails.
        binary: whether the rule says pass or fail and nothing between.
        guard: how w is found.
    """

    id: str
    version: int
    title: str
    source: str
    guard_ratio: Decimal
    neglect_ratio: Decimal | None = None
    fail_at_widened_limit: bool = False
    binary: bool = False
    guard: Guard = "ratio"

    def __str__(self) -> str:
        """Give the name as records hold it: `guarded/1`."""
        return f"{self.id}/{self.version}"

    @property
    def uses_u(self) -> bool:
        """Whether the rule needs U: without it nothing is decided."""
        return self.guard != "ratio" or bool(self.guard_ratio)

    @property
    def needs_both_limits(self) -> bool:
        """Whether w is found from the TUR, which one limit alone does not have."""
        return self.guard in ("rss", "method6")

    @property
    def needs_guard_ratio(self) -> bool:
        """Whether r is agreed for the work."""
        return self.guard == "given"

    @property
    def needs_prior(self) -> bool:
        """Whether w depends on how the true values of such items are distributed."""
        return self.guard == "target"


_G8 = "ILAC-G8:09/2019"
_Z540 = "ANSI/NCSL Z540.3-2006 5.3 b), handbook"

RULES: Mapping[str, Rule] = {
    str(rule): rule
    for rule in (
        Rule("simple", 1, "simple acceptance", f"{_G8} 4.2.1", _ZERO, binary=True),
        Rule(
            "jjf1094",
            1,
            "uncertainty neglected up to a third of the MPE, else three zones",
            "JJF 1094-2002 5.3.1",
            Decimal(1),
            neglect_ratio=Decimal(3),
            fail_at_widened_limit=True,
        ),
        Rule("guarded", 1, "non-binary with guard band w = U", f"{_G8} 4.2.3", Decimal(1)),
        Rule(
            "oiml",
            1,
            "uncertainty neglected up to a third of the MPE, else three zones",
            "OIML G 19:2017, as JJF 1094-2002 5.3.1",
            Decimal(1),
            neglect_ratio=Decimal(3),
            fail_at_widened_limit=True,
        ),
        Rule("guarded_binary", 1, "binary with guard band w = U", f"{_G8} 4.2.2", Decimal(1), binary=True),
        Rule(
            "iso14253",
            1,
            "conformity verified, not verified, or nonconformity verified; w = 0.83 U",
            f"ISO 14253-1:2017; w as in {_G8} table 1",
            Decimal("0.83"),
        ),
        Rule(
            "iso14253_binary",
            1,
            "binary with guard band w = 0.83 U",
            f"{_G8} table 1, from ISO 14253-1:2017",
            Decimal("0.83"),
            binary=True,
        ),
        Rule(
            "three_sigma",
            1,
            "binary with guard band w = 1.5 U",
            f"{_G8} table 1",
            Decimal("1.5"),
            binary=True,
        ),
        Rule("six_sigma", 1, "binary with guard band w = 3 U", f"{_G8} table 1", Decimal(3), binary=True),
        Rule("uncritical", 1, "binary, limits widened by U", f"{_G8} table 1", Decimal(-1), binary=True),
        Rule(
            "customer",
            1,
            "binary with guard band w = r U, r agreed with the customer",
            f"{_G8} table 1",
            _ZERO,
            binary=True,
            guard="given",
        ),
        Rule(
            "customer_zones",
            1,
            "non-binary with guard band w = r U, r agreed with the customer",
            f"{_G8} 4.2.3 and table 1",
            _ZERO,
            guard="given",
        ),
        Rule("z540_m5", 1, "binary with guard band w = U", f"{_Z540} method 5", Decimal(1), binary=True),
        Rule(
            "z540_m5_rss",
            1,
            "binary, limits times √(1 - 1/TUR²)",
            f"{_Z540} method 5, root sum of squares",
            _ZERO,
            binary=True,
            guard="rss",
        ),
        Rule(
            "z540_m6",
            1,
            "binary, limits times 1 - (1.04 - exp(0.38 ln TUR - 0.54)) / TUR, at most 1",
            f"{_Z540} method 6 (Dobbert)",
            _ZERO,
            binary=True,
            guard="method6",
        ),
        Rule(
            "z540_pfa",
            1,
            "binary, guard band so that PFA is at most 2 % for the prior that is stated",
            f"{_Z540} method 1",
            _ZERO,
            binary=True,
            guard="target",
        ),
    )
}


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


@dataclass(frozen=True, slots=True)
class Promise:
    """What a rule promises of the items that it accepts and rejects; None: it promises nothing of the kind.

    Attributes:
        false_accept_at_limit: the most that the probability can be that an item which passes is beyond a limit, from
            this measurement alone: that of a value just on an acceptance limit (specific risk, JCGM 106 8.3.2), where
            the other limit is far away.
        false_reject_at_limit: likewise, that an item which fails lies within its limits.
        false_accept: the most that the probability can be, over all items of a kind, that one is beyond its limits and
            passes (global PFA, JCGM 106 9.5).
    """

    false_accept_at_limit: float | None
    false_reject_at_limit: float | None
    false_accept: float | None


def promised_false_accept(
    rule: Rule | str, *, k: float = 2.0, guard_ratio: Decimal | None = None, tur: float | None = None
) -> Promise:
    """Give what a rule promises, for a normal distribution.

    - w = r·U: 1 - Φ(k·r) at an acceptance limit; the rejection limit of a binary rule is the same line, so there
      Φ(k·r), and 1 - Φ(k·r) of a rule with zones. w = 0 promises no more than one half either way.
    - `jjf1094`, `oiml`: as w = U, but as w = 0 where the TUR is 3 or more; without a `tur` the weaker holds.
    - `z540_m5`: as w = U, and so global PFA of at most 2 %.
    - `z540_m5_rss`, `z540_m6`: global PFA of at most 2 % (the first: 2.004 % at TUR 2.08), for errors that are
      normal about the middle of the limits, whatever their spread.
    - `z540_pfa`: global PFA of at most 2 %, for the prior that is stated.

    Args:
        rule: a rule, or its name as `find_rule` takes it.
        k: coverage factor of U, above zero.
        guard_ratio: r, of the rules for which it is agreed.
        tur: test uncertainty ratio, if it is known.

    Raises:
        ValueError: k is not a number above zero, or r is missing, impossible or one too many.
        UsageError: there is no such rule.
    """
    rule = find_rule(rule) if isinstance(rule, str) else rule
    if not 0 < k < float("inf"):
        raise ValueError(f"The coverage factor is {k!r}; it must be a finite number above zero, usually 2.")
    check_guard_ratio(rule, guard_ratio)
    if rule.guard in ("rss", "method6", "target"):
        return Promise(None, None, float(TARGET_PFA))
    r = float(guard_ratio if guard_ratio is not None else rule.guard_ratio)
    if rule.neglect_ratio is not None and (tur is None or tur >= rule.neglect_ratio):
        r = 0.0
    risk = below(-k * r)
    return Promise(
        risk, 1 - risk if rule.binary else risk, float(TARGET_PFA) if rule.id == "z540_m5" else None
    )


def check_guard_ratio(rule: Rule, guard_ratio: Decimal | None) -> None:
    """Refuse a ratio r that is missing, impossible, or that the rule does not take.

    Raises:
        ValueError: as said.
    """
    if rule.guard != "given":
        if guard_ratio is not None:
            raise ValueError(
                f"The rule {rule} has its own guard band; guard_ratio is for customer/1 and the like."
            )
        return
    if guard_ratio is None:
        raise ValueError(f"The rule {rule} needs guard_ratio: r in w = r·U, as agreed with the customer.")
    if not guard_ratio.is_finite() or guard_ratio < 0:
        raise ValueError(
            f"guard_ratio is {guard_ratio}; it must be a finite number, zero or more. The rule whose limits are "
            f"widened is uncritical/1 (w = -U)."
        )
