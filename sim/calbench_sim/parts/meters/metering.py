"""The metering element of an electricity meter: what it registers of the load, and its test output."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final, NamedTuple

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Load, Phase
from calbench_sim.parts.behaviour.curve import Curve, curve_of
from calbench_sim.parts.meters.load_integral import LoadIntegral, load_at

_ELEMENTS: Final = "abc"
SETTINGS: Final[dict[str, str]] = {
    "constant": "(1/kWh) pulses per kilowatt-hour (and kvarh) at the test output; else as the model says",
    "gain": "(1) relative error at reference current; else seeded, 0.15 % rms",
    "phase": "(rad) angle error: current appears to lag by so much more; else seeded, 0.0005 rms",
    "light": "(1) further error at a twentieth of reference current, as one over current; else seeded, 0.05 % rms",
    "heavy": "(1) further error at maximum current, as its square; else seeded, 0.05 % rms",
    "temperature_coefficient": "(1/K) of the gain, from 23 degC; else seeded, 1e-5 rms",
    "start_current": "(A) below it a phase registers nothing; default 0.4 % of reference current",
    "reference_current": "(A) basic or rated current; else as the model says",
    "maximum_current": "(A) maximum current; else as the model says",
    "curve": "errors by current, as in 'at 0.25 A: 0.8 %, at 5 A: 0.2 %'; then gain, phase, light and heavy are 0 "
    "where they are not given",
    "creep": "(W) what it registers with voltage and without current; default 0",
    "register_ratio": "(1) advance of its registers over the energy that its pulses stand for; default 1",
    **{f"gain_{one}": f"(1) further error of the element of phase {one}; default 0" for one in _ELEMENTS},
    **{
        f"phase_{one}": f"(rad) further angle error of the element of phase {one}; default 0"
        for one in _ELEMENTS
    },
}
_LIGHT_SHARE = 0.05
_REFERENCE_TEMPERATURE = 23.0  # degC
_JOULE_PER_KWH = 3.6e6


class Energy(NamedTuple):
    """Registered energy: active in J (W s), reactive in var s, each in both directions."""

    imported: float
    exported: float
    reactive_imported: float
    reactive_exported: float


class Errors:
    """How wrong one unit is, as a function of phase, current, power factor and temperature."""

    def __init__(
        self,
        settings: Mapping[str, float],
        rng: random.Random,
        reference_current: float,
        maximum_current: float,
        curve: Curve | None = None,
    ) -> None:
        spreads = {
            "gain": 1.5e-3,
            "phase": 5e-4,
            "light": 5e-4,
            "heavy": 5e-4,
            "temperature_coefficient": 1e-5,
        }
        drawn = {name: rng.gauss(0.0, spread) for name, spread in spreads.items()}
        if curve is not None:
            drawn |= dict.fromkeys(("gain", "phase", "light", "heavy"), 0.0)
        self._curve = curve
        self._is = {name: settings.get(name, value) for name, value in drawn.items()}
        self._elements = [
            (settings.get(f"gain_{one}", 0.0), settings.get(f"phase_{one}", 0.0)) for one in _ELEMENTS
        ]
        self._creep = settings.get("creep", 0.0)
        self._reference, self._maximum = reference_current, maximum_current
        self._start = settings.get("start_current", 0.004 * reference_current)

    def registered(self, load: Load, temperature: float) -> Load:
        """Give the load as the unit takes it, at a temperature in degC."""
        warm = self._is["temperature_coefficient"] * (temperature - _REFERENCE_TEMPERATURE)
        phases = tuple(
            self._phase(phase, warm, *own) for phase, own in zip(load.phases, self._elements, strict=False)
        )
        if self._creep and not any(phase.current for phase in phases):
            phases = self._crept(phases)
        return Load(phases, load.frequency)

    def _crept(self, phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
        """Give phases without current as a unit takes them that creeps: the first with voltage has its power."""
        live = next((number for number, phase in enumerate(phases) if phase.voltage), None)
        if live is None:
            return phases
        voltage = phases[live].voltage
        return (*phases[:live], Phase(voltage, self._creep / voltage, 0.0), *phases[live + 1 :])

    def _phase(self, phase: Phase, warm: float, gain: float, angle: float) -> Phase:
        current = abs(phase.current)
        if current < self._start or not current:
            return Phase(phase.voltage, 0.0, phase.lag)
        light = self._is["light"] * _LIGHT_SHARE * self._reference / current
        heavy = self._is["heavy"] * (current / self._maximum) ** 2
        own = 0.0 if self._curve is None else self._curve.at(current)
        factor = 1 + self._is["gain"] + gain + warm + light + heavy + own
        return Phase(phase.voltage, phase.current * factor, phase.lag + self._is["phase"] + angle)


class Metering:
    """Receives `power` at `input`, registers energy, and puts out `pulses` of active energy at `pulse`.

    Pulses come for active energy in either direction; `pulses` is their number as a float, its whole part
    those that have come. Truth, logged at each change of the load: `power` (W) and `power.error` (1), the
    relative error with which the unit registers active power, its pulses too; logged when energy is asked: `energy`
    (J, that has flowed since power-on) and `energy.error` (J, of the register's advance).

    Args:
        bench: the bench of the instrument; `SETTINGS` are read from its settings.
        constant: pulses per kilowatt-hour.
        reference_current: reference (or rated) current in A.
        maximum_current: maximum current in A.
        elements: how many phases it has; what flows in others it does not see.
    """

    def __init__(
        self,
        bench: Bench,
        *,
        constant: float,
        reference_current: float,
        maximum_current: float,
        elements: int = 3,
    ) -> None:
        self._bench = bench
        settings = bench.settings
        self.constant = settings.get("constant", constant)
        self.reference_current = settings.get("reference_current", reference_current)
        self.maximum_current = settings.get("maximum_current", maximum_current)
        self._elements = elements
        self._ratio = settings.get("register_ratio", 1.0)
        curve = curve_of(bench, "curve", "A", "%")
        self._errors = Errors(settings, bench.rng, self.reference_current, self.maximum_current, curve)
        self._input = bench.terminal("input")
        self._pulse = bench.terminal("pulse")
        self._integral = LoadIntegral(bench.clock, self._input, self._rates, 5, self._pulse.change)
        self._pulse.emit("pulses", self.pulses)

    def load(self, at: float | None = None) -> Load:
        """Give the load as the unit registers it, at a time (seconds of the clock) or now."""
        taken = self._taken(load_at(self._input, at))
        return self._errors.registered(taken, self._bench.ambient.temperature(at))

    def energy(self, at: float | None = None) -> Energy:
        """Give what was registered since power-on, up to a time (seconds of the clock) or now."""
        when = self._bench.clock.monotonic() if at is None else at
        *counted, true = self._integral.at(when)
        registered = Energy(*(self._ratio * each for each in counted))
        self._bench.truth("energy", true, at=when)
        self._bench.truth("energy.error", registered.imported - registered.exported - true, at=when)
        return registered

    def pulses(self, when: float) -> float:
        """Give the number of pulses since power-on, up to a time (seconds of the clock)."""
        imported, exported, *_ = self._integral.at(when)
        return (imported + exported) / _JOULE_PER_KWH * self.constant

    def _taken(self, load: Load) -> Load:
        """Give what flows through its elements."""
        return (
            load
            if len(load.phases) <= self._elements
            else load._replace(phases=load.phases[: self._elements])
        )

    def _rates(self, load: Load, at: float) -> tuple[float, ...]:
        load = self._taken(load)
        registered = self._errors.registered(load, self._bench.ambient.temperature(at))
        active, reactive, true = registered.active, registered.reactive, load.active
        self._bench.truth("power", true, at=at)
        if true:
            self._bench.truth("power.error", active / true - 1, at=at)
        return max(active, 0.0), max(-active, 0.0), max(reactive, 0.0), max(-reactive, 0.0), true
