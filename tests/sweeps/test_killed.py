"""What becomes of a calibrator that is on when the runner, its guard, or both are killed, or hang.

The calibrator lives in a process of its own and is asked over a line of the test's own. Killing is `kill -9`: nothing
of the killed process happens any more.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.sweeps.metered import Metered
from tests.sweeps.served import Served

from calbench.documents.journal import parse

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="kill -9 is of POSIX; the program needs it nowhere"
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    served.close()


def test_a_killed_runner_is_made_safe_by_its_guard_and_resumed_from_there(served: Served) -> None:
    runner = served.run()
    served.wait_for("applied")
    assert served.is_on(), "without this, 'off' would say nothing"
    served.send(runner.pid, signal.SIGKILL)
    acted = served.wait_for("guard", "guard.jsonl", did="acted")
    assert acted.body["outputs"] == "verified_off"
    assert not served.is_on()
    before = (served.run_folder / "journal.jsonl").read_bytes()
    again = served.resume()
    said, _ = again.communicate()
    assert again.returncode == 0, said
    assert "every output verified off" in said
    data = (served.run_folder / "journal.jsonl").read_bytes()
    assert data.startswith(before)
    resumed = next(one for one in parse(data)[0] if one.type == "run_resumed")
    assert (resumed.body["was"], resumed.body["guard_outputs"]) == ("CRASHED", "verified_off")
    checked = served.start("verify", str(served.run_folder))
    said, _ = checked.communicate()
    assert checked.returncode == 0, said
    assert "ok  guard" in said


def test_a_killed_guard_is_started_again_and_the_run_goes_on(served: Served) -> None:
    runner = served.run()
    served.wait_for("applied")
    first = served.guard
    served.send(first, signal.SIGKILL)
    said, _ = runner.communicate()
    assert runner.returncode == 0, said
    did = [one.body["did"] for one in served.events() if one.type == "guard"]
    assert did == ["started", "died", "started"]
    assert served.guard != first
    assert not served.is_on()


def test_when_both_are_killed_the_output_stays_on_and_the_next_part_finds_it(served: Served) -> None:
    # what no software can do: docs/explanations/safe-state.md says so
    runner = served.run()
    served.wait_for("applied")
    served.send(served.guard, signal.SIGKILL)
    served.send(runner.pid, signal.SIGKILL)
    runner.wait()
    served.clock.sleep(1.0)
    assert served.is_on()
    again = served.resume()
    said, _ = again.communicate()
    assert again.returncode == 0, said
    assert "calibrator was found with its output ON" in said
    assert not served.is_on()


def test_a_guard_that_is_killed_before_it_acts_on_the_death_of_the_runner_leaves_the_output_on(
    served: Served,
) -> None:
    # the other order; the guard is held, so that it is the second to die and yet has done nothing
    runner = served.run()
    served.wait_for("applied")
    guard = served.guard
    served.send(guard, signal.SIGSTOP)
    served.send(runner.pid, signal.SIGKILL)
    runner.wait()
    served.send(guard, signal.SIGKILL)
    served.clock.sleep(1.0)
    assert served.is_on()
    again = served.resume()
    said, _ = again.communicate()
    assert again.returncode == 0, said
    assert "calibrator was found with its output ON" in said
    assert not served.is_on()


def test_a_runner_that_hangs_is_made_safe_and_ends_when_it_wakes(served: Served) -> None:
    runner = served.run()
    served.wait_for("applied")
    served.send(runner.pid, signal.SIGSTOP)
    try:
        acted = served.wait_for("guard", "guard.jsonl", did="acts")
        assert "no heartbeat" in str(acted.body["why"])
        served.wait_for("guard", "guard.jsonl", did="acted", outputs="verified_off")
        assert not served.is_on()
    finally:
        served.send(runner.pid, signal.SIGCONT)
    said, _ = runner.communicate()
    assert runner.returncode == 3, said
    assert "ABORTED" in said
    assert not served.is_on()


def test_abort_from_another_process_switches_off_at_once_and_stop_ends_the_run(served: Served) -> None:
    runner = served.run()
    served.wait_for("applied")
    aborting = served.start("abort", str(served.run_folder), "--by", "B. Bystander", "--reason", "smoke")
    answer, _ = aborting.communicate()
    assert aborting.returncode == 0, answer
    assert "The guard found: safe: every output verified off" in answer
    assert not served.is_on()
    said, _ = runner.communicate()
    assert runner.returncode == 3
    assert "Aborted by B. Bystander: smoke" in said
    verb = next(one for one in served.events() if one.type == "verb")
    assert (verb.body["verb"], verb.body["by"], verb.body["reason"]) == ("abort", "B. Bystander", "smoke")
    late = served.start("stop", str(served.run_folder))
    answer, _ = late.communicate()
    assert late.returncode == 2
    assert "no process is running this run" in answer


@pytest.mark.parametrize(("presses", "status"), [(1, "STOPPED"), (2, "ABORTED")])
def test_ctrl_c_is_stop_and_twice_is_abort(tmp_path: Path, presses: int, status: str) -> None:
    served = Served(tmp_path, settle="30 s")
    try:
        runner = served.run()
        served.wait_for("applied")
        assert served.is_on()
        served.send(runner.pid, signal.SIGINT)
        if presses == 2:
            served.wait_for("state", state="SAFING")
            served.send(runner.pid, signal.SIGINT)
        said, _ = runner.communicate()
        assert runner.returncode == 3, said
        assert f"Status {status}. Outputs: every output verified off" in said
        assert not served.is_on()
    finally:
        served.close()


def test_without_a_guard_nothing_stays_energised(tmp_path: Path) -> None:
    served = Served(tmp_path, settle="60 s")
    try:
        runner = served.run()
        served.wait_for("applied")
        for number in (1, 2, 3):
            served.until(partial(served.has_guard, number), f"guard {number}")
            served.send(served.guard, signal.SIGKILL)
        said, _ = runner.communicate()
        assert runner.returncode == 3, said
        assert "Nothing is energised without a guard" in said
        assert not served.is_on()
    finally:
        served.close()


def killed_while_on(metered: Metered) -> tuple[str, str, str]:
    """Kill a runner whose source is on; gives what its guard found, and what it wrote of the source at the end.

    Whether it is on is not asked here: a question to the reference would count among the messages until it fails.
    """
    runner = metered.run()
    metered.wait_for("applied")
    metered.clock.sleep(1.0)  # the runner has its witness see that it is on, or the run would end
    assert runner.poll() is None
    metered.send(runner.pid, signal.SIGKILL)
    acted = metered.wait_for("guard", "guard.jsonl", did="acted")
    last = [one for one in metered.events("guard.jsonl") if one.type == "safe_state"][-1].body
    return str(acted.body["outputs"]), str(last["result"]), str(last["message"])


def test_the_guard_of_a_runner_killed_within_its_first_load_knows_that_nobody_saw_it_on(
    tmp_path: Path,
) -> None:
    # the witness has no leads and the contact of the source is welded: it acknowledges zero, and stays on. The runner
    # looks for 3 s (RAMP_TIME) before it gives up, and dies meanwhile
    metered = Metered(tmp_path, leads="to: [1.input]", stuck_on=True)
    try:
        runner = metered.run()
        metered.wait_for("applied")
        metered.send(runner.pid, signal.SIGKILL)
        acted = metered.wait_for("guard", "guard.jsonl", did="acted")
        last = [one for one in metered.events("guard.jsonl") if one.type == "safe_state"][-1].body
        assert (acted.body["outputs"], last["result"]) == ("not_verified", "sent_unverified")
        assert "reference has not seen it while it was on" in str(last["message"])
        again = metered.resume()
        said, _ = again.communicate()
        assert again.returncode == 2, said
        assert "is UNSAFE: an output was not verified off" in said
    finally:
        metered.close()


def test_a_guard_that_was_started_again_knows_what_the_first_one_knew(tmp_path: Path) -> None:
    # as above, and the runner looks for 30 s, so that there is time for another guard
    metered = Metered(tmp_path, leads="to: [1.input]", stuck_on=True, ramp=30.0)
    try:
        runner = metered.run()
        metered.wait_for("applied")
        metered.send(metered.guard, signal.SIGKILL)
        metered.until(partial(metered.has_guard, 2), "another guard")
        metered.send(runner.pid, signal.SIGKILL)
        acted = metered.wait_for("guard", "guard.jsonl", did="acted")
        assert acted.body["outputs"] == "not_verified"
    finally:
        metered.close()


@pytest.mark.parametrize(
    ("wrong", "found", "left"),
    [
        ({}, ("verified_off", "verified", "reference sees neither voltage nor current"), "off"),
        # who it is, zero, and the load were heard
        ({"faults": "{instrument: source, kind: silent, after: 3}"}, ("not_verified", "failed", "no"), "on"),
        # who it is, three looks before the run, and the one that saw it on
        (
            {"faults": "{instrument: reference, kind: silent, after: 5}"},
            ("not_verified", "sent_unverified", "reference does not see whether it is off"),
            "not asked: it does not answer",
        ),
        (
            {"stuck_on": True},
            ("not_verified", "sent_unverified", "reference still sees voltage or current"),
            "on",
        ),
    ],
    ids=["nothing", "source not heard", "witness not heard", "source stays on"],
)
def test_what_the_guard_of_a_killed_runner_finds_through_a_witness(
    tmp_path: Path, wrong: dict[str, Any], found: tuple[str, str, str], left: str
) -> None:
    metered = Metered(tmp_path, **wrong)
    try:
        outputs, result, message = killed_while_on(metered)
        assert (outputs, result) == found[:2]
        assert found[2] in message
        if left in ("on", "off"):
            assert metered.is_on() is (left == "on")
    finally:
        metered.close()


def test_a_witness_without_leads_ends_the_run_before_anything_is_read(tmp_path: Path) -> None:
    metered = Metered(tmp_path, leads="to: [1.input]")
    try:
        runner = metered.run()
        said, _ = runner.communicate()
        assert runner.returncode == 3, said
        assert "sees neither voltage nor current" in said
        assert "NOT VERIFIED SAFE: source" in said
        assert not [one for one in metered.events() if one.type == "reading"]
    finally:
        metered.close()
