"""Slow movements that several kinds of instrument share: settling, and noise with a long memory."""

from __future__ import annotations

import math
import random


class Settling:
    """A quantity that approaches each new target exponentially.

    It counts as settled after the settling time; then `exp(-16)`, about 0.1 ppm of the step, is left.
    """

    TIME_CONSTANTS = 16.0

    def __init__(self, value: float) -> None:
        self._start = self._target = value
        self._since = 0.0
        self._time = 0.0

    def go(self, target: float, now: float, time: float) -> None:
        """Leave for `target` at time `now` (s); settled after `time` (s), 0 for at once."""
        self._start, self._target = self.at(now), target
        self._since, self._time = now, time

    def at(self, now: float) -> float:
        """Give the value at time `now` (s)."""
        if self._time <= 0:
            return self._target
        elapsed = max(0.0, now - self._since)
        return self._target + (self._start - self._target) * math.exp(
            -self.TIME_CONSTANTS * elapsed / self._time
        )

    @property
    def settles_at(self) -> float:
        """The time (s) from which the value is within specification."""
        return self._since + self._time

    def settled(self, now: float) -> bool:
        """Tell whether the value is within specification at time `now` (s)."""
        return now >= self.settles_at


class SlowNoise:
    """Noise of unit rms as a function of time alone: asking more often does not change it.

    A sum of sinusoids with seeded phases and incommensurate periods from 7 s to about 40 min.
    """

    PERIODS = (7.3, 23.0, 71.0, 230.0, 760.0, 2410.0)

    def __init__(self, rng: random.Random) -> None:
        self._phases = [rng.uniform(0.0, 2 * math.pi) for _ in self.PERIODS]

    def at(self, now: float) -> float:
        """Give the noise at time `now` (s), dimensionless."""
        pairs = zip(self.PERIODS, self._phases, strict=True)
        total = sum(math.sin(2 * math.pi * now / period + phase) for period, phase in pairs)
        return total * math.sqrt(2 / len(self.PERIODS))
