"""What may reach a connection point beside direct voltage and resistance: one value for each quantity.

A source *emits* a quantity at its terminal; whoever is connected to it by a lead *receives* it. The leads are those
of `electrical`: one wiring carries all quantities between two terminals.

| quantity | value |
|---|---|
| `voltage.ac`, `current.ac` | `Alternating` |
| `current.dc` | float, A |
| `capacitance` | float, F |
| `pressure` | float, Pa, gauge |
| `temperature` | float, degC |
| `power` | `Load` |
| `pulses` | float, pulses since the source was switched on |
| `stream` | `Stream` |
| `speed` | float, m/s |
| `load` | float, kg, the conventional mass of what stands on a pan |

`stream` and `speed` are constant between two changes, which their source tells (`Terminal.change`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple


class Alternating(NamedTuple):
    """A sinusoidal quantity: its rms value (V or A) and its frequency (Hz)."""

    rms: float
    frequency: float


class Phase(NamedTuple):
    """One phase of a supply: voltage (V rms), current (A rms), and the angle (rad) by which current lags voltage."""

    voltage: float
    current: float
    lag: float


class Load(NamedTuple):
    """What flows through an electricity meter: its phases (one to three), and the frequency (Hz)."""

    phases: tuple[Phase, ...]
    frequency: float

    @property
    def active(self) -> float:
        """The active power of all phases, in W."""
        return sum(phase.voltage * phase.current * math.cos(phase.lag) for phase in self.phases)

    @property
    def reactive(self) -> float:
        """The reactive power of all phases, in var; positive where current lags."""
        return sum(phase.voltage * phase.current * math.sin(phase.lag) for phase in self.phases)

    @property
    def apparent(self) -> float:
        """The sum of the apparent powers of all phases, in VA."""
        return sum(phase.voltage * phase.current for phase in self.phases)


class Stream(NamedTuple):
    """What flows in a pipe, or stands still in it: mass is what no temperature or pressure on its way changes.

    Attributes:
        fluid: `water`, `fuel` or `air`.
        mass_flow: kg/s; 0 where it stands still.
        temperature: degC.
        pressure: Pa, absolute.
    """

    fluid: str
    mass_flow: float
    temperature: float
    pressure: float


Value = float | Alternating | Load | Stream
Signal = Callable[[float], Value | None]
"""Gives the value at a time (seconds of the clock); None where nothing is put out."""
