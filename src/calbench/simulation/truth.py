"""The truth log: what really was, beside every reading. No driver can reach it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, overload


class Truth(NamedTuple):
    """One true value: simulated time in seconds, instrument, quantity such as "voltage", SI value."""

    time: float
    instrument: str
    quantity: str
    value: float


class TruthLog(Sequence[Truth]):
    """True values in order of simulated time, for equal times in the order in which they became known."""

    def __init__(self) -> None:
        self._entries: list[Truth] = []
        self._new: list[Any] = []  # field behind field: a tuple for each keeps the garbage collector busy
        self._latest: dict[tuple[str, str], float] = {}
        self._looked = 0  # so many of the new fields are among the latest
        self.add: Callable[[tuple[float, str, str, float]], None] = self._new.extend
        """Add one true value, written as the four fields of `Truth`; it may lie before others. Three come with each
        reading, so this is a list's own method, and the entries are put in order when somebody looks."""

    def of(self, instrument: str, quantity: str | None = None) -> list[Truth]:
        """Give the entries of one instrument, of one quantity if it is named."""
        return [
            entry for entry in self if entry.instrument == instrument and quantity in (None, entry.quantity)
        ]

    def latest(self, instrument: str, quantity: str) -> float | None:
        """Give the value that became known last, whatever its time; None if there is none.

        Quick right behind a reading: it looks at each entry once, and puts nothing in order.
        """
        self._look()
        return self._latest.get((instrument, quantity))

    def _look(self) -> None:
        new = self._new
        end = len(new)  # another thread may add meanwhile
        for place in range(self._looked, end, 4):
            self._latest[new[place + 1], new[place + 2]] = new[place + 3]
        self._looked = end

    def _ordered(self) -> list[Truth]:
        if self._new:
            self._look()
            fields = self._new[: self._looked]
            del self._new[: self._looked]
            self._looked = 0
            each = iter(fields)
            self._entries += map(Truth._make, zip(each, each, each, each, strict=True))
            self._entries.sort(key=itemgetter(0))
        return self._entries

    @overload
    def __getitem__(self, index: int) -> Truth: ...
    @overload
    def __getitem__(self, index: slice) -> list[Truth]: ...
    def __getitem__(self, index: int | slice) -> Truth | list[Truth]:
        return self._ordered()[index]

    def __len__(self) -> int:
        return len(self._ordered())

    def __iter__(self) -> Iterator[Truth]:
        return iter(self._ordered())
