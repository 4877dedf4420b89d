"""The clock that jumps: simulated time."""

from __future__ import annotations

import heapq
import itertools
import math
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from calbench.clock.baton import Baton, Failures, Pressed, Work


class VirtualClock:
    """Simulated time: it stands still until somebody waits, then jumps from event to event.

    Safe to share between the thread that runs a procedure and the threads that serve simulated
    instruments on sockets; events run in order of time, then of scheduling. What runs `together` on it takes turns.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError(f"A virtual clock starts at a time with a time zone; {start} has none. Add UTC.")
        self._start = start.astimezone(UTC)
        self._now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._lock = threading.RLock()
        self._baton: Baton | None = None

    def monotonic(self) -> float:
        """Give simulated seconds since the start."""
        return self._now

    def utc(self) -> datetime:
        """Give the simulated time of day, to the microsecond."""
        return self._start + timedelta(seconds=round(self._now, 6))

    def sleep(self, seconds: float) -> None:
        """Run what is due within the next `seconds`, then jump there."""
        if seconds > 0:
            self._wait(None, self._now + seconds)

    def call_at(self, when: float, event: Callable[[], None]) -> None:
        """Run `event` at simulated time `when` (seconds, as `monotonic`); the past means now."""
        with self._lock:
            heapq.heappush(self._events, (max(when, self._now), next(self._order), event))

    def wait_until(self, reached: Callable[[], bool], deadline: float) -> bool:
        """Run due events and jump until `reached()` holds or the deadline is there; tell which."""
        return self._wait(reached, deadline)

    def _wait(self, reached: Callable[[], bool] | None, deadline: float) -> bool:
        with self._lock:
            baton = self._baton
            if baton is not None and (lane := baton.mine()) is not None:
                return baton.wait(lane, reached, deadline)
            while reached is None or not reached():
                if not self.run_next(deadline):
                    self.advance(deadline)
                    return reached is not None and reached()
            return True

    def give_way(self, done: Callable[[], bool]) -> None:
        """Let what runs together and can run now do so first, unless `done()` holds before; no time passes."""
        with self._lock:
            if self._baton is not None and (lane := self._baton.mine()) is not None:
                self._baton.wait(lane, done, self._now, patient=True)

    def run_next(self, limit: float) -> bool:
        """Run the first event if it is due by `limit`; tell whether one was."""
        if not self._events or self._events[0][0] > limit:
            return False
        when, _, event = heapq.heappop(self._events)
        self.advance(when)
        event()
        return True

    def advance(self, when: float) -> None:
        """Be at time `when`, if that is ahead; no event may be due by then."""
        self._now = max(self._now, when)

    def run_together(self, works: Sequence[Work], pressed: Pressed) -> Failures:
        """Run works in threads that take turns: see `together`."""
        with self._lock:
            if self._baton is not None:
                raise ValueError("what runs together on a clock runs nothing together on it in turn")
            self._baton = baton = Baton(works, self, self._lock)
        try:
            return baton.run(pressed)
        finally:
            self._baton = None

    def jump(self, when: float, most: float) -> bool:
        """Jump to time `when`, unless an event is due by then or it is more than `most` seconds ahead; tell which."""
        lock = self._lock
        lock.acquire()  # a `with` would take half of the time of this method
        try:
            events = self._events
            if events and events[0][0] <= when:
                return False
            if when > self._now:
                if when > self._now + most:
                    return False
                if self._baton is not None and self._baton.mine() and self._baton.next_wait() <= when:
                    return False
                self._now = when
            return True
        finally:
            lock.release()

    def run_due(self) -> float | None:
        """Run the events that are due by now; give the time of the next one, None if there is none."""
        with self._lock:
            while self._events and self._events[0][0] <= self._now:
                heapq.heappop(self._events)[2]()
            following = self._events[0][0] if self._events else math.inf
            if self._baton is not None and self._baton.mine():
                following = min(following, max(self._baton.next_wait(), self._now))
            return following if following < math.inf else None

    def hold(self) -> AbstractContextManager[object]:
        """Keep other threads from moving time and running events within a `with` block; nests."""
        return self._lock
