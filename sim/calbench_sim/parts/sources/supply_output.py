"""One output of a DC power supply: voltage and current limit, hidden errors, readback, protection."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.electrical import OPEN, Electrical
from calbench_sim.parts.behaviour.drift import Settling

SETTINGS: Final[dict[str, str]] = {
    "voltage_gain": "(1) gain error of the voltage of all outputs; else seeded, 1e-4 rms",
    "voltage_offset": "(V) offset of the voltage of all outputs; else seeded, 1e-3 rms",
    "current_gain": "(1) gain error of the current limit of all outputs; else seeded, 7e-4 rms",
    "readback_gain": "(1) gain error of measured voltage; else seeded, 1e-4 rms",
    "readback_offset": "(V) offset of measured voltage; else seeded, 1e-3 rms",
    "current_readback_gain": "(1) gain error of measured current; else seeded, 7e-4 rms",
    "current_readback_offset": "(A) offset of measured current; else seeded, 5e-4 of rated current rms",
    "noise": "(V) rms noise of one measured voltage, and tenth of it in A of a current; default 1e-4",
}
SETTLES: Final = 0.05  # s, until the voltage has settled
_PROTECTION_DELAY: Final = 0.05  # s in current limit until the over-current protection trips


@dataclass(frozen=True)
class Rating:
    """What an output can do, in V and A: `voltage` and `current` are rated, the most is `headroom` above."""

    voltage: float
    current: float
    least_current: float
    headroom: float = 1.03
    protection: float = 1.1


class SupplyOutput:
    """One output; `point` names its terminal, `levels` are what is set: voltage, protection (V), current (A).

    Truth, logged at each measurement: `<point>.voltage` (V) and `<point>.current` (A).
    """

    def __init__(self, bench: Bench, point: str, rating: Rating, settings: Mapping[str, float]) -> None:
        self.rating = rating
        self._bench, self._point = bench, point
        self._is = _drawn(bench.rng, rating, settings)
        self._noise = settings.get("noise", 1e-4)
        self._voltage = Settling(0.0)
        self._asking = False
        self.reset()
        self._terminal = bench.terminal(point)
        self._terminal.drive(self._put_out)
        self._terminal.watch(lambda: bench.clock.call_at(bench.clock.monotonic(), self._look_after))

    def reset(self) -> None:
        """Go to the state at power-on: off, 0 V, rated current."""
        self.on = self.over_current_enabled = False
        self.tripped = ""
        self.levels = {
            "voltage": 0.0,
            "current": self.rating.current,
            "protection": self.rating.voltage * self.rating.protection,
        }
        self._voltage.go(0.0, self._bench.clock.monotonic(), 0.0)

    def changed(self) -> None:
        """Put out what is set now."""
        self._terminal.change()
        now = self._bench.clock.monotonic()
        if self.on:
            true = self.levels["voltage"] * (1 + self._is["voltage_gain"]) + self._is["voltage_offset"]
            self._voltage.go(max(0.0, true), now, SETTLES)
        else:
            self._voltage.go(0.0, now, 0.0)
        self._look_after()

    def busy(self) -> float:
        """Give the seconds until the voltage has settled."""
        return max(0.0, self._voltage.settles_at - self._bench.clock.monotonic()) if self.on else 0.0

    def state(self) -> tuple[float, float, bool]:
        """Give voltage (V) and current (A) at the output now, and whether it limits the current."""
        now = self._bench.clock.monotonic()
        return self._state(now, now)

    def measure(self) -> tuple[float, float]:
        """Give voltage (V) and current (A) as the supply measures them now."""
        volts, amperes, _ = self.state()
        self._bench.truth(f"{self._point}.voltage", volts)
        self._bench.truth(f"{self._point}.current", amperes)
        is_, gauss = self._is, self._bench.rng.gauss
        return (
            volts * (1 + is_["readback_gain"]) + is_["readback_offset"] + gauss(0.0, self._noise),
            amperes * (1 + is_["current_readback_gain"])
            + is_["current_readback_offset"]
            + gauss(0.0, self._noise / 10),
        )

    def _state(self, since: float, until: float) -> tuple[float, float, bool]:
        if not self.on:
            return 0.0, 0.0, False
        volts, load = self._voltage.mean(since, until), self._load(since, until)
        if load.resistance is None or load.voltage >= volts:
            return volts, 0.0, False
        limit = self.levels["current"] * (1 + self._is["current_gain"])
        if load.resistance and (volts - load.voltage) / load.resistance <= limit:
            return volts, (volts - load.voltage) / load.resistance, False
        return load.voltage + limit * load.resistance, limit, True

    def _load(self, since: float, until: float) -> Electrical:
        """Give what is connected; nothing if that asks back, as another source does."""
        if self._asking:
            return OPEN
        self._asking = True
        try:
            return self._terminal.seen(since, until)
        finally:
            self._asking = False

    def _put_out(self, since: float, until: float) -> tuple[float, float | None]:
        return (self._state(since, until)[0], 0.0) if self.on else OPEN

    def _look_after(self) -> None:
        """Trip where a protection says so: over-voltage at once, over-current after a while in the limit."""
        if not self.on:
            return
        if self._voltage.target > self.levels["protection"]:
            self._trip("voltage")
        elif self.over_current_enabled and self.state()[2]:
            self._bench.clock.call_at(
                self._bench.clock.monotonic() + _PROTECTION_DELAY, self._trip_over_current
            )

    def _trip_over_current(self) -> None:
        if self.on and self.over_current_enabled and self.state()[2]:
            self._trip("current")

    def _trip(self, why: str) -> None:
        self.on = False
        self.tripped = why
        self.changed()


def _drawn(rng: random.Random, rating: Rating, settings: Mapping[str, float]) -> dict[str, float]:
    """Draw how one output really is; settings replace what was drawn."""
    spreads = {
        "voltage_gain": 1e-4, "voltage_offset": 1e-3, "current_gain": 7e-4, "readback_gain": 1e-4,
        "readback_offset": 1e-3, "current_readback_gain": 7e-4, "current_readback_offset": 5e-4 * rating.current,
    }  # fmt: skip
    drawn = {name: rng.gauss(0.0, spread) for name, spread in spreads.items()}
    return {name: settings.get(name, value) for name, value in drawn.items()}
