"""From events to what is shown, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from calbench.documents.journal import Event
from calbench.documents.plan import Plan, Unit
from calbench.server.runs.frames import FULL, frame
from calbench.server.runs.projection import Projection
from calbench.server.runs.viewmodel import Cell, Condition
from calbench.server.views.visiting import fields_of
from calbench.server.wording import Speaker
from calbench.workflow import Options, prepare

PASS: dict[str, Any] = {"pass": "1"}
EN, ZH = Speaker("en"), Speaker("zh")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return prepare("dmm-34401a", "demo", Options(simulate=True)).plan


@pytest.fixture
def shown(plan: Plan) -> Projection:
    return Projection(plan)


def tell(
    shown: Projection, type_: str, /, position: str = "1", point: str = "", attempt: int = 0, **body: Any
) -> None:
    seq = shown.seq + 1
    fields = {
        "seq": seq,
        "prev": "0" * 64,
        "t_utc": f"2026-01-05T08:00:{seq % 60:02d}.000000Z",
        "t_mono": "0",
    }
    event = {
        "actor": "runner",
        "type": type_,
        "position": position,
        "point": point,
        "attempt": attempt,
        "body": body,
    }
    shown.apply(Event.model_validate({**fields, **event}))


def point(shown: Projection, number: int = 0) -> str:
    return shown.plan.points[number].id


def outputs(shown: Projection) -> tuple[str, tuple[str, ...]]:
    return shown.head.outputs, shown.head.in_doubt


def test_what_may_be_on_counts_as_on_until_it_is_read_back(shown: Projection) -> None:
    assert outputs(shown) == ("unknown", ())
    tell(shown, "safe_state", instrument="calibrator", result="verified", message="")
    assert outputs(shown) == ("verified_off", ())
    tell(shown, "attempt_started", point=point(shown), attempt=1, **PASS)
    assert outputs(shown) == ("may_be_on", ())  # before anything is applied: the source may be on by then
    tell(shown, "safe_state", instrument="calibrator", result="sent_unverified", message="no answer")
    assert outputs(shown) == ("not_verified", ("calibrator",))
    tell(shown, "safe_state", instrument="calibrator", result="verified", message="")
    assert outputs(shown) == ("verified_off", ())
    tell(shown, "output", instrument="calibrator", on=True)
    assert outputs(shown)[0] == "found_on"


def test_a_run_that_ends_unsafe_names_the_instrument(shown: Projection) -> None:
    body: dict[str, Any] = {
        "outputs": "not_verified",
        "in_doubt": ["calibrator"],
        "partial": True,
        "reason": "x",
    }
    tell(shown, "run_closed", status="UNSAFE", **body)
    told = frame(shown, FULL, EN)["head"]
    assert isinstance(told, dict)
    assert told["outputs_text"] == "NOT VERIFIED OFF: calibrator"
    assert told["state_text"] == "NOT SAFE"


def test_a_viewer_gets_what_is_newer_than_what_it_has_and_nothing_else(shown: Projection) -> None:
    tell(shown, "attempt_started", point=point(shown), attempt=1, **PASS)
    first = frame(shown, FULL, EN)
    assert [cell[:3] for cell in first["cells"]] == [[0, 0, "measuring"]]  # type: ignore[attr-defined] # JSON
    tell(shown, "attempt_finished", point=point(shown), attempt=1, **PASS)
    tell(shown, "attempt_started", point=point(shown, 1), attempt=1, **PASS)
    then = frame(shown, int(str(first["revision"])), EN)
    assert [cell[1:3] for cell in then["cells"]] == [[0, "measured"], [1, "measuring"]]  # type: ignore[attr-defined] # JSON
    last = frame(shown, int(str(then["revision"])), EN)
    assert "cells" not in last
    assert "head" not in last
    assert "lines" not in last


def test_a_result_that_was_overtaken_by_a_retake_is_not_shown(shown: Projection) -> None:
    name, key = point(shown), ("1", point(shown))
    tell(shown, "attempt_finished", point=name, attempt=1, **PASS)
    mark = shown.due[key]
    tell(shown, "attempt_started", point=name, attempt=2, **PASS)
    tell(shown, "attempt_finished", point=name, attempt=2, **PASS)
    shown.judged(key, mark, Cell(state="measured", verdict="fail"))
    assert shown.cells[key].verdict == ""
    shown.judged(key, shown.due[key], Cell(state="measured", verdict="pass"))
    assert (shown.cells[key].verdict, shown.cells[key].attempts) == ("pass", 2)


def test_a_prompt_is_open_until_it_is_answered_withdrawn_or_the_run_ends(shown: Projection) -> None:
    ask: dict[str, Any] = {"id": "connect/dcv", "kind": "confirm", "text": {"en": "Connect.", "zh": "连接。"}}
    tell(shown, "asked", **ask)
    tell(shown, "asked", **{**ask, "id": "connect/ohm"})
    assert list(shown.prompts) == [1, 2]
    assert shown.head.state == "WAITING"
    tell(shown, "escalated", prompt=2, id="connect/ohm", to="the head", after_s="60")
    assert shown.prompts[2].escalated_to == "the head"
    tell(shown, "answered", prompt=1, id="connect/dcv", answer="yes", by="Olga")
    assert list(shown.prompts) == [2]
    tell(shown, "withdrawn", prompt=2, id="connect/ohm", reason="stopped")
    assert shown.prompts == {}


def test_a_shared_event_is_for_the_units_that_it_names(plan: Plan) -> None:
    units = [Unit(position=place, given={}, bindings=[]) for place in ("A", "B", "C")]
    shown = Projection(plan.model_copy(update={"units": units}))
    name = point(shown)
    for place in ("A", "B"):
        tell(shown, "attempt_started", position=place, point=name, attempt=1, **PASS)
    applied: dict[str, Any] = {
        "role": "source",
        "text": "1",
        "value": "1",
        "unit": "V",
        "for": {"A": 1, "B": 2},
    }
    tell(shown, "applied", position="", point=name, **applied)
    numbers = {place: [event.attempt for event in shown.measured[place].get(name, [])] for place in "ABC"}
    assert numbers == {"A": [1, 1], "B": [1, 2], "C": []}
    tell(shown, "unit", position="B", state="dropped", why="it does not answer")
    assert {shown.cells["B", one.id].state for one in plan.points} == {"dropped"}
    assert shown.cells["A", name].state == "measuring"
    tell(shown, "unit", position="B", state="back", why="plugged in")
    assert shown.cells["B", name].state == "waiting"
    tell(shown, "applied", position="nowhere", point=name, **applied)  # a position that the plan has not


def test_the_story_keeps_what_a_person_should_read(shown: Projection) -> None:
    tell(shown, "verb", verb="pause", by="Olga", reason="lunch", did="It pauses.")
    tell(shown, "verb", verb="abort", by="Ravi", reason="", did="It is aborted.")
    tell(shown, "condition", quantity="temperature", value="23 °C", text="23")
    lines = [line for _, line in shown.lines]
    assert [EN.line(one.key, one.values) for one in lines] == [
        "Pause by Olga: lunch. It pauses.",
        "ABORT by Ravi. It is aborted.",
    ]
    assert ZH.line(lines[0].key, lines[0].values) == "Olga 暂停：lunch。It pauses."
    assert shown.head.conditions == {"temperature": Condition("23 °C")}


def test_memory_does_not_grow_with_the_story(shown: Projection) -> None:
    for _ in range(1000):
        tell(shown, "fault", message="x" * 100)
    assert len(shown.lines) == 200


def test_what_was_begun_when_a_run_ended_is_not_shown_as_being_measured(shown: Projection) -> None:
    tell(shown, "attempt_started", point=point(shown), attempt=1, **PASS)
    body: dict[str, Any] = {"outputs": "verified_off", "in_doubt": [], "partial": True, "reason": "x"}
    tell(shown, "run_closed", status="STOPPED", **body)
    assert shown.cells["1", point(shown)].state == "discarded"


def test_the_ticked_items_of_a_checklist_are_lines() -> None:
    pairs = [("csrf", "x"), ("item", "leads"), ("item", "switch"), ("answer", "a"), ("answer", "b")]
    assert fields_of(pairs) == {"csrf": "x", "item": "leads\nswitch", "answer": "b"}
