"""Retakes of several units: the question names the unit, and that unit alone is measured again."""

from __future__ import annotations

import pytest
from tests.engine.several.conftest import Crewed
from tests.engine.several.procedures import POINTS, VOLTS, changed

POLICY = (
    "policy: {on_fail: continue, comms_retry: 0}",
    "policy: {on_fail: ask, retake: {allowed: 1, reason: required}}",
)
HIGH = [point for point in POINTS if point.startswith("high/")]


@pytest.mark.parametrize("sharing", ["parallel", "one_at_a_time"])
def test_a_retake_is_of_one_unit(crewed: Crewed, sharing: str) -> None:
    plan = crewed.plan(changed(VOLTS, POLICY, ("sharing: parallel", f"sharing: {sharing}")))
    ran = crewed.run(
        plan, answers={"on-fail/high/reason": ["loose lead"], "on-fail/high": ["retake", "continue"]}
    )
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    asked = [ask for ask in ran.operator.asked if ask.id.startswith("on-fail/high")]
    assert {ask.unit_position for ask in asked} == {"3"}
    assert [ask.id for ask in asked] == ["on-fail/high", "on-fail/high/reason", "on-fail/high"]
    again = [(one.position, one.point) for one in ran.of("attempt_started") if one.attempt == 2]
    assert again == [("3", point) for point in HIGH]
    assert [(one.position, one.point) for one in ran.of("reading_set_aside")] == again
    applied = [one for one in ran.of("applied", "3") if one.attempt == 2]
    assert [one.point for one in applied] == HIGH
    assert ran.switched_off
    if sharing == "parallel":  # the leads are on all units
        assert [ask.id for ask in ran.operator.asked].count("connect/leads") == 1


def test_a_stop_after_a_unit_failed_stops_the_run(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(changed(VOLTS, POLICY)), answers={"on-fail/low": ["stop"]})
    assert ran.outcome.status == "STOPPED"
    assert "operator chose to stop" in ran.outcome.reason
    assert ran.switched_off
