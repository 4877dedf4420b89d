"""What balances of several makers do alike: zero, tare, rest, and the value that they show. Masses in kg."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench_sim.parts.weighing.weighing import SETTINGS as CELL_SETTINGS
from calbench_sim.parts.weighing.weighing import LoadCell
from calbench_sim.parts.weighing.weighing_display import Display

SETTINGS: Final[dict[str, str]] = CELL_SETTINGS | {
    "max": "(kg) capacity; default as the model",
    "d": "(kg) displayed step; default as the model",
    "max_1": "(kg) end of the first of several partial weighing ranges; default one range",
    "d_1": "(kg) displayed step in it; with max_1",
    "max_2": "(kg) end of the second of three",
    "d_2": "(kg) displayed step in it; with max_2",
    "e": "(kg) verification interval; default d",
    "zero_left": "(kg) what its zero-setting leaves; default 0",
    "tare_step": "(kg) step to which it takes a tare; default d, of the first range",
    "timeout": "(s) how long it waits for rest; default as the model",
    "unit": "kg or g, of the display; default as the model",
    "model": "what it says of its model",
}
_OVERLOAD_STEPS, _UNDERLOAD_STEPS = 9, 20  # above Max in e; below zero in d
_ZERO_RANGE = 0.02  # of Max


class Balance:
    """A cell, a display, a zero and a tare.

    Truth, logged at each value: `mass` (kg on the pan) and `mass.error` (kg, indication at rest before rounding,
    minus the load).
    """

    def __init__(self, bench: Bench, *, capacity: float, step: float, unit: str, timeout: float) -> None:
        self._bench = bench
        settings = bench.settings
        self.capacity = settings.get("max", capacity)
        self.step = settings.get("d", step)
        self.interval = settings.get("e", self.step)
        self.timeout = settings.get("timeout", timeout)
        unit = bench.words.get("unit", unit)
        if unit not in {"kg", "g"}:
            raise UsageError(f"The scale {bench.name!r} has the unit {unit!r}; give kg or g.")
        self._below = _partial(bench, self.capacity, self.step)
        self.display = Display(unit, self.step, self._below)
        first = self._below[0][1] if self._below else self.step
        self._tared = Display(unit, settings.get("tare_step", first))
        self._cell = LoadCell(settings, bench.rng, self.capacity, self.step, bench.shift)
        self._zero, self._left = 0.0, settings.get("zero_left", 0.0)
        self.tare = Decimal(0)
        self._look()

    def _look(self) -> None:
        pan = self._bench.pan("pan")
        room = self._bench.ambient.temperature()
        self._cell.put(
            pan.load(), pan.place, pan.changed_at(), room, pan.placings if not pan.shared else None
        )

    def wait(self) -> float:
        """Give the seconds until it is at rest, infinite on a shaking table."""
        self._look()
        return max(0.0, self._cell.stable_from() - self._bench.clock.monotonic())

    def gross(self) -> float:
        """Give the gross indication (kg) now, not rounded, with truth."""
        self._look()
        load = self._bench.pan("pan").load()
        self._bench.truth("mass", load)
        away = self._zero + float(self.tare) + load
        self._bench.truth("mass.error", self._cell.expected() - away)
        self._bench.truth("mass.error.systematic", self._cell.systematic() - away)
        return self._cell.read(self._bench.clock.monotonic()) - self._zero

    def beyond(self, gross: float) -> str:
        """Give "+" above Max and 9 e, "-" below zero by more than 20 d, and "" between."""
        if gross > self.capacity + _OVERLOAD_STEPS * self.interval:
            return "+"
        return "-" if gross < -_UNDERLOAD_STEPS * self.step else ""

    def net(self, gross: float) -> Decimal:
        """Give what it shows (kg) for a gross indication: whole steps, less the tare.

        Of several partial ranges it is that of the net load (OIML R 76-1, 3.3.4).
        """
        if not self._below and self._tared.step == self.display.step:
            return self.display.rounded(gross) - self.tare
        return self.display.rounded(gross - float(self.tare))

    def set_zero(self) -> bool:
        """Make the present load zero and forget the tare; False if it is beyond 2 % of Max from the first zero."""
        absolute = self.gross() + self._zero
        if abs(absolute) > _ZERO_RANGE * self.capacity:
            return False
        self._zero, self.tare = absolute - self._left, Decimal(0)
        return True

    def set_tare(self) -> bool:
        """Make the present load the tare; False if it is beyond the range or negative."""
        gross = self.gross()
        rounded = self._tared.rounded(gross)
        if self.beyond(gross) or rounded < 0:
            return False
        self.tare = rounded
        return True

    def preset_tare(self, mass: Decimal) -> bool:
        """Make a mass (kg) the tare, in whole steps; False if it is negative or beyond Max."""
        if not 0 <= mass <= self.capacity:
            return False
        self.tare = self.display.rounded(float(mass))
        return True


def _partial(bench: Bench, capacity: float, step: float) -> list[tuple[float, float]]:
    """Give end and step (kg) of each partial weighing range but the last.

    Raises:
        UsageError: They do not follow each other up to Max with growing steps.
    """
    settings = bench.settings
    found = [
        (settings[f"max_{number}"], settings.get(f"d_{number}", 0.0))
        for number in (1, 2)
        if f"max_{number}" in settings
    ]
    chain = [(0.0, 0.0), *found, (capacity, step)]
    if any(a[0] >= b[0] or a[1] >= b[1] for a, b in pairwise(chain)):
        raise UsageError(
            f"The partial ranges of the scale {bench.name!r} are {found} below {capacity} kg with steps of {step} kg; "
            "give max_1 and d_1 (and max_2 and d_2), each larger than the one before and below max and d."
        )
    return found
