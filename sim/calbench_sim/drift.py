"""Slow movements that several kinds of instrument share: settling, and noise with a long memory."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from math import sin


class Settling:
    """A quantity that approaches each new target exponentially.

    It counts as settled after the settling time; then `exp(-16)`, about 0.1 ppm of the step, is left.
    """

    TIME_CONSTANTS = 16.0
    FORGOTTEN = 4.0
    """So many settling times after a step, less than 1e-27 of it is left: nothing that a float could show."""

    def __init__(self, value: float) -> None:
        self._start = self.target = value
        self._since = 0.0
        self._time = 0.0
        self.still_after = -math.inf
        """Time (s) after which nothing is left of the step: it is at `target`."""

    def go(self, target: float, now: float, time: float) -> None:
        """Leave for `target` at time `now` (s); settled after `time` (s), 0 for at once."""
        self._start, self.target = self.at(now), target
        self._since, self._time = now, time
        self.still_after = now + self.FORGOTTEN * time if time > 0 else -math.inf

    def at(self, now: float) -> float:
        """Give the value at time `now` (s)."""
        if self._time <= 0:
            return self.target
        elapsed = max(0.0, now - self._since)
        return self.target + (self._start - self.target) * math.exp(
            -self.TIME_CONSTANTS * elapsed / self._time
        )

    def mean(self, since: float, until: float) -> float:
        """Give the mean from one time to another (s), none before the last `go`; equal for the value then."""
        if since > self.still_after:
            return self.target
        if until <= since:
            return self.at(until)
        rate = self.TIME_CONSTANTS / self._time
        left = math.exp(-rate * max(0.0, since - self._since)) - math.exp(-rate * (until - self._since))
        return self.target + (self._start - self.target) * left / (rate * (until - since))

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
        phases = [rng.uniform(0.0, 2 * math.pi) for _ in self.PERIODS]
        self.at = self._sum([2 * math.pi / period for period in self.PERIODS], phases)
        """Gives the noise at a time (s), dimensionless."""

    @classmethod
    def _sum(cls, rates: Sequence[float], phases: Sequence[float]) -> Callable[[float], float]:
        """Write the sinusoids out: every reading asks for their sum."""
        scale = math.sqrt(2 / len(cls.PERIODS))
        rate1, rate2, rate3, rate4, rate5, rate6 = rates
        phase1, phase2, phase3, phase4, phase5, phase6 = phases

        def at(now: float) -> float:
            return scale * (
                sin(rate1 * now + phase1)
                + sin(rate2 * now + phase2)
                + sin(rate3 * now + phase3)
                + sin(rate4 * now + phase4)
                + sin(rate5 * now + phase5)
                + sin(rate6 * now + phase6)
            )

        return at
