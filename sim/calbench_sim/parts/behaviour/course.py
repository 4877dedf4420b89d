"""How a regulated quantity moves, such as a pressure or a temperature: at a rate, then ever slower to its target."""

from __future__ import annotations

import math


class Course:
    """A quantity, in any unit, as a function of time (s), continuous in value.

    It ramps at the rate that is set until it is one time constant from its target, and then nears it exponentially.
    """

    def __init__(self, value: float) -> None:
        self._start = self.target = value
        self._since = self._ramp = 0.0
        self._rate = self._time_constant = 1.0
        self._left = 0.0

    def go(self, target: float, now: float, rate: float, time_constant: float) -> None:
        """Leave for `target` at `now`, at most at `rate` (per second; infinite: exponential all the way)."""
        self._start, self.target = self.at(now), target
        self._since, self._rate, self._time_constant = now, rate, time_constant
        distance = abs(target - self._start)
        self._left = min(distance, rate * time_constant)
        self._ramp = (distance - self._left) / rate if rate < math.inf else 0.0

    def at(self, now: float) -> float:
        """Give the value at time `now`."""
        elapsed = max(0.0, now - self._since)
        sign = math.copysign(1.0, self.target - self._start)
        if elapsed < self._ramp:
            return self._start + sign * self._rate * elapsed
        return self.target - sign * self._left * math.exp(-(elapsed - self._ramp) / self._time_constant)

    def rate(self, now: float) -> float:
        """Give the rate of change per second at time `now`."""
        elapsed = max(0.0, now - self._since)
        sign = math.copysign(1.0, self.target - self._start)
        if elapsed < self._ramp:
            return sign * self._rate
        left = self._left * math.exp(-(elapsed - self._ramp) / self._time_constant)
        return sign * left / self._time_constant

    def within(self, goal: float, band: float) -> float:
        """Give the time (s) from which it stays within `band` of `goal`; infinite if it never does."""
        allowed = band - abs(self.target - goal)
        if allowed <= 0:
            return math.inf
        distance = abs(self.target - self._start)
        if distance <= allowed:
            return self._since
        if allowed >= self._left:
            return self._since + (distance - allowed) / self._rate
        return self._since + self._ramp + self._time_constant * math.log(self._left / allowed)
