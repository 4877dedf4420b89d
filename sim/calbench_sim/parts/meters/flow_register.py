"""The register of a water, gas or heat meter: a steady flow, and the heat that it takes along."""

from __future__ import annotations

from typing import Final

from calbench.simulation.bench import Bench

SETTINGS: Final[dict[str, str]] = {
    "volume": "(m3) on the register at power-on; default 0",
    "flow": "(m3/s) through the meter since power-on; default 0",
    "gain": "(1) error of volume and flow; else seeded, 0.5 % rms",
    "energy": "(J) on the register of heat at power-on; default 0",
    "supply": "(1) temperature of the supply as a number of degrees Celsius; default 60",
    "difference": "(K) from supply to return; default 0",
}
_HEAT_CAPACITY = 4.15e6  # J/(m3 K), of warm water (EN 1434-1, annex A, near 50 degC)


class FlowRegister:
    """Counts volume and heat since power-on. Truth, logged when it is read: `volume` (m3) that has passed, `flow`."""

    def __init__(self, bench: Bench) -> None:
        settings = bench.settings
        drawn = bench.rng.gauss(0.0, 5e-3)
        self._bench = bench
        self._gain = settings.get("gain", drawn)
        self._flow = settings.get("flow", 0.0)
        self.start = settings.get("volume", 0.0)
        self._heat = settings.get("energy", 0.0)
        self.supply = settings.get("supply", 60.0)
        self.difference = settings.get("difference", 0.0)
        self._since = bench.clock.monotonic()
        before = bench.memory.get("meter")
        bench.memory["meter"] = self
        if isinstance(before, FlowRegister):  # registers are kept when the supply fails
            self.start, self._heat = before.volume(), before.energy()

    def volume(self) -> float:
        """Give the volume on the register, in m3."""
        return self.start + self._passed()

    def set_volume(self, volume: float) -> None:
        """Set the register, in m3."""
        self.start = volume - self._passed()

    def flow(self) -> float:
        """Give the flow that is shown, in m3/s."""
        self._bench.truth("flow", self._flow)
        return self._flow * (1 + self._gain)

    def energy(self) -> float:
        """Give the heat on the register, in J."""
        return self._heat + self._passed() * _HEAT_CAPACITY * self.difference

    def power(self) -> float:
        """Give the thermal power that is shown, in W."""
        return self.flow() * _HEAT_CAPACITY * self.difference

    def seconds(self) -> float:
        """Give the time since power-on in s."""
        return self._bench.clock.monotonic() - self._since

    def _passed(self) -> float:
        true = self._flow * self.seconds()
        self._bench.truth("volume", true)
        return true * (1 + self._gain)
