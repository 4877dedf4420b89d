"""The operating conditions of a case: what is looked at there, and its bounds as far as the plan knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.documents.operating import OperatingCondition, Validity
from calbench.documents.point import LimitPlan, OperatingPlan
from calbench.documents.procedure import Test
from calbench.documents.readings import InputPlan
from calbench.planning.expansion import Case
from calbench.planning.refusal import Reasons
from calbench.planning.setting import Setting
from calbench.planning.tables import look_up, quantity
from calbench.planning.validity import holds
from calbench.quantities import Quantity, Value, names, parse


def planned(
    test: Test,
    case: Case,
    setting: Setting,
    scope: Mapping[str, Value],
    inputs: Sequence[InputPlan],
    reasons: Reasons,
) -> list[OperatingPlan]:
    """Plan the conditions of a case; a reason for each whose bounds cannot be computed, or allow nothing.

    That a formula holds is a condition where it is not known now, and no other condition keeps it.
    """
    found: list[OperatingPlan] = []
    for one in test.conditions or []:
        try:
            if isinstance(one, Validity) and holds(one, test, scope, inputs, found):
                continue
            found.append(
                OperatingPlan(name=one.name, value=one.value, limit=_bounds(one, case, setting, scope))
            )
        except ValueError as error:
            reasons.add(f"{case.name}: its condition '{one.name.get('en', '')}' cannot be planned: {error}.")
    return found


def _bounds(one: OperatingCondition, case: Case, setting: Setting, scope: Mapping[str, Value]) -> LimitPlan:
    lower, upper = (_bound(text, case, setting, scope) for text in (one.from_, one.to))
    low, high = (_known(text, scope) for text in (lower, upper))
    if low is not None and high is not None and low > high:
        raise ValueError(f"it allows nothing, as from, {low}, is above to, {high}")
    return LimitPlan(
        lower=lower,
        upper=upper,
        text=f"{lower or '-∞'} … {upper or '+∞'}",
        nominal_lower=None if low is None else low.text(),
        nominal_upper=None if high is None else high.text(),
    )


def _bound(text: str | None, case: Case, setting: Setting, scope: Mapping[str, Value]) -> str | None:
    """Give the expression of a bound: of a named limit what its table says here."""
    named = None if text is None else setting.named_limits.get(text)
    return text if named is None else look_up(named, scope, case.labels, "limit").whole


def _known(text: str | None, scope: Mapping[str, Value]) -> Quantity | None:
    """Give the value of a bound; None where it looks at what is read."""
    if text is None:
        return None
    try:
        return quantity(text, scope)
    except ValueError:
        if names(parse(text)) <= scope.keys():
            raise
        return None
