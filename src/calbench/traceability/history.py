"""The history of an asset: how far its values moved from one certificate to the next, against the drift it states.

The value of a standard is what it shows plus its correction (VIM 2.53), so a change of the correction is a change of
the standard. Each change has the uncertainty of two calibrations, as if they were independent: what two certificates of
one laboratory share makes it smaller, so a change that is taken for significant here is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from calbench.documents.asset import Asset, Entry, Former, Weight
from calbench.quantities import Quantity, coherent_unit, parse_quantity, significant
from calbench.traceability.drifting import YEAR, holding
from calbench.traceability.entries import evaluated, frequencies, scope_of

MASS = "standard.mass"
DIGITS = 6


@dataclass(frozen=True)
class Change:
    """What one value did between two certificates.

    Attributes:
        capability: what the value is of.
        point: the value, with its frequency, or the id of a weight.
        at: the value; of a weight, its nominal mass.
        since: number of the earlier certificate.
        until: number of the later one.
        days: between the days their values are of.
        change: of the standard's value.
        U: expanded uncertainty of the change, k = 2.
        per_year: the change by the year, with its sign.
        stated: the drift per year that the asset states here, as a half width or expanded; None if it states none.
        stated_correction: the steady change per year that the asset states; zero if none.
    """

    capability: str
    point: str
    at: Quantity
    since: str
    until: str
    days: int
    change: Quantity
    U: Quantity
    per_year: Quantity
    stated: Quantity | None
    stated_correction: Quantity

    @property
    def beyond(self) -> Quantity:
        """How much more than the stated drift it moved by the year; negative if less."""
        allowed = self.stated.value if self.stated is not None else Decimal(0)
        moved = abs(self.per_year.value - self.stated_correction.value)
        return Quantity(moved - allowed, self.per_year.unit)

    @property
    def significant(self) -> bool:
        """Tell whether it moved further than the stated drift by more than the uncertainty of the change."""
        return self.beyond.value * self.days / YEAR > self.U.value


@dataclass(frozen=True)
class _Value:
    """A value of one certificate: the correction there (of a weight, its mass), and its standard uncertainty."""

    at: Quantity
    amount: Quantity
    u: Decimal


def changes(asset: Asset) -> list[Change]:
    """Give the changes of every value that two certificates in a row have, oldest first."""
    present = Former(certificate=asset.certificate, provides=asset.provides, weights=asset.weights)
    rows = sorted([*asset.history, present], key=lambda one: one.certificate.values_of)
    return [change for old, new in pairwise(rows) for change in _between(asset, old, new)]


def common_values(asset: Asset, former: Former) -> bool:
    """Tell whether a former certificate has a value that the present one has too."""
    present = Former(certificate=asset.certificate, provides=asset.provides, weights=asset.weights)
    return bool(_values(former).keys() & _values(present).keys())


def _between(asset: Asset, old: Former, new: Former) -> Iterator[Change]:
    days = (_day(new) - _day(old)).days
    before, after = _values(old), _values(new)
    for key, then in before.items():
        now = after.get(key)
        if now is None or days <= 0:
            continue
        capability, point = key
        unit = now.amount.unit
        moved = now.amount.value - then.amount.value
        drift = holding(asset, capability, now.at)
        scope = scope_of(now.at)
        corrected = Decimal(0)
        if drift is not None and drift.correction is not None:
            corrected = evaluated(drift.correction, scope).value
        yield Change(
            capability,
            point,
            now.at,
            old.certificate.number,
            new.certificate.number,
            days,
            Quantity(moved, unit),
            Quantity(significant(2 * (then.u**2 + now.u**2).sqrt(), DIGITS), unit),
            Quantity(significant(moved * YEAR / days, DIGITS) if moved else moved, unit),
            None if drift is None else evaluated(drift.per_year, scope),
            Quantity(corrected, unit),
        )


def _day(former: Former) -> date:
    return date.fromisoformat(former.certificate.values_of)


def _values(former: Former) -> dict[tuple[str, str], _Value]:
    found = {(MASS, weight.id): _mass(weight) for weight in former.weights}
    for capability, entries in former.provides.items():
        for entry in entries:
            if entry.at is not None and (entry.expanded is not None or entry.half_width is not None):
                at = parse_quantity(entry.at)
                found[capability, ", ".join([at.engineering().text(), *frequencies(entry)])] = _value(
                    entry, at
                )
    return found


def _mass(weight: Weight) -> _Value:
    u = parse_quantity(weight.expanded).value / Decimal(weight.k)
    return _Value(parse_quantity(weight.nominal), parse_quantity(weight.mass), u)


def _value(entry: Entry, at: Quantity) -> _Value:
    scope = scope_of(at, entry.range)
    nothing = Quantity.of(0, coherent_unit(at.dimension))
    correction = nothing if entry.correction is None else evaluated(entry.correction, scope)
    if entry.expanded is not None:
        u = evaluated(entry.expanded, scope).value / Decimal(entry.k or "2")
    else:
        u = evaluated(entry.half_width or "0", scope).value / Decimal(3).sqrt()
    return _Value(at, correction, u)
