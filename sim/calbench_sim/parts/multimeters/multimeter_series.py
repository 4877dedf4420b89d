"""Readings of a multimeter that are under way: each is the mean of the input over its integration time.

Nothing is scheduled: what is at the input between two changes is known for any time in between, so a reading is
made when somebody asks for it, and before each change (`Terminal.watch`) the part up to then is put away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from calbench.simulation.electrical import Mean

INSTANT: Final = 1e-9
"""Times (s) that differ by less are the same: they come from different sums."""

Seen = tuple[float, float | None]
"""What was at the input: voltage (V) and resistance (Ohm, None for open)."""
Read = Callable[[Seen, float], float]
"""Makes a reading of that, integrated until a time (s)."""


class Series:
    """A number of readings, one after the other.

    Args:
        count: how many.
        start: time (s) at which the first one starts, with the delay.
        delay: time (s) before the first integration.
        integration: how long (s) the input is integrated for each.
        each: time (s) from one reading to the next: delay, integration and the measurement of the zero.
        look: gives what was at the input.
        read: makes a reading of that.

    Attributes:
        readings: those that are made.
        left: how many are still to come.
        finish: when the last one is finished.
    """

    __slots__ = (
        "_delay",
        "_each",
        "_from",
        "_integration",
        "_look",
        "_parts",
        "_read",
        "_until",
        "finish",
        "left",
        "readings",
    )

    def __init__(
        self,
        count: int,
        start: float,
        delay: float,
        integration: float,
        each: float,
        look: Mean,
        read: Read,
    ) -> None:
        self.readings: list[float] = []
        begin = start + delay
        self.finish = begin - delay + each * count
        self.left = count
        self._delay = delay
        self._from = begin
        self._until = begin + integration
        self._integration = integration
        self._each = each
        self._look = look
        self._read = read
        self._parts: list[tuple[float, Seen]] | None = None

    def advance(self, now: float) -> None:
        """Make the readings whose integration is over at time `now` (s)."""
        while self.left and self._until <= now + INSTANT:
            until = self._until
            seen = self._look(self._from, until)
            if self._parts is not None:
                seen = _mean([*self._parts, (until - self._from, seen)])
                self._parts = None
            self.left -= 1
            self._until = until + self._each
            self._from = self._until - self._integration
            self.readings.append(self._read(seen, until))

    def again(self, now: float) -> float:
        """Start one new reading at time `now` (s) in place of a finished one; give when it is finished."""
        self.readings = []
        self.left = 1
        delay = self._delay
        self._from = begin = now + delay
        self._until = begin + self._integration
        self.finish = finish = begin - delay + self._each
        return now + (finish - now)  # as the trigger system counts

    def note(self, now: float) -> None:
        """Put away what was at the input until `now` (s): it is about to change."""
        self.advance(now)
        if self.left and now > self._from:
            part = now - self._from, self._look(self._from, now)
            self._parts = [part] if self._parts is None else [*self._parts, part]
            self._from = now

    def so_far(self, now: float) -> tuple[float, float]:
        """Give the mean of what was there (its first value) in the reading under way, and its duration (s)."""
        parts = self._parts or []
        since = self._from - sum(span for span, _ in parts)
        if now <= self._from:
            return (_mean(parts)[0], now - since) if parts else (0.0, 0.0)
        return _mean([*parts, (now - self._from, self._look(self._from, now))])[0], now - since

    def stop(self, now: float) -> None:
        """Give up the readings that are not finished at time `now` (s)."""
        self.advance(now)
        self.left = 0
        self.finish = min(self.finish, now)

    def single(self) -> float:
        """Give the reading of a series of one; asked when it is finished."""
        if self.left and self._parts is None:  # as `advance`, for the usual case
            until = self._until
            value = self._read(self._look(self._from, until), until)
            self.left = 0
            self.readings.append(value)
            return value
        self.advance(math.inf)
        return self.readings[0]

    def text(self, first: int = 0) -> str:
        """Give the readings as `READ?` does, from number `first` on; asked when all of them are finished."""
        self.advance(math.inf)
        return ",".join([f"{value:+.8E}" for value in self.readings[first:]])


def _mean(parts: Sequence[tuple[float, Seen]]) -> Seen:
    """Give the mean of what was there for so many seconds each; open for a while is open."""
    total = sum(span for span, _ in parts)
    voltage = sum(span * volts for span, (volts, _) in parts) / total
    if any(ohms is None for _, (_, ohms) in parts):
        return voltage, None
    return voltage, sum(span * (ohms or 0.0) for span, (_, ohms) in parts) / total
