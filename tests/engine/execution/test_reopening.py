"""A journal that a process left is carried on in the same chain; a torn last line is kept aside, never lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from calbench.clock import VirtualClock
from calbench.documents.canonical import sha256
from calbench.documents.journal import parse
from calbench.errors import IntegrityFailure
from calbench.execution.journalling import Journal
from calbench.execution.reopening import take_up

CLOCK = VirtualClock(datetime(2026, 1, 5, 8, 0, tzinfo=UTC))


@pytest.fixture
def left(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    with Journal(path, CLOCK) as journal:
        journal.note("run_opened", {"plan": "0" * 64})
        journal.note("step_started", {"step": "a"})
    return path


def test_the_chain_goes_on_in_the_same_file(left: Path) -> None:
    before = left.read_bytes()
    with Journal(left, CLOCK, after=take_up(left).after) as journal:
        journal.note("run_resumed", {"was": "CRASHED"})
        head = journal.head
    data = left.read_bytes()
    assert data.startswith(before)
    events, found = parse(data)
    assert [event.seq for event in events] == [1, 2, 3]
    assert found == head


@pytest.mark.parametrize("cut", [1, 20])
def test_a_torn_last_line_is_put_aside_and_named(left: Path, cut: int) -> None:
    whole = left.read_bytes()
    first = whole[: whole.index(b"\n") + 1]
    torn = whole[len(first) : -cut]  # at 1 only the end of the line is missing: it was never acknowledged
    left.write_bytes(first + torn)
    tail = take_up(left)
    assert left.read_bytes() == first
    assert len(tail.events) == 1
    kept = left.with_name("journal.torn-1")
    assert kept.read_bytes() == torn
    assert tail.told == {"torn_line": {"file": "journal.torn-1", "bytes": len(torn), "sha256": sha256(torn)}}


def test_what_was_put_aside_is_never_written_over(left: Path) -> None:
    for number in (1, 2):
        with left.open("ab") as file:
            file.write(b"half a line")
        assert take_up(left).kept_in == f"journal.torn-{number}"


def test_an_altered_line_is_not_carried_on(left: Path) -> None:
    data = left.read_bytes()
    left.write_bytes(data.replace(b'"step":"a"', b'"step":"b"'))
    with Journal(left, CLOCK, after=(2, "0" * 64)):
        pass
    left.write_bytes(left.read_bytes() + data.splitlines(keepends=True)[1])
    with pytest.raises(IntegrityFailure, match="Line 3"):
        take_up(left)
