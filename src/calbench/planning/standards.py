"""What an asset's certificate says at the point of use: uncertainty, correction, and whether it may be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from calbench.documents.asset import Asset, Entry, FrequencySpan
from calbench.documents.plan import Standard
from calbench.quantities import ONE, Quantity, coherent_unit, evaluate, parse, parse_quantity


@dataclass(frozen=True)
class AtPoint:
    """The certificate at one value: expanded uncertainty with its k, correction, and the influence's stable id."""

    expanded: Quantity | None
    half_width: Quantity | None
    k: str
    dof: str | None
    correction: Quantity
    influence: str
    source: str


def usable(asset: Asset, on: date) -> str | None:
    """Say why an asset may not be used on a date; None if it may."""
    if asset.status != "in_service":
        return f"{asset.asset} is {asset.status}: take another standard, or put it back in service in its asset file."
    if date.fromisoformat(asset.due) < on:
        return (
            f"{asset.asset} was due for calibration on {asset.due} and it is {on.isoformat()}: "
            "have it calibrated and enter the new certificate."
        )
    if date.fromisoformat(asset.certificate.date) > on:
        return f"{asset.asset}: its certificate is dated {asset.certificate.date}, after {on.isoformat()}."
    return None


def at(asset: Asset, capability: str, value: Quantity, frequency: Quantity | None = None) -> AtPoint | None:
    """Look up the certificate at a value, and at a frequency if it alternates; None if no entry covers both.

    Of those that do, the one that is narrowest in value counts, and of these the one that is narrowest in frequency.
    """
    fitting = [
        entry
        for entry in asset.provides.get(capability, [])
        if _covers(entry, value) and _holds_at(entry, frequency)
    ]
    if not fitting:
        return None
    entry = min(fitting, key=lambda one: (_width(one), _bandwidth(one)))
    scope: dict[str, Quantity] = {"out": abs(value) if not value.unit.offset else value}
    scope["rdg"] = scope["out"]
    scope["value"] = value
    if entry.range is not None:
        scope["rng"] = parse_quantity(entry.range)
    point = [value, *([] if entry.frequency is None or frequency is None else [frequency])]
    name = ",".join(one.text().replace(" ", "") for one in point)
    where = ", ".join([entry.at or entry.range or f"{entry.from_} to {entry.to}", *_frequencies(entry)])
    return AtPoint(
        expanded=_evaluated(entry.expanded, scope),
        half_width=_evaluated(entry.half_width, scope),
        k=entry.k or "2",
        dof=entry.dof,
        correction=_evaluated(entry.correction, scope) or Quantity.of(0, coherent_unit(value.dimension)),
        influence=f"asset:{asset.asset}/{asset.certificate.number}/{capability}@{name}",
        source=f"{asset.asset}, certificate {asset.certificate.number}, {where}",
    )


def described(asset: Asset) -> Standard:
    """Give the asset as the plan and the certificate name it."""
    certificate = asset.certificate
    return Standard(
        id=asset.asset,
        kind=asset.kind,
        maker=asset.maker,
        model=asset.model,
        serial=asset.serial,
        accuracy_class=asset.accuracy_class or "",
        certificate_number=certificate.number,
        issuer=certificate.issuer,
        accreditation=certificate.accreditation or "",
        certificate_date=certificate.date,
        certificate_sha256=certificate.sha256 or "",
        due=asset.due,
    )


def covered(asset: Asset, capability: str) -> str:
    """Say in words which values an asset's certificate covers."""
    entries = asset.provides.get(capability, [])
    spans = [
        " at ".join([entry.at or f"{entry.from_} to {entry.to}", *_frequencies(entry)]) for entry in entries
    ]
    return ", ".join(spans) or "nothing"


def _evaluated(text: str | None, scope: dict[str, Quantity]) -> Quantity | None:
    if text is None:
        return None
    value = evaluate(parse(text), scope)
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' is not a quantity")  # noqa: TRY004 - authoring refused this file before
    return value


def _covers(entry: Entry, value: Quantity) -> bool:
    if entry.at is not None:
        return parse_quantity(entry.at) == value
    low = parse_quantity(entry.from_) if entry.from_ else None
    high = parse_quantity(entry.to) if entry.to else None
    return (low is None or low <= value) and (high is None or value <= high)


def _holds_at(entry: Entry, frequency: Quantity | None) -> bool:
    if entry.frequency is None:
        return True
    if frequency is None:
        return False
    if isinstance(entry.frequency, FrequencySpan):
        return parse_quantity(entry.frequency.from_) <= frequency <= parse_quantity(entry.frequency.to)
    return parse_quantity(entry.frequency) == frequency


def _frequencies(entry: Entry) -> list[str]:
    """Say in words at which frequencies an entry holds; nothing if it says none."""
    if entry.frequency is None:
        return []
    if isinstance(entry.frequency, FrequencySpan):
        return [f"{entry.frequency.from_} to {entry.frequency.to}"]
    return [entry.frequency]


def _bandwidth(entry: Entry) -> Decimal:
    if not isinstance(entry.frequency, FrequencySpan):
        return Decimal(0)
    return parse_quantity(entry.frequency.to).value - parse_quantity(entry.frequency.from_).value


def _width(entry: Entry) -> Quantity:
    if entry.at is not None or entry.from_ is None or entry.to is None:
        return Quantity.of(0, ONE if entry.at is None else coherent_unit(parse_quantity(entry.at).dimension))
    low, high = parse_quantity(entry.from_), parse_quantity(entry.to)
    return Quantity(high.value - low.value, coherent_unit(low.dimension))
