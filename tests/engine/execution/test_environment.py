"""The environment per point: what was sampled, what a suspension discards, what a lost or old sample leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from calbench.documents.canonical import canonical, sha256
from calbench.documents.journal import FIRST_PREV, Event
from calbench.documents.plan import Plan
from calbench.evaluation.verifying import Check, verify_run
from calbench.execution.conditions import DISTURBED
from calbench.simulation.faults import Fault

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab, Ran

FIVE, TEN = "dcv/10V/5V", "dcv/10V/10V"
# It is 30 degC from 8 s after the start on; from 20 min on the room cools down evenly within 10 min.
COOLING = "{at: 20 min, over: 10 min, temperature: 23 degC}"
HOT = f"  ambient: {{temperature: 23 degC, course: [{{at: 8 s, temperature: 30 degC}}, {COOLING}]}}\n"


def environment(temperature: str, *more: str) -> tuple[str, str]:
    lines = [f"temperature: {{{temperature}}}", *more]
    return "#environment", "environment:\n" + "\n".join(f"  {line}" for line in lines)


def planned(
    lab: Lab, texts: dict[str, str], rule: tuple[str, str], simulation: str = "", *changes: tuple[str, str]
) -> Plan:
    return lab.plan(texts["volts"], rule, *changes, station=lab.station(simulation=simulation))


def seconds(ran: Ran, event: Event) -> float:
    first = datetime.fromisoformat(ran.events[0].t_utc)
    return (datetime.fromisoformat(event.t_utc) - first).total_seconds()


def test_a_suspended_attempt_is_discarded_and_made_again_after_the_settling_time(
    lab: Lab, texts: dict[str, str]
) -> None:
    rule = environment(
        "min: 21 degC, max: 25 degC, check_every: 2 s, on_violation: suspend",
        "suspend: {at_most: 2 h, settle: 15 min}",
    )
    ran = lab.run(planned(lab, texts, rule, HOT))
    assert ran.outcome.status == "COMPLETED"
    disturbed = [
        (name, one) for name, several in ran.record.attempts.items() for one in several if one.discarded
    ]
    ((name, lost),) = disturbed
    assert lost.discarded == DISTURBED
    again = ran.record.attempts[name][-1]
    assert (again.counts, again.number) == (True, 2)
    assert ran.record.run.retakes == 0  # an interruption is no retake
    # Cooling from 30 to 23 degC within 10 min passes 25 degC after 7.1 min; 15 min later something is measured again.
    readings = [seconds(ran, one) for one in ran.of("reading") if one.point == name and one.attempt == 2]
    assert min(readings) > (20 + 7.1 + 15) * 60 > max(seconds(ran, one) for one in ran.of("violation"))
    (temperature,) = again.conditions
    assert (temperature.outside, temperature.quantity) == (0, "temperature")
    assert float(temperature.maximum) < 25
    assert lost.conditions[0].outside >= 1
    assert ran.result(name).conditions == again.conditions
    assert ran.record.verdict == "pass"


def test_readers_of_the_journal_see_that_it_is_suspended_and_why(lab: Lab, texts: dict[str, str]) -> None:
    rule = environment(
        "min: 21 degC, max: 25 degC, check_every: 2 s", "suspend: {at_most: 2 h, settle: 15 min}"
    )
    ran = lab.run(planned(lab, texts, rule, HOT))
    said = [(str(one.body["state"]), str(one.body.get("why", ""))) for one in ran.of("state")]
    assert [state for state, _ in said] == ["SUSPENDED", "SUSPENDED", "RUNNING"]
    causes = [one.body.get("cause") for one in ran.of("state")]
    assert causes == ["environment", "environment", None]
    assert "is outside 21 °C … 25 °C" in said[0][1]
    assert said[1][1] == "settling for 15 min"


def test_a_room_that_leaves_its_limits_while_all_settles_is_waited_for_again(
    lab: Lab, texts: dict[str, str]
) -> None:
    rule = environment(
        "min: 21 degC, max: 25 degC, check_every: 2 s", "suspend: {at_most: 4 h, settle: 30 min}"
    )
    turns = {"8 s": 30, "10 min": 23, "20 min": 30, "60 min": 23}
    course = ", ".join(f"{{at: {when}, temperature: {there} degC}}" for when, there in turns.items())
    ran = lab.run(planned(lab, texts, rule, f"  ambient: {{course: [{course}]}}\n"))
    assert ran.outcome.status == "COMPLETED"
    (went_on,) = [seconds(ran, one) for one in ran.of("state") if one.body["state"] == "RUNNING"]
    assert went_on > (60 + 30) * 60
    assert sum("settling" in str(one.body.get("why")) for one in ran.of("state")) == 2


def test_it_is_given_up_after_the_time_that_the_procedure_states(lab: Lab, texts: dict[str, str]) -> None:
    rule = environment("min: 21 degC, max: 25 degC, check_every: 2 s", "suspend: {at_most: 10 min}")
    ran = lab.run(planned(lab, texts, rule, HOT))
    assert ran.outcome.status == "STOPPED"
    assert "0.166667 h" in ran.outcome.reason
    assert ran.switched_off


def test_warned_points_are_marked_and_the_others_are_not(lab: Lab, texts: dict[str, str]) -> None:
    rule = environment("min: 21 degC, max: 25 degC, check_every: 2 s, on_violation: warn")
    ran = lab.run(planned(lab, texts, rule, "  ambient: {course: [{at: 2 s, temperature: 30 degC}]}\n"))
    assert [ran.result(name).conditions[0].outside > 0 for name in (FIVE, TEN)] == [True, True]
    calm = lab.run(planned(lab, texts, rule))
    assert [calm.result(name).conditions[0].outside for name in (FIVE, TEN)] == [0, 0]
    assert calm.result(TEN).conditions[0].samples >= 2


def test_a_violation_before_an_atomic_test_is_whole_begins_it_anew(lab: Lab, texts: dict[str, str]) -> None:
    rule = environment("min: 21 degC, max: 25 degC, check_every: 2 s")
    ran = lab.run(
        planned(
            lab, texts, rule, HOT, ("    connection: leads\n", "    connection: leads\n    atomic: true\n")
        )
    )
    assert ran.outcome.status == "COMPLETED"
    counting = {
        name: [one.number for one in several if one.counts] for name, several in ran.record.attempts.items()
    }
    assert counting == {FIVE: [2], TEN: [2]}  # it was the second point that was disturbed
    last = max(seconds(ran, one) for one in ran.of("violation"))
    used = [one for one in ran.of("reading") if one.attempt == counting[one.point][0]]
    assert all(seconds(ran, one) > last for one in used)


@pytest.mark.parametrize(("max_age", "more"), [("", False), (", max_age: 3 s", True)])
def test_a_sample_that_is_too_old_is_taken_again_before_a_point(
    lab: Lab, texts: dict[str, str], max_age: str, *, more: bool
) -> None:
    ran = lab.run(planned(lab, texts, environment(f"min: 21 degC, max: 25 degC{max_age}")))
    assert (len(ran.of("condition")) > 1) is more
    ages = [float(ran.result(name).conditions[0].age_s) for name in (FIVE, TEN)]
    assert (max(ages) <= 3) is more


def losing(times: int | None) -> Callable[[Any], Callable[[Event], None]]:
    """Let the logger be silent from the first stimulus on, so many times, or for ever."""

    def listening(stage: Any) -> Callable[[Event], None]:
        done = False

        def listen(event: Event) -> None:
            nonlocal done
            if event.type == "applied" and not done:
                done = True
                stage.world.fault("climate", Fault("silence", count=times))

        return listen

    return listening


def test_a_lost_logger_stops_the_run_unless_the_procedure_says_otherwise(
    lab: Lab, texts: dict[str, str]
) -> None:
    rule = environment("min: 21 degC, max: 25 degC, check_every: 2 s")
    ran = lab.run(planned(lab, texts, rule), listen=losing(None))
    assert ran.outcome.status == "STOPPED"
    assert "climate" in ran.outcome.reason
    assert ran.switched_off


def test_a_lost_logger_is_waited_for_and_its_attempt_discarded(lab: Lab, texts: dict[str, str]) -> None:
    rule = environment("min: 21 degC, max: 25 degC, check_every: 2 s", "on_lost: suspend")
    ran = lab.run(planned(lab, texts, rule), listen=losing(3))
    assert ran.outcome.status == "COMPLETED"
    assert [one.body["state"] for one in ran.of("state")] == ["SUSPENDED", "RUNNING"]
    assert ran.record.attempts[FIVE][0].discarded == DISTURBED
    assert ran.record.verdict == "pass"


def test_a_logger_that_stays_lost_ends_the_run_after_the_stated_time(lab: Lab, texts: dict[str, str]) -> None:
    rule = environment(
        "min: 21 degC, max: 25 degC, check_every: 2 s", "on_lost: suspend", "suspend: {at_most: 30 min}"
    )
    ran = lab.run(planned(lab, texts, rule), listen=losing(None))
    assert ran.outcome.status == "STOPPED"
    assert 30 * 60 < seconds(ran, ran.events[-1]) < 40 * 60
    assert ran.switched_off


@pytest.mark.parametrize(("answer", "status"), [("try again", "COMPLETED"), ("stop", "STOPPED")])
def test_the_operator_is_asked_about_a_lost_logger(
    lab: Lab, texts: dict[str, str], answering: Callable[..., Any], answer: str, status: str
) -> None:
    rule = environment("min: 21 degC, max: 25 degC, check_every: 2 s", "on_lost: ask")
    plan = planned(lab, texts, rule)
    ran = lab.run(plan, listen=losing(2), operator=answering(plan, {"environment/": [answer]}))
    assert ran.outcome.status == status
    assert any(one.body["id"] == "environment/temperature/lost" for one in ran.of("asked"))
    assert ran.switched_off


def test_a_thermometer_that_is_read_by_eye_is_asked_for_when_it_is_due(
    lab: Lab, texts: dict[str, str], answering: Callable[..., Any]
) -> None:
    by_eye = (
        "    driver: vaisala/hmt330\n    link: {serial: COM3, line: 4800 7E1}\n",
        "    driver: keyboard\n",
    )
    rule = environment("min: 21 degC, max: 25 degC, check_every: 5 s")
    plan = lab.plan(texts["volts"], rule, station=lab.station(by_eye))
    ran = lab.run(plan, operator=answering(plan, {"environment/": ["23.1 degC"]}))
    asked = [one for one in ran.of("asked") if one.body["id"] == "environment/temperature"]
    assert len(asked) == len(ran.of("condition")) >= 3
    assert ran.result(TEN).conditions[0].maximum == "23.10"


def test_a_plan_of_before_gives_the_record_of_before(lab: Lab, texts: dict[str, str]) -> None:
    ran = lab.run(planned(lab, texts, environment("min: 21 degC, max: 25 degC, check_every: 2 s")))
    old = ran.plan.model_copy(
        update={"conditions": [one.model_copy(update={"per_point": False}) for one in ran.plan.conditions]}
    )
    assert b"per_point" not in canonical(old)
    from calbench.evaluation.gathering import attempts

    assert not any(one.conditions for several in attempts(old, ran.events).values() for one in several)


def test_readings_of_before_and_after_a_suspension_are_not_joined(lab: Lab, texts: dict[str, str]) -> None:
    rule = environment("min: 21 degC, max: 25 degC, check_every: 1 s")
    many = ("    settle: 5 s\n    readings: 2\n", "    readings: 30\n")
    turns = "{at: 5 s, temperature: 30 degC}, {at: 20 min, temperature: 23 degC}"
    ran = lab.run(planned(lab, texts, rule, f"  ambient: {{course: [{turns}]}}\n", many))
    assert ran.outcome.status == "COMPLETED"
    ((lost, again),) = [several for several in ran.record.attempts.values() if len(several) > 1]
    assert (lost.discarded, again.counts) == (DISTURBED, True)
    assert 0 < len(lost.readings) < 30 == len(again.readings)
    last = max(seconds(ran, one) for one in ran.of("violation"))
    assert all(seconds(ran, one) > last for one in ran.of("reading") if one.attempt == 2)


def test_verify_finds_a_discarded_attempt_that_was_brought_back(lab: Lab, texts: dict[str, str]) -> None:
    rule = environment("min: 21 degC, max: 25 degC, check_every: 2 s")
    ran = lab.run(planned(lab, texts, rule, HOT))
    record, plan = canonical(ran.record), canonical(ran.plan)
    assert _found(verify_run(plan, ran.journal, record)) == []
    without = [event for event in ran.events if event.type != "attempt_discarded"]
    assert len(without) < len(ran.events)
    cut = b"".join(line + b"\n" for line in ran.journal.splitlines() if b'"attempt_discarded"' not in line)
    assert "journal" in _found(verify_run(plan, cut, record))
    # Chained anew by somebody who knows how, the record does not follow from it any more.
    assert _found(verify_run(plan, _chained(without), record)) == ["results"]


def _found(checks: list[Check]) -> list[str]:
    return [one.name for one in checks if one.holds is False]


def _chained(events: list[Event]) -> bytes:
    lines: list[bytes] = []
    for number, event in enumerate(events, start=1):
        prev = sha256(lines[-1]) if lines else FIRST_PREV
        lines.append(canonical(event.model_copy(update={"seq": number, "prev": prev})))
    return b"".join(line + b"\n" for line in lines)
