"""Owning: what several units share is used by one at a time; who needs several things takes all of them at once."""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterable, Iterator

from calbench.clock import Clock, RealClock, VirtualClock


class Owners:
    """Who has what, within one run.

    Nobody holds one thing while waiting for another, so nobody waits for ever.

    Args:
        clock: That of the run: who waits for a thing waits on it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: set[str] = set()

    @contextlib.contextmanager
    def together(self, names: Iterable[str]) -> Iterator[None]:
        """Have all these things for the time of a block; wait until all of them are free.

        Raises:
            TypeError: They are not free, and the clock is none that can be waited on.
        """
        wanted = set(names)
        while not self._take(wanted):
            self._wait(wanted)
        try:
            yield
        finally:
            with self._lock:
                self._taken -= wanted
            if isinstance(self._clock, RealClock):
                self._clock.call_at(self._clock.monotonic(), lambda: None)  # who waits looks again

    def _take(self, wanted: set[str]) -> bool:
        with self._lock:
            if self._taken & wanted:
                return False
            self._taken |= wanted
            return True

    def _wait(self, wanted: set[str]) -> None:
        if not isinstance(self._clock, (RealClock, VirtualClock)):
            raise TypeError(f"{', '.join(sorted(wanted))}: used already, and this clock cannot be waited on")
        self._clock.wait_until(lambda: not self._taken & wanted, math.inf)
