"""Rules for positions: their names, which become folders, and the instruments that are there for one alone."""

from __future__ import annotations

import re

from calbench.authoring.findings import Findings
from calbench.authoring.suggestions import mend, shown
from calbench.documents.station import Station

_NAME = re.compile(r"[^\W_][\w.-]{0,39}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, with any suffix (Naming Files, Paths, and Namespaces)."""
ALL = "all"


def check(findings: Findings[Station]) -> None:
    """Check the names of positions, and what `with` says."""
    station = findings.document.model
    seen: dict[str, str] = {}
    for name, position in station.positions.items():
        _named(findings, name, seen)
        for role, instrument in position.with_.items():
            where = ("positions", name, "with", role)
            if role == "uut":
                message = "the unit under test is at the position itself"
                findings.add(where, "T018", message, "name the role of a standard", part="key")
            elif instrument not in station.instruments:
                message = f"there is no instrument {shown(instrument)}"
                findings.add(where, "T018", message, mend(instrument, list(station.instruments)))


def _named(findings: Findings[Station], name: str, seen: dict[str, str]) -> None:
    """Refuse what cannot be the name of a folder on every system, or is that of another one."""
    path = ("positions", name)
    other = seen.setdefault(name.casefold(), name)
    if other != name:
        message = f"{shown(name)} and {shown(other)} differ in capitals alone"
        findings.add(path, "T019", message, "give one of them another name", part="key")
    elif _NAME.fullmatch(name) is None or name.endswith(".") or _DEVICES.fullmatch(name) or name == ALL:
        message = f"{shown(name)} cannot be the name of a position"
        help_ = (
            f"'{ALL}' stands for all positions; give it another name"
            if name == ALL
            else "write at most 40 letters, digits, '.', '-' and '_', no '.' at the end, and no device of Windows"
        )
        findings.add(path, "T019", message, help_, part="key")
