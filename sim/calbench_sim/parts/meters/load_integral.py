"""Integrals over time of what flows through an electricity meter, exact from change to change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from calbench.clock import Clock
from calbench.simulation.electrical import Terminal
from calbench.simulation.signals import Load

NOTHING = Load((), 0.0)
"""What flows where nothing is connected."""

Rate = Callable[[Load, float], tuple[float, ...]]
"""Gives what is integrated, for a load at a time (seconds of the clock)."""


def load_at(terminal: Terminal, when: float | None = None) -> Load:
    """Give the load that reaches a terminal at a time (seconds of the clock, not in the future) or now."""
    load = terminal.received("power", when)
    return load if isinstance(load, Load) else NOTHING


class LoadIntegral:
    """Integrates the rates that a function of the load at a terminal gives, since it was made.

    Sources put out loads that stand still between the changes that they announce (`Terminal.emit`); then the
    integral is exact, at each time in the past too.

    Args:
        clock: the clock of the world.
        terminal: where the load is received.
        rate: gives the rates; asked once for each stretch without changes.
        size: how many there are.
        before: called before each change, once the integral up to it is known.
    """

    def __init__(
        self,
        clock: Clock,
        terminal: Terminal,
        rate: Rate,
        size: int,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._terminal = terminal
        self._rate = rate
        self._before = before
        self._times = [clock.monotonic()]
        self._sums: list[tuple[float, ...]] = [(0.0,) * size]
        self._rates: list[tuple[float, ...] | None] = [None]
        terminal.watch(self.note)

    def at(self, when: float) -> tuple[float, ...]:
        """Give the integrals up to a time (seconds of the clock, not in the future); zeros before the beginning."""
        index = max(0, bisect_right(self._times, when) - 1)
        start, sums = self._times[index], self._sums[index]
        if when <= start:
            return sums
        return tuple(
            total + rate * (when - start) for total, rate in zip(sums, self._rates_of(index), strict=True)
        )

    def note(self) -> None:
        """Keep the integrals up to now: the load, or what makes its rates, is about to change."""
        now = self._clock.monotonic()
        if now > self._times[-1]:
            sums = self.at(now)
            self._times.append(now)
            self._sums.append(sums)
            self._rates.append(None)
        self._before()

    def _rates_of(self, index: int) -> tuple[float, ...]:
        rates = self._rates[index]
        if rates is None:
            start = self._times[index]
            rates = self._rates[index] = self._rate(load_at(self._terminal, start), start)
        return rates
