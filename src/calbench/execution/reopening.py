"""Taking up a journal again that a process left, with whatever it could not finish writing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from calbench.documents.canonical import sha256
from calbench.documents.journal import Event, parse


@dataclass(frozen=True)
class Tail:
    """What a journal holds: its events, number and hash of its last line, and a last line that was torn off.

    `torn` was never acknowledged: a line counts once it is whole and on the disk. It is kept in a file of its own.
    """

    events: tuple[Event, ...]
    head: str
    torn: bytes = b""
    kept_in: str = ""

    @property
    def after(self) -> tuple[int, str]:
        """What `Journal` carries on from."""
        return len(self.events), self.head

    @property
    def told(self) -> dict[str, object]:
        """What the journal says of the torn line; empty if there was none."""
        if not self.torn:
            return {}
        return {"torn_line": {"file": self.kept_in, "bytes": len(self.torn), "sha256": sha256(self.torn)}}


def read_tail(path: Path) -> Tail:
    """Read a journal; nothing is changed.

    Raises:
        IntegrityFailure: A line that is whole is not what was written.
        OSError: It cannot be read.
    """
    data = path.read_bytes()
    whole, end, torn = data.rpartition(b"\n")
    events, head = parse(whole + end)
    return Tail(tuple(events), head, torn)


def take_up(path: Path) -> Tail:
    """Read a journal and put a torn last line aside, so that it can be carried on.

    Raises:
        IntegrityFailure: As `read_tail`.
        OSError: It cannot be read or written.
    """
    tail = read_tail(path)
    if not tail.torn:
        return tail
    kept = _free(path)
    with kept.open("xb") as file:
        file.write(tail.torn)
        file.flush()
        os.fsync(file.fileno())
    with path.open("r+b") as file:  # only when the line lies safely elsewhere
        file.truncate(path.stat().st_size - len(tail.torn))
        os.fsync(file.fileno())
    return Tail(tail.events, tail.head, tail.torn, kept.name)


def _free(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.stem}.torn-{number}")).exists():
        number += 1
    return kept
