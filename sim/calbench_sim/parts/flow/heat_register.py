"""What a heat meter makes of volume and temperatures: thermal energy after EN 1434-1."""

from __future__ import annotations

from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Stream
from calbench_sim.parts.flow import register
from calbench_sim.parts.flow.register import Register
from calbench_sim.parts.flow.steam import enthalpy, specific_volume

PRESSURE: Final = 1.6e6
"""Pa, at which EN 1434-1 states the heat coefficient."""
SETTINGS: Final[dict[str, str]] = register.SETTINGS | {
    "supply_offset": "(K) error of the supply sensor; else seeded, 0.02 K rms",
    "return_offset": "(K) error of the return sensor; else seeded, 0.02 K rms",
    "calculator": "(1) error of the calculator; else seeded, 0.1 % rms",
}


def heat_coefficient(supply: float, back: float) -> float:
    """Give k in J/(m3 K) for a flow sensor in the return, of temperatures in degC; 0 where they are equal.

    k = (h_supply - h_return) / (v_return (t_supply - t_return)), EN 1434-1:2022, annex A, with h and v of IAPWS-IF97.
    """
    if supply == back:
        return 0.0
    heat = enthalpy(supply, PRESSURE) - enthalpy(back, PRESSURE)
    return heat / specific_volume(back, PRESSURE) / (supply - back)


class HeatRegister(Register):
    """Counts heat beside volume; its flow sensor is meant for the return.

    Terminals: as `Register`, and `supply` and `return`, wired to what the temperature sensors are in; else the room.
    Truth, logged when heat is read: `energy.heat` (J) of the true volume at the true temperatures, `energy.heat.error`.
    """

    def __init__(self, bench: Bench) -> None:
        drawn = [bench.rng.gauss(0.0, 0.02), bench.rng.gauss(0.0, 0.02), bench.rng.gauss(0.0, 1e-3)]
        settings = bench.settings
        self._offsets = settings.get("supply_offset", drawn[0]), settings.get("return_offset", drawn[1])
        self._calculator = settings.get("calculator", drawn[2])
        self._true = self._heat = 0.0
        super().__init__(bench, begins_anew=True)

    def heat(self) -> float:
        """Give what the register of heat shows, in J, not rounded."""
        self.pipe.look()
        self._bench.truth("energy.heat", self._true)
        self._bench.truth("energy.heat.error", self._heat - self._true)
        return self._heat

    def temperatures(self) -> tuple[float, float]:
        """Give what the sensors of supply and return say, in degC."""
        supply, back = self._at_sensors()
        return supply + self._offsets[0], back + self._offsets[1]

    def begun(self) -> None:
        """Begin at zero."""
        self._true = self._heat = 0.0

    def further(self, stream: Stream, counted: float, passed: float) -> None:  # noqa: ARG002 - as the register has it
        """Count the heat of a piece."""
        supply, back = self._at_sensors()
        self._true += passed * heat_coefficient(supply, back) * (supply - back)
        hot, cold = self.temperatures()
        self._heat += counted * heat_coefficient(hot, cold) * (hot - cold) * (1 + self._calculator)

    def _at_sensors(self) -> tuple[float, float]:
        room = self._bench.ambient.temperature()
        supply, back = sensed(self._bench, "supply"), sensed(self._bench, "return")
        return room if supply is None else supply, room if back is None else back


def sensed(bench: Bench, name: str) -> float | None:
    """Give the temperature (degC) at a terminal, of a bath or of what flows; None if neither is connected to it."""
    terminal = bench.terminal(name)
    found, stream = terminal.received("temperature"), terminal.received("stream")
    if isinstance(stream, Stream):
        return stream.temperature
    return found if isinstance(found, float) else None
