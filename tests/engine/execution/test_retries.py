"""Retries of driver calls: only after a timeout or a garbled reply, each one journalled, and the record is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from calbench.documents.journal import Event
from calbench.errors import ConnectionLost, DeviceError, LinkTimeout, Overload, UnexpectedReply
from calbench.execution.journalling import Journal
from calbench.simulation.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.execution.conftest import Lab

TWICE = ("comms_retry: 0", "comms_retry: 2")


def faulty(fault: Fault, *, mend: bool = False) -> Any:
    """Let the meter go wrong at its first reading; mend it at the first retry if asked."""

    def listening(stage: Any) -> Any:
        done = False

        def listen(event: Event) -> None:
            nonlocal done
            if event.type == "applied" and not done:
                done = True
                stage.world.fault("1", fault)
            if event.type == "retry" and mend:
                stage.world.device("1").faults.mend()

        return listen

    return listening


@pytest.mark.parametrize("kind", ["silence", "garbage"])
def test_a_short_fault_is_tried_again_journalled_and_gives_a_valid_record(
    lab: Lab, texts: dict[str, str], kind: Any
) -> None:
    ran = lab.run(lab.plan(texts["volts"], TWICE), listen=faulty(Fault(kind), mend=True))
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    (retry,) = ran.of("retry")
    assert (retry.point, retry.attempt) == ("dcv/10V/5V", 1)
    assert retry.body["instrument"] == "1"
    assert ran.record.verdict == "pass"
    assert all(len(one.readings) == 2 for several in ran.record.attempts.values() for one in several)
    assert ran.record.run.retakes == 0


def test_a_lasting_fault_is_tried_as_often_as_the_policy_says(lab: Lab, texts: dict[str, str]) -> None:
    ran = lab.run(lab.plan(texts["volts"], TWICE), listen=faulty(Fault("silence")))
    assert ran.outcome.status == "STOPPED"
    assert len(ran.of("retry")) == 2
    assert len(ran.of("fault")) == 1
    assert "1 (agilent/a34401a):" in ran.outcome.reason
    assert ran.switched_off


def test_without_permission_nothing_is_tried_again(lab: Lab, texts: dict[str, str]) -> None:
    ran = lab.run(lab.plan(texts["volts"]), listen=faulty(Fault("silence"), mend=True))
    assert ran.outcome.status == "STOPPED"
    assert not ran.of("retry")


@pytest.mark.parametrize("fault", [Fault("drop"), Fault.overload()])
def test_a_lost_line_and_an_overload_are_never_tried_again(
    lab: Lab, texts: dict[str, str], fault: Fault
) -> None:
    ran = lab.run(lab.plan(texts["volts"], TWICE), listen=faulty(fault, mend=True))
    assert ran.outcome.status == "STOPPED"
    assert not ran.of("retry")
    assert not ran.of("reading")
    assert ran.switched_off


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (LinkTimeout, 3),
        (UnexpectedReply, 3),
        (ConnectionLost, 1),
        (DeviceError, 1),
        (Overload, 1),
        (ValueError, 1),
    ],
)
def test_which_errors_are_tried_again(tmp_path: Path, error: type[Exception], tries: int) -> None:
    from datetime import UTC, datetime

    from calbench.clock import VirtualClock
    from calbench.documents.plan import Binding
    from calbench.execution.bench import Opened
    from calbench.execution.calling import Caller

    made = 0

    def call() -> None:
        nonlocal made
        made += 1
        raise error("it failed")

    opened = Opened(Binding(role="uut", instrument="1", driver="a/b", needs=[]), object(), None)
    clock = VirtualClock(datetime(2026, 1, 5, tzinfo=UTC))
    with Journal(tmp_path / "j.jsonl", clock) as journal, pytest.raises(error, match="it failed"):
        Caller(journal, 2)(opened, call)
    assert made == tries
