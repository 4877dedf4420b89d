"""An analogue DC voltmeter, and the adjustable source that a person turns until its pointer stands on a mark.

Its errors are of the size that IEC 60051-2 allows to accuracy class 0.5; how well a pointer is set, a tenth of a
division, is what JJG 124 supposes of an observer.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical

_CLASS = 0.005  # of full scale
_SEEDED = 0.3  # of the class, one standard deviation
_ACROSS = 3.0  # the deviation from the straight line at mid-scale, over that of the gain


class PointerVoltmeter(Device):
    """Full scale 15 V, 150 divisions. Terminal: `input`, where the source puts out what the pointer shows.

    Truth, logged each time that the pointer is set: `voltage` (V) at the terminal, and `voltage.error` (V), the mark
    minus the voltage that brings the pointer there, the mean of rising and falling, without how well it was set.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "full_scale": "(V) full scale; default 15",
            "divisions": "(1) divisions of the scale; default 150",
            "gain": "(1) gain error; else seeded inside accuracy class 0.5",
            "offset": "(V) zero error; else seeded, some 0.1 of a division",
            "friction": "(V) half the difference between rising and falling; default 0.05 of a division",
            "setting": "(V) largest error of setting on a mark; default 0.1 of a division",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        full = bench.settings.get("full_scale", 15.0)
        division = full / bench.settings.get("divisions", 150.0)
        gain, bend, offset = (bench.rng.gauss(0.0, 1.0) for _ in range(3))
        self._full = full
        self._gain = bench.settings.get("gain", _SEEDED * _CLASS * gain)
        self._bend = _SEEDED * _CLASS / _ACROSS * bend
        self._offset = bench.settings.get("offset", 0.1 * division * offset)
        self._friction = bench.settings.get("friction", 0.05 * division)
        self._setting = bench.settings.get("setting", 0.1 * division)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def set_on(self, mark: float, *, falling: bool) -> None:
        """Turn the source until the pointer stands on a mark (V), from above or from below."""
        error = self._error(mark)
        lag = -self._friction if falling else self._friction
        set_to = mark - error + lag + self.bench.rng.uniform(-self._setting, self._setting)
        self.bench.terminal("input").drive(Electrical(set_to, 0.0))
        self.bench.truth("voltage", set_to)
        self.bench.truth("voltage.error", error)

    def _error(self, mark: float) -> float:
        part = mark / self._full
        bent = self._bend * self._full * 4 * part * (1 - part)
        shifted = 0.0 if self.bench.shift is None else self.bench.shift("voltage", mark, 0.0)
        return self._gain * mark + bent + self._offset + shifted
