"""Resuming a run of several stages: an adjustment is never repeated unasked, and what was found stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from calbench.documents.journal import Event, parse
from calbench.workflow import JOURNAL, Finished, Options, Resuming, execute, prepare, resume

ROOT = Path(__file__).parents[3]
UUT = {"maker": "HP", "serial": "US36000017"}
SCREW = "adjust/1-prompt"


class Died(BaseException):
    """The process is gone."""


def crashed(tmp_path: Path, when: Callable[[Event], bool], choice: str = "go on") -> Path:
    """Let a run die after an event; whoever resumes it will make this choice."""
    shutil.copytree(ROOT / "stations", tmp_path / "stations")
    station = tmp_path / "stations" / "demo-drifted.yaml"
    said = f"  mistakes: [{{at: adjust/decide/interrupted, do: wrong_answer, value: {choice}}}]\n"
    station.write_text(station.read_text(encoding="utf-8") + said, encoding="utf-8")

    def listen(event: Event) -> None:
        if when(event):
            raise Died

    with pytest.raises(Died):
        execute(
            prepare("dmm-34401a-adjust", str(station), Options(uut=UUT)),
            tmp_path / "runs",
            listeners=(listen,),
        )
    (run,) = (tmp_path / "runs").iterdir()
    return run


def finished_step(name: str) -> Callable[[Event], bool]:
    return lambda event: event.type == "step_finished" and event.body["step"] == name


def reading_of(point: str) -> Callable[[Event], bool]:
    return lambda event: event.type == "reading" and event.point == point


def measured_twice(run: Path) -> list[str]:
    started = [
        event.point for event in parse((run / JOURNAL).read_bytes())[0] if event.type == "attempt_started"
    ]
    return sorted({point for point in started if started.count(point) > 1})


def resumed(run: Path) -> tuple[Finished, list[str]]:
    """Resume a run; gives it with the ids of what was asked from then on."""
    finished = resume(run, Resuming())
    events = parse((run / JOURNAL).read_bytes())[0]
    begun = next(event.seq for event in events if event.type == "run_resumed")
    return finished, [str(one.body["id"]) for one in events if one.type == "asked" and one.seq > begun]


def test_an_interrupted_adjustment_is_asked_about_and_gone_on_with(tmp_path: Path) -> None:
    run = crashed(tmp_path, finished_step(SCREW))
    finished, asked = resumed(run)
    assert "adjust/decide/interrupted" in asked
    assert SCREW not in asked
    record = finished.record
    assert (record.run.status, record.verdict) == ("COMPLETED", "pass")
    assert record.adjustment is not None
    assert (record.adjustment.complete, record.adjustment.interruptions) == (True, 1)
    assert measured_twice(run) == []


def test_an_interrupted_adjustment_may_be_begun_again(tmp_path: Path) -> None:
    run = crashed(tmp_path, finished_step(SCREW), "begin again")
    finished, asked = resumed(run)
    assert asked.count(SCREW) == 1
    assert finished.record.verdict == "pass"
    made = finished.record.adjustment
    assert made is not None
    assert [one.id for one in made.answers].count(SCREW) == 2


def test_an_adjustment_that_was_decided_and_not_begun_is_asked_about(tmp_path: Path) -> None:
    run = crashed(tmp_path, lambda event: event.type == "adjustment")
    finished, asked = resumed(run)
    assert asked.index("adjust/decide/interrupted") < asked.index(SCREW)
    assert asked.count(SCREW) == 1
    assert finished.record.verdict == "pass"


def test_a_finished_adjustment_is_not_asked_about_again(tmp_path: Path) -> None:
    run = crashed(tmp_path, reading_of("as_left/dcv/10V/5V"))
    finished, asked = resumed(run)
    assert not [name for name in asked if name.startswith("adjust/")]
    assert finished.record.verdict == "pass"
    assert measured_twice(run) == ["as_left/dcv/10V/5V"]


def test_a_run_that_was_interrupted_as_found_decides_later(tmp_path: Path) -> None:
    run = crashed(tmp_path, reading_of("as_found/dcv/10V/10V"))
    finished, asked = resumed(run)
    assert asked.count(SCREW) == 1
    assert measured_twice(run) == ["as_found/dcv/10V/10V"]
    assert finished.record.adjustment is not None
    assert finished.record.adjustment.interruptions == 0
