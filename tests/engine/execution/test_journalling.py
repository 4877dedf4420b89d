"""The journal: canonical, chained, on the disk before the next step; every kind of damage is found."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785

from calbench.clock import VirtualClock
from calbench.documents.journal import FIRST_PREV, parse
from calbench.errors import IntegrityFailure
from calbench.execution.journalling import Journal


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    clock = VirtualClock(datetime(2026, 1, 5, 8, 0, tzinfo=UTC))
    with Journal(path, clock) as journal:
        journal.note("run_opened", {"plan": "0" * 64})
        clock.sleep(1.5)
        journal.note(
            "reading", {"text": "+1.0E+00", "value": "1.0", "unit": "V"}, point="dcv/1V/1V", attempt=1
        )
        journal.note("answered", {"id": "connect/dcv", "answer": "是"}, actor="operator")
        journal.note(
            "run_closed", {"status": "COMPLETED", "outputs": "no_source", "in_doubt": [], "partial": True}
        )
    return path


def test_each_line_is_canonical_json_and_names_the_hash_of_the_line_before(written: Path) -> None:
    prev = FIRST_PREV
    for number, line in enumerate(written.read_bytes().splitlines(), start=1):
        event = json.loads(line)
        assert rfc8785.dumps(event) == line
        assert (event["seq"], event["prev"]) == (number, prev)
        prev = hashlib.sha256(line).hexdigest()
    assert parse(written.read_bytes())[1] == prev


def test_times_are_those_of_the_clock(written: Path) -> None:
    events, _ = parse(written.read_bytes())
    assert (events[1].t_utc, events[1].t_mono) == ("2026-01-05T08:00:01.500000Z", "1.500000")


def test_an_event_is_on_the_disk_before_its_listeners_hear_of_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    seen: list[int] = []
    with Journal(
        path,
        VirtualClock(datetime(2026, 1, 5, tzinfo=UTC)),
        (lambda _: seen.append(path.read_bytes().count(b"\n")),),
    ) as journal:
        journal.note("step_started", {"step": "a"})
        journal.note("step_finished", {"step": "a"})
    assert seen == [1, 2]


def test_the_runner_follows_all_but_exchanges_and_before_who_looks_on(tmp_path: Path) -> None:
    heard: list[tuple[str, str]] = []
    clock = VirtualClock(datetime(2026, 1, 5, tzinfo=UTC))
    with Journal(
        tmp_path / "journal.jsonl", clock, (lambda event: heard.append(("looks on", event.type)),)
    ) as journal:
        journal.tell_first(lambda event: heard.append(("runner", event.type)))
        journal.note("exchange", {"instrument": "1", "sent": "*RST"})
        journal.note("reading")
    assert heard == [("looks on", "exchange"), ("runner", "reading"), ("looks on", "reading")]


def test_a_journal_is_never_written_over(written: Path) -> None:
    with pytest.raises(FileExistsError):
        Journal(written, VirtualClock(datetime(2026, 1, 5, tzinfo=UTC)))


def damaged(data: bytes) -> dict[str, bytes]:
    lines = data.splitlines(keepends=True)
    return {
        "a changed digit": data.replace(b"+1.0E+00", b"+1.1E+00"),
        "a line taken out": b"".join(lines[:1] + lines[2:]),
        "the first line taken out": b"".join(lines[1:]),
        "two lines exchanged": b"".join([lines[0], lines[2], lines[1], lines[3]]),
        "a line doubled": b"".join([*lines[:2], *lines[1:]]),
        "white space": data.replace(b'"seq":2', b'"seq": 2'),
        "a torn last line": data[:-10],
        "no end of the last line": data[:-1],
        "another event": data.replace(b'"type":"reading"', b'"type":"applied"'),
        "no JSON": data + b"garbage\n",
        "an unknown field": data.replace(b'"seq":2', b'"seq":2,"zz":1'),
    }


@pytest.mark.parametrize("kind", list(damaged(b"1\n2\n3\n4\n")))
def test_damage_is_found_and_its_line_named(written: Path, kind: str) -> None:
    data = damaged(written.read_bytes())[kind]
    assert data != written.read_bytes()
    with pytest.raises(IntegrityFailure, match=r"[Ll]ine \d"):
        parse(data)


def test_ctrl_c_at_any_line_of_writing_leaves_a_chain_that_holds(tmp_path: Path) -> None:
    import sys
    from types import FrameType
    from typing import Any

    from calbench.execution import journalling

    def pressing(at: int) -> Any:
        """Raise KeyboardInterrupt at line number `at` that runs in the journal's module."""
        count = 0

        def trace(frame: FrameType, what: str, _: object) -> Any:
            nonlocal count
            if frame.f_code.co_filename != journalling.__file__:
                return None
            if what == "line":
                count += 1
                if count == at:
                    raise KeyboardInterrupt
            return trace

        return trace

    at, pressed = 0, True
    while pressed:
        at, path = at + 1, tmp_path / f"{at}.jsonl"
        with Journal(path, VirtualClock(datetime(2026, 1, 5, tzinfo=UTC))) as journal:
            journal.note("run_opened", {"plan": "0" * 64})
            before = sys.gettrace()
            sys.settrace(pressing(at))
            try:
                journal.note("step_started", {"step": "a"})
                pressed = False
            except KeyboardInterrupt:
                pressed = True
            finally:
                sys.settrace(before)
            journal.note(
                "run_closed", {"status": "STOPPED", "outputs": "no_source", "in_doubt": [], "partial": True}
            )
            events, head = parse(path.read_bytes())
            assert events[-1].type == "run_closed", at
            assert head == journal.head, at
            assert journal.ended, at
    assert at > 15
