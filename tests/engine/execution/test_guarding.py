"""The guard within a simulated run: whoever waits for it, waits for what it does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from tests.engine.execution.conftest import Lab

from calbench.clock import VirtualClock
from calbench.documents.journal import parse
from calbench.execution.controlling import Control
from calbench.execution.guard.acting import open_journal
from calbench.execution.guarding import ThreadGuard
from calbench.execution.guardprocess import ProcessGuard

START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_a_guard_that_is_only_just_beginning_is_waited_for(
    lab: Lab, texts: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[BaseException] = []

    class Watched(threading.Thread):
        def start(self) -> None:
            runner = threading.Thread(target=settled)
            runner.start()  # the runner looks after the guard between the making of its thread and its start
            runner.join(0.2)
            super().start()

    def settled() -> None:
        try:
            guard.settle()
        except RuntimeError as error:
            failed.append(error)

    guard = ThreadGuard(lab.plan(texts["volts"]), tmp_path / "guard.jsonl", VirtualClock(START), {})
    plain = threading.Thread
    monkeypatch.setattr(
        threading,
        "Thread",
        lambda *a, **k: Watched(*a, **k) if k.get("name") == "guard" else plain(*a, **k),
    )
    assert guard.act("asked") != ""
    assert failed == []


@pytest.mark.parametrize(("closed", "last"), [(False, "guard"), (True, "run_closed")])
def test_what_a_guard_says_after_the_last_line_does_not_stand_behind_it(
    closed: bool,  # noqa: FBT001 - a case
    last: str,
    tmp_path: Path,
) -> None:
    """A guard that slept with its runner acts while that closes: what it did stands in its own file."""
    clock = VirtualClock(START)
    path = tmp_path / "journal.jsonl"
    with open_journal(path, clock) as journal:
        journal.note("run_opened", {})
        if closed:
            said = {"status": "STOPPED", "reason": "so", "outputs": "taken", "in_doubt": [], "partial": True}
            journal.note("run_closed", said)
        guard = ProcessGuard(
            cast("Any", None), journal, Control(), clock, cast("Any", None)
        )  # starts no process
        guard._acted({"why": "no heartbeat", "outputs": "taken", "in_doubt": [], "head": "0", "text": "so"})
    assert parse(path.read_bytes())[0][-1].type == last
