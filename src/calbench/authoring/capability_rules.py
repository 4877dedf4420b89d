"""Rules for the laboratory's CMC: capabilities, spans, frequencies and expressions."""

from __future__ import annotations

from calbench.authoring.capabilities import capability_mend
from calbench.authoring.findings import Findings, difference
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, Rules, check
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import shape_of
from calbench.documents.asset import FrequencySpan
from calbench.documents.measurands import MEASURANDS, known, split
from calbench.documents.station import Cmc, Station
from calbench.quantities import Shape

_RULE = "T016"
_EXPRESSIONS = Rules(_RULE, _RULE, _RULE, _RULE)


def of_laboratory(findings: Findings[Station]) -> None:
    """Check every entry of the CMC."""
    for capability, entries in findings.document.model.laboratory.cmc.items():
        path: Path = ("laboratory", "cmc", capability)
        shape = shape_of(split(capability)[1])
        if not known(capability) or shape is None:
            message = f"there is no capability {shown(capability)}"
            findings.add(path, _RULE, message, capability_mend(capability), part="key")
            continue
        for index, entry in enumerate(entries):
            _entry(findings, (*path, index), entry, shape, split(capability)[1])


def _entry(findings: Findings[Station], path: Path, entry: Cmc, shape: Shape, quantity: str) -> None:
    low = findings.quantity((*path, "from"), entry.from_, shape, _RULE)
    high = findings.quantity((*path, "to"), entry.to, shape, _RULE)
    if low is not None and high is not None and low > high:
        message = f"from {entry.from_} is above to {entry.to}"
        findings.add((*path, "from"), _RULE, message, "exchange them")
    spread = difference(shape)
    scope = Names({"value": shape, "out": spread, "rdg": spread})
    check(findings, (*path, "expanded"), entry.expanded, scope, spread, _EXPRESSIONS)
    _frequency(findings, path, entry, quantity)


def _frequency(findings: Findings[Station], path: Path, entry: Cmc, quantity: str) -> None:
    where, hertz = (*path, "frequency"), shape_of("frequency")
    if entry.frequency is None:
        if MEASURANDS[quantity].alternating and not findings.damaged(path):
            message = f"a CMC of {quantity} needs the frequencies for which it holds"
            findings.add(path, _RULE, message, "add frequency: {from: 40 Hz, to: 20 kHz}", part="key")
        return
    if not MEASURANDS[quantity].alternating:
        findings.add(where, _RULE, f"{quantity} does not alternate, so it has no frequency", "remove it")
        return
    if hertz is None:
        return
    if not isinstance(entry.frequency, FrequencySpan):
        findings.quantity(where, entry.frequency, hertz, _RULE, sign="positive")
        return
    low = findings.quantity((*where, "from"), entry.frequency.from_, hertz, _RULE, sign="positive")
    high = findings.quantity((*where, "to"), entry.frequency.to, hertz, _RULE, sign="positive")
    if low is not None and high is not None and low > high:
        message = f"from {entry.frequency.from_} is above to {entry.frequency.to}"
        findings.add((*where, "from"), _RULE, message, "exchange them")
