"""Drift: how far a standard may have gone from its certificate by the day of use.

A stated drift grows in proportion to the age of the certified values; a year has 365.25 days. It is a contribution
of its own beside that of the certificate (EURAMET cg-18 7.1.2, δm_D; EA-4/02 S2).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from calbench.documents.asset import Asset, Drift
from calbench.quantities import Quantity, parse_quantity, significant
from calbench.traceability.entries import scope_of, stated_by
from calbench.traceability.parts import DIGITS, Part, Stated

YEAR = Decimal("365.25")


def age(asset: Asset, on: date) -> int:
    """Give the age of the certified values in days."""
    return (on - date.fromisoformat(asset.certificate.values_of)).days


def holding(asset: Asset, capability: str, value: Quantity) -> Drift | None:
    """Give the drift that is stated for a capability at a value; the first that holds, None if none does."""
    return next((one for one in asset.drift if _holds(one, capability, value)), None)


def drifted(
    asset: Asset, capability: str, values: Iterable[Quantity], name: str, on: date
) -> tuple[Decimal, list[Part]]:
    """Give the correction by drift, in the coherent unit, and its line; values of one standard add arithmetically.

    Args:
        asset: the standard.
        capability: for which the values are used.
        values: one value, or the nominal values of weights.
        name: by which the influence at this point is known.
        on: day of use.
    """
    days = age(asset, on)  # negative before the certificate: the value may have moved towards it as well
    years = Decimal(days) / YEAR
    total: Stated | None = None
    correction, texts = Decimal(0), []
    for value in values:
        drift = holding(asset, capability, value)
        if drift is None:
            continue
        scope = scope_of(value)
        where = f"drift of {drift.of or capability}"
        size = stated_by(asset, "per_year", drift.per_year, scope, where)
        stated = _stated(drift, size).scaled(abs(years))
        total = stated if total is None else total.plus(stated)
        if drift.correction is not None:
            moved = stated_by(asset, "correction", drift.correction, scope, where, negative=True)
            correction += moved.value * years
        texts.append(drift.per_year)
    if total is None:
        return correction, []
    certificate = asset.certificate
    source = (
        f"{asset.asset}, drift of {' and '.join(dict.fromkeys(texts))} per year, {days} days after "
        f"{certificate.values_of} (certificate {certificate.number})"
    )
    influence = f"asset:{asset.asset}/{certificate.number}/drift/{capability}@{name}"
    return significant(correction, DIGITS) if correction else correction, [
        Part(influence, source, total, "drift")
    ]


def _stated(drift: Drift, size: Quantity) -> Stated:
    if drift.shape == "normal":
        return Stated(expanded=size, k=drift.k or "2")
    return Stated(half_width=size, shape=drift.shape)


def _holds(drift: Drift, capability: str, value: Quantity) -> bool:
    if drift.of is not None and drift.of != capability:
        return False
    bounds = [None if text is None else parse_quantity(text) for text in (drift.from_, drift.to)]
    if any(one is not None and one.dimension != value.dimension for one in bounds):
        return False
    low, high = bounds
    return (low is None or low <= value) and (high is None or value <= high)
