"""Rules for the operating conditions of a test: each is a quantity with a bound, and belongs to what is measured."""

from __future__ import annotations

from calbench.authoring.expression_rules import named_limit
from calbench.authoring.findings import Findings, shape_name
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check, computed
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import View, after
from calbench.documents.operating import OperatingCondition
from calbench.documents.procedure import Procedure
from calbench.quantities import Celsius, Dimension


def of_test(findings: Findings[Procedure], view: View, parameters: Names, across: Names) -> None:
    """Check the conditions of a test; of one that measures nothing, that it has none.

    They are computed when a point was measured, and may look at all that its uncertainty may look at.
    """
    stated, path = view.own.conditions, view.path("conditions")
    if stated is None or view.own.of is not None:  # of a test that follows from another, derived_rules
        return
    if not view.measures:
        if not findings.damaged(view.path()):
            message = f"{view.name} measures nothing whose conditions could be looked at"
            findings.add(path, "P140", message, "remove it, or make a test of it that measures", part="key")
        return
    if not stated and not findings.damaged(path):
        findings.add(path, "P141", "there are no conditions", "write one, or remove it", part="key")
    known = after(view, parameters, across)
    for index, one in enumerate(stated):
        _one(findings, view, (*path, index), one, known)
        if any(one.name.get("en") == other.name.get("en") for other in stated[:index]):
            message = f"there is already a condition {shown(one.name.get('en', ''))}"
            findings.add((*path, index, "name"), "P142", message, "give it another name")


def _one(
    findings: Findings[Procedure], view: View, path: Path, one: OperatingCondition, known: Names
) -> None:
    if one.from_ is None and one.to is None and not findings.damaged(path):
        message = "a condition needs from, to or both"
        findings.add(path, "P141", message, "say where it may lie, as in {to: 1 K}", part="key")
    shape = check(findings, (*path, "value"), one.value, known)
    if shape is not None and not isinstance(shape, Dimension | Celsius):
        message = f"a condition is one quantity, and {shown(one.value)} gives {shape_name(shape)}"
        help_ = "compute one value, as in max(…), and say with from and to where it may lie"
        findings.add((*path, "value"), "P022", message, help_, offset=0, length=len(one.value))
        shape = None
    if shape is None:
        return
    for key, text in (("from", one.from_), ("to", one.to)):
        if text is not None:
            named_limit(findings, view, (*path, key), text, known, shape)
    low, high = (None if text is None else computed(text, known) for text in (one.from_, one.to))
    if low is not None and high is not None and low.dimension == high.dimension and low > high:
        message = f"from, {low}, is above to, {high}, so that nothing is allowed"
        findings.add((*path, "from"), "P141", message, "exchange them")
