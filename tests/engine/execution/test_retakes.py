"""Retakes: who wanted them, why and when; without a failure only where the policy allows it; which attempt counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from calbench.certificates.assemble import assemble
from calbench.certificates.content import Fields, Paragraph
from calbench.documents.canonical import canonical
from calbench.evaluation.verifying import verify_record

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab, Ran

FIVE, TEN = "dcv/10V/5V", "dcv/10V/10V"
WRONG_GAIN = ("1: {gain: 6 ppm, offset: 0.4 uV}", "1: {gain: 100 ppm, offset: 0.4 uV}")


def policy(retake: str) -> tuple[str, str]:
    return "on_fail: continue", f"on_fail: ask, retake: {{{retake}}}"


def printed(ran: Ran, language: Any = "en") -> str:
    blocks = [
        block for section in assemble(ran.record, "0" * 64, language).sections for block in section.blocks
    ]
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    fields = [
        f"{one.label}: {one.value}" for block in blocks if isinstance(block, Fields) for one in block.items
    ]
    return "\n".join([*texts, *fields])


def test_each_retake_says_who_wanted_it_why_and_when(
    lab: Lab, texts: dict[str, str], answering: Callable[..., Any]
) -> None:
    plan = lab.plan(texts["volts"], policy("allowed: 1"), station=lab.station(WRONG_GAIN))
    said = {"on-fail/dcv/reason": ["lead was loose"], "on-fail/dcv": ["retake", "continue"]}
    ran = lab.run(plan, operator=answering(plan, said))
    first, second = ran.record.attempts[TEN]
    assert (first.by, first.decided) == ("", "")
    assert (second.by, second.reason) == ("simulated operator", "lead was loose")
    (answered,) = [one for one in ran.of("answered") if one.body["id"] == "on-fail/dcv/reason"]
    assert second.decided >= answered.t_utc
    assert "taken again by simulated operator" in printed(ran)
    assert "lead was loose" in printed(ran)
    assert "Points taken again: 2" in printed(ran)
    assert "重测次数: 2" in printed(ran, "zh")


def test_the_rule_which_attempt_counts_stands_in_plan_record_and_certificate(
    lab: Lab, texts: dict[str, str]
) -> None:
    ran = lab.run(lab.plan(texts["volts"]))
    assert ran.record.plan.policy.counts == "last_complete"
    assert "the last complete one that was not discarded counts" in printed(ran)
    assert "以最后一次完整且未作废的测量为准" in printed(ran, "zh")


def test_the_operator_has_a_point_taken_again_that_did_not_fail(
    lab: Lab, texts: dict[str, str], answering: Callable[..., Any]
) -> None:
    plan = lab.plan(texts["volts"], policy("allowed: 2, without_failure: true"))
    said = {"retake/dcv": [TEN, "continue"], "on-fail/dcv/reason": ["a door slammed"]}
    ran = lab.run(plan, operator=answering(plan, said))
    assert ran.outcome.status == "COMPLETED"
    assert [len(ran.record.attempts[name]) for name in (FIVE, TEN)] == [1, 2]
    again = ran.record.attempts[TEN][1]
    assert (again.reason, again.by, again.counts) == ("a door slammed", "simulated operator", True)
    assert ran.record.run.retakes == 1
    assert {one.name: one.holds for one in verify_record(canonical(ran.record))}["results"] is True


def test_no_more_often_than_the_policy_allows(
    lab: Lab, texts: dict[str, str], answering: Callable[..., Any]
) -> None:
    plan = lab.plan(texts["volts"], policy("allowed: 2, without_failure: true"))
    ran = lab.run(plan, operator=answering(plan, {"retake/dcv": [TEN]}))
    assert ran.outcome.status == "COMPLETED"
    assert len(ran.record.attempts[TEN]) == 3


def test_nobody_is_asked_where_the_policy_does_not_allow_it(lab: Lab, texts: dict[str, str]) -> None:
    for retake in ("allowed: 2", "allowed: 0, without_failure: true"):
        ran = lab.run(lab.plan(texts["volts"], policy(retake)))
        assert not [one for one in ran.of("asked") if str(one.body["id"]).startswith("retake/")]


def test_a_reason_may_be_left_out_only_where_the_policy_says_so(
    lab: Lab, texts: dict[str, str], answering: Callable[..., Any]
) -> None:
    said = {"on-fail/dcv/reason": [""], "on-fail/dcv": ["retake", "continue"]}
    for rule, status in (("required", "STOPPED"), ("optional", "COMPLETED")):
        plan = lab.plan(
            texts["volts"], policy(f"allowed: 1, reason: {rule}"), station=lab.station(WRONG_GAIN)
        )
        assert lab.run(plan, operator=answering(plan, said)).outcome.status == status
