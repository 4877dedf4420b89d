"""Rules for several units under test: whether the tests can share the standards as the procedure says."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.documents.procedure import Procedure, Test


def check(findings: Findings[Procedure]) -> None:
    """Check the tests of a procedure that takes several units against how these share the standards."""
    procedure = findings.document.model
    stated = procedure.positions
    if stated.max <= 1:
        return
    _one_way(findings, ("defaults",), procedure.defaults.sharing, procedure.defaults.order)
    for index, test in enumerate(procedure.tests):
        _one_way(findings, ("tests", index), test.sharing, test.order)
        if stated.sharing == "parallel" and test.use is None and test.of is None and not test.ask:
            _at_once(findings, ("tests", index), test)


def _one_way(findings: Findings[Procedure], path: Path, sharing: str | None, order: str | None) -> None:
    stated = findings.document.model.positions
    if sharing is not None and sharing != stated.sharing:
        message = f"the tests of a run share its standards in one way, and positions says {stated.sharing}"
        findings.add(
            (*path, "sharing"), "P064", message, f"write sharing: {sharing} below positions, or remove it"
        )
    elif order is not None and stated.sharing == "one_at_a_time" and order != stated.order:
        message = f"the tests of a run take its units in one order, and positions says {stated.order}"
        findings.add((*path, "order"), "P064", message, f"write order: {order} below positions, or remove it")


def _at_once(findings: Findings[Procedure], path: Path, test: Test) -> None:
    defaults = findings.document.model.defaults
    help_ = "write sharing: one_at_a_time below positions"
    if test.place or defaults.place:
        where = (*path, "place") if test.place else ("defaults", "place")
        findings.add(where, "P065", "weights are on one unit at a time, not on several in parallel", help_)
    elif (test.read or defaults.read) and not test.apply:
        message = "in parallel a source applies the value to all units, and here it is set at each by hand"
        findings.add((*path, "test"), "P065", message, f"{help_}, or apply: a value")
