"""What the end of a journal says of its run; the chain is not followed, which is for `calbench verify`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from calbench.archive.rows import OPEN
from calbench.documents.canonical import sha256
from calbench.documents.journal import Event, event_of
from calbench.errors import IntegrityFailure

_END = 65_536  # bytes in which the last line lies, or all of the journal is read
_FIRST = 65_536
_CLOSED, _RESUMED, _CLEARED = (
    b'"type":"' + name + b'"' for name in (b"run_closed", b"run_resumed", b"cleared")
)  # in canonical JSON no text can hold these bytes: its quotation marks are escaped


@dataclass(frozen=True)
class Told:
    """What a journal tells: `status` as the run closed, or OPEN; `interruptions` are counted elsewhere."""

    status: str = OPEN
    started: str = ""
    ended: str = ""
    outputs: str = "unknown"
    cleared: bool = False
    interruptions: int = 0
    head: str = ""
    lines: int = 0


def told_by(path: Path) -> Told:
    """Read the first and the last line of a journal, or all of it where they do not tell enough.

    Raises:
        IntegrityFailure: A line is not one of a journal.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        first = file.readline(_FIRST)
        file.seek(max(0, size - _END))
        end = file.read(_END)
    if not first.endswith(b"\n"):
        return Told()  # nothing in it counts yet
    opened = event_of(first[:-1], 1)
    whole = end[: end.rfind(b"\n")]
    last = whole[whole.rfind(b"\n") + 1 :]
    if size <= _END or b"\n" in whole:
        event = _last(last)
        if event.type == "run_closed":
            return _closed(event, opened, last)
    return _searched(path.read_bytes(), opened)


def resumed_in(path: Path) -> int:
    """Count how often a run was gone on with, by its journal."""
    return path.read_bytes().count(_RESUMED)


def guard_found(path: Path) -> str:
    """Give what the guard found last of the outputs, by its file; `unknown` if it says nothing."""
    found = "unknown"
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        if b'"did":"acted"' in line:
            found = str(event_of(line, number).body.get("outputs", "unknown"))
    return found


def _last(line: bytes) -> Event:
    number = line[line.rfind(b'"seq":') + 6 :].split(b",", 1)[0]
    if not number.isdigit():
        raise IntegrityFailure("The last line of the journal is not an event.")
    return event_of(line, int(number))


def _closed(event: Event, opened: Event, last: bytes) -> Told:
    return Told(
        status=str(event.body["status"]),
        started=opened.t_utc,
        ended=event.t_utc,
        outputs=str(event.body["outputs"]),
        head=sha256(last),
        lines=event.seq,
    )


def _searched(data: bytes, opened: Event) -> Told:
    lines = data.split(b"\n")[:-1]
    event = _last(lines[-1])
    closed = max((at for at, line in enumerate(lines) if _CLOSED in line), default=-1)
    resumed = [at for at, line in enumerate(lines) if _RESUMED in line]
    head, number = sha256(lines[-1]), len(lines)
    if event.seq != number:
        raise IntegrityFailure(
            f"The journal has {number} lines, but its last one has the number {event.seq}."
        )
    if closed <= max(resumed, default=-1):
        return Told(started=opened.t_utc, head=head, lines=number)
    end = event_of(lines[closed], closed + 1)
    return Told(
        status=str(end.body["status"]),
        started=opened.t_utc,
        ended=end.t_utc,
        outputs=str(end.body["outputs"]),
        cleared=any(_CLEARED in line for line in lines[closed:]),
        head=head,
        lines=number,
    )
