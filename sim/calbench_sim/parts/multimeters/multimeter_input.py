"""From what is at a multimeter's terminals to one reading: input resistance, ranges, overload, truth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from calbench.simulation.bench import Bench
from calbench.simulation.electrical import Mean
from calbench_sim.parts.multimeters.multimeter import Converter
from calbench_sim.parts.multimeters.multimeter_functions import Function, Settings
from calbench_sim.parts.multimeters.multimeter_series import Read, Seen
from calbench_sim.parts.multimeters.multimeter_signals import QUANTITIES, Signals

OVERLOAD = 9.9e37
_INPUT_RESISTANCE, _HIGH_INPUT_RESISTANCE = 1e7, 1e10  # Ohm
_SURELY_SHOWN = 1.05  # of any range: overload begins at 105 % to 120 %
_HIGHEST_WITHOUT_DIVIDER = 10.0  # V, the highest range where the input resistance can be more than 10 MOhm
_TEST_CURRENT = 1e-3  # A, continuity and diode test
_CONTINUITY_LIMIT, _DIODE_LIMIT = 1200.0, 1.2  # Ohm, V


class Input:
    """The input terminals `input` of one multimeter.

    Truth, logged at each reading: `voltage` (V) or `resistance` (Ohm) at the terminals, and `voltage.error`
    or `resistance.error`, the unit's error without noise and resolution; alike for what `Signals` measures.
    """

    def __init__(self, bench: Bench, converter: Converter) -> None:
        self._bench = bench
        self._terminal = bench.terminal("input")
        self._converter = converter
        self.signals = Signals(bench)
        self.auto_impedance = False

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have `watcher` called before each change of what is at the terminals."""
        self._terminal.watch(watcher)

    def look(self, function: Function) -> Mean:
        """Give what tells the mean of what was at the terminals, for a function: with or without sense leads."""
        if function.name in QUANTITIES:
            return self.signals.look(QUANTITIES[function.name])
        terminal = self._terminal
        return partial(terminal.seen, sense=True) if function.name == "FRES" else terminal.look

    def reader(self, settings: Settings) -> Read:
        """Give what makes a reading of what was seen until a time (s); ±9.9E37 on overload."""
        match settings.function.name:
            case "VOLT":
                return self._voltage(settings)
            case "RES" | "FRES":
                return partial(self._resistance, settings)
            case "CONT" | "DIOD":
                return partial(self._test, settings)
            case "VOLT:RAT" | "TEMP":
                return lambda *_: OVERLOAD  # nothing can be connected as a reference, and no probe
        return partial(self._signal, settings)

    def _signal(self, settings: Settings, seen: Seen, until: float) -> float:
        value = self.signals.measure(settings, seen, until)
        return value if settings.function.timing == "aperture" else _limited(value, settings)

    def _voltage(self, settings: Settings) -> Read:
        """Give the reader of direct voltage: the one that is asked thousands of times a second."""
        read_voltage = self._converter.voltage_reader(self._bench.ambient)
        log, name, shift = self._bench.log.add, self._bench.name, self._bench.shift
        deviation = self._bench.deviation

        def read(seen: Seen, until: float) -> float:
            voltage, resistance = seen
            if settings.auto_range:
                settings.follow(voltage)
            on = settings.range
            loaded = voltage
            if resistance:
                high = self.auto_impedance and on <= _HIGHEST_WITHOUT_DIVIDER
                own = _HIGH_INPUT_RESISTANCE if high else _INPUT_RESISTANCE
                loaded = voltage * own / (own + resistance)
            if shift is not None:
                loaded += shift("voltage", voltage, on)
            value, expected = read_voltage(loaded, on, settings.nplc, until)
            if deviation is not None:
                value, expected = _decided(value, expected, voltage, deviation("voltage", voltage, 0.0))
            log((until, name, "voltage", voltage))
            log((until, name, "voltage.error", expected - voltage))
            return value if abs(value) <= _SURELY_SHOWN * on else _limited(value, settings)

        return read

    def _resistance(self, settings: Settings, seen: Seen, until: float) -> float:
        voltage, resistance = seen
        if resistance is None:
            settings.follow(OVERLOAD)
            return OVERLOAD
        settings.follow(resistance)
        temperature = self._bench.ambient.temperature(until)
        shift = self._bench.shift
        value, expected = self._converter.read_resistance(
            resistance if shift is None else resistance + shift("resistance", resistance, settings.range),
            voltage,
            settings.range,
            settings.nplc,
            until,
            temperature,
        )
        if self._bench.deviation is not None:
            decided = self._bench.deviation("resistance", resistance, 0.0)
            value, expected = _decided(value, expected, resistance, decided)
        self._bench.truth("resistance", resistance, at=until)
        self._bench.truth("resistance.error", expected - resistance, at=until)
        return _limited(value, settings)

    def _test(self, settings: Settings, seen: Seen, _: float) -> float:
        name = settings.function.name
        voltage, resistance = seen
        if resistance is None:
            return OVERLOAD
        drop = voltage + resistance * _TEST_CURRENT
        value, limit = (drop / _TEST_CURRENT, _CONTINUITY_LIMIT) if name == "CONT" else (drop, _DIODE_LIMIT)
        return value if abs(value) <= limit else OVERLOAD


def _decided(value: float, expected: float, true: float, deviation: float | None) -> tuple[float, float]:
    """Give reading and expectation where it is decided by how much the true value deviates from what is shown."""
    return (value, expected) if deviation is None else (value - expected + true - deviation, true - deviation)


def _limited(value: float, settings: Settings) -> float:
    """Give a reading, or the overload value if it is beyond the range."""
    if abs(value) > settings.limit():
        return OVERLOAD if value > 0 else -OVERLOAD
    return value
