"""A pair of platinum sensors of a heat meter (EN 1434, IEC 60751): two resistances in four-wire connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.behaviour.curve import curve_of
from calbench_sim.parts.process.platinum import ratio

_SIDES = ("supply", "return")
_OFFSET, _GAIN = 0.02, 5e-4  # K and 1 rms: a paired sensor


class SensorPair(Device):
    """Terminals: `supply` and `return` receive `temperature`; `supply_output` and `return_output` are the resistances.

    Not connected a sensor is in the air of the room. Truth, logged when somebody measures: `supply.temperature` and
    `return.temperature` (degC), `supply.temperature.error` and `return.temperature.error` (K), by which the nominal
    curve would be wrong; `resistance` and `resistance.error` (Ohm) of the one that was measured last.

    Assumed: the measuring current heats them by nothing.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "r0": "(Ohm) nominal resistance at 0 degC; default 100",
            "supply_offset": "(K) error of the sensor in the supply; else seeded, 0.02 K rms",
            "supply_gain": "(1) its error per kelvin from 0 degC; else seeded, 5e-4 rms",
            "return_offset": "(K) error of the sensor in the return; else seeded, 0.02 K rms",
            "return_gain": "(1) its error per kelvin from 0 degC; else seeded, 5e-4 rms",
            "supply_curve": "errors of the sensor in the supply by temperature, as in 'at 43 degC: 0.1 K'; then its "
            "offset and gain are 0 where they are not given",
            "return_curve": "the same of the sensor in the return",
            "lag": "(s) by which both follow late; default 10",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._r0 = bench.settings.get("r0", 100.0)
        self._lag = bench.settings.get("lag", 10.0)
        for side in _SIDES:
            bench.terminal(side)
            bench.terminal(f"{side}_output").drive(self._measured(side, self._error(side)))

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def _error(self, side: str) -> Callable[[float], float]:
        """Give what the error (K) of a sensor is by temperature (degC)."""
        curve = curve_of(self.bench, f"{side}_curve", "degC", "K")
        drawn = self.bench.rng.gauss(0.0, _OFFSET), self.bench.rng.gauss(0.0, _GAIN)
        if curve is not None:
            drawn = 0.0, 0.0
        offset = self.bench.settings.get(f"{side}_offset", drawn[0])
        gain = self.bench.settings.get(f"{side}_gain", drawn[1])
        return lambda true: offset + gain * true + (0.0 if curve is None else curve.at(true))

    def _measured(
        self, side: str, error_at: Callable[[float], float]
    ) -> Callable[[float, float], tuple[float, float | None]]:
        probe = self.bench.terminal(side)

        def between(since: float, until: float) -> tuple[float, float | None]:
            at = (since + until) / 2
            received = probe.received("temperature", max(0.0, at - self._lag))
            true = received if isinstance(received, float) else self.bench.ambient.temperature(at)
            error = error_at(true)
            nominal, resistance = self._r0 * ratio(true), self._r0 * ratio(true + error)
            for name, value in (
                (f"{side}.temperature", true),
                (f"{side}.temperature.error", error),
                ("resistance", nominal),
                ("resistance.error", resistance - nominal),
            ):
                self.bench.truth(name, value, at=until)
            return 0.0, resistance

        return between
