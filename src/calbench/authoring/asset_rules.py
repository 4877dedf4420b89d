"""Rules for assets: dates, and what their certificates say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from calbench.authoring.capabilities import capability_mend
from calbench.authoring.findings import Findings, difference
from calbench.authoring.history_rules import compared, correlations, drifts, history
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, Rules, check
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import shape_of
from calbench.authoring.validation import Document
from calbench.documents.asset import Asset, Entry, Former, FrequencySpan, Weight
from calbench.documents.measurands import MEASURANDS, known, split
from calbench.errors import Problem
from calbench.quantities import Shape

_EXPRESSIONS = Rules("A006", "A006", "A006", "A006")
_AS_IN = "frequency: 1 kHz, or frequency: {from: 40 Hz, to: 20 kHz}"
FURTHEST = Decimal("0.01")


def problems_of(document: Document[Asset]) -> list[Problem]:
    """Give the problems of an asset."""
    findings = Findings(document)
    asset = document.model
    _dates(findings, asset)
    _certificate(findings, asset)
    correlations(findings, asset)
    _provided(findings, ("provides",), asset.provides)
    _weights(findings, ("weights",), asset.weights)
    if not asset.provides and not asset.weights and not findings.damaged(()):
        findings.add(
            ("asset",), "A010", "this asset has no certified values", "add provides: or weights:", part="key"
        )
    drifts(findings, asset)
    history(
        findings,
        asset,
        lambda path, former: _former(findings, path, former),
        lambda path, text: _date(findings, path, text) is not None,
    )
    return findings.problems


def problems_of_history(document: Document[Asset]) -> list[Problem]:
    """Give what the history of an asset says of it, once the values of its digital certificate are there."""
    findings = Findings(document)
    compared(findings, document.model)
    return findings.problems


def _former(findings: Findings[Asset], path: Path, former: Former) -> None:
    for capability, entries in former.provides.items():
        for index, entry in enumerate(entries):
            if entry.result is not None:
                message = "a result is of the present certificate, not of one of before"
                where = (*path, "provides", capability, index, "result")
                findings.add(
                    where, "A029", message, "write the values: at, correction, expanded and k", part="key"
                )
    _provided(findings, (*path, "provides"), former.provides)
    _weights(findings, (*path, "weights"), former.weights)


def _provided(findings: Findings[Asset], root: Path, provides: Mapping[str, list[Entry]]) -> None:
    for capability, entries in provides.items():
        path: Path = (*root, capability)
        shape = shape_of(split(capability)[1])
        if not known(capability) or shape is None:
            findings.add(
                path,
                "A007",
                f"there is no capability {shown(capability)}",
                capability_mend(capability),
                part="key",
            )
            continue
        if not entries:
            findings.add(
                path,
                "A003",
                f"nothing is certified for {capability}",
                "add an entry, or remove it",
                part="key",
            )
        for index, entry in enumerate(entries):
            _entry(findings, (*path, index), entry, shape)
            _frequency(findings, (*path, index), entry, split(capability)[1])
        _lines(findings, path, entries)


def _dates(findings: Findings[Asset], asset: Asset) -> None:
    made = _date(findings, ("certificate", "date"), asset.certificate.date)
    due = _date(findings, ("due",), asset.due)
    if made is not None and due is not None and due <= made:
        message = (
            f"the next calibration is due on {asset.due}, and the certificate is of {asset.certificate.date}"
        )
        findings.add(("due",), "A001", message, "write the date that follows the certificate's")
    of = asset.certificate.calibrated
    found = None if of is None else _date(findings, ("certificate", "calibrated"), of)
    if made is not None and found is not None and found > made:
        message = f"the values are of {of}, after the certificate of {asset.certificate.date}"
        findings.add(("certificate", "calibrated"), "A027", message, "write the day of the calibration")


def _date(findings: Findings[Asset], path: Path, text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        findings.add(path, "A002", f"there is no such day: {text}", "write a date that the calendar has")
        return None


def _entry(findings: Findings[Asset], path: Path, entry: Entry, shape: Shape) -> None:
    spread = difference(shape)
    if entry.result is not None:
        _result(findings, path, entry)
        check(findings, (*path, "mpe"), entry.mpe, _scope(entry, shape), spread, _EXPRESSIONS)
        return
    _span(findings, path, entry, shape)
    findings.quantity((*path, "range"), entry.range, spread, "A006", sign="positive")
    given = {"expanded": entry.expanded, "half_width": entry.half_width}
    findings.exactly_one(path, given, "A005", "an entry")
    if entry.expanded is not None and entry.k is None and not findings.damaged(path):
        findings.add(
            (*path, "expanded"),
            "A009",
            "an expanded uncertainty needs its k",
            "add k: 2, or what the certificate says",
            part="key",
        )
    if entry.expanded is None and entry.k is not None:
        findings.add(
            (*path, "k"),
            "A009",
            "k belongs to an expanded uncertainty, and there is none",
            "remove it",
            part="key",
        )
    findings.plain((*path, "k"), entry.k, "A009", what="k", sign="positive")
    findings.plain((*path, "dof"), entry.dof, "A009", what="dof", sign="positive")
    scope = _scope(entry, shape)
    for key in ("correction", "expanded", "half_width", "mpe"):
        check(findings, (*path, key), getattr(entry, key), scope, spread, _EXPRESSIONS)


def _scope(entry: Entry, shape: Shape) -> Names:
    """Give what the expressions of an entry may use."""
    spread = difference(shape)
    ranged = {} if entry.range is None else {"rng": spread}
    return Names({"value": shape, "out": spread, "rdg": spread, **ranged})


def _lines(findings: Findings[Asset], path: Path, entries: list[Entry]) -> None:
    """Check that a line between values has two values to go through."""
    ends = Counter(
        (one.range, str(one.frequency)) for one in entries if one.at is not None and one.between == "linear"
    )
    for index, entry in enumerate(entries):
        if entry.result is not None or entry.between is None or findings.damaged((*path, index)):
            continue
        where = (*path, index, "between")
        if entry.at is None:
            message = "what is done between values is said of entries for one value"
            findings.add(
                where, "A026", message, "remove it, or write at: instead of from: and to:", part="key"
            )
        elif entry.between == "linear" and ends[entry.range, str(entry.frequency)] == 1:
            message = (
                f"no line can be drawn from {entry.at}: no other value of its range and frequency has one"
            )
            findings.add(where, "A026", message, "add the next value with between: linear, or remove it")


def _result(findings: Findings[Asset], path: Path, entry: Entry) -> None:
    """Check an entry that names a result of the digital certificate: that says all."""
    for key, value in entry.model_dump(by_alias=True, exclude={"result", "between", "mpe"}).items():
        if value is not None:
            message = f"an entry that names a result of the certificate says all: {key} is one too many"
            findings.add((*path, key), "A014", message, "remove it", part="key")
    if findings.document.model.dcc is None and not findings.damaged(()):
        message = "this names a result of a digital certificate, and the asset has none"
        findings.add(
            (*path, "result"), "A015", message, "add dcc: with the file of the certificate", part="key"
        )


def _certificate(findings: Findings[Asset], asset: Asset) -> None:
    if asset.dcc is None:
        return
    if asset.certificate.sha256 is None and not findings.damaged(("certificate",)):
        message = "the file of a digital certificate needs its hash"
        findings.add(("dcc",), "A015", message, "add sha256: to certificate", part="key")
    if not any(entry.result for entries in asset.provides.values() for entry in entries):
        message = "nothing uses this digital certificate"
        findings.add(
            ("dcc",), "A015", message, "name one of its results in provides, or remove it", part="key"
        )


def _span(findings: Findings[Asset], path: Path, entry: Entry, shape: Shape) -> None:
    _, low, high = (
        findings.quantity((*path, key), text, shape, "A006")
        for key, text in (("at", entry.at), ("from", entry.from_), ("to", entry.to))
    )
    if entry.at is not None:
        if entry.from_ is not None or entry.to is not None:
            key = "from" if entry.from_ is not None else "to"
            findings.add(
                (*path, key),
                "A003",
                f"an entry is for one value, at, or a span: {key} is one too many",
                "remove it",
                part="key",
            )
    elif (entry.from_ is None or entry.to is None) and not findings.damaged(path):
        missing = "from and to, or at" if entry.from_ is None and entry.to is None else "both from and to"
        findings.add(path, "A003", f"an entry needs {missing}", "say for which values it holds", part="key")
    if low is not None and high is not None and low > high:
        findings.add((*path, "from"), "A004", f"from {entry.from_} is above to {entry.to}", "exchange them")


def _frequency(findings: Findings[Asset], path: Path, entry: Entry, quantity: str) -> None:
    if entry.result is not None:
        return
    alternating, where = MEASURANDS[quantity].alternating, (*path, "frequency")
    if entry.frequency is None:
        if alternating and not findings.damaged(path):
            message = f"an entry of {quantity} needs the frequencies for which it holds"
            findings.add(path, "A012", message, f"add {_AS_IN}", part="key")
        return
    if not alternating:
        message = f"{quantity} does not alternate, so its uncertainty holds at no frequency"
        findings.add(where, "A013", message, "remove it", part="key")
        return
    hertz = shape_of("frequency")
    if hertz is None:
        return
    if not isinstance(entry.frequency, FrequencySpan):
        findings.quantity(where, entry.frequency, hertz, "A006", sign="positive")
        return
    first, last = entry.frequency.from_, entry.frequency.to
    low = findings.quantity((*where, "from"), first, hertz, "A006", sign="positive")
    high = findings.quantity((*where, "to"), last, hertz, "A006", sign="positive")
    if low is not None and high is not None and low > high:
        findings.add((*where, "from"), "A004", f"from {first} is above to {last}", "exchange them")


def _weights(findings: Findings[Asset], root: Path, weights: list[Weight]) -> None:
    kilogram = shape_of("mass")
    if kilogram is None:
        return
    first: dict[str, int] = {}
    for index, one in enumerate(weights):
        path: Path = (*root, index)
        if one.id in first:
            message = f"there is already a weight {shown(one.id)} (entry {first[one.id] + 1})"
            findings.add((*path, "id"), "A008", message, "give it another id")
        first.setdefault(one.id, index)
        nominal = findings.quantity((*path, "nominal"), one.nominal, kilogram, "A006", sign="positive")
        mass = findings.quantity((*path, "mass"), one.mass, kilogram, "A006", sign="positive")
        findings.quantity((*path, "expanded"), one.expanded, kilogram, "A006", sign="positive")
        findings.quantity((*path, "mpe"), one.mpe, kilogram, "A006", sign="positive")
        findings.plain((*path, "k"), one.k, "A009", what="k", sign="positive")
        if (
            nominal is not None
            and mass is not None
            and abs(mass.value - nominal.value) > FURTHEST * nominal.value
        ):
            message = f"the mass {one.mass} is further than 1 % from the nominal {one.nominal}"
            findings.add((*path, "mass"), "A011", message, "check the digits and the unit")
