"""What lets liquid or gas pass: a pump and a valve, that a person opens and closes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.signals import Stream
from calbench_sim.parts.flow.fluids import FLUIDS, NORMAL_PRESSURE, density

SETTINGS: Final[dict[str, str]] = {
    "fluid": f"{', '.join(FLUIDS)}; default as the model",
    "temperature": "(1) of what it supplies, as a number of degrees Celsius; default that of the room at the start",
    "pressure": "(Pa) of what it supplies, absolute; default as the model",
    "largest": "(m3/s) largest flow; default 0.01",
    "stopping": "(1) standard deviation of how well a volume is stopped; default 0.002",
    "throttling": "(1) standard deviation of how well a flow is set; default 0.01",
    "off": "(1) by how much a flow is set beside what is wanted; default 0",
    "off_times": "number of passages, from the first, in which it is; default all",
}
_HOUR = 3600.0


class Supply:
    """Terminal `outlet`. Truth, logged at each passage: `volume` (m3) at its own temperature and pressure."""

    def __init__(self, bench: Bench, fluid: str, pressure: float = NORMAL_PRESSURE) -> None:
        settings = bench.settings
        self.fluid = bench.words.get("fluid", fluid)
        self.temperature = settings.get("temperature", bench.ambient.temperature())
        self.pressure = settings.get("pressure", pressure)
        self.passed = 0.0
        """Volume of the last passage, in m3 at `temperature` and `pressure`."""
        self._density = density(self.fluid, self.temperature, self.pressure)
        self._largest = settings.get("largest", 0.01)
        self._stopping = settings.get("stopping", 0.002)
        self._throttling = settings.get("throttling", 0.01)
        self._off = settings.get("off", 0.0)
        self._off_times = settings.get("off_times", math.inf)
        self._bench = bench
        self._emit(0.0)

    def let_pass(self, quantity: str, told: Mapping[str, float]) -> None:
        """Let a volume (`value`, m3) pass at a flow (`flow`, m3/h); the clock goes on meanwhile.

        Raises:
            UsageError: Something else is asked for, nothing, or a flow that it does not have.
        """
        name, rng = self._bench.name, self._bench.rng
        if quantity != "volume":
            raise UsageError(f"The simulated supply {name!r} lets a volume pass, not {quantity}.")
        volume, flow = told["value"], told["flow"] / _HOUR
        if volume <= 0 or not 0 < flow <= self._largest:
            raise UsageError(
                f"The simulated supply {name!r} lets volumes above 0 pass at up to {self._largest * _HOUR:g} m^3/h, "
                f"not {volume:g} m^3 at {told['flow']:g} m^3/h."
            )
        flow *= 1 + rng.gauss(0.0, self._throttling) + (self._off if self._off_times > 0 else 0.0)
        self._off_times -= 1
        self.passed = volume * (1 + rng.gauss(0.0, self._stopping))
        self._emit(flow * self._density)
        self._bench.clock.sleep(self.passed / flow)
        self._emit(0.0)
        self._bench.truth("volume", self.passed)

    def _emit(self, mass_flow: float) -> None:
        stream = Stream(self.fluid, mass_flow, self.temperature, self.pressure)
        self._bench.terminal("outlet").emit("stream", lambda _: stream)
