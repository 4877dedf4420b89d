"""What a pressure gauge feels: zones with errors, hysteresis, and the volume that it closes off. Pa, gauge."""

from __future__ import annotations

from typing import Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench_sim.parts.behaviour.curve import curve_of

SETTINGS: Final[dict[str, str]] = {
    "from": "(Pa) lower end of the scale; default 0",
    "to": "(Pa) upper end of the scale; default as the model",
    "class": "(1) largest error allowed, as part of the span; the size of what is drawn; default as the model",
    "offset": "(Pa) error everywhere; else seeded, 0.1 of the class rms",
    "gain": "(1) error as part of the pressure; else seeded, 0.2 of the class rms",
    "linearity": "(Pa) largest deviation, in the middle; else seeded, 0.15 of the class rms",
    "curve": "errors by pressure, as in 'at 0 kPa: 1 kPa, at 300 kPa: -4 kPa'; then offset, gain and linearity are 0 "
    "where they are not given",
    "hysteresis": "(Pa) what it shows more in the middle when the pressure falls from its highest; else seeded, some "
    "0.2 of the class",
    "leak": "(Pa/s) by which the pressure falls that a source leaves behind, which others see then; default 0",
}
_EMPTY = 1e-3  # of the span, below which a new way up begins


class Gauge:
    """The element behind `port`: what it would show at rest, without friction.

    Where no source emits there any more, it keeps the pressure that was there, as far as it does not leak. With a
    leak of its own it emits that: a controller that only measures sees it, and a standard that is connected to it.

    Args:
        bench: place in the world.
        span: lower and upper end (Pa) where the settings do not say.
        accuracy: the class where the settings do not say, as part of the span.
    """

    def __init__(self, bench: Bench, span: tuple[float, float], accuracy: float) -> None:
        self._bench, settings = bench, bench.settings
        self.low, self.high = settings.get("from", span[0]), settings.get("to", span[1])
        if self.low >= self.high:
            raise UsageError(
                f"The simulated gauge {bench.name!r} goes from {self.low} Pa to {self.high} Pa; give from < to."
            )
        self.span = self.high - self.low
        self.allowed = settings.get("class", accuracy) * self.span
        self._curve = curve_of(bench, "curve", "Pa", "Pa")
        offset, gain, bend, lag = (bench.rng.gauss(0.0, 1.0) for _ in range(4))
        drawn = 0.0 if self._curve is not None else self.allowed
        self._offset = settings.get("offset", 0.1 * drawn * offset)
        self._gain = settings.get("gain", 0.2 * drawn / self.span * gain)
        self._bend = settings.get("linearity", 0.15 * drawn * bend)
        self._hysteresis = settings.get("hysteresis", 0.2 * self.allowed * abs(lag))
        self._leak = settings.get("leak", 0.0)
        self._port = bench.terminal("port")
        self._peak = self.low
        self._left = (bench.clock.monotonic(), 0.0)
        self._asking = False
        if "leak" in settings:
            self._port.emit("pressure", self._kept)

    def pressure(self, at: float | None = None) -> float:
        """Give the pressure (Pa) at the element now, or at a time (s) since the source last changed."""
        when = self._bench.clock.monotonic() if at is None else at
        received = self._received(when)
        return received if received is not None else self._enclosed(when)

    def note(self) -> None:
        """Keep what is there now: the source is about to change, or somebody looks."""
        now = self._bench.clock.monotonic()
        pressure = self.pressure(now)
        self._left = now, pressure
        if pressure <= self.low + _EMPTY * self.span or pressure > self._peak:
            self._peak = pressure

    def error(self, pressure: float) -> float:
        """Give what it shows too much (Pa) on the way that the pressure is going."""
        part = (pressure - self.low) / self.span
        own = 0.0 if self._curve is None else self._curve.at(pressure)
        fallen = (pressure - self.low) / (self._peak - self.low) if self._peak > self.low else 1.0
        fallen = min(1.0, max(0.0, fallen))
        shifted = 0.0 if self._bench.shift is None else self._bench.shift("pressure", pressure, 0.0)
        return (
            self._offset
            + self._gain * pressure
            + self._bend * 4 * part * (1 - part)
            + self._hysteresis * 4 * fallen * (1 - fallen)
            + own
            + shifted
        )

    def _received(self, when: float) -> float | None:
        if self._asking:  # another gauge asks back
            return None
        self._asking = True
        try:
            found = self._port.received("pressure", when)
        finally:
            self._asking = False
        return found if isinstance(found, float) else None

    def _enclosed(self, when: float) -> float:
        since, pressure = self._left
        lost = self._leak * max(0.0, when - since)
        return max(0.0, pressure - lost) if pressure >= 0 else min(0.0, pressure + lost)

    def _kept(self, when: float) -> float | None:
        return None if self._asking or self._received(when) is not None else self._enclosed(when)


def typed(value: float, unit: str, step: float) -> str:
    """Write a number of a unit in whole steps, with as many digits as the step needs."""
    digits = f"{step:.9f}".rstrip("0").partition(".")[2]
    return f"{round(value / step) * step:.{len(digits)}f} {unit}"
