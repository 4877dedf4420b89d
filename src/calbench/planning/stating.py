"""What a point states by itself before anything is planned of it: names for the expressions of its test."""

from __future__ import annotations

from calbench.documents.procedure import Test
from calbench.planning import limits
from calbench.planning.expansion import Case, scope_of
from calbench.planning.setting import Setting
from calbench.quantities import Value


def stated_at(test: Test, case: Case, setting: Setting, quantity: str) -> dict[str, Value]:
    """Give the names that a point has by itself, the values of its test among them.

    Raises:
        ValueError: A value gives no single quantity.
    """
    scope: dict[str, Value] = dict(scope_of({**setting.parameters, **case.varied}))
    if case.nominal is not None:
        scope |= {"nominal": case.nominal} | ({"load": case.nominal} if quantity == "mass" else {})
    if case.range is not None:
        scope |= {"range": case.range, "rng": case.range}
    for name, text in (test.values or {}).items():
        value = limits.quantity(text, scope)
        scope |= {name: value, f"${name}": value}
    return scope
