"""A two-wire temperature transmitter with its sensor: 4 mA to 20 mA for its range, supplied by its loop."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.process import immersed
from calbench_sim.parts.process.immersed import Immersed
from calbench_sim.parts.process.loop import Loop

_RANGE = (0.0, 100.0)  # degC
_OFFSET, _GAIN = 0.05, 5e-4  # K and K/K rms


class TemperatureTransmitter(Device):
    """0 degC to 100 degC. Terminals: `probe` receives `temperature`, `output` emits `current.dc`.

    Truth, logged when somebody measures the current: as `Loop`, with `temperature` (degC) of the sensor.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        immersed.SETTINGS
        | {
            "from": "lower end of the range, degC as a plain number; default 0",
            "to": "upper end of the range, degC as a plain number; default 100",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        low, high = bench.settings.get("from", _RANGE[0]), bench.settings.get("to", _RANGE[1])
        if low >= high:
            raise UsageError(
                f"The simulated transmitter {bench.name!r} goes from {low} degC to {high} degC; give from < to."
            )
        self._sensor = Immersed(bench, _OFFSET, _GAIN)
        self._loop = Loop(bench, low, high, "temperature", self._sensor.felt)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""
