"""Crash, stop and abort after events of a whole run, and faults at its exchanges: a few; `make sweeps` takes all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.repeated import cases
from tests.sweeps.cases import WAYS, Ending, Known, Way, bench, case_of, is_on
from tests.sweeps.ending import ending
from tests.sweeps.faulting import FAULTS, Faulted, spots
from tests.sweeps.striking import struck

from calbench.simulation.faults import Fault
from calbench.workflow import JOURNAL, Resuming, execute, resume

ENDED = ("multimeter", "scale")
FAULTED = ("multimeter", "scale", "scale, tried again")


def last(known: Known, type_: str) -> int:
    return next(event.seq for event in reversed(known.events) if event.type == type_)


def middle(known: Known, type_: str) -> int:
    found = [event.seq for event in known.events if event.type == type_]
    return found[len(found) // 2]


@pytest.fixture(scope="module", params=cases(ENDED, lambda name: name == "multimeter"))
def known(request: pytest.FixtureRequest) -> Known:
    return Known.of(case_of(request.param))


def test_the_bench_is_on_in_the_middle_of_the_multimeter(known: Known, tmp_path: Path) -> None:
    # without this, "off" in the sweeps would say nothing
    if not known.case.source:
        pytest.skip("there is no source on this bench")
    seen: list[bool] = []
    with bench(known.prepared) as stage:
        at = middle(known, "reading")
        look = lambda event: seen.append(is_on(known.case, stage)) if event.seq == at else None  # noqa: E731 - a listener
        execute(known.prepared, tmp_path, stage=stage, listeners=(look,))
    assert seen == [True]


@pytest.mark.parametrize("where", ["step_finished", "reading"])
def test_a_crash_loses_nothing_and_leaves_nothing_on(known: Known, where: str) -> None:
    found = struck(known, ending("crash", middle(known, where)))
    assert found.wrong == ""


def test_a_crash_at_the_very_end_is_closed_by_resuming(known: Known) -> None:
    found = struck(known, ending("crash", last(known, "attempt_finished")))
    assert found.wrong == ""


@pytest.mark.parametrize("where", ["exchange", "reading"])
@pytest.mark.parametrize("verb_", ["stop", "abort"])
def test_stop_and_abort_are_safe_within_their_deadline(known: Known, verb_: Ending, where: str) -> None:
    found = struck(known, ending(verb_, middle(known, where)))
    assert found.wrong == ""


def test_a_process_that_ends_at_once_leaves_a_run_that_another_process_resumes(
    known: Known, tmp_path: Path
) -> None:
    at = middle(known, "reading")
    script = Path(__file__).with_name("dying.py")
    dead = subprocess.run([sys.executable, str(script), known.case.name, str(tmp_path), str(at)], check=False)
    assert dead.returncode == 9
    (run,) = tmp_path.iterdir()
    before = (run / JOURNAL).read_bytes()
    assert before.count(b"\n") == at
    finished = resume(run, Resuming())
    assert (run / JOURNAL).read_bytes().startswith(before)
    (expected,) = known.records.values()
    assert {one.id: one.verdict for one in finished.record.results} == {
        one.id: one.verdict for one in expected.results
    }
    assert finished.record.run.interruptions[0].was == "CRASHED"


@pytest.fixture(scope="module", params=cases(FAULTED, lambda name: name == "multimeter"))
def faulted(request: pytest.FixtureRequest) -> Known:
    return Known.of(case_of(request.param))


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_at_an_exchange_never_gives_a_wrong_reading(faulted: Known, way: Way) -> None:
    possible = list(spots(faulted, way))
    if not possible:
        pytest.skip("no instrument on this bench has an error queue")
    for at in (possible[len(possible) // 2], possible[-1]):
        found = struck(faulted, Faulted(way, at))
        assert found.wrong == "", f"at event {at}"


def test_a_reading_that_is_not_of_its_point_is_found(faulted: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    # without this, "none guessed" would say nothing; no program can tell a well-formed number from the right one
    reply = "+1.23400000E-01" if faulted.case.source else "S S      1.230 kg"
    readings = r"[+-]\d\.\d+E[+-]\d+|S [SD].*"
    monkeypatch.setitem(FAULTS, "stale", Fault("reword", pattern=readings, text=reply))
    reading = next(event for event in reversed(faulted.events) if event.type == "reading")
    at = max(
        event.seq
        for event in faulted.events[: reading.seq]
        if event.type == "exchange" and event.body.get("sent") in ("READ?", "SI", "S")
    )
    found = struck(faulted, Faulted("stale", at))
    assert found.ended == "COMPLETED"
    assert "a guessed reading" in found.wrong or "other results" in found.wrong


def test_each_message_of_a_run_can_go_wrong(faulted: Known, tmp_path: Path) -> None:
    # what the instruments counted is what the journal says: a fault meets the exchange that is meant
    with bench(faulted.prepared) as stage:
        for name in stage.world.devices:
            stage.world.fault(name, Fault("silence", after=10_000))
        finished = execute(faulted.prepared, tmp_path, stage=stage)
        heard = {name: device.faults.messages for name, device in stage.world.devices.items()}
    assert finished.outcome.status == "COMPLETED"
    timeouts = [str(faulted.events[at - 1].body["instrument"]) for at in spots(faulted, "timeout")]
    assert {name: timeouts.count(name) for name in heard} == heard
