"""What a client has asked for and may have to wait for: simulated time passes, or others have their turn."""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import inf
from typing import TYPE_CHECKING

from calbench.clock import EventClock

if TYPE_CHECKING:
    from calbench.simulation.connection import Connection

SLICE = 60.0
"""Simulated seconds that one client may have the clock moved by before others have their turn."""


class Wait:
    """What an errand waits for.

    Attributes:
        over: tells whether it is there.
        deadline: time of the clock at which the errand goes on without it.
        due: tells when it will be there, if that is known.
    """

    def __init__(
        self,
        over: Callable[[], bool],
        deadline: float,
        due: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.over = over
        self.deadline = deadline
        self.due = due


def reply_wait(
    connection: Connection, clock: EventClock, deadline: float, cut: Callable[[], bool] = lambda: False
) -> Wait:
    """Wait for a reply, the loss of the connection, or `cut`."""

    def over() -> bool:
        ready = connection.ready_at()
        return connection.lost or cut() or (ready is not None and ready <= clock.monotonic())

    return Wait(over, deadline, connection.ready_at)


class Errand:
    """Something for a client that may have to wait; it is written as a generator of waits."""

    def __init__(self, steps: Generator[Wait, None, None], clock: EventClock, *, virtual: bool) -> None:
        self._steps = steps
        self._clock = clock
        self._virtual = virtual
        self._wait: Wait | None = None

    def go(self) -> bool:
        """Go on as far as possible, moving simulated time by a `SLICE` at most; tell whether all is done."""
        start = self._clock.monotonic()
        while True:
            wait = self._wait
            if wait is not None and not self._reached(wait):
                if self._virtual and self._clock.monotonic() - start < SLICE:
                    self._jump(wait)
                if not self._reached(wait):
                    return False
            try:
                self._wait = next(self._steps)
            except StopIteration:
                return True

    def due(self) -> float | None:
        """Give when to go on at the latest."""
        if self._wait is None:
            return None
        known = self._wait.due()
        return min(self._wait.deadline, inf if known is None else known)

    def cancel(self) -> None:
        """Give up what is not done."""
        self._steps.close()

    def _reached(self, wait: Wait) -> bool:
        return wait.over() or self._clock.monotonic() >= wait.deadline

    def _jump(self, wait: Wait) -> None:
        before = wait.due()
        until = min(wait.deadline, self._clock.monotonic() + SLICE, inf if before is None else before)
        self._clock.wait_until(lambda: wait.over() or wait.due() != before, until)
