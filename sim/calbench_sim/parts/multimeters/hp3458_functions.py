"""Measuring functions of the 3458A: ranges, integration time, and one unit's readings (protocols.md, section 3.1).

Accuracies are of the maker's data sheet class: standard deviations a quarter of the 1-year specification.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from calbench_sim.parts.multimeters.hp3458_format import OVERLOAD
from calbench_sim.parts.multimeters.meter_unit import Accuracy, MeterUnit, Ranges, Seen, alike

_VOLTS: Final = (0.1, 1.0, 10.0, 100.0, 1000.0)
_AC_VOLTS: Final = (0.01, *_VOLTS)
_OHMS: Final = (10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)
_AMPS: Final = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0)
_AC_AMPS: Final = (1e-4, 1e-3, 0.01, 0.1, 1.0)
RANGES: Final[dict[str, Ranges]] = {
    "voltage": {
        0.1: Accuracy(2.2e-6, 7e-7, 1.5e-7), 1.0: Accuracy(2e-6, 8e-8, 3e-8),
        10.0: Accuracy(2e-6, 1.3e-8, 1e-8), 100.0: Accuracy(2.5e-6, 8e-8, 3e-8),
        1000.0: Accuracy(2.5e-6, 3e-8, 2e-8),
    },
    "resistance": alike(_OHMS[:6], 3e-6, 1e-6, 1e-7) | alike(_OHMS[6:], 5e-5, 5e-6, 1e-6),
    "voltage.ac": alike(_AC_VOLTS, 5e-5, 1.5e-5, 1e-6),
    "current.dc": alike(_AMPS, 8e-6, 2e-6, 1e-7),
    "current.ac": alike(_AC_AMPS, 2e-4, 5e-5, 2e-6),
    "frequency": {1.0: Accuracy(2.5e-5, 0.0, 1e-8)},
}  # fmt: skip
LINE: Final = 50.0  # Hz
_TOPS = {1000.0: 1050.0}
_AC_SECONDS, _GATE = 1.0, 1.0  # s
_FINEST = 1e-8  # of range, 8½ digits


class Kind(NamedTuple):
    """One function: number in `FUNC?`, quantity, ranges, whether it has sense leads, and how long it takes."""

    code: int
    quantity: str
    ranges: tuple[float, ...] = ()
    sense: bool = False
    digitizes: bool = False

    @property
    def integrates(self) -> bool:
        """Whether NPLC and APER give its time."""
        return self.quantity in {"voltage", "resistance", "current.dc"}


KINDS: Final = {
    "DCV": Kind(1, "voltage", _VOLTS), "ACV": Kind(2, "voltage.ac", _AC_VOLTS),
    "ACDCV": Kind(3, "voltage.acdc", _AC_VOLTS), "OHM": Kind(4, "resistance", _OHMS),
    "OHMF": Kind(5, "resistance", _OHMS, sense=True), "DCI": Kind(6, "current.dc", _AMPS),
    "ACI": Kind(7, "current.ac", _AC_AMPS), "ACDCI": Kind(8, "current.acdc", _AC_AMPS),
    "FREQ": Kind(9, "frequency", _AC_VOLTS), "PER": Kind(10, "period", _AC_VOLTS),
    "DSAC": Kind(11, "voltage.ac", _AC_VOLTS, digitizes=True),
    "DSDC": Kind(12, "voltage", _VOLTS, digitizes=True),
    "SSAC": Kind(13, "voltage.ac", _AC_VOLTS, digitizes=True),
    "SSDC": Kind(14, "voltage", _VOLTS, digitizes=True),
}  # fmt: skip


class Setup:
    """Function, range and integration time as they are set; makes readings of one unit with them."""

    def __init__(self, unit: MeterUnit) -> None:
        self._unit = unit
        self.reset(10.0)

    def reset(self, nplc: float) -> None:
        """Take the state after RESET (10 PLC) or PRESET (1 PLC): DCV, auto-range."""
        self.seconds = nplc / LINE
        self.auto_zero = True
        self.fixed_input = False
        self.offset_compensated = False
        self.auto_range = True
        self.choose("DCV", None)
        self._unit.auto_zero()

    def choose(self, name: str, largest: float | None) -> None:
        """Select a function, and the range for the `largest` input expected; None for auto-range."""
        self.name, self.kind = name, KINDS[name]
        self.range = 10.0 if name == "DCV" and largest is None else self.kind.ranges[-1]
        self.choose_range(largest)

    def choose_range(self, largest: float | None) -> bool:
        """Select the range for the `largest` input expected, None for auto-range; tell whether there is one."""
        if largest is None:
            self.auto_range = True
            return True
        found = next((top for top in self.kind.ranges if largest <= self.limit(top)), None)
        if found is None:
            return False
        self.range, self.auto_range = found, False
        return True

    def limit(self, top: float) -> float:
        """Give the full scale of a range with that nominal value."""
        if self.kind.quantity.startswith("current") and top == 1.0:
            return 1.05
        return _TOPS.get(top, 1.2 * top) if self.kind.quantity != "resistance" else 1.2 * top

    def choose_nplc(self, cycles: float) -> None:
        """Select an integration time in line cycles: whole ones from 1, tens from 10, the next larger one."""
        step = 10.0 if cycles > 10 else 1.0 if cycles > 1 else 0.0  # noqa: PLR2004 - as the manual says
        self.seconds = (math.ceil(cycles / step) * step if step else cycles) / LINE

    def choose_resolution(self, percent: float) -> None:
        """Select the integration time that resolves so much of the range, if that is more than now."""
        need = next((n for n in (1e-5, 1e-3, 0.1, 1.0, 10.0) if _part(n) * 100 <= percent), 100.0)
        self.seconds = max(self.seconds, need / LINE)

    def resolution(self) -> float:
        """Give what is resolved, in percent of the range."""
        return _part(self.seconds * LINE) * 100

    def integration(self) -> float:
        """Give how long (s) the input counts for one reading."""
        if self.kind.digitizes:
            return 1.4e-6
        if self.kind.integrates:
            return max(self.seconds, 5e-7)
        return _GATE if self.kind.quantity in {"frequency", "period"} else _AC_SECONDS

    def time(self) -> float:
        """Give how long (s) one reading takes."""
        time = self.integration()
        if not self.kind.integrates or self.kind.digitizes:
            return time + 1e-5
        doubled = self.offset_compensated and self.kind.quantity == "resistance"
        return time * (2 if self.auto_zero else 1) * (2 if doubled else 1) + 1e-5

    def read(self, seen: Seen, until: float) -> float:
        """Make a reading of what was seen until a time (s); ±1.0E+38 on overload."""
        quantity, (voltage, resistance) = self.kind.quantity, seen
        if quantity == "resistance" and resistance is None:
            self._follow(OVERLOAD)
            return OVERLOAD
        if quantity in {"frequency", "period"}:
            return self._unit.read(quantity, 1.0, _GATE, 0.0, seen, until) if resistance is not None else 0.0
        if quantity == "resistance" and self.offset_compensated:
            seen = 0.0, resistance
        self._follow(resistance or 0.0 if quantity == "resistance" else voltage)
        step = self.range * _part(self.seconds * LINE)
        value = self._unit.read(quantity, self.range, self.integration(), step, seen, until)
        return value if abs(value) <= self.limit(self.range) else math.copysign(OVERLOAD, value)

    def _follow(self, value: float) -> None:
        if not self.auto_range:
            return
        ranges = self.kind.ranges
        self.range = next((top for top in ranges if abs(value) <= self.limit(top)), ranges[-1])


def _part(cycles: float) -> float:
    """Give the part of the range that is resolved with an integration time (PLC): 8½ digits from 10 PLC."""
    for least, part in ((10.0, _FINEST), (1.0, 1e-7), (0.1, 1e-6), (1e-3, 1e-5)):
        if cycles >= least * 0.999:
            return part
    return 1e-4
