"""What a source is told: a plan that does not say enough ends the run before the source is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab

LACKING = {
    ("voltage.ac", "5 V"): "source.voltage.ac needs frequency",
    ("power.active", "5 W"): "source.power.active needs voltage, current, angle, frequency, phases",
}


@pytest.mark.parametrize(("stimulus", "says"), LACKING.items())
def test_a_plan_that_lacks_what_the_source_needs(
    lab: Lab, texts: dict[str, str], stimulus: tuple[str, str], says: str
) -> None:
    # no procedure that passes `check` gives such a plan (P054, P057); one that other means wrote may
    plan = lab.plan(texts["volts"])
    changes = dict(zip(("apply", "nominal"), stimulus, strict=True))
    points = [point.model_copy(update=changes) for point in plan.points]
    ran = lab.run(plan.model_copy(update={"points": points}))
    assert ran.outcome.status == "STOPPED"
    assert f"dcv/10V/5V: {says}, and the plan does not say it." in ran.outcome.reason
    assert not ran.of("applied")
    assert ran.switched_off
