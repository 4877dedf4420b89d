"""The truth log: what really was, beside every reading. No driver can reach it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload


class Truth(NamedTuple):
    """One true value: simulated time in seconds, instrument, quantity such as "voltage", SI value."""

    time: float
    instrument: str
    quantity: str
    value: float


class TruthLog(Sequence[Truth]):
    """Append-only list of true values, in order of simulated time."""

    def __init__(self) -> None:
        self._entries: list[Truth] = []

    def append(self, truth: Truth) -> None:
        """Add one true value at the end."""
        self._entries.append(truth)

    def of(self, instrument: str, quantity: str | None = None) -> list[Truth]:
        """Give the entries of one instrument, of one quantity if it is named."""
        return [
            entry
            for entry in self._entries
            if entry.instrument == instrument and quantity in (None, entry.quantity)
        ]

    @overload
    def __getitem__(self, index: int) -> Truth: ...
    @overload
    def __getitem__(self, index: slice) -> list[Truth]: ...
    def __getitem__(self, index: int | slice) -> Truth | list[Truth]:
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Truth]:
        return iter(self._entries)
