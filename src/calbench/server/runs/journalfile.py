"""Reading a journal that somebody else writes: whole lines only, each one once, and any of them again by number."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

from calbench.documents.journal import Event

AT_ONCE = 4 * 1024 * 1024
"""Bytes that are read at a time."""
_EXCHANGE = b'"type":"exchange"}'  # a canonical line ends with its type


class JournalFile:
    """A journal as far as it was read; remembers where each line begins (8 bytes a line), not what it says."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts = array("Q")
        self._end = 0

    @property
    def lines(self) -> int:
        """Number of lines read so far."""
        return len(self._starts)

    @property
    def grown(self) -> bool:
        """Whether there is more than was read."""
        try:
            return self._path.stat().st_size > self._end
        except OSError:  # the run has not begun to write
            return False

    def new_lines(self) -> list[bytes]:
        """Give the lines that were added since, at most `AT_ONCE` bytes of them; a line that is not whole waits.

        Raises:
            OSError: It cannot be read.
        """
        with self._path.open("rb") as file:
            file.seek(self._end)
            whole, found, _ = file.read(AT_ONCE).rpartition(b"\n")
        if not found:
            return []
        lines = whole.split(b"\n")
        for line in lines:
            self._starts.append(self._end)
            self._end += len(line) + 1
        return lines

    def again(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Give lines `first` to `last` (from 1, both included) once more, with their numbers."""
        first, last = max(1, first), min(last, self.lines)
        if first > last:
            return
        with self._path.open("rb") as file:
            file.seek(self._starts[first - 1])
            for number in range(first, last + 1):
                yield number, file.readline().rstrip(b"\n")


def is_exchange(line: bytes) -> bool:
    """Tell whether a line is one of the many that hold what was said to an instrument, without reading it."""
    return line.endswith(_EXCHANGE)


def event_of(line: bytes) -> Event:
    """Read a line; the chain is checked by `calbench verify`, not here.

    Raises:
        ValueError: It is no event.
    """
    return Event.model_validate_json(line)
