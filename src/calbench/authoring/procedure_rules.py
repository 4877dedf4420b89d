"""Rules for procedures as a whole: roles, positions, policy; and the order of all rules."""

from __future__ import annotations

from calbench.authoring import (
    condition_rules,
    contribution_rules,
    decision_rules,
    derived_rules,
    expression_rules,
    formula_rules,
    frequency_rules,
    input_rules,
    limit_rules,
    load_rules,
    operating_rules,
    point_rules,
    point_value_rules,
    regulation_rules,
    setup_rules,
    sharing_rules,
    stage_rules,
    substitution_rules,
    test_rules,
    text_rules,
    told_rules,
    value_rules,
    vary_rules,
)
from calbench.authoring.capabilities import capability_mend
from calbench.authoring.findings import SECOND, Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.parameter_rules import parameters
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import View, across, views
from calbench.authoring.validation import Document
from calbench.documents import measurands
from calbench.documents.policy import Patience
from calbench.documents.procedure import Procedure
from calbench.errors import Problem
from calbench.quantities import TRUTH


def problems_of(document: Document[Procedure], used: list[Procedure]) -> list[Problem]:
    """Give the problems of a procedure but those of its `use` entries.

    Args:
        document: The procedure as it was read.
        used: The sub-procedures that were found: expressions may look at their tests.
    """
    findings = Findings(document)
    scope = value_rules.values(findings, formula_rules.formulas(findings, parameters(findings)))
    _roles(findings, scope)
    _positions(findings)
    sharing_rules.check(findings)
    condition_rules.check_all(findings)
    setup_rules.check_all(findings, scope)
    limit_rules.named(findings, scope)
    decision_rules.decision(findings)
    _policy(findings)
    stage_rules.check_all(findings)
    regulation_rules.check_all(findings, scope)
    test_rules.kinds(findings)
    stage_rules.of_uses(findings, scope)
    every = [one for procedure in used for one in views(procedure) if one.measures]
    own = _varied(findings, scope, every)
    every += [
        one for one, _, _ in own if one.own.of is None and (one.measures or findings.damaged(one.path()))
    ]
    others = _across(every)
    sources = {one.own.test: one for one in every if one.own.test and one.own.of is None}
    whole = sum(test.use is not None for test in document.model.tests) <= len(used)
    for view, known, earlier in own:
        test_rules.structure(findings, view)
        test_rules.roles(findings, view)
        test_rules.near_limit(findings, view)
        point_rules.names(findings, view)
        stage_rules.of_test(findings, view)
        derived_rules.of_test(findings, view, known, sources, others, found=whole)
        check(findings, view.path("only_if"), view.test.only_if, stage_rules.known(known, view), TRUTH)
        operating_rules.of_test(findings, view, known, others)
        if view.own.of is None:
            input_rules.of_test(findings, view, known, earlier)
        if view.measures and view.own.of is None:
            expression_rules.of_test(findings, view, known)
            load_rules.of_test(findings, view, known)
            frequency_rules.of_test(findings, view, known)
            told_rules.of_test(findings, view, known)
            contribution_rules.of_test(findings, view, known, others)
            decision_rules.of_test(findings, view, known)
    text_rules.texts(findings)
    return findings.problems


def _varied(findings: Findings[Procedure], scope: Names, used: list[View]) -> list[tuple[View, Names, Names]]:
    """Give each test with the shapes of its inputs, the names at its points, and those that look at earlier tests."""
    found: list[tuple[View, Names, Names]] = []
    for view in views(findings.document.model):
        known = vary_rules.of_test(findings, view, scope)
        earlier = _across(used + [one for one, _, _ in found if one.measures and one.own.of is None])
        stated = point_value_rules.of_test(findings, input_rules.with_nominal(view, known), known)
        found.append((input_rules.shaped(stated, known, earlier), known, earlier))
    return found


def _across(tests: list[View]) -> Names:
    return across({one.own.test: (one.shape, one.result) for one in tests if one.own.test})


def _roles(findings: Findings[Procedure], scope: Names) -> None:
    for name, role in findings.document.model.roles.items():
        path: Path = ("roles", name)
        for index, needed in enumerate(role.needs):
            if not measurands.known(needed):
                message = f"there is no capability {shown(needed)}"
                findings.add((*path, "needs", index), "P007", message, capability_mend(needed))
            elif needed in role.needs[:index]:
                findings.add((*path, "needs", index), "P007", f"{needed} is there twice", "remove one")
        findings.plain((*path, "min_tur"), role.min_tur, "P024", what="min_tur", sign="positive")
        regulation_rules.share(findings, name, role.max_error_share, scope)
        substitution_rules.of_role(findings, name, role.substitution, scope)
    order = findings.document.model.safe_state.order
    for index, name in enumerate(order):
        if name not in findings.document.model.roles:
            findings.unknown(
                ("safe_state", "order", index), "P008", "role", name, list(findings.document.model.roles)
            )


def _positions(findings: Findings[Procedure]) -> None:
    positions = findings.document.model.positions
    if positions.min < 1:
        findings.add(("positions", "min"), "P048", "at least one position is needed", "write min: 1")
    elif positions.min > positions.max:
        where: Path = ("positions", "min") if findings.written(("positions", "min")) else ("positions", "max")
        message = f"the least number of positions, {positions.min}, is above the most, {positions.max}"
        findings.add(where, "P048", message, "exchange them")


def _policy(findings: Findings[Procedure]) -> None:
    policy = findings.document.model.policy
    findings.quantity(("policy", "resume_within"), policy.resume_within, SECOND, "P024", sign="positive")
    if policy.prompts is not None:
        _patience(findings, policy.prompts)
    for path, number in (
        (("policy", "retake", "allowed"), policy.retake.allowed),
        (("policy", "comms_retry"), policy.comms_retry),
    ):
        if number < 0:
            findings.add(path, "P025", f"{number} is no number of times", "write 0 or more")


def _patience(findings: Findings[Procedure], patience: Patience) -> None:
    path: Path = ("policy", "prompts")
    for key in ("remind_after", "escalate_after", "safe_after"):
        findings.quantity((*path, key), getattr(patience, key), SECOND, "P024", sign="positive")
    if (patience.escalate_after is None) != (patience.escalate_to is None):
        said, lacks = "escalate_after", "escalate_to"
        if patience.escalate_after is None:
            said, lacks = lacks, said
        message = f"{said} is given without {lacks}"
        findings.add((*path, said), "P070", message, "say both after how long and to whom", part="key")
