"""What becomes of one unit that fails, in every way that there is, and of all when what they share fails."""

from __future__ import annotations

import pytest
from tests.engine.several.conftest import Crewed, Ran
from tests.engine.several.procedures import POINTS, VOLTS, changed
from tests.repeated import cases

from calbench.documents.journal import Event
from calbench.execution.journalling import Listener
from calbench.simulation.faults import Fault
from calbench.simulation.staging import Stage

WHOLE = dict.fromkeys(POINTS, 2)
MODES = {
    "parallel": "{max: 48, sharing: parallel}",
    "point first": "{max: 48, sharing: one_at_a_time}",
    "unit first": "{max: 48, sharing: one_at_a_time, order: unit_first}",
}
DROPS = ("sharing: ", "on_late: drop, sharing: ")


def volts(mode: str, *changes: tuple[str, str]) -> str:
    return changed(VOLTS, (MODES["parallel"], MODES[mode]), *changes)


def states(ran: Ran, position: str) -> list[object]:
    return [event.body["state"] for event in ran.of("unit", position)]


def others_are_whole(ran: Ran, *but: str) -> None:
    for position in set(ran.plan.positions) - set(but):
        assert ran.readings(position) == WHOLE, position
        assert states(ran, position) == []
        assert ran.unit(position) == {"status": "COMPLETED", "reason": "", "partial": False}
    assert ran.switched_off


