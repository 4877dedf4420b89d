"""What an asset's certificate says at the point of use: uncertainty, correction, and whether it may be used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from calbench.documents.asset import Asset
from calbench.documents.origin import Standard
from calbench.quantities import Quantity, significant
from calbench.traceability.drifting import age, drifted
from calbench.traceability.entries import Found, covered, look_up
from calbench.traceability.parts import DIGITS, AtPoint, Part, Stated, coefficient, common
from calbench.traceability.validity import usable

__all__ = ["AtPoint", "at", "covered", "described", "usable"]


def at(
    asset: Asset,
    capability: str,
    value: Quantity,
    frequency: Quantity | None = None,
    on: date | None = None,
    ranged: Quantity | None = None,
) -> AtPoint | None:
    """Give a standard at a value, and at a frequency if it alternates; None if its certificate does not cover both.

    `on` is the day of use, to which its drift is counted; None is the standard as it was certified. On the range
    `ranged` no entry of another one counts.
    """
    found = look_up(asset, capability, value, frequency, ranged)
    if found is None:
        return None
    point = [value, *([] if frequency is None or not found.alternating else [frequency])]
    name = ",".join(one.text().replace(" ", "") for one in point)
    source = f"{asset.asset}, certificate {asset.certificate.number}, {found.where}"
    correction, parts = found.correction, _certified(asset, capability, found, name, source)
    if on is not None:
        moved, lines = drifted(asset, capability, [value], name, on)
        correction = Quantity(correction.value + moved, correction.unit) if moved else correction
        parts = [*parts, *lines]
    stated = parts[0].stated if len(parts) == 1 else found.stated
    return AtPoint(stated, correction, tuple(parts), found.mpe)


def _certified(asset: Asset, capability: str, found: Found, name: str, source: str) -> list[Part]:
    """Give the lines of the certificate: what its values have in common, and of each value its own."""
    r = coefficient(asset)
    base = f"asset:{asset.asset}/{asset.certificate.number}/{capability}"
    if r == 1:
        return common(asset, capability, name, found.stated, source)
    if len(found.ends) == 1 and r <= 0:
        return [Part(f"{base}/{found.ends[0].name}@{name}", source, found.stated)]
    if r < 0:
        said = f"{source}, correlation {r}"
        return [Part(f"{base}/{name}@{name}", said, _anticorrelated(found, r))]
    parts = common(asset, capability, name, found.stated.scaled(r.sqrt()), source) if r else []
    for end in found.ends:
        own = end.stated.scaled(end.weight).scaled((1 - r).sqrt())
        said = f"{source}, of {end.name} alone, correlation {r}"
        parts.append(Part(f"{base}/{end.name}@{name}", said, own, "own", end.name))
    return parts


def _anticorrelated(found: Found, r: Decimal) -> Stated:
    """Give u of a value on a line whose ends move against each other (JCGM 100 eq. 16)."""
    first, second = (end.stated.std * end.weight for end in found.ends)
    std = (first**2 + second**2 + 2 * r * first * second).sqrt()
    return Stated(
        expanded=Quantity(significant(std, DIGITS), found.stated.size.unit), k="1", dof=found.stated.dof
    )


def described(asset: Asset, on: date, *, pieces: bool = False) -> Standard:
    """Give the asset as the plan and the certificate name it, on the day of use; with the ids of its weights."""
    certificate = asset.certificate
    above = certificate.traceable_to
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
        age_days=age(asset, on) if asset.drift else None,
        traceable_to="" if above is None else above.certificate,
        traceable_to_issuer="" if above is None else above.issuer or "",
        traceable_to_sha256="" if above is None else above.sha256 or "",
        weights=[one.id for one in asset.weights] if pieces else [],
    )
