"""Rules for named limits."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, computed
from calbench.authoring.suggestions import listed, mend, shown
from calbench.documents.procedure import NamedLimit, Procedure


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
