"""The rising edges that a pulse input counts of a wave: one that goes on, or comes in bursts; at each past time."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

from calbench.clock import Clock

_ALMOST = 1e-6  # cycles: what is nearer to a whole number than that is one, but for the arithmetic of floating point


@dataclass(frozen=True, slots=True)
class Course:
    """How a wave goes on from its begin. Its rising edges lie at whole cycles.

    Attributes:
        rate: cycles in a second; 0 for what stands still.
        start: where in a cycle it begins, and stands before and after a burst; 0 up to, not with, 1.
        high: share (1) of a cycle that is high, from its begin.
        cycles: whole number of them in a burst; infinite for a wave that goes on.
        period: s from the begin of a burst to that of the next; infinite for a single one.
    """

    rate: float = 0.0
    start: float = 0.0
    high: float = 0.0
    cycles: float = math.inf
    period: float = math.inf

    def at(self, seconds: float) -> float:
        """Give where it is so long after its begin, in cycles: the whole part is the number of rising edges since."""
        if self.rate <= 0:
            return self.start
        bursts = 0
        if math.isfinite(self.period):
            bursts = math.floor(seconds / self.period + _ALMOST)
            seconds = max(0.0, seconds - bursts * self.period)
        done = self.cycles if self.rate * seconds > self.cycles - _ALMOST else self.rate * seconds
        place = self.start + done + (bursts * self.cycles if bursts else 0.0)
        return float(round(place)) if abs(place - round(place)) < _ALMOST else place

    def is_high(self, seconds: float) -> bool:
        """Tell whether the wave is at its high level so long after its begin."""
        return self.at(seconds) % 1.0 < self.high

    @property
    def lasts(self) -> float:
        """The time (s) that a single burst takes; infinite for what does not end by itself, 0 for what stands still."""
        if self.rate <= 0:
            return 0.0
        return self.cycles / self.rate if math.isinf(self.period) else math.inf


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A time without changes: its begin (s), the course, how long that went before, and whether it is heard."""

    since: float
    course: Course
    before: float
    heard: bool
    seen: bool  # whether there is something that could be counted at all
    counted: float  # edges at its begin
    offset: float  # from the place in the course to the count

    def count(self, when: float) -> float:
        if not self.heard:
            return self.counted
        return max(self.counted, self.offset + self.course.at(self.before + max(0.0, when - self.since)))

    def is_high(self, when: float) -> bool:
        return self.heard and self.course.is_high(self.before + max(0.0, when - self.since))


class PulseTrain:
    """Counts the rising edges at a terminal: those of the wave, and those that come of a change.

    Args:
        clock: the clock of the world.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._times = [clock.monotonic()]
        nothing = _Stretch(self._times[0], Course(), 0.0, heard=False, seen=True, counted=0.0, offset=0.0)
        self._stretches = [nothing]

    def count(self, when: float) -> float | None:
        """Give the edges up to a time (seconds of the clock, not in the future); None while nothing is to be seen.

        The count never falls. Rounded down it is the number of edges; between two of them it rises with the wave.
        """
        found = self._stretches[max(0, bisect_right(self._times, when) - 1)]
        return found.count(when) if found.seen else None

    def left(self) -> float:
        """Give the time (s) until the burst is over; 0 if there is none, infinite for what does not end by itself."""
        last = self._stretches[-1]
        if math.isinf(last.course.lasts):
            return math.inf
        left = last.course.lasts - self._gone()
        return left if left * last.course.rate > _ALMOST else 0.0

    def place(self) -> float:
        """Give where in its cycle the wave is now: 0 up to, not with, 1."""
        return self._stretches[-1].course.at(self._gone()) % 1.0

    def go(self, course: Course) -> None:
        """Let the wave go on so from now on, from the begin of the course."""
        last = self._stretches[-1]
        self._change(course, 0.0, heard=last.heard, seen=last.seen)

    def hear(self, *, heard: bool, seen: bool) -> None:
        """Have the wave heard at the terminal or not, and what stands still there seen or not; it goes on meanwhile."""
        last = self._stretches[-1]
        if (heard, seen) != (last.heard, last.seen):
            self._change(last.course, self._gone(), heard=heard, seen=seen)

    def _gone(self) -> float:
        last = self._stretches[-1]
        return last.before + self._clock.monotonic() - last.since

    def _change(self, course: Course, before: float, *, heard: bool, seen: bool) -> None:
        now, last = self._clock.monotonic(), self._stretches[-1]
        counted = last.count(now)
        if heard and course.is_high(before) and not last.is_high(now):
            counted = math.floor(counted) + 1.0
        offset = math.floor(counted) - math.floor(course.at(before))
        self._times.append(now)
        self._stretches.append(_Stretch(now, course, before, heard, seen, counted, float(offset)))
