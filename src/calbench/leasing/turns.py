"""Taking turns within one process: threads that each need several resources, one after the other and in fairness."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

LOOK_AGAIN = 0.25  # real seconds: so that a stop, and Ctrl-C on every system, is noticed


class Leasing(Protocol):
    """What a point asks for before it touches what others use too."""

    def together(self, resources: Iterable[str]) -> AbstractContextManager[None]:
        """Have all of these for a `with` block, or wait until all are free; none is held while others are awaited.

        Raises:
            ValueError: This thread has some already: a point takes all that it needs at once.
        """


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A place in the queue; two with the same wishes are two places."""

    wanted: frozenset[str]


class Turns:
    """`Leasing` between threads, for a simulated run or within a run that has leased them from other processes.

    Who came first is served first: a later one passes only where nobody before it waits for what it wants. So nobody
    starves. Nobody holds one resource and waits for another, so nobody waits for ever.

    Args:
        look: Called while one waits; raises to break the waiting off.
    """

    def __init__(self, look: Callable[[], None] = lambda: None) -> None:
        self._look = look
        self._changed = threading.Condition()
        self._held: dict[str, int] = {}
        self._queue: list[_Waiting] = []

    @contextlib.contextmanager
    def together(self, resources: Iterable[str]) -> Iterator[None]:
        """Have all of these; see `Leasing`."""
        place, thread = _Waiting(frozenset(resources)), threading.get_ident()
        with self._changed:
            if thread in self._held.values():
                raise ValueError("This thread has resources already: take all that a point needs together.")
            self._queue.append(place)
            try:
                while not self._turn(place):
                    self._changed.wait(LOOK_AGAIN)
                    self._look()
                self._held |= dict.fromkeys(place.wanted, thread)
            finally:
                self._queue.remove(place)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                for one in place.wanted:
                    del self._held[one]
                self._changed.notify_all()

    def _turn(self, place: _Waiting) -> bool:
        before = self._queue[: self._queue.index(place)]
        return place.wanted.isdisjoint(self._held) and all(
            place.wanted.isdisjoint(one.wanted) for one in before
        )
