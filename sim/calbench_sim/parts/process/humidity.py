"""A capacitive humidity probe with a resistance thermometer, in the air of the room."""

from __future__ import annotations

import math
from typing import Final

from calbench.simulation.bench import Bench

SETTINGS: Final[dict[str, str]] = {
    "temperature_offset": "(K) error of the temperature; else seeded, some 0.05",
    "humidity_offset": "(%RH) error of the humidity; else seeded, some 0.4",
    "temperature_noise": "(K) rms of one value; default 0.01",
    "humidity_noise": "(%RH) rms of one value; default 0.05",
    "temperature_fault": "(1) 1 where the thermometer is broken: T and RH are invalid; default 0",
    "humidity_fault": "(1) 1 where the humidity sensor is broken: RH is invalid; default 0",
}
_MAGNUS_A, _MAGNUS_B = 17.62, 243.12  # WMO, over water, degC


class Probe:
    """One probe, with its hidden errors."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        seeded = bench.rng.gauss(0.0, 0.05), bench.rng.gauss(0.0, 0.4)
        self._temperature_offset = bench.settings.get("temperature_offset", seeded[0])
        self._humidity_offset = bench.settings.get("humidity_offset", seeded[1])
        self._temperature_noise = bench.settings.get("temperature_noise", 0.01)
        self._humidity_noise = bench.settings.get("humidity_noise", 0.05)
        self._temperature_works = not bench.settings.get("temperature_fault", 0)
        self._humidity_works = self._temperature_works and not bench.settings.get("humidity_fault", 0)

    def values(self) -> dict[str, float | None]:
        """Give RH (%RH), T and TD (dew point; both degC) now; None where a value is invalid."""
        ambient, rng = self._bench.ambient, self._bench.rng
        self._bench.truth("temperature", ambient.temperature())
        self._bench.truth("humidity", ambient.humidity())
        t = ambient.temperature() + self._temperature_offset + rng.gauss(0.0, self._temperature_noise)
        rh = ambient.humidity() + self._humidity_offset + rng.gauss(0.0, self._humidity_noise)
        rh = min(max(rh, 0.0), 100.0)  # the transmitter itself shows no more
        both = self._humidity_works and rh > 0
        return {
            "RH": rh if self._humidity_works else None,
            "T": t if self._temperature_works else None,
            "TD": _dew_point(t, rh) if both else None,
        }

    def error_flags(self) -> str:
        """Give the flags of P, T, Ta and RH: 0 works, 1 is broken."""
        return f"0{int(not self._temperature_works)}0{int(not self._humidity_works)}"


def _dew_point(temperature: float, humidity: float) -> float:
    gamma = math.log(humidity / 100) + _MAGNUS_A * temperature / (_MAGNUS_B + temperature)
    return _MAGNUS_B * gamma / (_MAGNUS_A - gamma)
