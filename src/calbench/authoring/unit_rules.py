"""Rules for a file of work orders: each unit is one of its own."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.suggestions import shown
from calbench.authoring.validation import Document
from calbench.documents.orders import Units
from calbench.errors import Problem


def problems_of(document: Document[Units]) -> list[Problem]:
    """Check that no two units have one serial number."""
    findings = Findings(document)
    first: dict[str, str] = {}
    for position, order in document.model.units.items():
        serial = str(order.serial or document.model.all.serial or "")
        if serial and serial in first:
            where: Path = ("units", position, "serial") if order.serial else ("all", "serial")
            findings.add(
                where,
                "U001",
                f"the units at {first[serial]} and {position} have one serial number, {shown(serial)}",
                "look at the name plates, and give each its own",
            )
        first.setdefault(serial, str(position))
    return findings.problems
