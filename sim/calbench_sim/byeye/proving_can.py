"""A proving can: a vessel with a graduated neck, into which a dispenser delivers; read by eye."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Stream
from calbench_sim.parts.flow import pipe
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.flow.fluids import density
from calbench_sim.parts.flow.pipe import Pipe

_LITRES, _REFERENCE = 1e3, 20.0


class ProvingCan(Device):
    """Emptied before each delivery. Its neck shows the volume that it holds at 20 degC.

    The can becomes as warm as the liquid. Terminal: `inlet`.

    Truth, logged at each reading: `volume` (m3) that it would hold at 20 degC, as the neck is marked, and
    `volume.error` (m3) of what the neck shows.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        pipe.SETTINGS
        | {
            "capacity": "(m3) up to which it can be filled; default 20.4 L",
            "error": "(1) of the neck at 20 degC; else seeded, 0.01 % rms",
            "expansion": "(1/K) of the can, cubic; default 50e-6, stainless steel",
            "reading": "(m3) standard deviation of how well the neck is read; default 2 mL",
            "step": "(m3) to which the neck is read; default 5 mL",
            "wet": "(m3) standard deviation of what drains differently each time; default 0.5 mL",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        drawn = bench.rng.gauss(0.0, 1e-4)
        settings = bench.settings
        self._capacity = settings.get("capacity", 20.4e-3)
        self._error = settings.get("error", drawn)
        self._expansion = settings.get("expansion", 50e-6)
        self._reading = settings.get("reading", 2e-6)
        self._step = settings.get("step", 5e-6)
        self._wet = settings.get("wet", 5e-7)
        self._volume, self._temperature = 0.0, bench.ambient.temperature()
        self._pipe = Pipe(bench, self._piece, self._begin)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the neck, or the thermometer in it.

        Raises:
            UsageError: It is asked for something else, or has overflowed.
        """
        self._pipe.look()
        name = self.bench.name
        if quantity == "temperature":
            self.bench.truth("temperature", self._temperature)
            return shown(self._temperature, 0.1, "degC")
        if quantity != "volume":
            raise UsageError(f"The simulated can {name!r} shows volume and temperature, not {quantity}.")
        if self._volume > self._capacity:
            raise UsageError(
                f"The simulated can {name!r} holds {self._capacity * _LITRES:g} L, and "
                f"{self._volume * _LITRES:g} L were delivered: it has overflowed. Apply less."
            )
        decided = None if self.bench.deviation is None else self.bench.deviation("volume", self._volume, 0.0)
        at_20 = self._volume / (1 + self._expansion * (self._temperature - _REFERENCE))
        neck = at_20 * (1 + self._error) if decided is None else at_20 - decided
        self.bench.truth("volume", at_20)
        self.bench.truth("volume.error", neck - at_20)
        read = neck + self.bench.rng.gauss(0.0, self._reading)
        return shown(read * _LITRES, self._step * _LITRES, "L")

    def _begin(self) -> None:
        self._volume = self.bench.rng.gauss(0.0, self._wet)

    def _piece(self, stream: Stream, volume: float) -> None:
        # in the can it is under the pressure of the room
        here = density(stream.fluid, stream.temperature, self.bench.ambient.pressure())
        self._volume += volume * density(stream.fluid, stream.temperature, stream.pressure) / here
        self._temperature = stream.temperature
