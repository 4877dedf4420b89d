"""From what is at a multimeter's terminals to one reading: input resistance, ranges, overload, truth."""

from __future__ import annotations

from collections.abc import Callable

from calbench.simulation.bench import Bench
from calbench.simulation.electrical import Electrical
from calbench_sim.multimeter import Conditions, Converter, Indication
from calbench_sim.multimeter_functions import Settings

OVERLOAD = 9.9e37
_INPUT_RESISTANCE, _HIGH_INPUT_RESISTANCE = 1e7, 1e10  # Ohm
_HIGHEST_WITHOUT_DIVIDER = 10.0  # V, the highest range where the input resistance can be more than 10 MOhm
_TEST_CURRENT = 1e-3  # A, continuity and diode test
_CONTINUITY_LIMIT, _DIODE_LIMIT = 1200.0, 1.2  # Ohm, V


class Input:
    """The input terminals `input` of one multimeter.

    Truth, logged at each reading: `voltage` (V) or `resistance` (Ohm) at the terminals, and `voltage.error`
    or `resistance.error`, the unit's error without noise and resolution.
    """

    def __init__(self, bench: Bench, converter: Converter, now: Callable[[], float]) -> None:
        self._bench = bench
        self._terminal = bench.terminal("input")
        self._converter = converter
        self._now = now
        self.auto_impedance = False

    def read(self, settings: Settings, delay: float) -> float:
        """Take one reading that is finished `delay` (s) from now; ±9.9E37 on overload."""
        function = settings.function
        now = self._now() + delay
        at = Conditions(settings.nplc, now, self._bench.ambient.temperature())
        match function.name:
            case "VOLT":
                return self._voltage(settings, at)
            case "RES" | "FRES":
                return self._resistance(settings, at, sense=function.name == "FRES")
            case "CONT" | "DIOD":
                return self._test(function.name)
            case "VOLT:RAT" | "TEMP":
                return OVERLOAD  # nothing can be connected to the sense terminals as a reference, no probe
            case "FREQ" | "PER":
                return 0.0  # without an input signal
        noise = self._bench.rng.gauss(
            0.0, 1e-5 * settings.range
        )  # no alternating voltage, no current: an open input
        settings.follow(noise)
        return abs(noise) if function.name.endswith("AC") or function.name == "CAP" else noise

    def _voltage(self, settings: Settings, at: Conditions) -> float:
        seen = self._terminal.seen()
        settings.follow(seen.voltage)
        high = self.auto_impedance and settings.range <= _HIGHEST_WITHOUT_DIVIDER
        own = _HIGH_INPUT_RESISTANCE if high else _INPUT_RESISTANCE
        loaded = seen.voltage * own / (own + (seen.resistance or 0.0))
        return self._finish(
            "voltage", seen.voltage, self._converter.read_voltage(loaded, settings.range, at), settings
        )

    def _resistance(self, settings: Settings, at: Conditions, *, sense: bool) -> float:
        seen = self._terminal.seen(sense=sense)
        if seen.resistance is None:
            settings.follow(OVERLOAD)
            return OVERLOAD
        settings.follow(seen.resistance)
        indication = self._converter.read_resistance(seen.resistance, seen.voltage, settings.range, at)
        return self._finish("resistance", seen.resistance, indication, settings)

    def _test(self, name: str) -> float:
        seen: Electrical = self._terminal.seen()
        if seen.resistance is None:
            return OVERLOAD
        drop = seen.voltage + seen.resistance * _TEST_CURRENT
        value, limit = (drop / _TEST_CURRENT, _CONTINUITY_LIMIT) if name == "CONT" else (drop, _DIODE_LIMIT)
        return value if abs(value) <= limit else OVERLOAD

    def _finish(self, quantity: str, true: float, indication: Indication, settings: Settings) -> float:
        self._bench.truth(quantity, true)
        self._bench.truth(f"{quantity}.error", indication.expected - true)
        if abs(indication.value) > settings.limit():
            return OVERLOAD if indication.value > 0 else -OVERLOAD
        return indication.value
