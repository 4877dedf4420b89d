"""A digital voltmeter that is read by eye, with the ranges and the display of a 34461A used from its front panel."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device

_RANGES = (0.1, 1.0, 10.0, 100.0, 1000.0)
_OVER = 1.2  # of a range, up to which it is shown
_STEP = Decimal("1e-6")  # of a range, what the display resolves
_GAIN, _OFFSET = 1.5e-5, 2e-6  # one standard deviation, of the reading and of the range


class Voltmeter(Device):
    """DC voltage, ranges 100 mV to 1000 V chosen by itself. Terminal: `input`.

    Truth, logged at each reading: `voltage` (V) at the terminal.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "gain": "(1) gain error; else seeded inside the specification",
            "noise": "(1) rms, of range; default 3e-7",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        gain, offset = bench.rng.gauss(0.0, _GAIN), bench.rng.gauss(0.0, _OFFSET)
        self._gain = bench.settings.get("gain", gain)
        self._offset = offset
        self._noise = bench.settings.get("noise", 3e-7)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the display: volts.

        Raises:
            UsageError: It is not asked for a direct voltage.
        """
        if quantity != "voltage.dc":
            raise UsageError(f"The simulated voltmeter {self.bench.name!r} shows voltage.dc, not {quantity}.")
        volts, resistance = self.bench.terminal("input").seen()
        volts = 0.0 if resistance is None else volts
        on = next((top for top in _RANGES if abs(volts) <= _OVER * top), _RANGES[-1])
        decided = None if self.bench.deviation is None else self.bench.deviation("voltage", volts, 0.0)
        # a deviation is that of the true value from what is shown
        value = volts * (1 + self._gain) + self._offset * on if decided is None else volts - decided
        self.bench.truth("voltage", volts)
        step = _STEP * Decimal(repr(on))
        count = round(Decimal(repr(value + self.bench.rng.gauss(0.0, self._noise * on))) / step)
        return f"{count * step:f} V"
