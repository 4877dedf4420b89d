"""A derived result that fails: what is asked about it, and which points are taken again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab

FIVE, TEN = "dcv/10V/5V", "dcv/10V/10V"
POLICY = "policy: {on_fail: continue, comms_retry: 0}\n"
EACH = """\
  - test: small
    of: dcv
    evaluate: {value: nominal, limit: 7 V}
"""
ALL = """\
  - test: spread
    of: dcv
    across: all
    evaluate: {value: max(nominal) - min(nominal), limit: 1 V}
"""


def policy(text: str, on_fail: str) -> tuple[str, str]:
    return POLICY, f"{text}policy: {{{on_fail}}}\n"


@pytest.mark.parametrize(
    ("derived", "name", "attempts"), [(EACH, "small/10V/10V", [1, 2]), (ALL, "spread/all", [2, 2])]
)
def test_the_points_that_it_follows_from_are_offered_and_taken_again(
    lab: Lab,
    texts: dict[str, str],
    answering: Callable[..., Any],
    derived: str,
    name: str,
    attempts: list[int],
) -> None:
    plan = lab.plan(texts["volts"], policy(derived, "on_fail: ask, retake: {allowed: 1}"))
    said = {"on-fail/dcv/reason": ["lead was loose"], "on-fail/dcv": ["retake", "continue"]}
    ran = lab.run(plan, operator=answering(plan, said))
    asked = [one for one in ran.of("asked") if one.body["id"] == "on-fail/dcv"]
    assert [one.body["text"]["en"] for one in asked] == [f"dcv: not passed: {name}."] * 2  # type: ignore[index] # texts
    assert [len(ran.record.attempts[point]) for point in (FIVE, TEN)] == attempts
    assert ran.outcome.status == "COMPLETED"
    assert ran.result(name).verdict == "fail"
    assert ran.result(TEN).verdict == "pass"


def test_the_policy_stop_ends_the_run_when_a_derived_result_fails(lab: Lab, texts: dict[str, str]) -> None:
    ran = lab.run(lab.plan(texts["volts"], policy(ALL, "on_fail: stop")))
    assert ran.outcome.status == "STOPPED"
    assert ran.outcome.reason == "dcv: spread/all did not pass, and the policy says stop."


def test_what_decides_on_an_adjustment_counts_a_derived_result_once(lab: Lab, texts: dict[str, str]) -> None:
    adjust = (
        "adjust: [{wait: 10 min}]\n"
        "policy: {on_fail: continue, stages: [as_found, adjust, as_left], adjust: if_failed}\n"
    )
    ran = lab.run(lab.plan(texts["volts"], (POLICY, ALL + adjust)))
    (decided,) = [one.body for one in ran.of("adjustment") if one.body["did"] == "decided"]
    assert (decided["adjust"], decided["failed"]) == (True, ["as_found/spread/all"])
    results = [(one.id, one.stage, one.verdict) for one in ran.record.results if one.of == "derived"]
    assert results == [("as_found/spread/all", "as_found", "fail"), ("as_left/spread/all", "as_left", "fail")]
    assert [(one.stage, one.verdict, one.results) for one in ran.record.stages] == [
        ("as_found", "fail", 3),
        ("as_left", "fail", 3),
    ]
