"""Whether an asset may be used on a day: in service, certified by then, not overdue (ISO/IEC 17025 6.4.8, 6.4.9)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from calbench.documents.asset import Asset

Standing = Literal["overdue", "due soon", "not yet valid", "withdrawn", "in calibration"]
URGENCY: tuple[Standing, ...] = ("overdue", "due soon", "not yet valid", "in calibration", "withdrawn")
"""All standings, the one that asks for something first."""


def standing(asset: Asset, on: date, soon: int = 30) -> Standing:
    """Give how an asset stands on a day; `soon` is how many days before it is due it is due soon."""
    if asset.status != "in_service":
        return "withdrawn"
    if days_left(asset, on) < 0:
        return "overdue"
    if date.fromisoformat(asset.certificate.date) > on:
        return "not yet valid"
    return "due soon" if days_left(asset, on) <= soon else "in calibration"


def days_left(asset: Asset, on: date) -> int:
    """Give the days until the asset is due; 0 on the last day on which it may be used, negative after it."""
    return (date.fromisoformat(asset.due) - on).days


def usable(asset: Asset, on: date) -> str | None:
    """Say why an asset may not be used on a date; None if it may."""
    found = standing(asset, on)
    if found == "withdrawn":
        return f"{asset.asset} is {asset.status}: take another standard, or put it back in service in its asset file."
    if found == "overdue":
        return (
            f"{asset.asset} was due for calibration on {asset.due} and it is {on.isoformat()}: "
            "have it calibrated and enter the new certificate."
        )
    if found == "not yet valid":
        return f"{asset.asset}: its certificate is dated {asset.certificate.date}, after {on.isoformat()}."
    return None
