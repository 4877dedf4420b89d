"""The measuring part of a three-phase reference meter: ranges, small hidden errors, means over a time, energy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Load, Phase
from calbench_sim.parts.meters.load_integral import LoadIntegral

SETTINGS: Final[dict[str, str]] = {
    "voltage_gain": "(1) gain error of voltage on all ranges and phases; else seeded each, 3e-5 rms",
    "current_gain": "(1) gain error of current on all ranges and phases; else seeded each, 3e-5 rms",
    "angle": "(rad) by which all currents appear to lag more; else seeded per phase, 3e-5 rms",
    "noise": "(1) rms noise of one measured value, relative; default 1e-5",
}
OVERLOAD: Final = 1.2  # of a range, from which on it shows no more
_PHASES = 3
_NO_PHASE = Phase(0.0, 0.0, 0.0)


class Measured(NamedTuple):
    """One phase, in V, A, W and var."""

    voltage: float
    current: float
    active: float
    reactive: float

    @property
    def apparent(self) -> float:
        """Apparent power in VA."""
        return self.voltage * self.current

    @property
    def lag(self) -> float:
        """The angle (rad) by which current lags voltage."""
        return math.atan2(self.reactive, self.active)


class Energies(NamedTuple):
    """Magnitudes of what was seen since power-on: active (J), reactive (var s), apparent (VA s)."""

    active: float
    reactive: float
    apparent: float


class ReferenceMeter:
    """Measures the `power` at `input`.

    `voltage_range` and `current_range` are the highest values (V, A) of the ranges that are selected, None for
    automatic choice; `change` selects them. `elements` is how many phases count in the energies.

    Truth, logged at each change of the load: `power` (W) and `power.error` (1), the relative error of active power.
    """

    def __init__(self, bench: Bench, voltages: Sequence[float], currents: Sequence[float]) -> None:
        self._bench = bench
        self.voltages, self.currents = tuple(sorted(voltages)), tuple(sorted(currents))
        settings = bench.settings
        self._voltage_gains = self._drawn("voltage_gain", self.voltages, settings)
        self._current_gains = self._drawn("current_gain", self.currents, settings)
        angles = [bench.rng.gauss(0.0, 3e-5) for _ in range(_PHASES)]
        self._angles = [settings.get("angle", angle) for angle in angles]
        self._noise = settings.get("noise", 1e-5)
        self.voltage_range: float | None = None
        self.current_range: float | None = None
        self.elements = _PHASES
        self._integral = LoadIntegral(bench.clock, bench.terminal("input"), self._rates, 4 * _PHASES + 4)

    def change(
        self, *, voltage: float | None = None, current: float | None = None, elements: int = _PHASES
    ) -> None:
        """Measure from now on with these ranges (V, A; None is automatic) and so many phases in the energies."""
        self._integral.note()
        self.voltage_range, self.current_range, self.elements = voltage, current, elements

    def energies(self, when: float) -> Energies:
        """Give the energies up to a time (seconds of the clock, not in the future)."""
        return Energies(*self._integral.at(when)[-3:])

    def mean(self, since: float, until: float) -> tuple[tuple[Measured, ...], float]:
        """Give the means of all phases from one time (s) to another, with noise, and of the frequency (Hz)."""
        span = until - since
        means = [
            (after - before) / span
            for before, after in zip(self._integral.at(since), self._integral.at(until), strict=True)
        ]
        rng, noise = self._bench.rng, self._noise
        phases = []
        for start in range(0, 4 * _PHASES, 4):
            volts, amperes, watts, vars_ = means[start : start + 4]
            shake_volts, shake_amperes = 1 + rng.gauss(0.0, noise), 1 + rng.gauss(0.0, noise)
            both = shake_volts * shake_amperes
            phases.append(Measured(volts * shake_volts, amperes * shake_amperes, watts * both, vars_ * both))
        return tuple(phases), means[4 * _PHASES]

    def ranges_for(self, load: Load) -> tuple[float, float]:
        """Give the voltage (V) and current (A) range in use for a load."""
        volts = max((phase.voltage for phase in load.phases), default=0.0)
        amperes = max((phase.current for phase in load.phases), default=0.0)
        return (
            self.voltage_range or _lowest(self.voltages, volts),
            self.current_range or _lowest(self.currents, amperes),
        )

    def _drawn(
        self, name: str, ranges: Sequence[float], settings: Mapping[str, float]
    ) -> list[dict[float, float]]:
        drawn = [{top: self._bench.rng.gauss(0.0, 3e-5) for top in ranges} for _ in range(_PHASES)]
        return [{top: settings.get(name, gain) for top, gain in phase.items()} for phase in drawn]

    def _seen(self, load: Load) -> list[Phase]:
        """Give the phases as they are measured; what is beyond a range stays at its limit."""
        volts_top, amperes_top = self.ranges_for(load)
        seen = []
        for number in range(_PHASES):
            phase = load.phases[number] if number < len(load.phases) else _NO_PHASE
            volts = min(phase.voltage, OVERLOAD * volts_top) * (1 + self._voltage_gains[number][volts_top])
            amperes = min(phase.current, OVERLOAD * amperes_top) * (
                1 + self._current_gains[number][amperes_top]
            )
            seen.append(Phase(volts, amperes, phase.lag + self._angles[number]))
        return seen

    def _rates(self, load: Load, at: float) -> tuple[float, ...]:
        seen = self._seen(load)
        rates: list[float] = []
        for phase in seen:
            one = Load((phase,), load.frequency)
            rates += [phase.voltage, phase.current, one.active, one.reactive]
        total = Load(tuple(seen[: self.elements]), load.frequency)
        true = Load(load.phases[: self.elements], load.frequency).active
        self._bench.truth("power", true, at=at)
        if true:
            self._bench.truth("power.error", total.active / true - 1, at=at)
        return (*rates, load.frequency, abs(total.active), abs(total.reactive), total.apparent)


def _lowest(ranges: Sequence[float], value: float) -> float:
    return next((top for top in ranges if value <= top), ranges[-1])
