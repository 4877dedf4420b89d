"""A pointer gauge for pressure, also that of a sphygmomanometer: read by eye, before and after somebody has tapped it.

How far it may be off has the size that JJG 52 and JJG 270 allow; a pointer is read to a fifth of a division, as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.quantities.typed import SCALES
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.process import gauge
from calbench_sim.parts.process.gauge import Gauge, typed

_SPAN, _CLASS, _DIVISION = (0.0, 0.6e6), 0.016, 10e3  # Pa
_READ = 0.2  # of a division
_FRICTION = 0.2  # of the class


class PressureGauge(Device):
    """0 to 0.6 MPa, class 1.6, divisions of 10 kPa. Terminal: `port`, which receives `pressure` and keeps it.

    The pointer hangs back by its friction until somebody taps the gauge.

    Truth, logged at each reading: `pressure` (Pa); `pressure.error` (Pa), of the pointer without friction and reading;
    `pressure.friction` (Pa), by how much the pointer stands otherwise now.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        gauge.SETTINGS
        | {
            "unit": "in which the scale is written: Pa, hPa, kPa, MPa, mbar, bar or mmHg; default kPa",
            "division": "(Pa) of the scale; default 10e3",
            "reading": "(1) part of a division to which it is read; default 0.2",
            "friction": "(Pa) by which the pointer hangs back at most; else seeded, some 0.2 of the class",
            "drift": "(Pa/s) change of its zero, as where its element creeps; default 0",
            "stop": "(1) 1 where a pin holds the pointer at the lower end; default 0",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._gauge = Gauge(bench, _SPAN, _CLASS)
        drawn = abs(bench.rng.gauss(0.0, 1.0))
        self._friction = bench.settings.get("friction", _FRICTION * self._gauge.allowed * drawn)
        self._drift, self._start = bench.settings.get("drift", 0.0), self.clock.monotonic()
        self._stop = bool(bench.settings.get("stop", 0.0))
        self._unit = _unit_of(bench)
        scale = float(SCALES["Pa"][self._unit])
        self._scale = scale
        self._step = bench.settings.get("division", _DIVISION) / scale * bench.settings.get("reading", _READ)
        self._pointer = self._at_rest()
        bench.terminal("port").watch(self._follow)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def tap(self) -> None:
        """Tap it: the pointer goes where it belongs."""
        self._follow()
        self._pointer = self._at_rest()

    def shown(self, quantity: str) -> str:
        """Read the pointer.

        Raises:
            UsageError: It is asked for something else.
        """
        if quantity != "pressure":
            raise UsageError(f"The simulated gauge {self.bench.name!r} shows pressure, not {quantity}.")
        self._follow()
        pressure, rest = self._gauge.pressure(), self._at_rest()
        self.bench.truth("pressure", pressure)
        self.bench.truth("pressure.error", rest - pressure)
        self.bench.truth("pressure.friction", self._pointer - rest)
        pointer = max(self._pointer, self._gauge.low) if self._stop else self._pointer
        return typed(pointer / self._scale, self._unit, self._step)

    def _at_rest(self) -> float:
        pressure = self._gauge.pressure()
        crept = self._drift * (self.clock.monotonic() - self._start)
        return pressure + self._gauge.error(pressure) + crept

    def _follow(self) -> None:
        """Let the pointer come as near as friction allows."""
        self._gauge.note()
        rest = self._at_rest()
        self._pointer = min(max(self._pointer, rest - self._friction), rest + self._friction)


def _unit_of(bench: Bench) -> str:
    unit = bench.words.get("unit", "kPa")
    if unit not in SCALES["Pa"]:
        raise UsageError(
            f"The simulated gauge {bench.name!r} has a scale in {unit!r}; give one of {', '.join(SCALES['Pa'])}."
        )
    return unit
