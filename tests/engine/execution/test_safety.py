"""Whatever ends a run, the calibrator is truly off afterwards: looked up in the simulated world, not believed."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from calbench.documents.journal import Event
from calbench.errors import RunFailed

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab

SHORT = (("[5 V, 10 V]", "[10 V]"), ("readings: 2", "readings: 1"))


def interrupting(at: int, kinds: tuple[str, ...] = ()) -> Any:
    """Press Ctrl-C when event number `at` (counted among `kinds`; all if none) is on the disk."""
    count = 0

    def listen(event: Event) -> None:
        nonlocal count
        if not kinds or event.type in kinds:
            count += 1
            if count == at:
                raise KeyboardInterrupt

    return lambda _stage: listen


def test_after_a_run_that_completed_the_calibrator_is_off(lab: Lab, texts: dict[str, str]) -> None:
    ran = lab.run(lab.plan(texts["volts"]))
    assert ran.outcome.status == "COMPLETED"
    assert ran.switched_off
    assert str(ran.outcome.outputs) == "safe: every output verified off"
    assert ran.record.verdict == "pass"


def test_while_it_runs_the_calibrator_is_on(lab: Lab, texts: dict[str, str]) -> None:
    # without this, every "is off" here would say nothing
    seen: list[float] = []

    def look(stage: Any) -> Any:
        return lambda event: (
            seen.append(stage.world.terminal("1.input").seen().voltage) if event.type == "reading" else None
        )

    lab.run(lab.plan(texts["volts"]), listen=look)
    assert [round(value) for value in seen] == [5, 5, 10, 10]


def test_ctrl_c_at_every_event_leaves_a_closed_journal_and_a_calibrator_that_is_off(
    lab: Lab, texts: dict[str, str]
) -> None:
    plan = lab.plan(texts["volts"], *SHORT)
    whole = lab.run(plan)
    last = next(event.seq for event in reversed(whole.events) if event.type == "attempt_finished")
    assert last > 30
    for at in range(1, len(whole.events)):
        ran = lab.run(plan, listen=interrupting(at))
        assert ran.switched_off, at
        assert ran.outcome.outputs.safe, at
        assert ran.events[-1].type == "run_closed", at
        assert sum(event.type == "run_closed" for event in ran.events) == 1, at
        if at <= last:
            assert ran.outcome.status == "STOPPED", at
            assert "Ctrl-C" in ran.outcome.reason, at
        else:  # everything was measured; the run was only being switched off
            assert ran.outcome.status in ("STOPPED", "COMPLETED"), at


@pytest.mark.parametrize("at", [1, 9, 30, 38])
def test_two_ctrl_c_one_after_the_other_leave_the_calibrator_off(
    lab: Lab, texts: dict[str, str], at: int
) -> None:
    plan = lab.plan(texts["volts"], *SHORT)
    pressed: list[int] = []

    def twice(_stage: Any) -> Any:
        def listen(event: Event) -> None:
            if event.seq in (at, at + 1):
                pressed.append(event.seq)
                raise KeyboardInterrupt

        return listen

    ran = lab.run(plan, listen=twice)
    assert pressed == [at, at + 1]
    assert ran.switched_off
    assert ran.outcome.status == "ABORTED"  # the guard acts beside the runner
    assert (lab.folder / "guard-1.jsonl").is_file()
    assert ran.events[-1].type == "run_closed"


def test_a_listener_that_fails_does_not_stop_the_run(lab: Lab, texts: dict[str, str]) -> None:
    # a closed pipe behind the live view: `calbench run … | head`
    def closed_pipe(_stage: Any) -> Any:
        def listen(event: Event) -> None:
            if event.seq >= 20:
                raise BrokenPipeError(errno.EPIPE, "Broken pipe")

        return listen

    ran = lab.run(lab.plan(texts["volts"]), listen=closed_pipe)
    assert ran.outcome.status == "COMPLETED"
    assert ran.switched_off
    assert [event.seq for event in ran.events] == list(range(1, len(ran.events) + 1))
    (fault,) = ran.of("fault")
    assert "Broken pipe" in str(fault.body["message"])


@pytest.mark.parametrize("after", [1, 5, 20, 36, 39, 43])
def test_a_full_disk_ends_the_run_with_the_calibrator_off(
    lab: Lab, texts: dict[str, str], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    plan = lab.plan(texts["volts"], *SHORT)
    stages: list[Any] = []

    def keep(stage: Any) -> Any:
        stages.append(stage)
        return lambda _event: None

    synced = 0
    real = os.fsync

    def full(number: int) -> None:
        nonlocal synced
        synced += 1
        if synced > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(number)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunFailed, match=r"journal.*No space left on device.*safe: every output verified off"):
        lab.run(plan, listen=keep)
    (stage,) = stages
    assert stage.world.terminal("1.input").seen().voltage == pytest.approx(0, abs=1e-6)
    assert not stage.world.device("calibrator").operating


def test_a_fault_inside_a_driver_ends_the_run_with_the_calibrator_off(
    lab: Lab, texts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from calbench_drivers.agilent.a34401a import A34401A

    def broken(self: A34401A, on_range: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(A34401A, "measure_dc_voltage", broken)
    ran = lab.run(lab.plan(texts["volts"]))
    assert ran.outcome.status == "STOPPED"
    assert "A fault in calbench or a driver: ZeroDivisionError: division by zero" in ran.outcome.reason
    assert ran.switched_off
    assert ran.record.verdict == "not_evaluated"
