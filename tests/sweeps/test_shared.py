"""Two runs and one bench: real processes, over loopback sockets, with an instrument that is on when things go wrong."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sweeps.served import Served

from calbench.control.channel import tell
from calbench.control.verbs import Command
from calbench.documents.journal import Event, parse

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="signals of POSIX; the program needs them nowhere"
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    served.close()


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path, settle="60 s")
    yield served
    served.close()


def lease_events(events: list[Event]) -> list[str]:
    return [str(one.body["did"]) for one in events if one.type == "lease"]


def host_port(resource: str) -> str:
    return resource.split("::")[2]


def test_a_second_run_is_refused_at_once_or_waits(served: Served) -> None:
    first = served.run()
    served.wait_for("applied")
    assert lease_events(served.events()) == ["taken"]
    folder = served.run_folder
    hold = Command(verb="pause", by="A. Tester")  # or it may have ended before the others have begun
    assert tell(folder, hold).accepted
    code, said = served.said(
        "run",
        "procedure.yaml",
        "station.yaml",
        "--answers",
        "answers.yaml",
        "--out",
        "second",
        "--format",
        "",
    )
    assert code == 2
    for part in (
        "In use: ",
        "calibrator (asset:REF-0017)",
        str(folder),
        "A. Tester",
        str(first.pid),
        "--wait",
    ):
        assert part in said, said
    assert list(served.folder.glob("second/*")) == [], "what was refused is no run"
    port = host_port(served.calibrator)
    code, said = served.said("scan", "lan", "127.0.0.1", "--port", port, "--json")
    assert code == 0
    (found,) = json.loads(said)
    assert found["identity"] == ""
    assert f"in use by the run {folder}" in found["problem"]
    assert {"asset:REF-0017", f"tcp:127.0.0.1:{port}"} <= served.leases().keys()
    waiting = served.run("--wait", "120", out="second")
    assert waiting.stdout is not None
    while "Waiting for" not in (line := waiting.stdout.readline()):
        assert line, "it ended without waiting"
    assert tell(folder, Command(verb="go-on", by="A. Tester")).accepted
    said, _ = first.communicate()
    assert first.returncode == 0, said
    said, _ = waiting.communicate()
    assert waiting.returncode == 0, said
    assert served.leases() == {}
    for path in served.folder.glob("*/*/journal.jsonl"):
        events, _ = parse(path.read_bytes())
        assert lease_events(events) == ["taken", "released"]
        assert events[-1].type == "run_closed"
        assert served.said("verify", str(path.parent))[0] == 0


@pytest.mark.parametrize("how", ["stop", "ctrl-c"])
def test_waiting_is_broken_off_by_stop_and_ctrl_c(slow: Served, how: str) -> None:
    first = slow.run()
    slow.wait_for("applied")
    waiting = slow.run("--wait", "600", out="second")
    slow.until(lambda: len(list(slow.folder.glob("second/*/control.json"))) == 1, "the one that waits")
    (folder,) = slow.folder.glob("second/*")
    if how == "stop":
        code, said = slow.said("stop", str(folder), "--by", "B. Bystander", "--reason", "lunch")
        assert code == 0, said
    else:
        assert waiting.stdout is not None
        while "Waiting for" not in waiting.stdout.readline():
            assert waiting.poll() is None
        slow.send(waiting.pid, signal.SIGINT)
    said, _ = waiting.communicate()
    assert waiting.returncode == 3, said
    assert ("Stopped by B. Bystander: lunch" if how == "stop" else "interrupted") in said
    assert list(slow.folder.glob("second/*")) == []
    assert slow.is_on(), "the first goes on"
    assert first.poll() is None


def test_nobody_gets_an_instrument_between_the_death_of_its_runner_and_the_end_of_the_guards_work(
    served: Served,
) -> None:
    runner = served.run()
    served.wait_for("applied")
    assert served.is_on()
    served.send(
        served.serving.pid, signal.SIGSTOP
    )  # the instruments do not answer: the guard has to try again
    served.send(runner.pid, signal.SIGKILL)
    runner.wait()
    try:
        served.until(lambda: {one.by for one in served.leases().values()} == {"guard"}, "the guard")
        refused = served.run(out="refused")
        second = served.run("--wait", "120", out="second")
        clearing = served.start("clear", str(served.run_folder), "--by", "A", "--reason", "x")
        said, _ = refused.communicate()
        assert refused.returncode == 2, said
        assert "its guard makes the outputs safe" in said
        said, _ = clearing.communicate()
        assert clearing.returncode == 2, said
        assert "still has the leases" in said
        before = {one.renewed for one in served.leases().values()}
        served.until(
            lambda: before.isdisjoint(one.renewed for one in served.leases().values()), "a sign of life"
        )
    finally:
        served.send(served.serving.pid, signal.SIGCONT)
    said, _ = second.communicate()
    assert second.returncode == 0, said
    (acted,) = [one for one in served.events("guard.jsonl") if one.body.get("did") == "acted"]
    (journal,) = served.folder.glob("second/*/journal.jsonl")
    events, _ = parse(journal.read_bytes())
    assert acted.body["outputs"] == "verified_off"
    assert acted.t_utc < events[0].t_utc, "the second began when the guard was done"
    assert "was found with its output ON" not in said


def test_who_slept_through_its_lease_touches_nothing_any_more(served: Served) -> None:
    runner = served.run()
    served.wait_for("applied")
    first, guard = served.run_folder, served.guard
    for process in (runner.pid, guard):  # as if the machine slept, with a clock that goes on
        served.send(process, signal.SIGSTOP)
    second = served.run("--wait", "60", out="second")
    served.until(lambda: len(list(served.folder.glob("second/*/journal.jsonl"))) == 1, "the second run")
    for process in (guard, runner.pid):
        served.send(process, signal.SIGCONT)
    said, _ = runner.communicate()
    assert runner.returncode == 3, said
    assert "another run has calibrator now" in said
    said, _ = second.communicate()
    assert second.returncode == 0, said
    events, _ = parse((first / "journal.jsonl").read_bytes())
    assert lease_events(events) == ["taken", "lost", "released"]
    lost = next(number for number, one in enumerate(events) if one.body.get("did") == "lost")
    assert [one for one in events[lost:] if one.type == "exchange" and "failed" not in one.body] == []
    assert ("SUSPENDED", "lease") in {(one.body.get("state"), one.body.get("cause")) for one in events}
    assert (events[-1].body["status"], events[-1].body["outputs"]) in {
        ("STOPPED", "taken"),
        ("ABORTED", "taken"),
    }
    (journal,) = served.folder.glob("second/*/journal.jsonl")
    taken = next(one for one in parse(journal.read_bytes())[0] if one.type == "lease")
    over = taken.body["taken_over"]
    assert isinstance(over, list)
    assert {one["run"] for one in over} == {str(first)}
    assert served.said("verify", str(first))[0] == 0
    log = json.loads(served.said("leases", "--json")[1])["log"]
    assert {one["did"] for one in log} == {"taken over"}


def test_a_lease_that_a_person_takes_away_stops_its_run_with_the_output_off(slow: Served) -> None:
    runner = slow.run()
    slow.wait_for("applied")
    resource = f"tcp:127.0.0.1:{host_port(slow.calibrator)}"
    words = ("leases", "--release", resource, "--by", "C. Chief", "--reason", "needed elsewhere")
    code, said = slow.said(*words)
    assert code == 2
    assert "--force" in said
    code, said = slow.said(*words, "--force")
    assert code == 0, said
    said, _ = runner.communicate()
    assert runner.returncode == 3
    assert "released by C. Chief: needed elsewhere" in said
    assert "Status STOPPED. Outputs: every output verified off" in said
    assert not slow.is_on()
    assert slow.leases() == {}
