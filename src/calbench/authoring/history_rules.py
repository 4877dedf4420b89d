"""Rules for what an asset says beside its values: drift, history, correlation, and the certificate above its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import combinations

from calbench.authoring.findings import Findings, difference
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, Rules, check
from calbench.authoring.suggestions import listed, shown
from calbench.authoring.testview import shape_of
from calbench.documents.asset import Asset, Drift, Former
from calbench.documents.measurands import known, split
from calbench.quantities import Shape
from calbench.traceability.drifting import holding
from calbench.traceability.history import MASS, Change, changes, common_values

_EXPRESSIONS = Rules("A022", "A022", "A022", "A022")
_PARTS = 3
_COEFFICIENT = "write a number from -1 to 1"


def correlations(findings: Findings[Asset], asset: Asset) -> None:
    """Check the coefficient within the certificate, and the one with the certificate above."""
    count = max([len(asset.weights), *(len(entries) for entries in asset.provides.values())])
    r = Decimal(0)
    if asset.correlation != "independent":
        given = _coefficient(findings, ("correlation",), asset.correlation, f"{_COEFFICIENT}, or independent")
        r = Decimal(0) if given is None else given
        if count > 1 and r < Decimal(-1) / (count - 1):
            message = f"{count} values cannot all have the coefficient {asset.correlation} with each other"
            help_ = f"the least is -1/{count - 1}: its matrix would not be positive semidefinite"
            findings.add(("correlation",), "A020", message, help_)
    _pairs(findings, asset, r)
    above, path = asset.certificate.traceable_to, ("certificate", "traceable_to")
    if above is None:
        return
    _coefficient(findings, (*path, "correlation"), above.correlation, "write a number from 0 to 1", 0)
    if above.certificate == asset.certificate.number:
        message = "a certificate does not rest on itself"
        findings.add((*path, "certificate"), "A028", message, "name the certificate of the standard above")


def _pairs(findings: Findings[Asset], asset: Asset, others: Decimal) -> None:
    """Check coefficients of single pairs of weights, and that all of them can hold together."""
    ids = [weight.id for weight in asset.weights]
    matrix = {frozenset(pair): others for pair in combinations(ids, 2)}
    told: set[frozenset[str]] = set()
    complete = bool(asset.correlations)
    for index, parts in enumerate(asset.correlations):
        path: Path = ("correlations", index)
        pair = frozenset(parts[:2])
        if len(parts) != _PARTS or pair not in matrix or pair in told:
            message = "a correlation is two different weights of this set and a coefficient, each pair once"
            findings.add(
                path, "A030", message, f"write [{', '.join((ids * 2)[:2])}, 0.2]" if ids else "remove it"
            )
            complete = False
            continue
        told.add(pair)
        r = _coefficient(findings, (*path, 2), parts[2], _COEFFICIENT)
        complete &= r is not None
        matrix[pair] = r or Decimal(0)
    if complete:
        _together(findings, ids, matrix)


def _together(findings: Findings[Asset], ids: list[str], matrix: Mapping[frozenset[str], Decimal]) -> None:
    from calbench.metrology import correlation_matrix  # noqa: PLC0415 - heavy, and few assets need it

    try:
        correlation_matrix(ids, {tuple(sorted(pair)): float(r) for pair, r in matrix.items()})  # type: ignore[misc] # a pair has two
    except ValueError as error:
        findings.add(
            ("correlations",),
            "A020",
            str(error),
            "pairs that are not named have the asset's correlation: 1, if it states none",
            part="key",
        )


def drifts(findings: Findings[Asset], asset: Asset) -> None:
    """Check every drift against what the asset is certified for."""
    there = {**dict.fromkeys(asset.provides), **({MASS: None} if asset.weights else {})}
    for index, drift in enumerate(asset.drift):
        path: Path = ("drift", index)
        if drift.of is not None and drift.of not in there:
            message = f"the asset has no certified values for {drift.of}"
            findings.add((*path, "of"), "A021", message, f"it has {listed(list(there), 'and') or 'none'}")
            continue
        for capability in [drift.of] if drift.of is not None else there:
            shape = shape_of(split(capability)[1]) if known(capability) else None
            if shape is not None:
                _drift(findings, path, drift, shape)


def history(
    findings: Findings[Asset],
    asset: Asset,
    entries: Callable[[Path, Former], None],
    day: Callable[[Path, str], bool],
) -> None:
    """Check the certificates of before, then what they show against the drift that is stated.

    Args:
        findings: where to note.
        asset: the asset.
        entries: checks the values of a former certificate.
        day: tells whether a date exists.
    """
    before = len(findings.problems)
    for index, former in enumerate(asset.history):
        path: Path = ("history", index)
        good = all(
            day((*path, "certificate", key), text)
            for key, text in (
                ("date", former.certificate.date),
                ("calibrated", former.certificate.calibrated),
            )
            if text is not None
        )
        if good and former.certificate.values_of >= asset.certificate.values_of:
            message = f"the values of {former.certificate.number} are no older than those of the present certificate"
            findings.add((*path, "certificate", "date"), "A023", message, "list certificates of before")
        entries(path, former)
    if asset.dcc is None and len(findings.problems) == before and not findings.document.problems:
        compared(findings, asset)


def compared(findings: Findings[Asset], asset: Asset) -> None:
    """Compare the values of before with those of now, and with the drift that is stated."""
    for index, former in enumerate(asset.history):
        if not common_values(asset, former):
            message = "this certificate has no value that the present one has"
            findings.add(("history", index), "A024", message, "enter values at the same points, or remove it")
    _against_drift(findings, asset)


def _against_drift(findings: Findings[Asset], asset: Asset) -> None:
    try:
        found = changes(asset)
    except (ValueError, ArithmeticError) as error:
        message = f"the history cannot be compared: {error}"
        findings.add(("history",), "A024", message, "write values that can be computed", part="key")
        return
    worst: dict[int, Change] = {}
    for change in found:
        if change.stated is None or not change.significant:
            continue
        drift = holding(asset, change.capability, change.at)
        index = next(i for i, one in enumerate(asset.drift) if one is drift)
        if index not in worst or change.beyond.value > worst[index].beyond.value:
            worst[index] = change
    for index, change in worst.items():
        message = (
            f"from {change.since} to {change.until}, {change.capability} at {change.point} went "
            f"{change.per_year.engineering().text()} a year: further than stated, beyond the uncertainty of the change"
        )
        help_ = "state a larger drift, or a correction for a steady one (calbench assets NAME --drift)"
        findings.add(("drift", index, "per_year"), "A025", message, help_)


def _drift(findings: Findings[Asset], path: Path, drift: Drift, shape: Shape) -> None:
    spread = difference(shape)
    low, high = (
        findings.quantity((*path, key), text, shape, "A022")
        for key, text in (("from", drift.from_), ("to", drift.to))
    )
    if low is not None and high is not None and low > high:
        findings.add((*path, "from"), "A004", f"from {drift.from_} is above to {drift.to}", "exchange them")
    scope = Names({"value": shape, "out": spread, "rdg": spread})
    for key in ("per_year", "correction"):
        check(findings, (*path, key), getattr(drift, key), scope, spread, _EXPRESSIONS)
    findings.plain((*path, "k"), drift.k, "A009", what="k", sign="positive")
    if (drift.shape == "normal") != (drift.k is not None):
        message = "a drift of normal shape needs k, and no other has one"
        findings.add(
            (*path, "shape" if drift.k is None else "k"), "A022", message, "write shape: normal and k: 2"
        )


def _coefficient(
    findings: Findings[Asset], path: Path, text: str, help_: str, least: int = -1
) -> Decimal | None:
    number = findings.plain(path, text, "A019", what="a coefficient of correlation")
    if number is not None and not least <= number.value <= 1:
        findings.add(
            path, "A019", f"{shown(text)} is no coefficient of correlation that can stand here", help_
        )
        return None
    return None if number is None else number.value
