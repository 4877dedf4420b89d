"""The analogue half of a frequency counter: when an input triggers, time base, frequencies and counts of a gate."""

from __future__ import annotations

import math
from functools import partial
from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.electrical import OPEN, Electrical
from calbench.simulation.signals import Alternating
from calbench_sim.parts.meters.second_pulses import found
from calbench_sim.parts.multimeters.meter_unit import Look, stream

SETTINGS: Final[dict[str, str]] = {
    "timebase": "(1) relative error of the time base; else seeded, 2e-7 rms",
    "noise": "(s) rms time resolution of one edge; default 2e-11",
    "ageing": "(1/s) change of the time base with time; default 1e-14",
}
_LEAST = 0.02  # V rms, the sensitivity
_PULSE = 5.0  # V, a pulse that a meter puts out
_EDGES = 2  # a gate has a first and a last one
_SECOND_PULSES = 0.01  # Hz from 1 Hz: what is taken for the second pulses of a clock


class Channel:
    """One input: what it is set to, and whether a signal triggers it."""

    def __init__(self, bench: Bench, name: str) -> None:
        self.terminal = bench.terminal(name)
        self.reset()

    def reset(self) -> None:
        """Take the state after `*RST`: AC, 1 MOhm, 5 V, the level found by itself."""
        self.coupling, self.impedance, self.range = "AC", 1e6, 5.0
        self.level, self.automatic, self.slope, self.filter = 0.0, True, "POS", False

    def look(self, *, whole: bool) -> Look:
        """Give what tells the rate (1/s) of what triggers this input, as first value; `whole`: of whole pulses."""
        return partial(self._rate, whole)

    def _rate(self, whole: bool, since: float, until: float) -> Electrical:  # noqa: FBT001 - bound by `look`
        voltage = self.terminal.received("voltage.ac", (since + until) / 2)
        if isinstance(voltage, Alternating):
            seen = self._triggers(voltage.rms * math.sqrt(2), -voltage.rms * math.sqrt(2), voltage.rms)
            return Electrical(voltage.frequency, 0.0) if seen else OPEN
        first, last = (self.terminal.received("pulses", when) for when in (since, until))
        if (
            not isinstance(first, float)
            or not isinstance(last, float)
            or not self._triggers(_PULSE, 0.0, _PULSE)
        ):
            return OPEN
        counted = math.floor(last) - math.floor(first) if whole else last - first
        return Electrical(counted / (until - since) if until > since else 0.0, 0.0)

    def _triggers(self, high: float, low: float, rms: float) -> bool:
        return rms >= _LEAST and (self.automatic or low < self.level < high)


class Counter:
    """One unit's time base. Truth, logged at each reading: `frequency` or `pulses`, and `frequency.error`.

    Of some 1 Hz it logs `clock.error` (s/day) too, what a clock gains in a day that puts it out.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        drawn = stream(bench.rng, "timebase").gauss(0.0, 2e-7)
        self._noise = stream(bench.rng, "edges")
        self._timebase = bench.settings.get("timebase", drawn)
        self._edge = bench.settings.get("noise", 2e-11)
        self._ageing = bench.settings.get("ageing", 1e-14)
        self._start = bench.clock.monotonic()

    def frequency(self, rate: float, gate: float, until: float) -> float:
        """Give the indication (Hz) of a frequency over a gate (s) that ends at a time (s)."""
        off = self._timebase + self._ageing * (until - self._start)
        seconds = abs(rate - 1) < _SECOND_PULSES
        expected = 1 + found(self._bench, rate, off, until) if seconds else rate * (1 + off)
        jitter = self._noise.gauss(0.0, self._edge * math.sqrt(_EDGES)) / gate
        self._bench.truth("frequency", rate, at=until)
        self._bench.truth("frequency.error", expected - rate, at=until)
        return expected * (1 + jitter)

    def total(self, rate: float, gate: float, until: float) -> float:
        """Give the count of a gate (s) that ends at a time (s)."""
        count = float(round(rate * gate))
        self._bench.truth("pulses", count, at=until)
        return count
