"""Several threads write one journal: they share flushes, and yet each is told only of what is on the disk, in order."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calbench.clock import VirtualClock
from calbench.documents.journal import Event, parse
from calbench.errors import RunFailed
from calbench.execution import journalling
from calbench.execution.journalling import Journal

PATIENCE = 30.0  # real seconds, of a busy machine
THREADS, EACH = 16, 25
CLOSED = {"status": "STOPPED", "outputs": "no_source", "in_doubt": [], "partial": True}


class Disk:
    """Stands for fsync: counts, knows how much of the file a flush has covered, and can be held up or fail.

    Nothing else could be had for it: no real disk fails, or is slow, when it is told to.
    """

    def __init__(self) -> None:
        self.flushes = 0
        self.covered = 0
        self.open = threading.Event()
        self.open.set()
        self.begun = threading.Event()
        self.failing = False
        self.interrupted = False

    def fsync(self, file: int) -> None:
        covered = os.fstat(file).st_size
        self.begun.set()
        assert self.open.wait(PATIENCE)
        self.flushes += 1
        if self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt
        if self.failing:
            self.failing = False  # as Linux does it: said once
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self.covered = max(self.covered, covered)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()

    class System:
        """What the journal asks of the operating system."""

        fsync = staticmethod(disk.fsync)
        strerror = staticmethod(os.strerror)

    monkeypatch.setattr(journalling, "os", System)
    return disk


def opened(path: Path, *listeners: Callable[[Event], None]) -> Journal:
    return Journal(path, VirtualClock(datetime(2026, 1, 5, 8, 0, tzinfo=UTC)), listeners)


def together(*tasks: Callable[[], object]) -> list[threading.Thread]:
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    return threads


def joined(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def wait_for_lines(path: Path, count: int) -> None:
    turn = threading.Event()
    for _ in range(3000):
        if path.read_bytes().count(b"\n") == count:
            return
        turn.wait(0.01)
    raise AssertionError(f"{path} has no {count} lines")


def test_each_thread_gets_its_event_only_when_it_is_on_the_disk(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "journal.jsonl"
    ends: dict[int, int] = {}
    early: list[int] = []
    told: list[int] = []

    def listen(event: Event) -> None:
        told.append(event.seq)
        lines = path.read_bytes().split(b"\n")
        ends[event.seq] = sum(len(line) + 1 for line in lines[: event.seq])
        early.extend([event.seq] if ends[event.seq] > disk.covered else [])

    with opened(path, listen) as journal:

        def write(number: int) -> None:
            for index in range(EACH):
                event = journal.note("exchange", {"instrument": str(number), "sent": str(index)})
                early.extend([event.seq] if ends[event.seq] > disk.covered else [])

        joined(together(*(lambda number=number: write(number) for number in range(THREADS))))
    events, _ = parse(path.read_bytes())
    assert early == []
    assert told == list(range(1, THREADS * EACH + 1)), "told in order, each once, before its writer goes on"
    for number in range(THREADS):
        sent = [one.body["sent"] for one in events if one.body["instrument"] == str(number)]
        assert sent == [str(index) for index in range(EACH)], "each thread's own events in its own order"


def test_lines_that_wait_for_a_flush_share_the_next_one(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "journal.jsonl"
    with opened(path) as journal:
        disk.open.clear()
        first = together(lambda: journal.note("exchange"))
        assert disk.begun.wait(PATIENCE)
        others = together(*[lambda: journal.note("exchange")] * 9)
        wait_for_lines(path, 10)
        disk.open.set()
        joined(first + others)
        assert disk.flushes == 2


def test_a_flush_that_failed_is_told_to_all_who_wait_and_never_tried_again(
    tmp_path: Path, disk: Disk
) -> None:
    path = tmp_path / "journal.jsonl"
    failed: list[str] = []
    told: list[int] = []
    with opened(path, lambda event: told.append(event.seq)) as journal:

        def write() -> None:
            try:
                journal.note("exchange")
            except RunFailed as error:
                failed.append(str(error))

        journal.note("exchange")
        disk.begun.clear()
        disk.open.clear()
        disk.failing = True
        first = together(write)
        assert disk.begun.wait(PATIENCE)
        others = together(*[write] * 5)
        wait_for_lines(path, 7)
        disk.open.set()
        joined(first + others)
        assert len(failed) == 6
        assert all("Input/output error" in one for one in failed)
        assert (disk.flushes, told) == (2, [1]), "nobody hears of what may not be on the disk"
        journal.making_safe = True
        journal.note("safe_state")
        assert told == [1, 8], "while outputs are made safe it goes on without the disk"


def test_a_listener_may_write_while_others_write(tmp_path: Path) -> None:
    def answer(event: Event) -> None:
        if event.type == "exchange":
            journal.note("verb", {"to": event.seq})

    with opened(tmp_path / "journal.jsonl", answer) as journal:
        joined(together(*[lambda: [journal.note("exchange") for _ in range(EACH)]] * 4))
    events, _ = parse((tmp_path / "journal.jsonl").read_bytes())
    assert sorted(one.body["to"] for one in events if one.type == "verb") == [  # type: ignore[type-var] # numbers
        one.seq for one in events if one.type == "exchange"
    ]


def test_ctrl_c_between_a_line_and_its_flush_loses_nothing(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "journal.jsonl"
    told: list[int] = []
    with opened(path, lambda event: told.append(event.seq)) as journal:
        journal.note("exchange")
        disk.interrupted = True
        with pytest.raises(KeyboardInterrupt):
            journal.note("exchange")
        assert told == [1]
        journal.note("exchange")
        assert told == [1, 2, 3], "it is on the disk by now, so it is told"
        disk.interrupted = True
        with pytest.raises(KeyboardInterrupt):
            journal.note("run_closed", CLOSED)
        assert journal.ended
    assert disk.covered == path.stat().st_size, "the last line is flushed when the file is closed"
    assert [one.seq for one in parse(path.read_bytes())[0]] == [1, 2, 3, 4]
