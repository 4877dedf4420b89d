"""The clock of an electricity meter: its rate, and the second pulses that its multifunction terminal puts out."""

from __future__ import annotations

from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.electrical import Terminal
from calbench_sim.parts.meters.load_integral import load_at
from calbench_sim.parts.multimeters.meter_unit import stream

SECONDS_PER_DAY: Final = 86400.0
SETTINGS: Final[dict[str, str]] = {
    "clock_rate": "(1) by what share its clock is fast, as in '0.3 s/day'; else seeded, 0.12 s/day rms",
    "clock_temperature": "(1/K) change of that with temperature, from 23 degC; else seeded, 0.005 s/day/K rms",
}
_REFERENCE_TEMPERATURE = 23.0  # degC
_STRETCH = 60.0  # s, within which the temperature goes in a straight line


class SecondPulses:
    """Puts out `pulses` at a terminal, one for each second of the clock, as long as a voltage is at the supply.

    The rate follows the temperature of the room at once. The time of day that the meter tells has nothing of it. Truth,
    logged when pulses are looked at: `clock.error` (s/day), what the clock gains in a day at the rate that it has just
    then.

    Args:
        bench: the bench of the meter; `SETTINGS` are read from its settings.
        supply: where the voltage comes from.
        terminal: the multifunction terminal.
    """

    def __init__(self, bench: Bench, supply: Terminal, terminal: Terminal) -> None:
        self._bench = bench
        self._supply = supply
        self._terminal = terminal
        own = stream(bench.rng, "clock")
        drawn = own.gauss(0.0, 0.12 / SECONDS_PER_DAY), own.gauss(0.0, 0.005 / SECONDS_PER_DAY)
        self._rate = bench.settings.get("clock_rate", drawn[0])
        self._coefficient = bench.settings.get("clock_temperature", drawn[1])
        self._start = bench.clock.monotonic()
        self._warmth = [0.0]  # K s above the reference since the start, at the end of each stretch
        self.put_out(seconds=True)

    def put_out(self, *, seconds: bool) -> None:
        """Put second pulses out from now on, or nothing."""
        self._terminal.emit("pulses", self._pulses if seconds else None)

    def _pulses(self, when: float) -> float | None:
        when = max(when, self._start)
        if not any(phase.voltage for phase in load_at(self._supply, when).phases):
            return None
        fast = self._rate + self._coefficient * self._excess(when)
        self._bench.truth("clock.error", SECONDS_PER_DAY * fast, at=when)
        return (1 + self._rate) * (when - self._start) + self._coefficient * self._warm(when)

    def _excess(self, when: float) -> float:
        return self._bench.ambient.temperature(when) - _REFERENCE_TEMPERATURE

    def _warm(self, when: float) -> float:
        """Give the integral (K s) of the temperature above the reference, since the start."""
        whole = int((when - self._start) // _STRETCH)
        while len(self._warmth) <= whole:
            begin = self._start + (len(self._warmth) - 1) * _STRETCH
            mean = (self._excess(begin) + self._excess(begin + _STRETCH)) / 2
            self._warmth.append(self._warmth[-1] + mean * _STRETCH)
        begin = self._start + whole * _STRETCH
        return self._warmth[whole] + (self._excess(begin) + self._excess(when)) / 2 * (when - begin)


def found(bench: Bench, rate: float, timebase: float, at: float) -> float:
    """Give what a tester finds of a clock, as the share (1) by which it is fast.

    Truth: `clock.error` (s/day), the true daily error of the clock over the time that was measured.

    Args:
        bench: of the tester.
        rate: of the second pulses, in Hz.
        timebase: relative error (1) of the tester's own.
        at: when the measurement ended (seconds of the clock).
    """
    true = rate - 1
    decided = None if bench.deviation is None else bench.deviation("clock.error", true, 0.0)
    bench.truth("clock.error", SECONDS_PER_DAY * true, at=at)
    # a deviation is that of the true value from what is shown
    return rate * (1 + timebase) - 1 if decided is None else true - decided
