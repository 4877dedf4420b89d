"""The clock that waits: the only module where the time of the machine is read."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime


class RealClock:
    """The clock of the machine.

    Its events run in whichever thread waits on it or asks for what is due, so a simulated world
    on a real clock needs no thread of its own.
    """

    def __init__(self) -> None:
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition(threading.RLock())

    def monotonic(self) -> float:
        """Give seconds of the machine's monotonic clock."""
        return time.monotonic()

    def utc(self) -> datetime:
        """Give the machine's time of day in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait in real time, running the events that fall due meanwhile."""
        if seconds > 0:
            self.wait_until(lambda: False, time.monotonic() + seconds)

    def call_at(self, when: float, event: Callable[[], None]) -> None:
        """Run `event` at time `when` (seconds, as `monotonic`); the past means at the next chance."""
        with self._changed:
            heapq.heappush(self._events, (when, next(self._order), event))
            self._changed.notify_all()

    def jump(self, when: float, most: float) -> bool:  # noqa: ARG002 - part of the protocol
        """Tell that this clock cannot: real time has to be waited for."""
        return False

    def run_due(self) -> float | None:
        """Run the events that are due by now; give the time of the next one, None if there is none."""
        with self._changed:
            while self._events and self._events[0][0] <= time.monotonic():
                heapq.heappop(self._events)[2]()
            return self._events[0][0] if self._events else None

    def hold(self) -> AbstractContextManager[object]:
        """Keep other threads from running events within a `with` block; may be nested."""
        return self._changed

    def wait_until(self, reached: Callable[[], bool], deadline: float) -> bool:
        """Wait in real time until `reached()` holds or the deadline is there; tell which."""
        with self._changed:
            while True:
                following = self.run_due()
                if reached():
                    return True
                left = min(deadline, following if following is not None else deadline) - time.monotonic()
                if deadline <= time.monotonic():
                    return False
                self._changed.wait(max(left, 0.0))
