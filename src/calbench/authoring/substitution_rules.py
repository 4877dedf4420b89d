"""Rules for ballast in place of weights: the load, the test that finds what it weighs, the one that must pass."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.suggestions import shown
from calbench.documents.procedure import Procedure, Substitution
from calbench.quantities import find_unit


def of_role(findings: Findings[Procedure], name: str, stated: Substitution | None, scope: Names) -> None:
    """Check the substitution of a role."""
    if stated is None:
        return
    path: Path = ("roles", name, "substitution")
    if "standard.mass" not in findings.document.model.roles[name].needs:
        message = f"role {shown(name)} does not need standard.mass, so it has no weights to substitute"
        findings.add(path, "P009", message, "add standard.mass to its needs", part="key")
    for key, text in (("load", stated.load), ("least", stated.least)):
        check(findings, (*path, key), text, scope, find_unit("kg").dimension)
    tests = {one.test: one for one in findings.document.model.tests if one.test}
    if stated.requires is not None and stated.requires not in tests:
        findings.unknown((*path, "requires"), "P085", "test", stated.requires, list(tests))
    finds = tests.get(stated.by)
    if finds is None:
        findings.unknown((*path, "by"), "P085", "test", stated.by, list(tests))
    elif not any(one.substituted for one in (finds.inputs or {}).values()):
        message = f"test {shown(stated.by)} has no input that is read of ballast, so it does not find what that weighs"
        findings.add((*path, "by"), "P079", message, "add substituted: true to the input that is")
