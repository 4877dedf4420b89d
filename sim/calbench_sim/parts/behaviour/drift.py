"""Slow movements that several kinds of instrument share: settling, and noise with a long memory."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
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
        self._rates = [2 * math.pi / period for period in self.PERIODS]
        self._phases = phases
        self._scale = math.sqrt(2 / len(self.PERIODS))

    def around(
        self, settling: Settling, rms: float, gain: float, offset: float
    ) -> Callable[[float, float], float]:
        """Give what gives the mean of an output from one time (s) to another.

        The output is a settling value with this noise (relative, `rms`), a gain error and an offset. The noise is
        that of the middle: its quickest part takes seconds. Every reading asks, so the sinusoids are written out.
        """
        scale, factor = self._scale, 1 + gain
        rate1, rate2, rate3, rate4, rate5, rate6 = self._rates
        phase1, phase2, phase3, phase4, phase5, phase6 = self._phases

        def mean(since: float, until: float) -> float:
            nominal = settling.target if since > settling.still_after else settling.mean(since, until)
            now = (since + until) / 2
            wander = scale * (
                sin(rate1 * now + phase1)
                + sin(rate2 * now + phase2)
                + sin(rate3 * now + phase3)
                + sin(rate4 * now + phase4)
                + sin(rate5 * now + phase5)
                + sin(rate6 * now + phase6)
            )
            return nominal * (factor + rms * wander) + offset

        return mean
