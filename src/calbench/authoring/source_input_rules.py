"""Rules for inputs that set a source: that it takes one value which lasts, and that nothing of a reading is there."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.suggestions import listed, shown
from calbench.authoring.test_rules import used
from calbench.authoring.testview import View
from calbench.documents.inputs import Input
from calbench.documents.measurands import MEASURANDS, split
from calbench.documents.procedure import Procedure

_RULE = "P116"
_OF_READINGS = (
    "expected", "range", "place", "load", "beside", "substituted", "tare", "added", "removed", "readings", "stable",
)  # fmt: skip


def of_inputs(findings: Findings[Procedure], view: View) -> None:
    """Check that each input reads or applies, that something is read, and that a source is set once at a point."""
    inputs = view.test.inputs or {}
    first = {} if view.test.apply is None else {split(view.test.apply)[0]: "the test"}
    for name, one in inputs.items():
        path = view.path("inputs", name)
        if not findings.damaged(path):
            findings.exactly_one(path, {"read": one.read, "apply": one.apply}, _RULE, f"input {name}")
        if one.value is not None and one.apply is None:
            message = f"input {name} applies nothing that could be set to a value"
            findings.add(
                (*path, "value"), _RULE, message, "write expected:, or apply: instead of read:", part="key"
            )
        if one.apply is None:
            continue
        role = split(one.apply)[0]
        if role in first:
            message = f"{shown(role)} is set by {first[role]} too, and puts out one value at a time"
            findings.add((*path, "apply"), _RULE, message, "set it once at a point, or take another role")
        first.setdefault(role, f"input {name}")
    if inputs and all(one.apply for one in inputs.values()):
        message = f"the inputs of {view.name} set sources, and nothing is read"
        findings.add(
            view.path("inputs"),
            _RULE,
            message,
            "add one that reads, as in t: {read: uut.temperature}",
            part="key",
        )


def of_input(
    findings: Findings[Procedure], path: Path, name: str, one: Input, known: Names, view: View
) -> None:
    """Check one input that sets a source."""
    used(findings, (*path, "apply"), one.apply or "", "source")
    measurand = MEASURANDS.get(split(one.apply or "")[1])
    if measurand is not None and (measurand.stimulus != ("value",) or measurand.amount):
        takes = (
            f"takes {listed(measurand.stimulus, 'and')}"
            if len(measurand.stimulus) > 1
            else "is over when it stops"
        )
        message = f"an input sets a source to one value, which lasts; {measurand.name} {takes}"
        findings.add((*path, "apply"), _RULE, message, "let the test apply it: apply:, with its with:")
    if one.value is None:
        if not findings.damaged(path):
            message = f"nothing says what the source of input {name} is set to"
            findings.add(path, _RULE, message, "add value:, as in value: 100 Ohm", part="key")
    else:
        check(findings, (*path, "value"), one.value, known, view.inputs[name])
    for key in _OF_READINGS:
        if getattr(one, key):
            message = f"{shown(key)} belongs to a reading, and input {name} sets a source"
            findings.add((*path, key), _RULE, message, "remove it", part="key")
