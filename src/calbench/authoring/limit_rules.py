"""Rules for named limits."""

from __future__ import annotations

from calbench.authoring import table_rules, vary_rules
from calbench.authoring.findings import Findings
from calbench.authoring.naming import Names
from calbench.documents.procedure import Procedure


def named(findings: Findings[Procedure], scope: Names) -> None:
    """Check the named limits as tables; what they give is checked where they are used."""
    labels = vary_rules.names(findings.document.model)
    for name, limit in findings.document.model.limits.items():
        table_rules.structure(findings, ("limits", name), limit, scope, labels)
