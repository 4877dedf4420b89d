"""The register of a water, gas or heat meter with an interface: what flows, and the heat that it takes along.

A steady flow of its own, as its settings say; and, where its `inlet` is connected, what flows through that.
"""

from __future__ import annotations

from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Stream
from calbench_sim.parts.flow import pipe
from calbench_sim.parts.flow.heat_register import heat_coefficient, sensed
from calbench_sim.parts.flow.pipe import Pipe, volume_flow
from calbench_sim.parts.flow.register import CURVE, at_flow, curve

SETTINGS: Final[dict[str, str]] = {
    **pipe.SETTINGS,
    **CURVE,
    "volume": "(m3) on the register at power-on; default 0",
    "flow": "(m3/s) through the meter since power-on, beside what comes to its inlet; default 0",
    "gain": "(1) error of volume and flow, where no flows are stated; else seeded, 0.5 % rms",
    "energy": "(J) on the register of heat at power-on; default 0",
    "supply": "(1) temperature of the supply as a number of degrees Celsius, where it is not connected; default 60",
    "difference": "(K) from supply to return, where they are not connected; default 0",
}
_HEAT_CAPACITY = 4.15e6  # J/(m3 K), of warm water (EN 1434-1, annex A, near 50 degC)


class FlowRegister:
    """Counts volume and heat since power-on.

    Terminals: `inlet` and `outlet`, and `supply` and `return` of the sensors of a heat meter. Truth, logged when it is
    read: `volume` (m3) that has passed, `flow` (m3/s).
    """

    def __init__(self, bench: Bench) -> None:
        settings = bench.settings
        drawn = bench.rng.gauss(0.0, 5e-3)
        self._bench = bench
        self._gain = settings.get("gain", drawn)
        self._curve = curve(bench.name, settings)
        self._flow = settings.get("flow", 0.0)
        self.start = settings.get("volume", 0.0)
        self._heat = settings.get("energy", 0.0)
        self._supply = settings.get("supply", 60.0)
        self._difference = settings.get("difference", 0.0)
        self._since = bench.clock.monotonic()
        self._piped = self._counted = self._piped_heat = 0.0
        before = bench.memory.get("meter")
        bench.memory["meter"] = self
        if isinstance(before, FlowRegister):  # registers are kept when the supply fails
            self.start, self._heat = before.volume(), before.energy()
        self._pipe = Pipe(bench, self._piece, lambda: None)

    @property
    def supply(self) -> float:
        """The temperature of the supply, in degC."""
        found = sensed(self._bench, "supply")
        return self._supply if found is None else found

    @property
    def difference(self) -> float:
        """The difference of temperature from supply to return, in K."""
        found = sensed(self._bench, "return")
        return self._difference if found is None else self.supply - found

    def volume(self) -> float:
        """Give the volume on the register, in m3."""
        return self.start + self._passed()

    def set_volume(self, volume: float) -> None:
        """Set the register, in m3."""
        self.start = volume - self._passed()

    def flow(self) -> float:
        """Give the flow that is shown, in m3/s."""
        stream = self._pipe.stream()
        piped = 0.0 if stream is None else volume_flow(stream)
        self._bench.truth("flow", self._flow + piped)
        return (self._flow + piped) * (1 + self._error(piped))

    def energy(self) -> float:
        """Give the heat on the register, in J."""
        self._pipe.look()
        steady = self._flow * self.seconds() * (1 + self._gain)
        return self._heat + self._piped_heat + steady * _HEAT_CAPACITY * self.difference

    def power(self) -> float:
        """Give the thermal power that is shown, in W."""
        return self.flow() * _HEAT_CAPACITY * self.difference

    def seconds(self) -> float:
        """Give the time since power-on in s."""
        return self._bench.clock.monotonic() - self._since

    def _passed(self) -> float:
        self._pipe.look()
        steady = self._flow * self.seconds()
        self._bench.truth("volume", steady + self._piped)
        return steady * (1 + self._gain) + self._counted

    def _error(self, flow: float) -> float:
        return at_flow(self._curve, flow) if self._curve and flow > 0 else self._gain

    def _piece(self, stream: Stream, volume: float) -> None:
        counted = volume * (1 + self._error(volume_flow(stream)))
        self._piped += volume
        self._counted += counted
        supply, difference = self.supply, self.difference
        self._piped_heat += counted * heat_coefficient(supply, supply - difference) * difference
