"""Limits: what a data sheet or a regulation says, resolved for one point as far as it is known before the run."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.point import LimitPlan
from calbench.documents.procedure import Limits
from calbench.documents.tables import NamedLimit
from calbench.planning.tables import look_up, quantity
from calbench.quantities import Quantity, Value

Scope = Mapping[str, Value]


def stated(mpe: str | Limits, scope: Scope, written: str = "") -> LimitPlan:
    """Give the limit of a text such as `0.0035 % rdg + 0.0005 % rng` (symmetric), or of `lower` and `upper`."""
    if isinstance(mpe, str):
        lower, upper = f"-({mpe})", mpe
        text = written or (f"± ({mpe})" if " " in mpe else f"± {mpe}")
    else:
        lower, upper = mpe.lower or "", mpe.upper or ""
        text = f"{lower or '-∞'} … {upper or '+∞'}"
    return LimitPlan(
        lower=lower or None,
        upper=upper or None,
        text=text,
        nominal_lower=quantity(lower, scope).text() if lower else None,
        nominal_upper=quantity(upper, scope).text() if upper else None,
    )


def banded(limit: NamedLimit, scope: Scope, labels: Mapping[str, str]) -> LimitPlan:
    """Give what a table says at a point, multiplied by what a parameter selects.

    Raises:
        ValueError: The variable lies above the last band, or the table has no limit there; says where.
    """
    found = look_up(limit, scope, labels, "limit")
    named = scope.get(
        found.text
    )  # of a cell that is a name alone, the figure is what a reader can hold it against
    said = named.text() if isinstance(named, Quantity) else found.text
    if found.factor == "1":
        return stated(found.text, scope, f"± {said}")
    return stated(found.whole, scope, f"± {found.factor} × {said}")


__all__ = ["banded", "quantity", "stated"]
