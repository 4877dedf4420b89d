"""Rules for specifications: what they give is what the procedure leaves to them; the rest is checked when it is in."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.validation import Document
from calbench.documents.procedure import Procedure
from calbench.documents.specification import Specification
from calbench.errors import Problem


def problems_of(document: Document[Specification], procedure: Procedure) -> list[Problem]:
    """Give the problems of a specification beside the procedure that it completes."""
    findings = Findings(document)
    given = document.model
    open_ = [test.test for test in procedure.tests if test.test is not None and test.ranges == []]
    for name, ranges in given.ranges.items():
        if name not in open_:
            message = f"{procedure.id} leaves the ranges of no test {shown(name)} to a specification"
            findings.add(("ranges", name), "P120", message, mend(name, open_), part="key")
        elif not ranges:
            message = f"there are no ranges of {shown(name)}"
            findings.add(
                ("ranges", name), "P120", message, "write them, or remove the key: then it is left out"
            )
    for name in given.with_:
        if name not in procedure.parameters:
            message = f"{procedure.id} has no parameter {shown(name)}"
            findings.add(("with", name), "P029", message, mend(name, list(procedure.parameters)), part="key")
    findings.languages("P001")
    return findings.problems
