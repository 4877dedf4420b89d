"""Clou CL309 three-phase power source, written from protocols.md, section 5.3, and public sources of its users."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Load, Phase
from calbench_sim.parts.frames import clou_frame
from calbench_sim.parts.frames.clou_frame import ClouDevice, Field, Place, scaled, unscaled, whole
from calbench_sim.parts.sources.power_output import PowerOutput

_MOST_VOLTAGE, _MOST_CURRENT = 480.0, 120.0  # V, A
_FREQUENCIES: Final = (45.0, 65.0)  # Hz
_FULL_CIRCLE = 360.0
_RAMP = 2.0  # s, from one load to another
_CHANNELS = 6  # Uc, Ub, Ua, Ic, Ib, Ia, as bits 0 to 5
_ALL = 0x3F
_UPDATE_FREQUENCY = 0x07


class CL309(ClouDevice):
    """A CL309 at address 01. Terminal: `output`, emits `power`. Truth: as `PowerOutput`.

    Page 5: group 1 angles (1e-4 degrees; U then I, each C, B, A), group 2 rms values (number and power of ten), the
    frequency (bit 6, 1e-4 Hz) and its update byte (bit 7), group 6 the update bytes of angles (bit 0) and rms values
    (bit 1), and two more bytes that do nothing here (bits 2 and 3). An update byte takes those channels over whose bit
    is set; values without it wait. Each of the six channels is apart: what is set, updated or zero of one leaves the
    others as they are.

    Assumed: angles are counter-clockwise: a current lags by the angle of its voltage less its own; it acknowledges at
    once and reaches the new load within two seconds; what it cannot put out (480 V, 120 A, 45 Hz to 65 Hz) is answered
    by 33 and nothing of that request is kept, so that no later update byte puts a part of it out; it is off at
    power-on, and where all rms values are zero; harmonics are not simulated.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        clou_frame.SETTINGS
        | {
            "voltage_gain": "(1) gain error of all voltages; else seeded per phase, 2e-4 rms",
            "current_gain": "(1) gain error of all currents; else seeded per phase, 3e-4 rms",
            "angle": "(rad) by which all currents lag more than programmed; else seeded per phase, 5e-4 rms",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, "CL309", 0x01)
        spreads = {"voltage_gain": 2e-4, "current_gain": 3e-4, "angle": 5e-4}
        draws = [{name: bench.rng.gauss(0.0, rms) for name, rms in spreads.items()} for _ in range(3)]
        self._errors = [
            {name: bench.settings.get(name, value) for name, value in one.items()} for one in draws
        ]
        self._output = PowerOutput(bench)
        self._set_angles, self._angles = [0.0] * _CHANNELS, [0.0] * _CHANNELS
        self._set_values, self._values = [0.0] * _CHANNELS, [0.0] * _CHANNELS
        self._set_frequency = self._frequency = 50.0
        self._update_angles = self._update_values = self._update_frequency = 0
        self.fields = self._places_of_values()

    def _places_of_values(self) -> dict[Place, Field]:
        fields: dict[Place, Field] = {}
        for channel in range(_CHANNELS):
            fields[5, 1, channel] = Field(4, self._angle(channel), self._take_angle(channel))
            fields[5, 2, channel] = Field(5, self._value(channel), self._take_value(channel))
        return fields | {
            (5, 2, 6): Field(4, lambda: whole(1e4 * self._set_frequency), self._take_frequency),
            (5, 2, 7): Field(1, None, self._take_frequency_update),
            (5, 6, 0): Field(1, None, self._take_angle_update),
            (5, 6, 1): Field(1, None, self._take_value_update),
            (5, 6, 2): Field(1, None, lambda _: True),
            (5, 6, 3): Field(1, None, lambda _: True),
        }

    # --- fields ---

    def _angle(self, channel: int) -> Callable[[], bytes]:
        return lambda: whole(1e4 * self._set_angles[channel])

    def _take_angle(self, channel: int) -> Callable[[bytes], bool]:
        def take(data: bytes) -> bool:
            angle = unscaled(data) / 1e4
            good = -_FULL_CIRCLE <= angle <= _FULL_CIRCLE
            if good:
                self._set_angles[channel] = angle
            return good

        return take

    def _value(self, channel: int) -> Callable[[], bytes]:
        return lambda: scaled(self._set_values[channel], -4 if channel < 3 else -6)

    def _take_value(self, channel: int) -> Callable[[bytes], bool]:
        def take(data: bytes) -> bool:
            value = unscaled(data)
            good = 0.0 <= value <= (_MOST_VOLTAGE if channel < 3 else _MOST_CURRENT)
            if good:
                self._set_values[channel] = value
            return good

        return take

    def _take_frequency(self, data: bytes) -> bool:
        frequency = unscaled(data) / 1e4
        good = _FREQUENCIES[0] <= frequency <= _FREQUENCIES[1]
        if good:
            self._set_frequency = frequency
        return good

    def _take_frequency_update(self, data: bytes) -> bool:
        self._update_frequency = data[0]
        return True

    def _take_angle_update(self, data: bytes) -> bool:
        self._update_angles = data[0]
        return True

    def _take_value_update(self, data: bytes) -> bool:
        self._update_values = data[0]
        return True

    # --- output ---

    def _write(self, request: bytes) -> bool:
        before = list(self._set_angles), list(self._set_values), self._set_frequency
        done = super()._write(request)
        if not done:
            self._set_angles, self._set_values, self._set_frequency = before
            self._update_angles = self._update_values = self._update_frequency = 0
        return done

    def written(self) -> bool:
        """Put out what the update bytes of a request say."""
        updated = (self._update_angles | self._update_values) & _ALL or self._update_frequency
        for channel in range(_CHANNELS):
            if self._update_angles >> channel & 1:
                self._angles[channel] = self._set_angles[channel]
            if self._update_values >> channel & 1:
                self._values[channel] = self._set_values[channel]
        if self._update_frequency & _UPDATE_FREQUENCY:
            self._frequency = self._set_frequency
        self._update_angles = self._update_values = self._update_frequency = 0
        if updated:
            self._put_out()
        return True

    def _put_out(self) -> None:
        if not any(self._values):
            self._output.stop()
            return
        phases = []
        for number, error in enumerate(self._errors):
            channel = 2 - number
            volts = self._values[channel] * (1 + error["voltage_gain"])
            amperes = self._values[3 + channel] * (1 + error["current_gain"])
            lag = math.remainder(self._angles[channel] - self._angles[3 + channel], _FULL_CIRCLE)
            phases.append(Phase(volts, amperes, math.radians(lag) + error["angle"] if amperes else 0.0))
        self._output.go(Load(tuple(phases), self._frequency), _RAMP)
