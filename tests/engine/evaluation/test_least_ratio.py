"""`min_tur` of the decision: what was measured with a larger U is not decided."""

from __future__ import annotations

from decimal import Decimal

import pytest

from calbench.documents.deciding import DecisionPlan
from calbench.evaluation.budgeting import Concluded
from calbench.evaluation.judging import judge
from calbench.metrology import Budget, Expanded
from calbench.quantities import parse_quantity


def concluded(expanded: float) -> Concluded:
    budget = Budget.__new__(Budget)
    for name, value in {"u": expanded / 2, "dof": float("inf"), "lines": ()}.items():
        object.__setattr__(budget, name, value)
    return Concluded({}, budget, Expanded(2.0, expanded, 0.9545, float("inf"), "fixed"))


@pytest.mark.parametrize(
    ("least", "expanded", "verdict"),
    [
        (None, 0.4, "pass"),
        ("3", 0.333, "pass"),  # U at most a third of 1
        ("3", 0.334, "not_evaluated"),
        ("3", 0.25, "pass"),
    ],
)
def test_u_above_the_share_decides_nothing(least: str | None, expanded: float, verdict: str) -> None:
    plan = DecisionPlan(rule="guarded_binary/1", coverage="0.9545", min_tur=least)
    limits = parse_quantity("-1"), parse_quantity("1")
    judged = judge(plan, Decimal("0.1"), limits, concluded(expanded), {})
    assert judged.decision.verdict.value == verdict
    assert ("TUR" in judged.remark) == (verdict == "not_evaluated")


def test_a_plan_of_before_keeps_its_bytes() -> None:
    plan = DecisionPlan(rule="simple/1", coverage="0.95")
    assert "min_tur" not in plan.model_dump()
