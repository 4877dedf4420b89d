"""Limits: what a data sheet or a regulation says, resolved for one point as far as it is known before the run."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.plan import LimitPlan
from calbench.documents.procedure import Limits, NamedLimit
from calbench.quantities import Quantity, Value, evaluate, parse

Scope = Mapping[str, Value]


def quantity(text: str, scope: Scope) -> Quantity:
    """Evaluate an expression that gives one quantity.

    Raises:
        ValueError: It gives several values, or none.
    """
    value = evaluate(parse(text), scope)
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' is not one quantity")  # noqa: TRY004 - a wrong text in a file, not a wrong type
    return value


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


def banded(limit: NamedLimit, scope: Scope) -> LimitPlan:
    """Give the limit of the band in which the variable lies, multiplied by what the parameter selects.

    Raises:
        ValueError: The variable lies above the last band; says where it ends.
    """
    value = quantity(limit.variable, scope)
    for band in limit.bands:
        if value <= quantity(band.up_to, scope):
            text = band.limit
            break
    else:
        raise ValueError(
            f"{limit.variable} = {value} lies above the last band, which ends at {limit.bands[-1].up_to}"
        )
    factor = _factor(limit, scope)
    if factor == "1":
        return stated(text, scope, f"± {text}")
    return stated(f"({text}) * {factor}", scope, f"± {factor} × {text}")


def _factor(limit: NamedLimit, scope: Scope) -> str:
    if limit.selected_by is None:
        return "1"
    word = str(scope[limit.selected_by])
    if word not in limit.multiply_by:
        raise ValueError(f"'{word}' is not one of {', '.join(limit.multiply_by)}")
    return limit.multiply_by[word]
