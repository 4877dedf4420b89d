"""Prompts that stay open: somebody is reminded, somebody else told, outputs made safe; none answers itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calbench.control.verbs import Command
from calbench.documents.journal import Event
from calbench.documents.prompt import Ask
from calbench.execution.controlling import Control
from calbench.simulation.prompted import SimulatedOperator
from calbench.simulation.staging import Stage

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab

PATIENT = (
    "policy: {on_fail: continue, comms_retry: 0}",
    """policy:
  on_fail: continue
  prompts: {remind_after: 2 min, escalate_after: 10 min, escalate_to: head, safe_after: 15 min}""",
)


class Late(SimulatedOperator):
    """Is late once with a prompt, by its id, and notes what is at the meter when each answer is given."""

    def __init__(self, stage: Stage, position: str, late: dict[str, float]) -> None:
        super().__init__(stage, position)
        self._stage_of = stage
        self.left = dict(late)
        self.seen: dict[str, list[float]] = {}

    def late(self, ask: Ask) -> float:
        return self.left.pop(ask.id, 0.0)

    def answer(self, ask: Ask) -> str:
        volts = self._stage_of.world.terminal("1.input").seen().voltage
        self.seen.setdefault(ask.id, []).append(volts)
        return f"{volts:.4f}" if ask.kind == "number" else super().answer(ask)


def of_prompt(events: list[Event], name: str) -> list[str]:
    return [one.type for one in events if one.body.get("id") == name]


def test_a_late_operator_is_reminded_and_the_prompt_escalated_before_the_answer_counts(
    lab: Lab, texts: dict[str, str]
) -> None:
    plan = lab.plan(texts["volts"], PATIENT)
    ran = lab.run(plan, operator=lambda stage: Late(stage, "1", {"connect/leads": 1200.0}))
    assert ran.outcome.status == "COMPLETED"
    assert of_prompt(ran.events, "connect/leads") == ["asked", "reminded", "escalated", "answered"]
    after = {
        one.type: (one.body["after_s"], one.body.get("to"))
        for one in ran.of("reminded") + ran.of("escalated")
    }
    assert after == {"reminded": ("120.000", None), "escalated": ("600.000", "head")}
    asked, answered = ran.of("asked")[0], ran.of("answered")[0]
    assert float(answered.t_mono) - float(asked.t_mono) == pytest.approx(1200, abs=1)
    waiting = [one for one in ran.of("state") if one.body["state"] == "WAITING"]
    assert [one.body["outputs"] for one in waiting] == ["verified_off"]


def test_whoever_answers_in_time_sees_nothing_of_it(lab: Lab, texts: dict[str, str]) -> None:
    plan = lab.plan(texts["volts"], PATIENT)
    ran = lab.run(plan, operator=lambda stage: Late(stage, "1", {"connect/leads": 119.0}))
    assert ran.of("reminded") + ran.of("escalated") + ran.of("withdrawn") == []


BY_EYE = ('agilent/a34401a, link: {visa: "GPIB0::22::INSTR", timeout: 5 s}', "keyboard, sim: agilent/a34401a")
TYPED = ("{needs: [measure.voltage.dc]}", "{needs: [measure.voltage.dc], fallback: keyboard}")


def test_a_point_whose_stimulus_was_switched_off_meanwhile_is_measured_anew(
    lab: Lab, texts: dict[str, str]
) -> None:
    plan = lab.plan(texts["volts"], TYPED, PATIENT, station=lab.station(BY_EYE))
    made: list[Late] = []

    def operator(stage: Stage) -> Late:
        made.append(Late(stage, "1", {"dcv/10V/5V": 1200.0}))
        return made[0]

    ran = lab.run(plan, operator=operator)
    assert ran.outcome.status == "COMPLETED"
    seen = made[0].seen["dcv/10V/5V"]
    assert seen[0] == pytest.approx(0, abs=1e-6), "the output was off when the late answer came"
    assert seen[1:] == pytest.approx([5.0, 5.0], rel=1e-3), "and on when the point was measured anew"
    attempts = ran.record.attempts["dcv/10V/5V"]
    assert [(one.counts, bool(one.discarded)) for one in attempts] == [(False, True), (True, False)]
    assert "prompt dcv/10V/5V waited" in attempts[0].discarded
    assert [one.counts for one in ran.record.attempts["dcv/10V/10V"]] == [True]
    assert "HELD" not in [one.body["state"] for one in ran.of("state")]
    assert ran.switched_off


def test_a_point_is_not_measured_anew_where_nothing_was_on(lab: Lab, texts: dict[str, str]) -> None:
    ready = ("    settle: 5 s", "    prompt: Set it to {nominal}.\n    settle: 5 s")
    plan = lab.plan(texts["volts"], TYPED, PATIENT, ready, station=lab.station(BY_EYE))
    ran = lab.run(plan, operator=lambda stage: Late(stage, "1", {"dcv/10V/10V/ready": 1200.0}))
    assert ran.outcome.status == "COMPLETED"
    assert ran.of("attempt_discarded") == []
    assert ran.result("dcv/10V/10V").verdict == "pass"


def test_a_prompt_that_waits_for_ever_never_answers_itself_and_can_be_stopped(
    lab: Lab, texts: dict[str, str]
) -> None:
    control = Control()

    def stop(event: Event) -> None:
        if event.type == "escalated":
            control.handle(Command(verb="stop", by="B. Berg"))

    plan = lab.plan(texts["volts"], PATIENT)
    ran = lab.run(
        plan,
        operator=lambda stage: Late(stage, "1", {"connect/leads": 1e9}),
        listen=lambda _stage: stop,
        control=control,
    )
    assert ran.outcome.status == "STOPPED"
    assert of_prompt(ran.events, "connect/leads") == ["asked", "reminded", "escalated", "withdrawn"]
    assert "B. Berg" in str(ran.of("withdrawn")[0].body["reason"])
    assert ran.of("answered") == []
