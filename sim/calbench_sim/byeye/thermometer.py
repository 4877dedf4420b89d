"""A digital thermometer with its probe, read by eye."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.process import immersed
from calbench_sim.parts.process.immersed import Immersed

_OFFSET, _GAIN = 0.1, 5e-4  # K and K/K rms


class DigitalThermometer(Device):
    """Terminal: `probe`, which receives `temperature`; in the air of the room where it is wired to nothing.

    Truth, logged at each reading: `temperature` (degC) at the probe, and `temperature.error` (K) of what it shows,
    before that is rounded to its step.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        immersed.SETTINGS
        | {
            "noise": "(K) rms of one reading; default 0.01",
            "step": "(K) of its display; default 0.1",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._probe = Immersed(bench, _OFFSET, _GAIN)
        self._noise = bench.settings.get("noise", 0.01)
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
        true, taken = self._probe.felt(self.clock.monotonic())
        self.bench.truth("temperature", true)
        self.bench.truth("temperature.error", taken - true)
        return shown(taken + self.bench.rng.gauss(0.0, self._noise), self._step, "degC")
