"""Stages in the plan: everything is measured as found, perhaps adjusted, and measured again as left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.documents.plan import Step, TestPlan
from calbench.documents.point import Point
from calbench.documents.procedure import Procedure
from calbench.documents.stages import ADJUST, AS_FOUND, AS_LEFT
from calbench.planning.points import Setting
from calbench.planning.refusal import Reasons
from calbench.planning.steps import grouped, measuring_steps, step_of

DECIDE = "adjust/decide"


def several(procedure: Procedure) -> bool:
    """Tell whether a procedure has stages: it asks for them, and says how a unit is adjusted."""
    return ADJUST in procedure.policy.stages and bool(procedure.adjust)


def measured_stages(procedure: Procedure) -> list[str]:
    """Give the stages in which is measured; one without a name where there is nothing to adjust."""
    return [AS_FOUND, AS_LEFT] if several(procedure) else [""]


def require_one(procedure: Procedure, reasons: Reasons) -> None:
    """Add a reason why several units cannot be verified in one run, if the procedure has stages."""
    if several(procedure):
        reasons.add(
            "A procedure that adjusts is for one unit in a run: each unit is adjusted by its own results. Run it for "
            "one unit after the other."
        )


def work(
    procedure: Procedure,
    tests: Sequence[TestPlan],
    points: Mapping[str, Point],
    setting: Setting,
    reasons: Reasons,
) -> tuple[list[TestPlan], list[Step]]:
    """Give the tests in the order of work and the steps: as found, the decision, the adjustment, as left."""
    stages = list(dict.fromkeys(test.stage for test in tests))
    if stages == [AS_LEFT]:
        reasons.add(
            "Nothing is measured as found, so nobody could say what was adjusted. Let --only keep a point there."
        )
    ordered: list[TestPlan] = []
    steps: list[Step] = []
    for stage in stages:
        if stage == AS_LEFT:
            steps += _adjusting(procedure, setting, reasons)
        own = grouped([test for test in tests if test.stage == stage])
        ordered += own
        steps += [step.model_copy(update={"stage": stage}) for step in measuring_steps(own, points)]
    return ordered, steps


def _adjusting(procedure: Procedure, setting: Setting, reasons: Reasons) -> list[Step]:
    """Give the step that decides, and those that adjust."""
    steps = [Step(id=DECIDE, kind="adjust", stage=ADJUST)]
    for number, one in enumerate(procedure.adjust, start=1):
        done = step_of(f"{ADJUST}/{number}", one, setting, reasons)
        steps.append(done.model_copy(update={"stage": ADJUST}))
    return steps