@pytest.mark.parametrize("mode", cases(MODES, lambda mode: mode == "parallel"))
@pytest.mark.parametrize(
    "fault",
    [
        Fault("drop", after=14),
        Fault("silence", after=14),
        Fault("garbage", after=14),
        Fault("partial", after=14),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_unit_that_is_gone_is_left_out_and_costs_no_other_anything(
    crewed: Crewed, mode: str, fault: Fault
) -> None:
    ran = crewed.run(crewed.plan(volts(mode)), faults={"2": fault}, answers={"late/": ["leave out"]})
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    others_are_whole(ran, "2")
    assert states(ran, "2") == ["late", "dropped"]
    assert ran.unit("2")["status"] == "STOPPED"
    assert ran.unit("2")["partial"] is True
    assert str(ran.unit("2")["reason"]).startswith("2 (agilent/a34401a)")
    assert ran.events[-1].body["partial"] is True
    begun = {(one.point, one.attempt) for one in ran.of("attempt_started", "2")}
    ended = {(one.point, one.attempt) for one in ran.of("attempt_finished", "2")}
    dropped = {(one.point, one.attempt) for one in ran.of("attempt_discarded", "2")}
    assert begun == ended | dropped


@pytest.mark.parametrize("mode", cases(MODES, lambda mode: mode == "parallel"))
def test_a_unit_that_comes_back_is_measured_at_what_it_missed_alone(crewed: Crewed, mode: str) -> None:
    fault = Fault("silence", after=14, count=1)
    ran = crewed.run(crewed.plan(volts(mode)), faults={"2": fault})
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    others_are_whole(ran, "2")
    assert states(ran, "2") == ["late", "back"]
    assert ran.readings("2") == WHOLE
    assert ran.unit("2") == {"status": "COMPLETED", "reason": "", "partial": False}
    again = [one for one in ran.of("attempt_started", "2") if one.attempt == 2]
    assert len(again) == 1
    assert all(one.attempt == 1 for other in "134" for one in ran.of("attempt_started", other))


def test_a_unit_that_fails_again_is_left_out_without_another_question(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(volts("parallel")), faults={"2": Fault("garbage", after=14)})
    assert ran.outcome.status == "COMPLETED"
    assert states(ran, "2") in (["late", "dropped"], ["late", "back", "late", "dropped"])
    assert len([one.id for one in ran.operator.asked if one.id.startswith("late/")]) == 1
    others_are_whole(ran, "2")


@pytest.mark.parametrize("mode", cases(MODES, lambda mode: mode == "parallel"))
def test_a_procedure_may_say_that_nobody_is_asked(crewed: Crewed, mode: str) -> None:
    ran = crewed.run(crewed.plan(volts(mode, DROPS)), faults={"3": Fault("silence", after=14)})
    assert states(ran, "3") == ["late", "dropped"]
    assert not [one for one in ran.operator.asked if one.id.startswith("late/")]
    others_are_whole(ran, "3")


@pytest.mark.parametrize("mode", cases(MODES, lambda mode: mode == "parallel"))
def test_a_unit_that_is_not_there_is_asked_about_before_anything_is_measured(
    crewed: Crewed, mode: str
) -> None:
    ran = crewed.run(
        crewed.plan(volts(mode)), faults={"4": Fault("silence")}, answers={"late/": ["leave out"]}
    )
    others_are_whole(ran, "4")
    asked = next(event for event in ran.of("asked", "4"))
    assert asked.body["id"] == "late/opening"
    assert asked.body["unit_position"] == "4"
    assert asked.seq < ran.of("attempt_started")[0].seq
    assert not ran.of("attempt_started", "4")


def test_a_wrong_unit_is_left_out_before_anything_is_measured(crewed: Crewed) -> None:
    fault = Fault.identity("FLUKE,8846A,12,1.0")
    ran = crewed.run(crewed.plan(volts("parallel")), faults={"1": fault}, answers={"late/": ["leave out"]})
    others_are_whole(ran, "1")
    assert "8846A" in str(ran.unit("1")["reason"])


def test_another_unit_at_the_place_of_one_that_was_late_is_not_taken(crewed: Crewed) -> None:
    def listen(stage: Stage) -> Listener:
        def swap(event: Event) -> None:
            if event.type == "unit" and event.body["state"] == "late":
                device = stage.world.device("2")
                device.faults.mend()
                device.bench.serial_number = "US99999999"
                device.faults.add(Fault.identity("HEWLETT-PACKARD,34401A,US99999999,11-5-2"))

        return swap

    ran = crewed.run(crewed.plan(volts("parallel")), faults={"2": Fault("silence", after=14)}, listen=listen)
    assert states(ran, "2") == ["late", "dropped"]
    assert "US99999999" in str(ran.unit("2")["reason"])
    others_are_whole(ran, "2")


def test_the_operator_may_stop_instead(crewed: Crewed) -> None:
    ran = crewed.run(
        crewed.plan(volts("parallel")), faults={"2": Fault("drop", after=14)}, answers={"late/": ["stop"]}
    )
    assert ran.outcome.status == "STOPPED"
    assert "operator chose to stop" in ran.outcome.reason
    assert ran.switched_off
    assert ran.unit("1")["status"] == "STOPPED"


def test_without_a_unit_there_is_no_run(crewed: Crewed) -> None:
    faults = {position: Fault("drop", after=14) for position in "1234"}
    ran = crewed.run(crewed.plan(volts("parallel", DROPS)), faults=faults)
    assert ran.outcome.status == "STOPPED"
    assert "No unit is left" in ran.outcome.reason
    assert ran.switched_off


@pytest.mark.parametrize("mode", cases(MODES, lambda mode: mode == "parallel"))
def test_a_source_that_fails_once_suspends_all_and_goes_on(crewed: Crewed, mode: str) -> None:
    plan = crewed.plan(volts(mode))
    ran = crewed.run(plan, listen=lambda stage: unplugged(stage, 2))
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    assert [event.body["state"] for event in ran.of("state")] == ["SUSPENDED", "RUNNING"]
    assert ran.of("state")[0].body["outputs"] == "verified_off"
    assert "calibrator" in str(ran.of("state")[0].body["why"])
    for position in plan.positions:
        assert ran.readings(position) == WHOLE
        assert states(ran, position) == []
    assert ran.switched_off


def unplugged(stage: Stage, at: int) -> Listener:
    """Let the calibrator not hear its next message once so many points are measured."""
    seen: list[int] = []

    def look(event: Event) -> None:
        if event.type == "attempt_started" and event.position == "2":
            seen.append(event.seq)
            if len(seen) == at:
                stage.world.fault("calibrator", Fault("garbage", after=2, count=2))

    return look


def test_a_source_that_may_be_on_and_does_not_answer_is_unsafe(crewed: Crewed) -> None:
    plan = crewed.plan(volts("parallel"))

    def listen(stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.type == "applied" and event.point == POINTS[2]:
                stage.world.fault("calibrator", Fault("drop"))

        return look

    ran = crewed.run(plan, listen=listen)
    assert ran.outcome.status == "UNSAFE"
    assert ran.events[-1].body["in_doubt"] == ["calibrator"]
    assert {ran.unit(position)["status"] for position in plan.positions} == {"UNSAFE"}


def test_a_source_that_fails_again_and_again_ends_the_run(crewed: Crewed) -> None:
    plan = crewed.plan(volts("parallel"))

    def listen(stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.type == "attempt_started" and event.position == "4" and event.point == POINTS[2]:
                faults = stage.world.device("calibrator").faults
                faults.mend()
                faults.add(Fault("garbage", after=2, count=2))

        return look

    ran = crewed.run(plan, listen=listen)
    assert ran.outcome.status == "STOPPED"
    assert "in succession" in ran.outcome.reason
    assert ran.switched_off


def test_a_scale_that_does_not_stand_level_is_left_out_alone(crewed: Crewed) -> None:
    plan = crewed.plan("scale-class3", "demo-scales-4")
    ran = crewed.run(
        plan,
        answers={"setup/2-prompt/level_ok": ["centred", "not centred", "centred"], "late/": ["leave out"]},
    )
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    assert states(ran, "2") == ["late", "dropped"]
    assert "not centred" in str(ran.unit("2")["reason"])
    assert not ran.of("attempt_started", "2")
    assert all(ran.unit(position)["status"] == "COMPLETED" for position in "134")
