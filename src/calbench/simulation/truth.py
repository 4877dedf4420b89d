"""The truth log: what really was, beside every reading. No driver can reach it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple, overload


class Truth(NamedTuple):
    """One true value: simulated time in seconds, instrument, quantity such as "voltage", SI value."""

    time: float
    instrument: str
    quantity: str
    value: float


class TruthLog(Sequence[Truth]):
    """True values in order of simulated time, for equal times in the order in which they became known."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, str, str, float]] = []
        self._sorted = 0
        self.add = self._entries.append
        """Add one true value, written as the four fields of `Truth`; it may lie before others. Three come with each
        reading, so this is a list's own method, and the entries are put in order when somebody looks."""

    def of(self, instrument: str, quantity: str | None = None) -> list[Truth]:
        """Give the entries of one instrument, of one quantity if it is named."""
        return [
            entry for entry in self if entry.instrument == instrument and quantity in (None, entry.quantity)
        ]

    def _ordered(self) -> list[tuple[float, str, str, float]]:
        if self._sorted != len(self._entries):
            self._entries.sort(key=itemgetter(0))
            self._sorted = len(self._entries)
        return self._entries

    @overload
    def __getitem__(self, index: int) -> Truth: ...
    @overload
    def __getitem__(self, index: slice) -> list[Truth]: ...
    def __getitem__(self, index: int | slice) -> Truth | list[Truth]:
        if isinstance(index, slice):
            return [Truth(*entry) for entry in self._ordered()[index]]
        return Truth(*self._ordered()[index])

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Truth]:
        return (Truth(*entry) for entry in self._ordered())
