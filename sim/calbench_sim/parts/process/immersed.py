"""A sensor without a display in a well, late and wrong: what thermometers under test have in common."""

from __future__ import annotations

from typing import Final

from calbench.simulation.bench import Bench
from calbench_sim.parts.behaviour.curve import curve_of

SETTINGS: Final[dict[str, str]] = {
    "offset": "(K) error everywhere; else seeded, as the model says",
    "gain": "(1) error per kelvin from 0 degC; else seeded, as the model says",
    "curve": "errors by temperature, as in 'at 0 degC: 0.1 K, at 100 degC: 0.3 K'; then offset and gain are 0 where "
    "they are not given",
    "lag": "(s) by which it follows late; default 10",
}


class Immersed:
    """What the sensor at `probe` has, and what it takes that for. Not connected it is in the air of the room.

    Args:
        bench: place in the world.
        offset: rms of the seeded error everywhere (K).
        gain: rms of the seeded error per kelvin.
    """

    def __init__(self, bench: Bench, offset: float, gain: float) -> None:
        self._bench = bench
        self._probe = bench.terminal("probe")
        self._curve = curve_of(bench, "curve", "degC", "K")
        drawn = bench.rng.gauss(0.0, offset), bench.rng.gauss(0.0, gain)
        if self._curve is not None:
            drawn = 0.0, 0.0
        self._offset = bench.settings.get("offset", drawn[0])
        self._gain = bench.settings.get("gain", drawn[1])
        self._lag = bench.settings.get("lag", 10.0)

    def felt(self, at: float) -> tuple[float, float]:
        """Give the temperature (degC) of the sensor at a time (s), and what it takes it for."""
        received = self._probe.received("temperature", max(0.0, at - self._lag))
        true = received if isinstance(received, float) else self._bench.ambient.temperature(at)
        own = 0.0 if self._curve is None else self._curve.at(true)
        shifted = 0.0 if self._bench.shift is None else self._bench.shift("temperature", true, 0.0)
        return true, true + self._offset + self._gain * true + own + shifted
