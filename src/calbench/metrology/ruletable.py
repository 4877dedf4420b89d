"""The table of the documentation that lists every decision rule: made from the rules as data."""

from __future__ import annotations

from decimal import Decimal

from calbench.metrology.rules import RULES, Rule, promised_false_accept

_K = 2.0


def as_markdown() -> str:
    """Write the table of the rules, as `docs/reference/decision-rules.md` holds it."""
    head = "| rule | what it does | source | promise (k = 2) |\n|---|---|---|---|"
    rows = [f"| `{rule}` | {rule.title} | {rule.source} | {promise(rule)} |" for rule in RULES.values()]
    return "\n".join([head, *rows])


def promise(rule: Rule) -> str:
    """Say in words what a rule promises with k = 2; of an agreed ratio, for r = 1."""
    ratio = Decimal(1) if rule.needs_guard_ratio else None
    found = promised_false_accept(rule, k=_K, guard_ratio=ratio)
    if found.false_accept_at_limit is None:
        whose = (
            "for the prior that is stated"
            if rule.needs_prior
            else "for normal errors about the middle of the limits"
        )
        slack = " (2.004 % at TUR 2.08)" if rule.guard == "rss" else ""
        return f"global PFA at most 2 %{slack}, {whose}"
    if rule.neglect_ratio is not None:
        other = promised_false_accept(rule, k=_K, tur=0.0).false_accept_at_limit or 0.0
        return (
            f"false accept at most {_percent(other)} at the limit where U counts, 50 % where it is neglected"
        )
    if rule.guard_ratio < 0:
        return f"false reject at most {_percent(found.false_reject_at_limit or 0.0)} at the limit"
    r = "1 - Φ(k·r) at the limit; with r = 1 " if rule.needs_guard_ratio else ""
    both = f"false accept {r}at most {_percent(found.false_accept_at_limit)}{'' if r else ' at the limit'}"
    if not rule.binary:
        both += ", false reject likewise"
    return f"{both}; so global PFA at most 2 %" if found.false_accept is not None else both


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if share >= 1e-5 else f"{share:.1g}"  # noqa: PLR2004 - below, a power says more
