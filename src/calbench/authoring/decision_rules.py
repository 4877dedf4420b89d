"""Rules for the decision: rule, guard ratio and prior that belong together, coverage, and how U is stated."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.testview import View, before
from calbench.documents.procedure import Procedure
from calbench.metrology.rules import RULES, Rule, find_rule
from calbench.quantities import Quantity

DECISION_RULES = tuple(dict.fromkeys(rule.id for rule in RULES.values()))
_ALLOWED = (*DECISION_RULES, *RULES)
_RECTANGULAR = "0.95"
_DIGITS = ("1", "2")


def decision(findings: Findings[Procedure]) -> None:
    """Check how conformity is decided."""
    possible = _possible(findings)
    _guard_ratio(findings, possible)
    _prior(findings, possible)
    _coverage(findings)
    least = findings.document.model.decision.min_tur
    findings.plain(("decision", "min_tur"), least, "P024", what="min_tur", sign="positive")
    digits = findings.document.model.decision.digits
    if digits not in _DIGITS:
        message = f"U is stated with 1 or 2 significant digits, not {shown(digits)}"
        findings.add(("decision", "digits"), "P062", message, "write 1 or 2 (JCGM 100 7.2.6)")


def of_test(findings: Findings[Procedure], view: View, parameters: Names) -> None:
    """Check that the expressions of the prior fit what is judged in a test with contributions."""
    stated = findings.document.model.decision.prior
    if stated is None or not view.test.uncertainty or view.result is None:
        return
    for key in ("sigma", "half_width", "mean"):
        check(
            findings, ("decision", "prior", key), getattr(stated, key), before(view, parameters), view.result
        )


def _possible(findings: Findings[Procedure]) -> list[Rule]:
    """Check the rule, or the choices of the parameter that names it; gives the rules that there can be."""
    stated = findings.document.model.decision.rule
    path: Path = ("decision", "rule")
    if not stated.startswith("$"):
        return _known(findings, path, stated)
    name, declared = stated[1:], findings.document.model.parameters
    if name not in declared:
        findings.unknown(path, "P021", "parameter", stated, [f"${one}" for one in declared])
        return []
    if declared[name].type != "choice":
        message = f"the parameter {shown(name)} is no choice"
        findings.add(path, "P042", message, "make its type choice, with rules as its choices")
    found: list[Rule] = []
    for index, choice in enumerate(declared[name].choices or []):
        found += _known(findings, ("parameters", name, "choices", index), choice)
    return found


def _known(findings: Findings[Procedure], path: Path, text: str) -> list[Rule]:
    if text in _ALLOWED:
        return [find_rule(text)]
    findings.add(path, "P042", f"there is no decision rule {shown(text)}", mend(text, list(DECISION_RULES)))
    return []


def _guard_ratio(findings: Findings[Procedure], possible: list[Rule]) -> None:
    stated = findings.document.model.decision.guard_ratio
    path: Path = ("decision", "guard_ratio")
    wanting = [rule for rule in possible if rule.needs_guard_ratio]
    if stated is None:
        if wanting and not findings.damaged(("decision",)):
            message = f"the rule {wanting[0].id} needs guard_ratio: r in the guard band w = r U"
            findings.add(("decision", "rule"), "P058", message, "add guard_ratio: 0.5, or what is agreed")
        return
    if possible and not wanting:
        message = f"the rule {possible[0].id} has its own guard band, and takes no guard_ratio"
        findings.add(path, "P058", message, "write rule: customer, or remove guard_ratio", part="key")
    if stated.startswith("$"):
        declared = findings.document.model.parameters
        if stated[1:] not in declared:
            findings.unknown(path, "P021", "parameter", stated, [f"${one}" for one in declared])
        elif declared[stated[1:]].type not in ("number", "integer"):
            message = f"the parameter {shown(stated[1:])} is no number"
            findings.add(path, "P058", message, "make its type number, with min: 0")
        return
    findings.plain(path, stated, "P058", what="guard_ratio", sign="not negative")


def _prior(findings: Findings[Procedure], possible: list[Rule]) -> None:
    stated = findings.document.model.decision.prior
    path: Path = ("decision", "prior")
    if stated is None:
        wanting = [rule for rule in possible if rule.needs_prior]
        if wanting and not findings.damaged(("decision",)):
            message = f"the rule {wanting[0].id} needs a prior: how such items are distributed"
            findings.add(("decision", "rule"), "P059", message, "add prior: {in_tolerance: 0.95}")
        return
    given = {"in_tolerance": stated.in_tolerance, "sigma": stated.sigma, "half_width": stated.half_width}
    findings.exactly_one(path, given, "P059", "a prior")
    share = findings.plain(
        (*path, "in_tolerance"), stated.in_tolerance, "P059", what="in_tolerance", sign="positive"
    )
    if share is not None and share.value >= 1:
        message = f"in_tolerance is {stated.in_tolerance}; it is a share between 0 and 1"
        findings.add(
            (*path, "in_tolerance"), "P059", message, "write 0.95 where 95 % of the items are in tolerance"
        )


def _coverage(findings: Findings[Procedure]) -> None:
    stated = findings.document.model.decision
    path: Path = ("decision", "coverage")
    coverage = findings.plain(path, stated.coverage, "P042", what="coverage", sign="positive")
    if coverage is not None and coverage.value >= 1:
        message = f"a coverage of {stated.coverage} cannot be reached"
        findings.add(path, "P042", message, "write a share below 1, as in 0.95")
    rule: Path = ("decision", "coverage_rule")
    if stated.coverage_rule == "fixed" and stated.k is None and not findings.damaged(("decision",)):
        findings.add(rule, "P060", "the coverage rule 'fixed' needs its k", "add k: 2")
    if stated.coverage_rule != "fixed" and stated.k is not None:
        message = f"k belongs to the coverage rule 'fixed', and the rule is {shown(stated.coverage_rule)}"
        findings.add(
            ("decision", "k"), "P060", message, "write coverage_rule: fixed, or remove k", part="key"
        )
    findings.plain(("decision", "k"), stated.k, "P060", what="k", sign="positive")
    if (
        stated.coverage_rule == "rectangular"
        and coverage is not None
        and coverage != Quantity.of(_RECTANGULAR)
    ):
        message = (
            f"the coverage rule 'rectangular' is for a coverage of {_RECTANGULAR}, not {stated.coverage}"
        )
        findings.add(rule, "P060", message, "write coverage: 0.95, or coverage_rule: trapezoidal or t")
