"""Rules for named limits and for the decision."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, computed
from calbench.authoring.suggestions import listed, mend, shown
from calbench.documents.procedure import NamedLimit, Procedure

DECISION_RULES = ("simple", "jjf1094", "guarded")  # of calbench.metrology.decision
DECISION_VERSIONS = tuple(f"{name}/1" for name in DECISION_RULES)


def named(findings: Findings[Procedure], scope: Names) -> None:
    """Check the bands and factors of the named limits; what they give is checked where they are used."""
    for name, limit in findings.document.model.limits.items():
        path: Path = ("limits", name)
        _ascending(findings, path, limit, scope)
        _selected(findings, path, limit)


def _ascending(findings: Findings[Procedure], path: Path, limit: NamedLimit, scope: Names) -> None:
    ends = [computed(band.up_to, scope) for band in limit.bands]
    for index in range(1, len(ends)):
        before, here = ends[index - 1], ends[index]
        if before is None or here is None or before.dimension != here.dimension:
            continue
        if here.value <= before.value:
            end, last = limit.bands[index].up_to, limit.bands[index - 1].up_to
            message = f"this band ends at {end}, and the one before it at {last}"
            findings.add(
                (*path, "bands", index, "up_to"), "P039", message, "write the bands in ascending order"
            )


def _selected(findings: Findings[Procedure], path: Path, limit: NamedLimit) -> None:
    for key, factor in limit.multiply_by.items():
        findings.plain((*path, "multiply_by", key), factor, "P041", what="a factor", sign="positive")
    if limit.selected_by is None:
        if limit.multiply_by and not findings.damaged(path):
            findings.add(
                (*path, "multiply_by"),
                "P040",
                "nothing says which factor holds",
                "add selected_by: a parameter",
                part="key",
            )
        return
    declared = findings.document.model.parameters
    where = (*path, "selected_by")
    if limit.selected_by not in declared:
        findings.unknown(where, "P040", "parameter", limit.selected_by, list(declared))
        return
    parameter = declared[limit.selected_by]
    if parameter.type != "choice":
        findings.add(
            where, "P040", f"the parameter {shown(limit.selected_by)} is no choice", "make its type choice"
        )
        return
    choices = parameter.choices or []
    missing = [choice for choice in choices if choice not in limit.multiply_by]
    extra = [key for key in limit.multiply_by if key not in choices]
    for key in extra:
        message = f"{shown(key)} is no choice of {shown(limit.selected_by)}"
        findings.add((*path, "multiply_by", key), "P041", message, mend(key, missing or choices), part="key")
    if missing and choices and not extra and not findings.damaged(path):
        there = findings.written((*path, "multiply_by"))
        message = f"there is no factor for {listed([shown(one) for one in missing], 'and')}"
        findings.add(
            (*path, "multiply_by") if there else where, "P041", message, f"add {missing[0]}: 1", part="key"
        )


def decision(findings: Findings[Procedure]) -> None:
    """Check how conformity is decided."""
    stated = findings.document.model.decision
    path: Path = ("decision", "rule")
    allowed = [*DECISION_RULES, *DECISION_VERSIONS]
    if stated.rule.startswith("$"):
        _decided_by(findings, path, stated.rule[1:], allowed)
    elif stated.rule not in allowed:
        findings.add(
            path,
            "P042",
            f"there is no decision rule {shown(stated.rule)}",
            mend(stated.rule, list(DECISION_RULES)),
        )
    coverage = findings.plain(
        ("decision", "coverage"), stated.coverage, "P042", what="coverage", sign="positive"
    )
    if coverage is not None and coverage.value >= 1:
        message = f"a coverage of {stated.coverage} cannot be reached"
        findings.add(("decision", "coverage"), "P042", message, "write a share below 1, as in 0.95")


def _decided_by(findings: Findings[Procedure], path: Path, name: str, allowed: list[str]) -> None:
    declared = findings.document.model.parameters
    if name not in declared:
        findings.unknown(path, "P021", "parameter", f"${name}", [f"${one}" for one in declared])
        return
    if declared[name].type != "choice":
        findings.add(
            path,
            "P042",
            f"the parameter {shown(name)} is no choice",
            "make its type choice, with rules as its choices",
        )
    for index, choice in enumerate(declared[name].choices or []):
        if choice not in allowed:
            where: Path = ("parameters", name, "choices", index)
            findings.add(
                where,
                "P042",
                f"there is no decision rule {shown(choice)}",
                mend(choice, list(DECISION_RULES)),
            )
