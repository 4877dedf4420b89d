"""A periodic waveform of harmonics, as a power standard puts it out on a voltage or current channel."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from calbench.simulation.signals import Phase

HIGHEST: Final = 100
"""The highest harmonic; 0 is direct voltage or current."""


@dataclass
class Channel:
    """One voltage or current channel as it is programmed; angles in degrees, positive where the wave leads."""

    tops: Sequence[float]  # V or A, the highest rms value of each range
    on: bool = True
    harmonics_on: bool = False
    top: float | None = None  # V or A, of the range that was selected; None before one is
    harmonics: dict[int, tuple[float, float]] = field(default_factory=lambda: {1: (0.0, 0.0)})

    @property
    def limit(self) -> float:
        """The highest rms value (V or A) that can be programmed now."""
        return self.tops[-1] if self.top is None else self.top

    def put_out(self) -> Mapping[int, tuple[float, float]]:
        """Give the harmonics that are put out: all of them, the fundamental alone, or none."""
        if not self.on:
            return {}
        return self.harmonics if self.harmonics_on else {1: self.harmonics[1]}

    def scaled(self, rms: float) -> dict[int, tuple[float, float]]:
        """Give the harmonics for another rms value (V or A) of the whole; of nothing, the fundamental alone."""
        before = rms_of(self.harmonics)
        if not before:
            return {1: (rms, self.harmonics[1][1])}
        return {
            order: (amplitude * rms / before, angle) for order, (amplitude, angle) in self.harmonics.items()
        }


def rms_of(harmonics: Mapping[int, tuple[float, float]]) -> float:
    """Give the rms value of a waveform."""
    return math.hypot(*(amplitude for amplitude, _ in harmonics.values())) if harmonics else 0.0


def active_power(voltage: Channel, current: Channel) -> float:
    """Give the active power (W): harmonics of the same order add up; current angles count from their voltage's."""
    currents = current.put_out()
    total = 0.0
    for order, (volts, _) in voltage.put_out().items():
        if order in currents:
            amperes, angle = currents[order]
            total += volts * amperes * math.cos(math.radians(angle))
    return total


def phase_of(voltage: Channel, current: Channel) -> Phase:
    """Give the phase of a load: rms values of the whole, and the lag (rad) that makes up its active power."""
    volts, amperes = rms_of(voltage.put_out()), rms_of(current.put_out())
    apparent = volts * amperes
    if not apparent:
        return Phase(volts, amperes, 0.0)
    if len(voltage.put_out()) == len(current.put_out()) == 1:
        return Phase(volts, amperes, -math.radians(current.harmonics[1][1]))
    lag = math.acos(max(-1.0, min(1.0, active_power(voltage, current) / apparent)))
    return Phase(volts, amperes, -lag if math.sin(math.radians(current.harmonics[1][1])) > 0 else lag)
