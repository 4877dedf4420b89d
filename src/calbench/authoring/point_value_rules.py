"""Rules for `values` of a test: what is computed at each of its points before anything is read there."""

from __future__ import annotations

from dataclasses import replace

from calbench.authoring.findings import Findings, shape_name
from calbench.authoring.naming import MEASURED, Names, check
from calbench.authoring.parameter_rules import taken
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import View, before
from calbench.documents.procedure import Procedure
from calbench.quantities import Celsius, Dimension

_RULE = "P069"
_KNOWN = ("nominal", "load", "range", "rng")


def of_test(findings: Findings[Procedure], view: View, scope: Names) -> View:
    """Check the values of a test in their order, of which each may use those before; give the test with their shapes.

    They may use parameters, values of the procedure, what varies, and the nominal value and range of the point.
    """
    if view.own.of is not None:
        return view  # a test that measures nothing takes none: derived_rules
    if view.test.values == {}:
        findings.add(
            view.path("values"), _RULE, "values names nothing", "write {slope: 0.4 Ohm/K}, or remove it"
        )
    for name, text in (view.test.values or {}).items():
        free = _name(findings, view, name)
        point = before(view, scope, resolution=False)
        mine = {*_KNOWN, *view.values, *(f"${one}" for one in view.values)}
        found = {key: shape for key, shape in point.shapes.items() if key in mine}
        known = scope.with_(found, frozenset({*MEASURED, *view.inputs}), frozenset(point.unclear & mine))
        shape = check(findings, view.path("values", name), text, known)
        if shape is not None and not isinstance(shape, Dimension | Celsius):
            message = f"a value is one quantity, and this is {shape_name(shape)}"
            findings.add(view.path("values", name), "P022", message, "write an expression of quantities")
            shape = None
        view = replace(view, values={**view.values, name: shape if free else None})
    return view


def _name(findings: Findings[Procedure], view: View, name: str) -> bool:
    """Check that a name is free; tells whether it is."""
    procedure, what = findings.document.model, taken(name)
    if name in procedure.parameters or name in procedure.values:
        kind = "a parameter" if name in procedure.parameters else "a value of the procedure"
        message = f"{shown(name)} is also {kind}"
    elif name in (view.test.vary or {}) or name in (view.test.for_each or {}):
        message = f"{shown(name)} is also what {view.name} repeats its points for"
    elif what:
        message = f"{shown(name)} is {what}, and no name for a value"
    else:
        return True
    findings.add(view.path("values", name), _RULE, message, "give it another name", part="key")
    return False
