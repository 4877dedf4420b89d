"""A stirred bath whose temperature a person sets, and waits for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow.display import shown

_LOWEST, _HIGHEST = 0.0, 150.0


class Bath(Device):
    """At the temperature of the room until it is set. Terminal: `well`, where probes are.

    Truth, logged when it is set and read: `temperature` (degC) at the well.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "setting": "(K) standard deviation of the temperature from what it is set to; default 0.05",
            "off": "(K) by how much it comes to rest beside what it is set to; default 0",
            "time": "(s) until it is at rest; default 900",
            "offset": "(K) error of its own display; else seeded, 0.05 K rms",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        drawn = bench.rng.gauss(0.0, 0.05)
        self._offset = bench.settings.get("offset", drawn)
        self._setting = bench.settings.get("setting", 0.05)
        self._off = bench.settings.get("off", 0.0)
        self._time = bench.settings.get("time", 900.0)
        self._temperature = bench.ambient.temperature()
        self._emit()

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def apply_by_hand(self, quantity: str, told: Mapping[str, float]) -> None:
        """Set its temperature, and wait until it is at rest.

        Raises:
            UsageError: Something else is asked for, or a temperature that it does not have.
        """
        wanted = told["value"]
        if quantity != "temperature" or not _LOWEST <= wanted <= _HIGHEST:
            raise UsageError(
                f"The simulated bath {self.bench.name!r} has temperatures of {_LOWEST:g} to {_HIGHEST:g} degC, not "
                f"{quantity} {wanted:g}."
            )
        self._temperature = wanted + self._off + self.bench.rng.gauss(0.0, self._setting)
        self._emit()
        self.clock.sleep(self._time)
        self.bench.truth("temperature", self._temperature)

    def shown(self, quantity: str) -> str:
        """Read its own display.

        Raises:
            UsageError: It is asked for something else than its temperature.
        """
        if quantity != "temperature":
            raise UsageError(f"The simulated bath {self.bench.name!r} shows temperature, not {quantity}.")
        self.bench.truth("temperature", self._temperature)
        return shown(self._temperature + self._offset, 0.01, "degC")

    def _emit(self) -> None:
        temperature = self._temperature
        self.bench.terminal("well").emit("temperature", lambda _: temperature)
