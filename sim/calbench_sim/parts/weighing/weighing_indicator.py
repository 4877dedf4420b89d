"""A weighing indicator without a protocol: gross, net and tare in whole steps, rest, zero; sending by itself."""

from __future__ import annotations

from typing import Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection, Late
from calbench.simulation.device import Device
from calbench_sim.parts.weighing import weighing
from calbench_sim.parts.weighing.weighing import LoadCell

SETTINGS: Final[dict[str, str]] = weighing.SETTINGS | {
    "max": "(kg) capacity; default 15",
    "d": "(kg) displayed step: 1, 2 or 5 times a power of ten; default 0.005",
    "e": "(kg) verification interval; default d",
    "tare": "(kg) tare that is set at power-on; default 0",
    "rate": "(1/s) values that it sends by itself; default 10",
}
_OVERLOAD_STEPS, _UNDERLOAD_STEPS = 9, 20  # Max + 9 e; below -20 d
_FASTEST = 200  # values a second
_ZERO_RANGE = 0.02  # of Max
_BUFFER = 4096  # bytes that a serial port keeps when nobody reads


class Indicator:
    """A scale of accuracy class III, by default Max 15 kg, e = d = 5 g. Pan: `pan`. All masses as counts of `unit`.

    Truth, logged at each value: `mass` (kg on the platform) and `mass.error` (kg, indication at rest before rounding,
    minus the load).

    Attributes:
        decimals: digits behind the point of a mass in kg; negative for steps of 10 kg and more.
        step: 1, 2 or 5, of the last digit.
    """

    def __init__(self, bench: Bench) -> None:
        settings = bench.settings
        self._bench = bench
        self._max, self._d = settings.get("max", 15.0), settings.get("d", 0.005)
        self._e = settings.get("e", self._d)
        mantissa, exponent = f"{self._d:.6e}".split("e")
        if float(mantissa) not in {1.0, 2.0, 5.0}:
            raise UsageError(
                f"The scale {bench.name!r} has steps of {self._d} kg; give 1, 2 or 5 times 10^n."
            )
        self.step, self.decimals = int(float(mantissa)), -int(exponent)
        self._cell = LoadCell(settings, bench.rng, self._max, self._d, bench.shift)
        self._zero = 0.0
        self.tare = self.rounded(settings.get("tare", 0.0))
        self._look()
        self.zeroed = abs(self._cell.expected()) <= _ZERO_RANGE * self._max

    def rounded(self, mass: float, *, expanded: bool = False) -> int:
        """Give a mass (kg) in units of the last digit, in whole steps; `expanded` in tenths of it."""
        if expanded:
            return round(mass * 10.0 ** (self.decimals + 1))
        return round(mass / self._d) * self.step

    def gross(self) -> float:
        """Give the gross indication (kg) now, not rounded; with truth."""
        self._look()
        load = self._bench.pan().load()
        self._bench.truth("mass", load)
        self._bench.truth("mass.error", self._cell.expected() - self._zero - load)
        self._bench.truth("mass.error.systematic", self._cell.systematic() - self._zero - load)
        return self._cell.read(self._bench.clock.monotonic()) - self._zero

    def tare_mass(self) -> float:
        """Give the tare in kg."""
        return self.tare / 10.0**self.decimals

    def moving(self) -> bool:
        """Tell whether the indication is not at rest."""
        self._look()
        return self._cell.stable_from() > self._bench.clock.monotonic()

    def beyond(self, gross: float) -> bool:
        """Tell whether a gross indication (kg) is over or below what is shown."""
        return gross > self._max + _OVERLOAD_STEPS * self._e or gross < -_UNDERLOAD_STEPS * self._d

    def set_zero(self) -> None:
        """Make the present load zero, and the tare; not in motion, nor beyond 2 % of Max."""
        absolute = self.gross() + self._zero
        if not self.moving() and abs(absolute) <= _ZERO_RANGE * self._max:
            self._zero, self.tare, self.zeroed = absolute, 0, True

    def set_tare(self) -> None:
        """Make the present load the tare; not in motion, nor below zero or beyond Max."""
        gross = self.gross()
        if not self.moving() and not self.beyond(gross) and self.rounded(gross) >= 0:
            self.tare = self.rounded(gross)

    def _look(self) -> None:
        pan = self._bench.pan()
        self._cell.put(pan.load(), pan.place, pan.changed_at(), self._bench.ambient.temperature())


class Broadcaster(Device):
    """A device that sends by itself while somebody is connected, to everybody."""

    REPLY_END = b""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        rate = bench.settings.get("rate", 10.0)
        if not 0 < rate <= _FASTEST:
            raise UsageError(f"The scale {bench.name!r} sends {rate} values a second; give up to {_FASTEST}.")
        self._interval = 1.0 / rate
        self._round: object | None = None
        self.sends = True
        """Whether it sends by itself."""

    def message(self) -> str:
        """Give what is sent now (latin-1 text); every model overrides this. Nothing is not sent."""
        raise NotImplementedError(f"{type(self).__name__} must override message().")

    def connect(self, *, message_based: bool, serial: bool = False) -> Connection:
        """Open a connection; the caller closes it."""
        connection = super().connect(message_based=message_based, serial=serial)
        self._begin()
        return connection

    def restart(self, bench: Bench) -> None:
        """Begin anew, as after power-on: it sends to whom is still connected."""
        super().restart(bench)
        self._begin()

    def _begin(self) -> None:
        if self.sends and self.connections and self._round is None:
            self._round = present = object()
            self.after(self._interval, lambda: self._tick(present))

    def _tick(self, present: object) -> None:
        if present is not self._round:
            return  # it was begun before the power went
        if not self.connections:
            self._round = None
            return
        self.after(self._interval, lambda: self._tick(present))
        admitted = self.faults.admit() if self.faults.present else "heard"
        if admitted == "heard":
            self._send_round()
        elif admitted == "cycled":
            self.bench.power_cycle()
        elif admitted == "lost":
            for connection in tuple(self.connections):
                connection.drop()

    def _send_round(self) -> None:
        free = [each for each in self.connections if each.waiting() < _BUFFER]
        if not free:
            return
        data: Late | None = self.encoded(self.message)()
        ready = self.clock.monotonic()
        if self.faults.present and data is not None:
            data, ready = self.faults.exchanged(data), ready + self.faults.delay()
        if data is not None:
            for connection in free:
                connection.queue(data, ready)
