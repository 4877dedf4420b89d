"""Rules for witnesses: who is named to see whether a source is off (`seen_by`) must be able to."""

from __future__ import annotations

from collections.abc import Mapping, Set

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.simulation_rules import KEYBOARD
from calbench.authoring.suggestions import listed, shown
from calbench.documents.station import Station

_NOBODY = "wire a meter that can to its terminals and name it, or remove seen_by:; then it counts as not verified off"
SOURCE, MEASURE = "source.", "measure."


def check(
    findings: Findings[Station], name: str, drivers: Mapping[str, tuple[str, ...]], witnesses: Set[str]
) -> None:
    """Check that another instrument sees whether a source is off: one with a driver that looks at what it puts out."""
    instruments = findings.document.model.instruments
    source = instruments[name]
    witness = source.safe.seen_by if source.safe is not None else None
    if witness is None:
        return
    where: Path = ("instruments", name, "safe", "seen_by")
    if witness not in instruments:
        findings.unknown(where, "T021", "instrument", witness, list(instruments))
        return
    driver = instruments[witness].driver
    if witness == name or driver in (None, KEYBOARD):
        message = f"{shown(witness)} cannot see whether {name} is off"
        findings.add(
            where, "T021", message, "name an instrument with a driver that measures at its terminals"
        )
    elif driver in drivers and driver not in witnesses:
        able = [shown(one) for one, each in instruments.items() if each.driver in witnesses and one != name]
        message = (
            f"{shown(witness)} cannot see whether {name} is off: its driver {driver} does not tell whether anything is "
            "at its inputs"
        )
        findings.add(where, "T021", message, f"{listed(able)} can" if able else _NOBODY)
    elif driver in drivers:
        _same_quantity(findings, where, name, driver or "", drivers)


def _same_quantity(
    findings: Findings[Station], where: Path, name: str, driver: str, drivers: Mapping[str, tuple[str, ...]]
) -> None:
    """Check that the witness measures whatever the source puts out."""
    source = findings.document.model.instruments[name]
    offered = source.provides or drivers.get(source.driver or "", ())
    measured = [one.removeprefix(MEASURE) for one in drivers[driver] if one.startswith(MEASURE)]
    put_out = [one.removeprefix(SOURCE) for one in offered if one.startswith(SOURCE)]
    blind = [one for one in put_out if one not in measured]
    if blind:
        message = f"{name} puts out {listed(blind, 'and')}, and {driver} measures {listed(measured, 'and')}"
        findings.add(where, "T021", message, "name an instrument that measures what it puts out")
