"""What a point states by itself before anything is planned of it: names for the expressions of its test."""

from __future__ import annotations

from calbench.documents.procedure import Test
from calbench.planning import limits, tables
from calbench.planning.expansion import Case, scope_of
from calbench.planning.setting import Setting
from calbench.quantities import Value


def stated_at(test: Test, case: Case, setting: Setting, quantity: str) -> dict[str, Value]:
    """Give the names that a point has by itself, the values of its test and those that look at the load among them.

    Raises:
        ValueError: A value gives no single quantity, or cannot be computed at the load.
    """
    scope: dict[str, Value] = dict(scope_of({**setting.parameters, **case.varied}))
    if case.nominal is not None:
        scope |= {"nominal": case.nominal} | ({"load": case.nominal} if quantity == "mass" else {})
    if case.range is not None:
        scope |= {"range": case.range, "rng": case.range}
    found = tables.at_load(setting.of_load, scope)
    scope |= {**found, **{f"${name}": one for name, one in found.items()}}
    for name, text in (test.values or {}).items():
        value = limits.quantity(text, scope)
        scope |= {name: value, f"${name}": value}
    return scope
