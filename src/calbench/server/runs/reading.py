"""Reading a journal for people and programs: a bounded part of it at a time, from whatever line on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from calbench.server.runs.journalfile import JournalFile

MOST = 500
"""Events of one answer."""
LOOKED_AT = 200_000
"""Lines that are looked at for one answer; then the caller asks again from where it stopped."""


@dataclass(frozen=True)
class Wanted:
    """Which events: of these types, at this point and position; empty for any."""

    types: frozenset[str] = frozenset()
    point: str = ""
    position: str = ""

    def fits(self, event: dict[str, Any]) -> bool:
        """Tell whether an event is one of these."""
        return (
            (not self.types or event["type"] in self.types)
            and (not self.point or event["point"] == self.point)
            and (not self.position or event["position"] == self.position)
        )


@dataclass(frozen=True)
class Part:
    """Events with the lines as they are written; `last` is the last line that was looked at."""

    events: list[tuple[dict[str, Any], str]]
    last: int


def after(journal: JournalFile, since: int, most: int, wanted: Wanted) -> Part:
    """Give the events after line `since` that are wanted, at most so many.

    Raises:
        OSError: The journal cannot be read.
        ValueError: A line is no JSON.
    """
    found: list[tuple[dict[str, Any], str]] = []
    last = min(max(since, 0), journal.lines)
    names = [f'"type":"{name}"}}'.encode() for name in wanted.types]
    for number, line in journal.again(last + 1, last + LOOKED_AT):
        last = number
        if names and not any(line.endswith(name) for name in names):
            continue
        event = json.loads(line)
        if wanted.fits(event):
            found.append((event, line.decode()))
            if len(found) >= most:
                break
    return Part(found, last)
