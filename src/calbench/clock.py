"""Clocks: the only place where time is read or waited for.

Everything that waits is handed a clock. A real clock waits; a virtual clock runs the events that are due
on the way and jumps. Drivers and procedures cannot tell which one they have.
"""

from __future__ import annotations

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from calbench.baton import Baton, Failures, Pressed, Work, run_threads


class Clock(Protocol):
    """What may be asked of time."""

    def monotonic(self) -> float:
        """Give seconds since an arbitrary start; never goes back."""

    def utc(self) -> datetime:
        """Give the time of day, with time zone UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait. Zero or negative seconds do not wait."""


class EventClock(Clock, Protocol):
    """A clock that also runs events: what a simulated world lives on."""

    def call_at(self, when: float, event: Callable[[], None]) -> None:
        """Run `event` at time `when` (seconds, as `monotonic`); the past means at the next chance."""

    def wait_until(self, reached: Callable[[], bool], deadline: float) -> bool:
        """Run due events and wait until `reached()` holds or the deadline is there; tell which."""

    def jump(self, when: float, most: float) -> bool:
        """Be at time `when` at once, if this clock can; tell whether it was done or is past.

        It is not done if an event is due by then, or if it is more than `most` seconds ahead.
        """

    def run_due(self) -> float | None:
        """Run the events that are due by now; give the time of the next one, None if there is none."""

    def hold(self) -> AbstractContextManager[object]:
        """Keep other threads from running events within a `with` block; may be nested."""


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


def together(clock: Clock, works: Sequence[Work], pressed: Pressed) -> Failures:
    """Run works at the same time on a clock, each in a thread of its own, and come back when all have ended.

    On a virtual clock they take turns: one runs until it waits on the clock, then the one whose wait is over first.
    What takes each of them a second takes a second together, and the same works do the same in the same order.

    Args:
        clock: What they wait on.
        works: What is done; a work may not run others together in turn.
        pressed: Told of each Ctrl-C, which only the main thread gets; the works go on.

    Returns:
        What each work raised, None where it raised nothing.

    Raises:
        ValueError: Others run together on this virtual clock already.
    """
    if isinstance(clock, VirtualClock):
        return clock.run_together(works, pressed)
    return run_threads(works, pressed)


def give_way(clock: Clock, done: Callable[[], bool]) -> None:
    """Let what else runs `together` on a virtual clock, and can run now, do so first; until `done()` at most.

    So what is better done once for all of them, such as a flush to the disk, waits until the last of them needs it.
    """
    if isinstance(clock, VirtualClock):
        clock.give_way(done)
