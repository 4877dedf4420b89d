"""The analogue half of a bench meter that measures more than direct voltage: what it sees, and its hidden errors."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, NamedTuple

from calbench.simulation.bench import Bench
from calbench.simulation.electrical import OPEN, Electrical, Terminal
from calbench.simulation.signals import Alternating
from calbench_sim.parts.multimeters.multimeter_series import Series

REFERENCE_TEMPERATURE: Final = 23.0  # degC, at which the unit was adjusted
SETTINGS: Final[dict[str, str]] = {
    "gain": "(1) gain error of DC voltage on all ranges; else seeded inside the specification",
    "offset": "(V) offset of DC voltage on all ranges; else seeded inside the specification",
    "resistance_gain": "(1) gain error of resistance on all ranges; else seeded",
    "resistance_offset": "(Ohm) offset of resistance on all ranges; else seeded",
    "ac_gain": "(1) gain error of AC voltage on all ranges; else seeded",
    "current_gain": "(1) gain error of DC current on all ranges; else seeded",
    "ac_current_gain": "(1) gain error of AC current on all ranges; else seeded",
    "capacitance_gain": "(1) gain error of capacitance on all ranges; else seeded",
    "timebase": "(1) relative error of frequency; else seeded",
    "noise": "(1) factor on the noise of all functions; default 1",
    "linearity": "(1) largest deviation of DC voltage from the straight line, part of range; else seeded sign",
    "tempco": "(1/K) change of gain per kelvin from 23 degC; else seeded, some 1e-7",
    "warmup": "(1) gain error at power-on, which dies away; default 1e-5",
    "warmup_time": "(s) time constant of the warm-up; default 1800",
    "on_for": "(s) how long the unit was on already when the simulation started; default 0",
}
_GAINS = {
    "voltage": "gain",
    "resistance": "resistance_gain",
    "voltage.ac": "ac_gain",
    "current.dc": "current_gain",
    "current.ac": "ac_current_gain",
    "capacitance": "capacitance_gain",
    "frequency": "timebase",
}
_OFFSETS = {"voltage": "offset", "resistance": "resistance_offset"}
_PEAK = 0.3849  # of part - part**3 between zero and full scale: a smooth deviation from the straight line
_SELF_HEATING = 8.0  # K above ambient when warm
_ZERO_WANDER = 2e-7  # V of the amplifier's zero per kelvin, removed by auto-zero
_LOW_CORNER = 0.1  # of the lowest frequency of a band: where the coupling takes 3 dB
_HIGH_CORNER = 3e6  # Hz, where the amplifier takes 3 dB


class Accuracy(NamedTuple):
    """What one range is like, as standard deviations.

    Attributes:
        gain: of the gain errors of many units (1).
        offset: of their offsets, part of range.
        noise: of one reading that is integrated for 1 s, part of range; of the value for frequencies.
    """

    gain: float
    offset: float
    noise: float


_DECIDED = ("voltage", "resistance", "current.dc", "capacitance", "temperature")
"""What may be decided of a meter that is a standard: what holds at no frequency."""
Seen = tuple[float, float | None]
"""What was at a terminal: voltage (V), or the value of another quantity, and resistance (Ohm; None for nothing)."""
Look = Callable[[float, float], Electrical]
"""Gives what was at a terminal, as the mean from one time (s) to another."""
Read = Callable[[Seen, float], float]
"""Makes a reading of that, integrated until a time (s)."""
Ranges = Mapping[float, Accuracy]
"""By the nominal value of the range, in the unit of the quantity."""


def alike(ranges: Iterable[float], gain: float, offset: float, noise: float) -> dict[float, Accuracy]:
    """Give ranges that are all equally accurate."""
    return {top: Accuracy(gain, offset, noise) for top in ranges}


def readings(
    count: int, start: float, delay: float, integration: float, each: float, look: Look, read: Read
) -> Series:
    """Give so many readings from a start (s) on: a delay (s), the integration (s); one every `each` (s)."""
    return Series(count, start, delay, integration, each, look, read)


def stream(rng: random.Random, purpose: str) -> random.Random:
    """Give a generator of its own for one purpose, without a draw from `rng`: nothing else moves."""
    peek = random.Random()  # noqa: S311 - physics, not secrets
    peek.setstate(rng.getstate())
    return random.Random(f"{peek.random()}:{purpose}")  # noqa: S311 - physics, not secrets


class MeterUnit:
    """One unit at its terminal `input`.

    Quantities: `voltage`, `resistance`, `voltage.ac`, `current.dc`, `current.ac`, `frequency`, `period`,
    `capacitance`, `temperature`, and `voltage.acdc` and `current.acdc` for the rms value of both.

    Truth, logged at each reading: the quantity, and with `.error` behind it the unit's error without noise and
    resolution.
    """

    def __init__(
        self, bench: Bench, ranges: Mapping[str, Ranges], *, noise: float | None = None, tempco: float = 2e-7
    ) -> None:
        self._bench = bench
        self._terminal = bench.terminal("input")
        given = bench.settings
        self._noise = given.get("noise", 1.0) if noise is None else noise
        self._ranges = ranges
        self._gain: dict[tuple[str, float], float] = {}
        self._offset: dict[tuple[str, float], float] = {}
        self._draw = {quantity: stream(bench.rng, quantity) for quantity in ranges}
        for quantity, its in ranges.items():
            for top, accuracy in its.items():
                gain = self._draw[quantity].gauss(0.0, accuracy.gain)
                offset = self._draw[quantity].gauss(0.0, accuracy.offset) * top
                self._gain[quantity, top] = given.get(_GAINS.get(quantity, ""), gain)
                self._offset[quantity, top] = given.get(_OFFSETS.get(quantity, ""), offset)
        own = stream(bench.rng, "unit")
        self._tempco = given.get("tempco", own.gauss(0.0, tempco))
        self._linearity = given.get("linearity", 1e-7 * own.choice((-1, 1)))
        self._warmup = given.get("warmup", 1e-5)
        self._warmup_time = given.get("warmup_time", 1800.0)
        self._power_on = bench.clock.monotonic() - given.get("on_for", 0.0)
        self._removed = 0.0  # drift that an adjustment has taken out (1)
        self._zero: float | None = None  # V when it was last measured; None: at each reading
        self.band = 20.0
        """Lowest frequency (Hz) of alternating quantities."""
        self.input_resistance: Callable[[float], float] = lambda _: 1e7
        """Gives the input resistance (Ohm) on a range of DC voltage (V)."""

    # --- what is at the terminal ---

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have `watcher` called before each change of what is at the terminal."""
        self._terminal.watch(watcher)

    def look(self, quantity: str, *, sense: bool = False, at: str = "input") -> Look:
        """Give what tells the mean of a quantity at a terminal of this meter, as the first value of what was seen.

        The second is None if nothing is there, and 0 where it means nothing. Resistance itself stands there.
        """
        terminal = self._bench.terminal(at)
        if quantity in {"voltage", "resistance"}:
            return partial(terminal.seen, sense=True) if sense else terminal.seen
        if quantity.endswith(".acdc"):
            return partial(self._look_both, terminal, quantity.removesuffix(".acdc"))
        return partial(self._look_at, terminal, quantity)

    def _look_at(self, terminal: Terminal, quantity: str, since: float, until: float) -> Electrical:
        source = "voltage.ac" if quantity in {"frequency", "period"} else quantity
        value = terminal.received(source, (since + until) / 2)
        if isinstance(value, Alternating):
            if quantity in {"frequency", "period"}:
                return Electrical(value.frequency, 0.0) if value.frequency > 0 else OPEN
            return Electrical(value.rms * _response(value.frequency, self.band), 0.0)
        return Electrical(value, 0.0) if isinstance(value, float | int) else OPEN

    def _look_both(self, terminal: Terminal, what: str, since: float, until: float) -> Electrical:
        alternating = self._look_at(terminal, f"{what}.ac", since, until)
        direct: Look = terminal.seen if what == "voltage" else partial(self._look_at, terminal, "current.dc")
        steady = direct(since, until)
        if alternating[1] is None and steady[1] is None:
            return OPEN
        return Electrical(math.hypot(alternating[0], steady[0]), 0.0)

    # --- readings ---

    def read(self, quantity: str, top: float, seconds: float, step: float, seen: Seen, until: float) -> float:
        """Make a reading of what was seen until a time (s): in the unit of the quantity, without a limit.

        Args:
            quantity: one of those of this class.
            top: nominal value of the range; the nearest one that this unit has counts.
            seconds: integration time, for the noise.
            step: resolution; 0 for none.
            seen: from `look`.
            until: when the integration ends.
        """
        if quantity == "period":
            frequency = self.read("frequency", top, seconds, 0.0, seen, until)
            return _rounded(1 / frequency if frequency > 0 else 0.0, step)
        true = self._true(quantity, top, seen)
        known = quantity.replace(".acdc", ".ac") if quantity not in self._ranges else quantity
        its = self._ranges[known]
        on = top if top in its else min(its, key=lambda span: abs(span - top))
        expected = true * (1 + self._gain[known, on] + self._drift(known, until)) + self._offset[known, on]
        if self._bench.shift is not None:
            expected += self._bench.shift(known, true, on)
        if known == "voltage":
            part = true / on
            expected += self._linearity * on / _PEAK * (part - part**3) + self._zero_left(until)
        elif known == "resistance":
            expected += seen[0] * _ohm_per_volt(on)
        if self._bench.deviation is not None and known in _DECIDED:
            decided = self._bench.deviation(known, true, 0.0)
            # a deviation is that of the true value from what is shown
            expected = expected if decided is None else true - decided
        scale = abs(true) if known == "frequency" else on
        rms = its[on].noise * scale * self._noise / math.sqrt(max(seconds, 1e-7))
        value = _rounded(expected + self._draw[known].gauss(0.0, rms), step)
        logged = seen[0] if quantity == "voltage" else true
        self._bench.truth(quantity, logged, at=until)
        self._bench.truth(f"{quantity}.error", expected - logged, at=until)
        return abs(value) if known.endswith(".ac") else value

    def _true(self, quantity: str, top: float, seen: Seen) -> float:
        voltage, resistance = seen
        if quantity == "resistance":
            return resistance or 0.0
        if quantity == "voltage" and resistance:
            own = self.input_resistance(top)
            return voltage * own / (own + resistance)
        return voltage

    # --- drift ---

    def temperature(self) -> float:
        """Give the temperature inside (degC) now."""
        return self._inside(self._bench.clock.monotonic())

    def hold_zero(self) -> None:
        """Measure the amplifier's zero now and keep it: what auto-zero OFF and ONCE do."""
        self._zero = self._amplifier_zero(self._bench.clock.monotonic())

    def auto_zero(self) -> None:
        """Measure the amplifier's zero at every reading."""
        self._zero = None

    def forget_drift(self) -> None:
        """Adjust the gain against the built-in reference: what it has drifted since it was calibrated is gone."""
        self._removed = self._drifted(self._bench.clock.monotonic())

    def _drift(self, quantity: str, now: float) -> float:
        return 0.0 if quantity == "frequency" else self._drifted(now) - self._removed

    def _drifted(self, now: float) -> float:
        outside = self._bench.ambient.temperature_at(now) - REFERENCE_TEMPERATURE
        return self._warmup * math.exp((self._power_on - now) / self._warmup_time) + self._tempco * outside

    def _inside(self, now: float) -> float:
        warm = 1 - math.exp((self._power_on - now) / self._warmup_time)
        return self._bench.ambient.temperature_at(now) + _SELF_HEATING * warm

    def _amplifier_zero(self, now: float) -> float:
        return _ZERO_WANDER * (self._inside(now) - REFERENCE_TEMPERATURE)

    def _zero_left(self, now: float) -> float:
        return 0.0 if self._zero is None else self._amplifier_zero(now) - self._zero


def _ohm_per_volt(on: float) -> float:
    """Give the Ohm that a stray volt counts for: one by the test current, 1 mA or what gives 1 V at full scale."""
    return max(1e3, on)


def _response(frequency: float, band: float) -> float:
    """Give what coupling (from `band`, Hz) and amplifier leave of a sinusoid."""
    if frequency <= 0:
        return 0.0
    low = (_LOW_CORNER * band / frequency) ** 2
    return 1 / math.sqrt((1 + low * low) * (1 + (frequency / _HIGH_CORNER) ** 2))


def _rounded(value: float, step: float) -> float:
    return round(value / step) * step if step > 0 else value
