"""A digital pressure gauge that is read by eye: as a unit under test, or as a standard beside it."""

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

_SPAN, _CLASS, _STEP = (0.0, 0.6e6), 5e-4, 10.0  # Pa
_NOISE = 0.2  # of a step


class DigitalGauge(Device):
    """0 to 600 kPa, class 0.05, steps of 10 Pa. Terminal: `port`, which receives `pressure`.

    Truth, logged at each reading: `pressure` (Pa), and `pressure.error` (Pa) without noise and rounding.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        gauge.SETTINGS
        | {
            "unit": "of the display: Pa, hPa, kPa, MPa, mbar, bar or mmHg; default kPa",
            "step": "(Pa) what the display resolves; default 10",
            "noise": "(Pa) rms of one reading; default 0.2 of a step",
            "drift": "(Pa/s) change of its zero; default 0",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._gauge = Gauge(bench, _SPAN, _CLASS)
        self._unit = bench.words.get("unit", "kPa")
        if self._unit not in SCALES["Pa"]:
            raise UsageError(
                f"The simulated gauge {bench.name!r} shows {self._unit!r}; give one of {', '.join(SCALES['Pa'])}."
            )
        self._step = bench.settings.get("step", _STEP)
        self._noise = bench.settings.get("noise", _NOISE * self._step)
        self._drift = bench.settings.get("drift", 0.0)
        self._start = self.clock.monotonic()
        bench.terminal("port").watch(self._gauge.note)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the display.

        Raises:
            UsageError: It is asked for something else.
        """
        if quantity != "pressure":
            raise UsageError(f"The simulated gauge {self.bench.name!r} shows pressure, not {quantity}.")
        self._gauge.note()
        pressure = self._gauge.pressure()
        error = self._gauge.error(pressure) + self._drift * (self.clock.monotonic() - self._start)
        decided = None if self.bench.deviation is None else self.bench.deviation("pressure", pressure, 0.0)
        if decided is not None:  # a deviation is that of the true value from what is shown
            error = -decided
        self.bench.truth("pressure", pressure)
        self.bench.truth("pressure.error", error)
        scale = float(SCALES["Pa"][self._unit])
        value = pressure + error + self.bench.rng.gauss(0.0, self._noise)
        return typed(value / scale, self._unit, self._step / scale)
