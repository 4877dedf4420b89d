"""The gate before each exchange: a verb takes effect there, and a deadline of making safe ends there."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from calbench.clock import Clock
from calbench.errors import LeaseLost, LinkTimeout
from calbench.execution.controlling import Control

ANSWER_WITHIN = 2.0
"""Seconds that an answer may take while outputs are made safe, if the driver does not say otherwise."""
SAFE_WITHIN = 2 * ANSWER_WITHIN
"""Seconds until a source must be made safe and read back, unless its driver says otherwise (`SAFE_WITHIN`)."""

HUNG = 60.0
"""Seconds beyond its timeout after which an exchange counts as hanging."""


class Gate:
    """What every exchange of a run passes; there is one for all lines and for all threads that measure."""

    def __init__(self, control: Control, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._deadline = _Deadline()
        self._going_on: dict[int, float] = {}
        self.require_lease: Callable[[], None] = lambda: None
        """Called before each exchange; a lease that may be lost is looked at, and what is lost is told the control."""
        self.taken: set[str] = set()
        """Instruments that another run has leased since."""

    @property
    def overdue(self) -> float | None:
        """When the first exchange that is going on must be over, on the run's clock; None between exchanges.

        A heartbeat looks here whether the runner hangs.
        """
        return min(tuple(self._going_on.values()), default=None)

    def touch(self, what: str) -> None:
        """Let something pass that has no deadline of its own, like a device clear.

        Raises:
            StopWanted, HoldWanted: A person wants something else (`Control.at_exchange`).
            LeaseLost: Another run has the instrument that is being made safe.
        """
        self.require_lease()
        self._control.at_exchange()
        if self._deadline.instrument in self.taken:
            raise LeaseLost(f"another run has leased it before {what}")

    def exchange(self, what: str, timeout: float | None = None) -> _Passing:
        """Let one exchange pass, that may take `timeout` seconds (None: what its line says); it lasts a `with` block.

        Raises:
            StopWanted, HoldWanted, LeaseLost: As `touch`.
            LinkTimeout: The deadline is over.
        """
        self.touch(what)
        until, now = self._deadline.until, self._clock.monotonic()
        if until is not None and now >= until:
            raise LinkTimeout(f"the deadline for making safe was over before {what}")
        return _Passing(self._going_on, now + (timeout or 0.0) + HUNG)

    def capped(self, timeout: float | None) -> float | None:
        """Give the timeout that an answer may have: the one that is asked for, or what the deadline leaves."""
        until = self._deadline.until
        if until is None:
            return timeout
        left = max(until - self._clock.monotonic(), 0.001)
        return min(ANSWER_WITHIN if timeout is None else timeout, left)

    @contextlib.contextmanager
    def within(self, seconds: float, instrument: str) -> Iterator[None]:
        """Set a deadline for all exchanges of a block with an instrument, in this thread.

        No verb breaks it off, a lost lease does.
        """
        before, self._deadline.until = self._deadline.until, self._clock.monotonic() + seconds
        self._deadline.instrument = instrument
        try:
            with self._control.exempt():
                yield
        finally:
            self._deadline.until, self._deadline.instrument = before, ""


class _Passing:
    """An exchange that is going on, known by its thread; a class, as every exchange pays for its `with`."""

    __slots__ = ("_going_on", "_mine", "_over")

    def __init__(self, going_on: dict[int, float], over: float) -> None:
        self._going_on, self._over = going_on, over
        self._mine = threading.get_ident()

    def __enter__(self) -> None:
        self._going_on[self._mine] = self._over

    def __exit__(self, *_raised: object) -> None:
        self._going_on.pop(self._mine, None)


class _Deadline(threading.local):
    """When the outputs must be safe and which instrument is being made so, in the thread that does it."""

    until: float | None = None
    instrument = ""
