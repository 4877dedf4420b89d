"""The input of a reference thermometer: a probe that is in a well, or in the air of the room."""

from __future__ import annotations

from typing import Final

from calbench.simulation.bench import Bench

SETTINGS: Final[dict[str, str]] = {
    "probe_offset": "(K) error of the probe with its readout; else seeded, 0.004 rms",
    "probe_gain": "(1) error per kelvin from 0.01 degC; else seeded, 2e-5 rms",
    "probe_noise": "(K) rms noise of one reading; default 0.0005",
    "probe_tempco": "(1) change of the reading per kelvin of the room from 23 degC; default 1e-5",
    "probe_lag": "(s) by which the probe follows late; default 5",
    "probe_open": "(1) 1 where no probe is plugged in; default 0",
}
_TRIPLE_POINT, _CALIBRATED = 0.01, 23.0  # degC


class Thermometer:
    """One channel with its terminal, `probe1` or `probe2`, which receives `temperature` (degC).

    The settings of the second channel have a 2 behind the name. Truth, logged at each reading: `temperature`, or
    `temperature2`, at the probe.

    Args:
        bench: place in the world.
        channel: 1 or 2.
        spread: rms of the seeded error (K).
        noise: rms of one reading (K), where the settings do not say.
    """

    def __init__(self, bench: Bench, channel: int, *, spread: float = 0.004, noise: float = 5e-4) -> None:
        mark = "" if channel == 1 else str(channel)
        self._bench = bench
        self._terminal = bench.terminal(f"probe{channel}")
        self._quantity = f"temperature{mark}"
        drawn = bench.rng.gauss(0.0, spread), bench.rng.gauss(0.0, 2e-5)

        def setting(name: str, default: float) -> float:
            return bench.settings.get(f"probe_{name}{mark}", default)

        self._offset, self._gain = setting("offset", drawn[0]), setting("gain", drawn[1])
        self._noise, self._tempco = setting("noise", noise), setting("tempco", 1e-5)
        self._lag = setting("lag", 5.0)
        self.open = bool(setting("open", 0.0))
        """Whether no probe is plugged in."""

    def reading(self) -> float:
        """Give one reading (degC)."""
        now = self._bench.clock.monotonic()
        received = self._terminal.received("temperature", max(0.0, now - self._lag))
        room = self._bench.ambient.temperature()
        true = received if isinstance(received, float) else room
        self._bench.truth(self._quantity, true)
        decided = None if self._bench.deviation is None else self._bench.deviation("temperature", true, 0.0)
        if decided is not None:  # a deviation is that of the true value from what is shown
            return true - decided + self._bench.rng.gauss(0.0, self._noise)
        error = self._offset + self._gain * (true - _TRIPLE_POINT) + self._tempco * (room - _CALIBRATED)
        return true + error + self._bench.rng.gauss(0.0, self._noise)


def both_channels(settings: dict[str, str]) -> dict[str, str]:
    """Give the settings of one channel, and those of a second, whose names end in 2."""
    second = {
        f"{name}2": f"{text.split(')')[0]}) as {name!r}, of channel 2" for name, text in settings.items()
    }
    return settings | second


def celsius_to(unit: str, celsius: float) -> float:
    """Give a temperature in C, F or K."""
    return {"C": celsius, "F": celsius * 1.8 + 32.0, "K": celsius + 273.15}[unit]


def celsius_of(unit: str, value: float) -> float:
    """Give the degC of a temperature in C, F or K."""
    return {"C": value, "F": (value - 32.0) / 1.8, "K": value - 273.15}[unit]
