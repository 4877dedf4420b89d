"""Whether the formulas of a case hold there, as far as this is known before anything is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.documents.operating import Validity
from calbench.documents.point import OperatingPlan
from calbench.documents.procedure import Test
from calbench.documents.readings import InputPlan
from calbench.planning.tables import quantity
from calbench.quantities import Quantity, Value, parse, parse_quantity

_READ = {"indication", "reference", "error", "rdg"}
"""Names that stand for what is read, though something is foreseen of them."""


def holds(
    one: Validity,
    test: Test,
    scope: Mapping[str, Value],
    inputs: Sequence[InputPlan],
    others: Sequence[OperatingPlan],
) -> bool:
    """Tell whether a formula holds whatever is read: its argument is known, or kept by a condition that is narrower.

    Args:
        one: That its argument lies in its range.
        test: What is measured.
        scope: The names of the point, with their values as far as they can be foreseen.
        inputs: Of the point; what a source is set to is foreseen.
        others: The conditions of the point before this.

    Raises:
        ValueError: It is known to lie outside.
    """
    low, high = quantity(one.from_ or "", scope), quantity(one.to or "", scope)
    moving = {*_READ, *(test.inputs or {}), *(f"{name}.load" for name in test.inputs or {})}
    known = {name: value for name, value in scope.items() if name not in moving}
    fixed = _within(one, known, low, high)
    if fixed is None:
        set_to = {
            plan.name: parse_quantity(plan.expected)
            for plan in inputs
            if plan.kind == "source" and plan.expected
        }
        _within(one, {**known, **set_to}, low, high)
    return fixed is not None or any(_keeps(other, one.value, low, high) for other in others)


def _within(one: Validity, known: Mapping[str, Value], low: Quantity, high: Quantity) -> Quantity | None:
    """Give the argument, if it is known and lies within the range; None if it is not known."""
    try:
        value = quantity(one.value, known)
    except ValueError:
        return None
    if low <= value <= high:
        return value
    raise ValueError(f"it is {value}, and the formula holds from {low} to {high}")


def _keeps(other: OperatingPlan, value: str, low: Quantity, high: Quantity) -> bool:
    lower, upper = other.limit.nominal_lower, other.limit.nominal_upper
    if lower is None or upper is None or parse(other.value) != parse(value):
        return False
    return low <= parse_quantity(lower) and parse_quantity(upper) <= high
