"""A tank into which water flows, on a scale of its own; or on another one, whose `pan` is wired to its `stand`."""

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
from calbench_sim.parts.flow.fluids import borne, density, moist_air
from calbench_sim.parts.flow.pipe import Pipe
from calbench_sim.parts.weighing.balance import SETTINGS as SCALE_SETTINGS
from calbench_sim.parts.weighing.balance import Balance


class WeighingTank(Device):
    """Its own scale has Max 300 kg, d = 5 g. Terminals: `inlet`, and `stand`, where its load reaches another scale.

    Truth, logged whenever it is weighed: `water.mass` (kg) of what is in it, not borne by air; `volume` (m3) that
    flowed into it last, at the temperature of the inlet; of its own scale as `Balance`.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SCALE_SETTINGS
        | pipe.SETTINGS
        | {
            "drained": "(1) 1 where it is drained before each passage unless a person drains it, 0 where it goes on "
            "filling; default 1",
            "film": "(kg) standard deviation of what clings to it when it is drained; default 0",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._drained = bool(bench.settings.get("drained", 1.0))
        self._film = bench.settings.get("film", 0.0)
        self._mass = self._volume = 0.0
        self._temperature = bench.ambient.temperature()
        self._balance = Balance(bench, capacity=300.0, step=5e-3, unit="kg", timeout=60.0)
        self._density = density("water", 20.0, bench.ambient.pressure())
        self._pipe = Pipe(bench, self._piece, self._begin)
        stand = bench.terminal("stand")
        bench.terminal("inlet").watch(stand.change)
        stand.emit("load", self._load)

    def drain(self) -> None:
        """Let out what is in it, but for the film; from then on it is left to the person."""
        self._pipe.look()
        self._drained = False
        self._empty()

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Wait for rest and read the scale; or the thermometer in the tank.

        Raises:
            UsageError: It is asked for something else, or it is overfull.
        """
        if quantity == "temperature":
            self._pipe.look()
            self.bench.truth("temperature", self._temperature)
            return shown(self._temperature, 0.01, "degC")
        if quantity != "mass":
            name = self.bench.name
            raise UsageError(f"The simulated tank {name!r} shows mass and temperature, not {quantity}.")
        pan, load = self.bench.pan(), self._load()
        if load != pan.load():
            pan.put([load])
        self.clock.sleep(self._balance.wait())
        gross = self._balance.gross()
        decided = None if self.bench.deviation is None else self.bench.deviation("mass", load, 0.0)
        if decided is not None:  # a deviation is that of the true value from what is shown
            gross = load - decided
            for error in ("mass.error", "mass.error.systematic"):
                self.bench.truth(error, -decided)
        if self._balance.beyond(gross):
            raise UsageError(f"The simulated tank {self.bench.name!r} is overfull: {gross:.3f} kg.")
        return f"{self._balance.display.text(self._balance.net(gross))} {self._balance.display.unit}"

    def _load(self, _: float = 0.0) -> float:
        self._pipe.look()
        room = self.bench.ambient
        air = moist_air(room.temperature(), room.pressure(), room.humidity())
        self.bench.truth("water.mass", self._mass)
        self.bench.truth("volume", self._volume)
        return borne(self._mass, self._density, air)

    def _begin(self) -> None:
        self._volume = 0.0
        if self._drained:
            self._empty()

    def _empty(self) -> None:
        self._mass = abs(self.bench.rng.gauss(0.0, self._film)) if self._film else 0.0

    def _piece(self, stream: Stream, volume: float) -> None:
        self._temperature = stream.temperature
        self._density = density(stream.fluid, stream.temperature, self.bench.ambient.pressure())
        self._mass += volume * density(stream.fluid, stream.temperature, stream.pressure)
        self._volume += volume
