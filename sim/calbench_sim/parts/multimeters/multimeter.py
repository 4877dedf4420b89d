"""The analogue half of a 6½-digit multimeter of the 34401A kind: input, current source, converter.

Numbers are those of the maker's data sheet class: ranges, test currents, integration times and resolutions
(34401A user's guide, chapter 8; 34461A data sheet gives the same), noise about 1 uV rms on 10 V at 100 PLC.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from math import exp
from typing import Final, NamedTuple

from calbench.simulation.ambient import Ambient

VOLTAGE_RANGES: Final = (0.1, 1.0, 10.0, 100.0, 1000.0)
RESISTANCE_RANGES: Final = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
RESOLUTION: Final = {0.02: 1e-4, 0.2: 1e-5, 1.0: 3e-6, 10.0: 1e-6, 100.0: 3e-7}  # PLC -> part of the range
LINE_FREQUENCY: Final = 50.0
REFERENCE_TEMPERATURE: Final = 23.0  # degC, at which the unit was adjusted
SETTINGS: Final[dict[str, str]] = {
    "gain": "(1) gain error of DC voltage on all ranges; else seeded inside the specification",
    "offset": "(V) offset of DC voltage on all ranges; else seeded inside the specification",
    "resistance_gain": "(1) gain error of resistance on all ranges; else seeded inside the specification",
    "resistance_offset": "(Ohm) offset of resistance on all ranges; else seeded inside the specification",
    "noise": "(V) rms noise on the 10 V range at 100 PLC; default 1e-6, the other settings scale with it",
    "linearity": "(1) largest deviation from the straight line, part of range; default 5e-7",
    "tempco": "(1/K) change of gain per kelvin from 23 degC; else seeded, some 1e-7",
    "warmup": "(1) gain error at power-on, which dies away; default 2e-5",
    "warmup_time": "(s) time constant of the warm-up; default 1200",
    "on_for": "(s) how long the unit was on already when the simulation started; default 0",
    "ac_gain": "(1) gain error of AC voltage on all ranges; else seeded inside the specification",
    "current_gain": "(1) gain error of DC current on all ranges; else seeded inside the specification",
    "ac_current_gain": "(1) gain error of AC current on all ranges; else seeded inside the specification",
    "capacitance_gain": "(1) gain error of capacitance on all ranges; else seeded inside the specification",
    "timebase": "(1) relative error of frequency; else seeded inside the specification",
}

_TEST_CURRENT = {1e2: 1e-3, 1e3: 1e-3, 1e4: 1e-4, 1e5: 1e-5, 1e6: 5e-6, 1e7: 5e-7, 1e8: 5e-7, 1e9: 5e-7}
_TEST_VOLTAGE = {
    1e2: 0.1,
    1e3: 1.0,
    1e4: 1.0,
    1e5: 1.0,
    1e6: 10.0,
    1e7: 10.0,
    1e8: 10.0,
    1e9: 10.0,
}  # V, full scale
_NOISE_BY_RANGE = {0.1: 0.15, 1.0: 0.25, 10.0: 1.0, 100.0: 15.0, 1000.0: 100.0}  # times the noise on 10 V
_OFFSET_SPREAD = {0.1: 4e-7, 1.0: 8e-7, 10.0: 6e-6, 100.0: 8e-5, 1000.0: 1.2e-3}  # V, one standard deviation
_GAIN_SPREAD = 6e-6  # one standard deviation, within the 1-year specification of 35 ppm on 10 V
_RESISTANCE_SPREAD = 2e-5  # as above, specification 100 ppm
_RESISTANCE_OFFSET_SPREAD = 5e-6  # of range
_SELF_HEATING = 8.0  # K above ambient when warm
_LEFT = 0.05  # of gain and offset errors after an adjustment
_PEAK = 0.3849  # of part - part**3 between zero and full scale: a smooth deviation from the straight line
_ZERO_WANDER = 1.5e-6  # V of the amplifier's zero per kelvin, removed by auto-zero


class _Scale(NamedTuple):
    """What is fixed on one voltage range with one integration time (V, but `gain`)."""

    gain: float
    offset: float
    bend: float
    noise: float
    step: float


class Quality(NamedTuple):
    """How good a model is: factors on what the 34401A has, and its resolutions.

    Attributes:
        errors: on gain and offset errors and on their temperature coefficient.
        noise: on the noise.
        resolution: part of the range by integration time (PLC).
        resistances: resistance ranges (Ohm).
    """

    errors: float = 1.0
    noise: float = 1.0
    resolution: Mapping[float, float] = RESOLUTION
    resistances: Sequence[float] = RESISTANCE_RANGES


USUAL: Final = Quality()
"""The 34401A itself."""


def resolved(resolution: Mapping[float, float], nplc: float) -> float:
    """Give the part of the range that is resolved with an integration time (PLC), which need not be a step."""
    part = resolution.get(nplc)
    return (
        part
        if part is not None
        else resolution[max((n for n in resolution if n <= nplc), default=min(resolution))]
    )


class Converter:
    """One unit's input, current source and converter, with its hidden errors.

    `SETTINGS` says how a unit can be made to differ from the seeded one.
    """

    def __init__(
        self, settings: Mapping[str, float], rng: random.Random, now: float, quality: Quality = USUAL
    ) -> None:
        self._rng = rng
        self._resolution, errors = quality.resolution, quality.errors
        # every unit draws the same numbers in the same order, so that one setting does not move the others
        gains = {r: rng.gauss(0.0, errors * _GAIN_SPREAD) for r in VOLTAGE_RANGES}
        offsets = {r: rng.gauss(0.0, errors * _OFFSET_SPREAD[r]) for r in VOLTAGE_RANGES}
        ohm_gains = {r: rng.gauss(0.0, errors * _RESISTANCE_SPREAD) for r in quality.resistances}
        ohm_offsets = {r: rng.gauss(0.0, errors * _RESISTANCE_OFFSET_SPREAD * r) for r in quality.resistances}
        tempco, bend = rng.gauss(0.0, errors * 6e-7), rng.choice((-1, 1))
        self._gain = {r: settings.get("gain", g) for r, g in gains.items()}
        self._offset = {r: settings.get("offset", o) for r, o in offsets.items()}
        self._ohm_gain = {r: settings.get("resistance_gain", g) for r, g in ohm_gains.items()}
        self._ohm_offset = {r: settings.get("resistance_offset", o) for r, o in ohm_offsets.items()}
        self._noise = settings.get("noise", quality.noise * 1e-6)
        self._linearity = settings.get("linearity", 5e-7 * bend)
        self._tempco = settings.get("tempco", tempco)
        self._warmup = settings.get("warmup", 2e-5)
        self._warmup_time = settings.get("warmup_time", 1200.0)
        self._power_on = now - settings.get("on_for", 0.0)
        # the amplifier's zero when it was last measured; None: at each reading
        self._zero: float | None = None
        self._voltage_scales: dict[tuple[float, float], _Scale] = {}
        self._turns = 0

    def adjust(self) -> None:
        """Bring gain and offset of DC voltage to a twentieth of what they are, as a person can with a good source."""
        self._gain = {on: gain * _LEFT for on, gain in self._gain.items()}
        self._offset = {on: offset * _LEFT for on, offset in self._offset.items()}
        self._voltage_scales.clear()
        self._turns += 1  # readers keep what they worked out last

    def voltage_reader(self, ambient: Ambient) -> Callable[[float, float, float, float], tuple[float, float]]:
        """Give what makes a reading of volts (V) on a range (V) with an integration time (PLC) until a time (s).

        It gives the indication (V), and the same without noise and resolution.
        """
        known, gauss = self._voltage_scales, self._rng.gauss
        warmup, power_on, warmup_time, tempco = (
            self._warmup,
            self._power_on,
            self._warmup_time,
            self._tempco,
        )
        last_turn = 0
        last_on = last_nplc = gain = offset = bend = rms = step = 0.0

        def read(volts: float, on: float, nplc: float, now: float) -> tuple[float, float]:
            nonlocal last_on, last_nplc, last_turn, gain, offset, bend, rms, step
            if on != last_on or nplc != last_nplc or self._turns != last_turn:
                last_on, last_nplc, last_turn = on, nplc, self._turns
                gain, offset, bend, rms, step = known.get((on, nplc)) or self._voltage_scale(on, nplc)
            part = volts / on
            temperature = ambient.temperature_at(now)
            drift = gain + warmup * exp((power_on - now) / warmup_time)  # as _drift
            drift += tempco * (temperature - REFERENCE_TEMPERATURE)
            expected = volts * (1 + drift) + offset + bend * (part * part * part - part)
            if self._zero is not None:
                expected += self._zero_left(now, temperature)
            return round((expected + gauss(0.0, rms)) / step) * step, expected

        return read

    def read_resistance(
        self, ohms: float, stray: float, on: float, nplc: float, now: float, temperature: float
    ) -> tuple[float, float]:
        """As a reading of volts, in Ohm, with a `stray` voltage (V) in series with the resistance."""
        current, drop = _TEST_CURRENT[on], _TEST_VOLTAGE[on]
        expected = ohms * (1 + self._ohm_gain[on] + self._drift(now, temperature)) + self._ohm_offset[on]
        expected += (stray + self._zero_left(now, temperature)) / current
        step = on * resolved(self._resolution, nplc)
        noise = self._rng.gauss(0.0, self._rms(drop, nplc)) / current
        return round((expected + noise) / step) * step, expected

    def hold_zero(self, now: float, temperature: float) -> None:
        """Measure the amplifier's zero now and keep it: what auto-zero OFF and ONCE do."""
        self._zero = self._amplifier_zero(now, temperature)

    def auto_zero(self) -> None:
        """Measure the amplifier's zero at every reading."""
        self._zero = None

    def _drift(self, now: float, temperature: float) -> float:
        warmup = self._warmup * exp((self._power_on - now) / self._warmup_time)
        return warmup + self._tempco * (temperature - REFERENCE_TEMPERATURE)

    def _amplifier_zero(self, now: float, temperature: float) -> float:
        inside = _SELF_HEATING * (1 - math.exp(-(now - self._power_on) / self._warmup_time))
        return _ZERO_WANDER * (temperature - REFERENCE_TEMPERATURE + inside)

    def _zero_left(self, now: float, temperature: float) -> float:
        return 0.0 if self._zero is None else self._amplifier_zero(now, temperature) - self._zero

    def _rms(self, on: float, nplc: float) -> float:
        """Give the noise (V) of one reading on a voltage range."""
        hum = 2.0 if nplc < 1 else 1.0  # below one cycle the line frequency is not averaged away
        return self._noise * _NOISE_BY_RANGE[on] * hum * math.sqrt(100.0 / nplc)

    def _voltage_scale(self, on: float, nplc: float) -> _Scale:
        """Work out once what does not change on a range with an integration time."""
        scale = _Scale(
            gain=self._gain[on],
            offset=self._offset[on],
            bend=self._linearity * on / _PEAK,
            noise=self._rms(on, nplc),
            step=on * resolved(self._resolution, nplc),
        )
        self._voltage_scales[on, nplc] = scale
        return scale
