"""Comparing the energy that a meter's pulses stand for with the energy that a reference meter has seen meanwhile."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

from calbench.clock import Clock
from calbench.simulation.bench import Bench
from calbench.simulation.electrical import Terminal

_JOULE_PER_KWH = 3.6e6


class Progress(NamedTuple):
    """How far a comparison is: share of the pulses (1), energy seen (J), and the error (1) of the last that is done."""

    share: float
    energy: float
    error: float | None


class EnergyComparison:
    """Opens at the first pulse after the start, and closes after so many pulses: once, or if `repeats` again and again.

    The rate of the pulses is taken as constant from change to change (`Terminal.change`), so that the time of each
    pulse is known exactly, however seldom anybody asks.

    Args:
        clock: the clock of the world.
        terminal: where `pulses` are received.
        energy: gives the energy (J) that the reference has seen up to a time (seconds of the clock).
    """

    def __init__(self, clock: Clock, terminal: Terminal, energy: Callable[[float], float]) -> None:
        self._clock = clock
        self._terminal = terminal
        self._energy = energy
        self._times: list[float] = []
        self._counts: list[float] = []
        self._per_joule = 0.0
        self._pulses = 0
        self.repeats = False
        terminal.watch(self._note)

    def start(self, constant: float, pulses: int, *, repeats: bool) -> None:
        """Begin.

        Args:
            constant: pulses per kilowatt-hour of the meter.
            pulses: how many a comparison takes, at least 1.
            repeats: whether the next one begins with the last pulse of the one before.
        """
        self._per_joule, self._pulses, self.repeats = constant / _JOULE_PER_KWH, pulses, repeats
        self._times, self._counts = [], []
        self._note()

    def stop(self) -> None:
        """Give up."""
        self._pulses = 0

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped; also when it is done."""
        return self._pulses > 0

    def progress(self) -> Progress:
        """Give how far it is now."""
        done = self.done()
        first = math.floor(self._counts[0]) + 1
        error = self._error(first + (done - 1) * self._pulses) if done else None
        if done and not self.repeats:
            return Progress(1.0, self._between(first, first + self._pulses), error)
        begin = first + done * self._pulses
        if self._counts[-1] < begin:
            return Progress(0.0, 0.0, error)
        seen = self._energy(self._times[-1]) - self._energy(self._time_of(begin))
        return Progress((self._counts[-1] - begin) / self._pulses, seen, error)

    def done(self) -> int:
        """Give how many comparisons are done now; it must be running."""
        self._note()
        first, last = math.floor(self._counts[0]) + 1, math.floor(self._counts[-1])
        done = max(0, (last - first) // self._pulses)
        return done if self.repeats else min(done, 1)

    def _error(self, first: int) -> float:
        """Give (meter − reference) / reference of one comparison that is done; infinite if nothing was seen."""
        seen = self._between(first, first + self._pulses)
        return self._pulses / self._per_joule / seen - 1 if seen else math.inf

    def _between(self, first: int, last: int) -> float:
        return self._energy(self._time_of(last)) - self._energy(self._time_of(first))

    def _time_of(self, pulse: int) -> float:
        """Give the time (s) at which the count reached a whole number, which it has."""
        index = max(1, bisect_left(self._counts, pulse))
        before, after = self._counts[index - 1], self._counts[index]
        start, end = self._times[index - 1], self._times[index]
        return start + (end - start) * (pulse - before) / (after - before)

    def _note(self) -> None:
        """Keep the count of now: its rate is about to change."""
        if not self.running:
            return
        count = self._terminal.received("pulses")
        last = self._counts[-1] if self._counts else 0.0
        self._times.append(self._clock.monotonic())
        self._counts.append(max(last, count) if isinstance(count, float) else last)


def told(bench: Bench, error: float, reference: str) -> float:
    """Give the error (1) that is told of a meter, for one that was compared.

    Truth: `error` (%), as it is told but for rounding, and `energy.error` (%), the true error of the meter.

    Args:
        bench: of the instrument that tells it.
        error: as the comparison found it, with the error of its reference.
        reference: name of the reference meter in the world.
    """
    true = (1 + error) * (1 + (bench.log.latest(reference, "power.error") or 0.0)) - 1
    decided = None if bench.deviation is None else bench.deviation("energy.error", true, 0.0)
    found = (
        error if decided is None else true - decided
    )  # a deviation is that of the true value from what is shown
    bench.truth("error", 100 * found)
    bench.truth("energy.error", 100 * true)
    return found
