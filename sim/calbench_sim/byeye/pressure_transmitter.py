"""A two-wire pressure transmitter: 4 mA to 20 mA for its range, supplied by its loop."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.process import gauge
from calbench_sim.parts.process.gauge import Gauge
from calbench_sim.parts.process.loop import Loop

_SPAN, _CLASS = (0.0, 0.6e6), 0.002  # Pa


class PressureTransmitter(Device):
    """0 to 600 kPa, class 0.2. Terminals: `port` receives `pressure`, `output` emits `current.dc`.

    Truth, logged when somebody measures the current: as `Loop`, and `pressure` (Pa) beside it.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(gauge.SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._gauge = Gauge(bench, _SPAN, _CLASS)
        self._loop = Loop(bench, self._gauge.low, self._gauge.high, "pressure", self._felt)
        bench.terminal("port").watch(self._gauge.note)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def _felt(self, at: float) -> tuple[float, float]:
        pressure = self._gauge.pressure(at)
        return pressure, pressure + self._gauge.error(pressure)
