"""The verbs with several units: they act on the whole run, within one exchange of every unit, and end safe."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.several.conftest import Crewed, Ran
from tests.engine.several.procedures import POINTS, VOLTS, changed

from calbench.control.verbs import Command, Verb
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.execution.controlling import Control
from calbench.execution.journalling import Listener
from calbench.simulation.faults import Fault
from calbench.simulation.staging import Stage

WHOLE = dict.fromkeys(POINTS, 2)
ROOT = Path(__file__).parents[3]


def saying(control: Control, verb: Verb, at: int) -> Callable[[Stage], Listener]:
    """Say a verb once event number `at` is on the disk."""

    def listen(_stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.seq == at:
                control.handle(Command(verb=verb, by="test", reason="because"))

        return look

    return listen


def sampled(ran: Ran, many: int) -> list[int]:
    """Give numbers of events spread over a run, some of each kind that matters."""
    first = {event.type: event.seq for event in reversed(ran.events)}
    last = len(ran.events) - 6
    return sorted({*(seq for seq in first.values() if seq < last), *range(3, last, last // many)})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    crewed = Crewed(tmp_path_factory.mktemp("whole"))
    ran = crewed.run(crewed.plan(VOLTS))
    crewed.stages[0].world.close()
    return ran


@pytest.mark.parametrize("verb", ["stop", pytest.param("abort", marks=pytest.mark.repeated)])
def test_stop_and_abort_at_any_event_leave_nothing_on(crewed: Crewed, whole: Ran, verb: Verb) -> None:
    plan = crewed.plan(VOLTS)
    last = max(event.seq for event in whole.events if event.type == "exchange" and event.position)
    for at in sampled(whole, 8):
        control = Control()
        ran = crewed.run(plan, control=control, listen=saying(control, verb, at))
        status = (
            "COMPLETED" if verb == "stop" and at > last else {"stop": "STOPPED", "abort": "ABORTED"}[verb]
        )
        assert ran.outcome.status == status, at
        assert ran.switched_off, at
        assert ran.outcome.outputs.safe, at
        for position in plan.positions:
            begun = {(one.point, one.attempt) for one in ran.of("attempt_started", position)}
            ended = {(one.point, one.attempt) for one in ran.of("attempt_finished", position)}
            dropped = {(one.point, one.attempt) for one in ran.of("attempt_discarded", position)}
            assert begun == ended | dropped, (at, position)


def test_stop_takes_effect_within_one_exchange_of_each_unit(crewed: Crewed, whole: Ran) -> None:
    at = next(event.seq for event in whole.of("reading", "1") if event.point == POINTS[3])
    control = Control()
    ran = crewed.run(crewed.plan(VOLTS), control=control, listen=saying(control, "stop", at))
    safing = next(event.seq for event in ran.of("state") if event.body["state"] == "SAFING")
    for position in ran.plan.positions:
        own = [one for one in ran.of("exchange", position) if at < one.seq < safing]
        assert len(own) <= 1, position


@pytest.mark.parametrize("times", [1, 2])
def test_a_pause_holds_all_and_costs_nothing(crewed: Crewed, whole: Ran, times: int) -> None:
    at = next(event.seq for event in whole.of("reading", "2") if event.point == POINTS[2])
    control = Control()

    def listen(_stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.seq == at:
                for _ in range(times):
                    control.handle(Command(verb="pause", by="test"))
            if event.type == "state" and event.body["state"] == "HELD":
                assert event.body["outputs"] == "verified_off"
                control.handle(Command(verb="go-on", by="test"))

        return look

    ran = crewed.run(crewed.plan(VOLTS), control=control, listen=listen)
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    assert [event.body["state"] for event in ran.of("state")] == ["HELD", "RUNNING"]
    assert all(ran.readings(position) == WHOLE for position in "1234")
    assert bool(ran.of("attempt_discarded")) is (
        times == 2
    )  # the second press discards what is being measured


def test_finish_ends_after_the_point_of_all(crewed: Crewed, whole: Ran) -> None:
    at = next(event.seq for event in whole.of("reading", "2") if event.point == POINTS[1])
    control = Control()
    ran = crewed.run(crewed.plan(VOLTS), control=control, listen=saying(control, "finish", at))
    assert ran.outcome.status == "STOPPED"
    assert all(ran.readings(position) == dict.fromkeys(POINTS[:2], 2) for position in "1234")
    assert not ran.of("attempt_discarded")


def test_what_is_final_for_a_unit_is_not_measured_again(crewed: Crewed) -> None:
    # the replies of two units come half a second later: stopped when the other two have read the third point
    control = Control()
    plan = crewed.plan(VOLTS)

    def listen(_stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.type == "attempt_finished" and event.point == POINTS[2] and event.position == "2":
                control.handle(Command(verb="stop", by="test"))

        return look

    slow = {position: Fault("late", after=14, count=9, seconds=0.5) for position in "34"}
    first = crewed.run(plan, control=control, listen=listen, faults=slow)
    assert first.outcome.status == "STOPPED"
    before = len(first.events)
    again = crewed.run(plan, resumed=(crewed.journal(), first.stage))
    assert again.outcome.status == "COMPLETED", again.outcome.reason
    assert again.journal.startswith(first.journal)
    assert all(again.readings(position) == WHOLE for position in "1234")
    assert again.switched_off
    since = [one for one in again.events[before:] if one.type == "applied"]
    wanted = [position for position in "1234" if first.readings(position).get(POINTS[2]) != 2]
    assert wanted == ["3", "4"]
    assert [sorted(one.body["for"]) for one in since] == [wanted, list("1234"), list("1234")]  # type: ignore[call-overload] # a map
    assert [one.id for one in again.operator.asked] == ["connect/leads"]


@pytest.mark.parametrize(("answer", "there"), [("leave out", False), ("take again", True)])
def test_who_was_left_out_is_asked_about_when_the_run_is_resumed(
    crewed: Crewed,
    answer: str,
    there: bool,  # noqa: FBT001 - a case
) -> None:
    plan = crewed.plan(VOLTS)
    control = Control()

    def listen(_stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.type == "applied" and event.point == POINTS[3]:
                control.handle(Command(verb="stop", by="test"))

        return look

    fault = Fault("silence", after=8, count=1)
    first = crewed.run(
        plan, faults={"3": fault}, answers={"late/": ["leave out"]}, control=control, listen=listen
    )
    again = crewed.run(plan, resumed=(crewed.journal(), first.stage), answers={"late/resume": [answer]})
    assert again.outcome.status == "COMPLETED", again.outcome.reason
    assert (again.readings("3") == WHOLE) is there
    assert again.unit("3")["status"] == ("COMPLETED" if there else "STOPPED")
    assert all(again.readings(position) == WHOLE for position in "124")


def run_with_a_silence(folder: Path, mode: str) -> bytes:
    """Run four units, one of which is silent once; gives the journal."""
    folder.mkdir()
    crewed = Crewed(folder)
    ran = crewed.run(
        crewed.plan(changed(VOLTS, ("sharing: parallel", mode))),
        faults={"2": Fault("silence", after=14, count=1)},
    )
    crewed.stages[0].world.close()
    return ran.journal


def run_in_another_process(folder: Path, mode: str) -> bytes:
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.engine.several.test_verbs import run_with_a_silence\n"
        "run_with_a_silence(Path(sys.argv[1]), sys.argv[2])\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder), mode], check=True, cwd=ROOT, timeout=120)
    return (folder / "journal-1.jsonl").read_bytes()


@pytest.mark.parametrize(
    "mode", ["sharing: parallel", pytest.param("sharing: one_at_a_time", marks=pytest.mark.repeated)]
)
def test_two_processes_write_the_same_bytes(tmp_path: Path, mode: str) -> None:
    # the plan names the procedure by its path; so both lie at the same place, one after the other
    first = run_with_a_silence(tmp_path / "run", mode)
    shutil.move(tmp_path / "run", tmp_path / "first")
    assert run_in_another_process(tmp_path / "run", mode) == first
    assert json.loads(first.splitlines()[-1])["body"]["status"] == "COMPLETED"


CTRL_C = """
import sys, _thread, threading
from pathlib import Path
from calbench.execution.controlling import Control
from tests.engine.several.conftest import Crewed
from tests.engine.several.procedures import VOLTS
control, times, pressed = Control(), int(sys.argv[2]), []
def listen(stage):
    def look(event):
        if event.type != "reading" or pressed:
            return
        for number in range(times):
            pressed.append(number)
            _thread.interrupt_main()  # as a terminal does it: told to the main thread, which waits for the units
            heard = (lambda: control.aborted) if number else (lambda: bool(control.why))
            for _ in range(1000):
                if not heard():
                    threading.Event().wait(0.01)
    return look
crewed = Crewed(Path(sys.argv[1]))
ran = crewed.run(crewed.plan(VOLTS), listen=listen, control=control)
print(ran.outcome.status, ran.switched_off, ran.outcome.outputs.safe)
"""


@pytest.mark.parametrize(
    ("times", "status"), [(1, "STOPPED"), pytest.param(2, "ABORTED", marks=pytest.mark.repeated)]
)
def test_ctrl_c_reaches_the_units(tmp_path: Path, times: int, status: str) -> None:
    """Press Ctrl-C while several units read: once is stop, twice is abort, and the outputs are off."""
    found = subprocess.run(
        [sys.executable, "-c", CTRL_C, str(tmp_path), str(times)],
        check=True, cwd=ROOT, timeout=120, capture_output=True, text=True,
    )  # fmt: skip
    assert found.stdout.split() == [status, "True", "True"]


def test_a_plan_without_several_units_has_none(crewed: Crewed) -> None:
    plan: Plan = crewed.plan(changed(VOLTS), positions=("2",))
    ran = crewed.run(plan)
    assert ran.outcome.status == "COMPLETED"
    assert "units" not in ran.events[-1].body
    assert {event.position for event in ran.events[1:]} == {"2"}
