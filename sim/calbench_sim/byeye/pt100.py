"""An industrial platinum resistance thermometer of IEC 60751, Pt100: a resistance in four-wire connection."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.process import immersed
from calbench_sim.parts.process.immersed import Immersed
from calbench_sim.parts.process.platinum import ratio

_OFFSET, _GAIN = 0.06, 4e-4  # K and K/K rms: two fifths of class A, 0.15 K + 0.002 |t|, and a fifth


class Pt100(Device):
    """Terminals: `probe` receives `temperature`, `output` is the resistance.

    Truth, logged when somebody measures: `temperature` (degC) of the sensor, and `temperature.error` (K), by which the
    nominal curve would be wrong; `resistance` (Ohm), the nominal one of that temperature, and `resistance.error` (Ohm).

    Assumed: the measuring current heats it by nothing.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        immersed.SETTINGS | {"r0": "(Ohm) nominal resistance at 0 degC; default 100"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._r0 = bench.settings.get("r0", 100.0)
        self._sensor = Immersed(bench, _OFFSET, _GAIN)
        bench.terminal("output").drive(self._between)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def _between(self, since: float, until: float) -> tuple[float, float | None]:
        at = (since + until) / 2
        true, taken = self._sensor.felt(at)
        nominal, resistance = self._r0 * ratio(true), self._r0 * ratio(taken)
        self.bench.truth("temperature", true, at=until)
        self.bench.truth("temperature.error", taken - true, at=until)
        self.bench.truth("resistance", nominal, at=until)
        self.bench.truth("resistance.error", resistance - nominal, at=until)
        return 0.0, resistance
