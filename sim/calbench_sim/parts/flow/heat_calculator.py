"""The calculator of a heat meter without its sensors: pulses of volume and two resistances in, thermal energy out."""

from __future__ import annotations

import math
from typing import Final

from calbench.simulation.bench import Bench
from calbench_sim.parts.behaviour.curve import curve_of
from calbench_sim.parts.flow.heat_register import heat_coefficient
from calbench_sim.parts.process.platinum import celsius, ratio

SETTINGS: Final[dict[str, str]] = {
    "litres": "(m3) that a pulse stands for; default 1 L",
    "r0": "(Ohm) of its sensors at 0 degC: 100, 500, 1000; default 500",
    "supply_offset": "(K) error of its input for the supply; else seeded, 0.003 K rms",
    "return_offset": "(K) error of its input for the return; else seeded, 0.003 K rms",
    "calculator": "(1) relative error of the heat; else seeded, 0.05 % rms",
    "calculator_curve": "the same by difference of temperature, as in 'at 3 K: 0.9 %, at 30 K: 0.1 %'; it is added, "
    "and 'calculator' is then 0 where it is not given",
}
_LEAST, _MOST = ratio(0.0), ratio(200.0)  # resistance over r0, beyond which a sensor is shorted or broken
_ALMOST = 1e-6  # of a pulse

Pair = tuple[float, float]
"""What belongs to the supply and to the return."""


class HeatCalculator:
    """Counts a volume for each pulse, and the heat of that volume at the temperatures of the moment.

    Terminals: `pulse_input` receives `pulses`; at `supply` and `return` are resistances, seen in four-wire connection.
    The flow sensor is in the return; nothing is counted where the supply is not warmer. Without two sensors it counts
    volume alone. What it has counted stays when its power fails; pulses that come meanwhile do not count.

    Truth, logged when heat is read: `energy.heat` (J) of pulses and true resistances since zero, `energy.heat.error`
    before it is rounded to a display; when volume is read, `volume` (m3) and `volume.error`, which is 0.

    Assumed: a resistance that does not stand still between two changes counts with its mean.
    """

    def __init__(self, bench: Bench) -> None:
        drawn = [bench.rng.gauss(0.0, 3e-3), bench.rng.gauss(0.0, 3e-3), bench.rng.gauss(0.0, 5e-4)]
        settings = bench.settings
        self._bench = bench
        self._litres = settings.get("litres", 1e-3)
        self._r0 = settings.get("r0", 500.0)
        self._offsets = settings.get("supply_offset", drawn[0]), settings.get("return_offset", drawn[1])
        self._curve = curve_of(bench, "calculator_curve", "K", "%")
        self._error = settings.get("calculator", drawn[2] if self._curve is None else 0.0)
        self._sensors = bench.terminal("supply"), bench.terminal("return")
        self._pulses = bench.terminal("pulse_input")
        self._volume = self._true = self._heat = 0.0
        before = bench.memory.get("calculator")
        if isinstance(before, HeatCalculator):
            before.note()
            self._volume, self._true, self._heat = before._volume, before._true, before._heat
        bench.memory["calculator"] = self
        self._noted = bench.clock.monotonic()
        self._leads = list(self._pulses.leads)
        self._seen = self._whole(self._noted)
        for terminal in (*self._sensors, self._pulses):
            terminal.watch(self.note)

    def zero(self) -> None:
        """Set volume and heat to zero."""
        self.note()
        self._volume = self._true = self._heat = 0.0

    def volume(self) -> float:
        """Give what the register of volume has, in m3, not rounded."""
        self.note()
        self._bench.truth("volume", self._volume)
        self._bench.truth("volume.error", 0.0)
        return self._volume

    def heat(self) -> float:
        """Give what the register of heat has, in J, not rounded."""
        self.note()
        self._bench.truth("energy.heat", self._true)
        self._bench.truth("energy.heat.error", self._heat - self._true)
        return self._heat

    def temperatures(self) -> Pair | None:
        """Give what it takes the temperatures (degC) for; None where a sensor is missing, broken or shorted."""
        now = self._bench.clock.monotonic()
        true = self._at_sensors(now, now)
        return None if true is None else self._taken(true)

    def note(self) -> None:
        """Count what has come until now: pulses or resistances are about to change, or somebody reads."""
        now, since = self._bench.clock.monotonic(), self._noted
        self._noted = now
        if self._leads != self._pulses.leads:  # another source has counted before it was connected
            self._leads, self._seen = list(self._pulses.leads), None
        seen = self._whole(now)
        if seen is None:
            return
        first = self._whole(since) if self._seen is None else self._seen
        self._seen = seen
        came = 0.0 if first is None else seen - first
        if came > 0:
            self._count(came * self._litres, self._at_sensors(since, now))

    def _count(self, volume: float, true: Pair | None) -> None:
        self._volume += volume
        if true is None:
            return
        self._true += volume * _heat(true)
        difference = true[0] - true[1]
        error = self._error + (0.0 if self._curve is None else self._curve.at(difference))
        self._heat += volume * _heat(self._taken(true)) * (1 + error)

    def _taken(self, true: Pair) -> Pair:
        return true[0] + self._offsets[0], true[1] + self._offsets[1]

    def _at_sensors(self, since: float, until: float) -> Pair | None:
        """Give the temperatures (degC) that the mean resistances of a time stand for, as IEC 60751 has it."""
        ohms = [terminal.seen(since, until, sense=True).resistance for terminal in self._sensors]
        found = [celsius(one / self._r0) for one in ohms if one and _LEAST <= one / self._r0 <= _MOST]
        return (found[0], found[1]) if len(found) == len(ohms) else None

    def _whole(self, when: float) -> float | None:
        """Give the whole pulses up to a time (s); None where nothing is put out."""
        found = self._pulses.received("pulses", when)
        return float(math.floor(found + _ALMOST)) if isinstance(found, float) else None


def _heat(temperatures: Pair) -> float:
    """Give the heat (J) of a cubic metre in the return, none where the supply is not warmer."""
    supply, back = temperatures
    return heat_coefficient(supply, back) * max(0.0, supply - back)
