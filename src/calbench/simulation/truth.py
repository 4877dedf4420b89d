"""The truth log: what really was, beside every reading. No driver can reach it."""

from __future__ import annotations

from bisect import insort_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple, overload

_time = itemgetter(0)


class Truth(NamedTuple):
    """One true value: simulated time in seconds, instrument, quantity such as "voltage", SI value."""

    time: float
    instrument: str
    quantity: str
    value: float


class TruthLog(Sequence[Truth]):
    """True values in order of simulated time, for equal times in the order in which they became known."""

    def __init__(self) -> None:
        # plain tuples: made and collected much faster, and there are three for each reading
        self._entries: list[tuple[float, str, str, float]] = []

    def add(self, time: float, instrument: str, quantity: str, value: float) -> None:
        """Add one true value; it may lie before others that are known already."""
        entries = self._entries
        if entries and entries[-1][0] > time:
            insort_right(entries, (time, instrument, quantity, value), key=_time)
        else:
            entries.append((time, instrument, quantity, value))

    def of(self, instrument: str, quantity: str | None = None) -> list[Truth]:
        """Give the entries of one instrument, of one quantity if it is named."""
        return [
            entry for entry in self if entry.instrument == instrument and quantity in (None, entry.quantity)
        ]

    @overload
    def __getitem__(self, index: int) -> Truth: ...
    @overload
    def __getitem__(self, index: slice) -> list[Truth]: ...
    def __getitem__(self, index: int | slice) -> Truth | list[Truth]:
        if isinstance(index, slice):
            return [Truth(*entry) for entry in self._entries[index]]
        return Truth(*self._entries[index])

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Truth]:
        return (Truth(*entry) for entry in self._entries)
