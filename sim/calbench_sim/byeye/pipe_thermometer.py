"""A thermometer with its probe in a pipe, a bath or a can, read by eye."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Stream
from calbench_sim.parts.flow.display import shown


class PipeThermometer(Device):
    """Terminal: `probe`, wired to the outlet of what it is in; where nothing is, it shows the room.

    Truth, logged at each reading: `temperature` (degC) at the probe.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "offset": "(K) its error; else seeded, 0.03 K rms",
            "step": "(K) of its display; default 0.1",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        drawn = bench.rng.gauss(0.0, 0.03)
        self._offset = bench.settings.get("offset", drawn)
        self._step = bench.settings.get("step", 0.1)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the display.

        Raises:
            UsageError: It is asked for something else than a temperature.
        """
        if quantity != "temperature":
            raise UsageError(
                f"The simulated thermometer {self.bench.name!r} shows temperature, not {quantity}."
            )
        true = self._true()
        decided = None if self.bench.deviation is None else self.bench.deviation("temperature", true, 0.0)
        self.bench.truth("temperature", true)
        return shown(true + self._offset if decided is None else true - decided, self._step, "degC")

    def _true(self) -> float:
        probe = self.bench.terminal("probe")
        stream, still = probe.received("stream"), probe.received("temperature")
        if isinstance(stream, Stream):
            return stream.temperature
        return still if isinstance(still, float) else self.bench.ambient.temperature()
