"""The guard within a simulated run: whoever waits for it, waits for what it does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.engine.execution.conftest import Lab

from calbench.clock import VirtualClock
from calbench.execution.guarding import ThreadGuard

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
