"""Measuring functions of the 34401A family and what is set for each (34401A user's guide, chapter 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from calbench_sim.parts.multimeters.multimeter import RESISTANCE_RANGES, RESOLUTION, VOLTAGE_RANGES, resolved

Timing = Literal["nplc", "aperture", "fixed"]

_CURRENT_RANGES = (0.01, 0.1, 1.0, 3.0)
_AC_RANGES = (0.1, 1.0, 10.0, 100.0, 750.0)
_CAPACITANCE_RANGES = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4)
_RESET_RANGE = {"VOLT": 10.0, "VOLT:AC": 10.0, "VOLT:RAT": 10.0, "CURR": 1.0, "CURR:AC": 1.0, "RES": 1e3,
                "FRES": 1e3}  # fmt: skip
OVERRANGE: Final = 1.2
TOP_OVERRANGE: Final = MappingProxyType({1000.0: 1100.0, 750.0: 787.5})
"""Largest reading (V) of the ranges that end at the input's rating instead of at 120 %."""


@dataclass(frozen=True)
class Function:
    """One measuring function: name in `FUNC?`, header in the command tree, ranges and how it integrates."""

    name: str
    header: str
    unit: str
    ranges: tuple[float, ...] = ()
    timing: Timing = "fixed"
    range_header: str = ""  # where the range has a header of its own
    resolution: Mapping[float, float] = field(default_factory=lambda: RESOLUTION)  # PLC -> part of the range

    def spellings(self) -> set[str]:
        """Give the names that `FUNCtion` accepts: all short, all long, with and without `:DC`."""
        plain, full = self.header.replace("[:DC]", ""), self.header.replace("[", "").replace("]", "")
        return {form for header in (plain, full) for form in (short(header), header.upper())}

    @property
    def ranging(self) -> str:
        """The header before `:RANGe`."""
        return self.range_header or self.header


FUNCTIONS: Final = MappingProxyType(
    {
        f.name: f
        for f in (
            Function("VOLT", "VOLTage[:DC]", "V", VOLTAGE_RANGES, "nplc"),
            Function("VOLT:AC", "VOLTage:AC", "V", _AC_RANGES),
            Function("VOLT:RAT", "VOLTage[:DC]:RATio", "", VOLTAGE_RANGES),
            Function("CURR", "CURRent[:DC]", "A", _CURRENT_RANGES, "nplc"),
            Function("CURR:AC", "CURRent:AC", "A", _CURRENT_RANGES),
            Function("RES", "RESistance", "OHM", RESISTANCE_RANGES, "nplc"),
            Function("FRES", "FRESistance", "OHM", RESISTANCE_RANGES, "nplc"),
            Function("FREQ", "FREQuency", "HZ", _AC_RANGES, "aperture", "FREQuency:VOLTage"),
            Function("PER", "PERiod", "S", _AC_RANGES, "aperture", "PERiod:VOLTage"),
            Function("CONT", "CONTinuity", "OHM"),
            Function("DIOD", "DIODe", "V"),
        )
    }
)
TRUEVOLT_FUNCTIONS: Final = MappingProxyType(
    {
        **FUNCTIONS,
        "CURR": Function("CURR", "CURRent[:DC]", "A", (1e-4, 1e-3, *_CURRENT_RANGES, 10.0), "nplc"),
        "CURR:AC": Function("CURR:AC", "CURRent:AC", "A", (1e-4, 1e-3, *_CURRENT_RANGES, 10.0)),
        "TEMP": Function("TEMP", "TEMPerature", "CEL", (), "nplc"),
        "CAP": Function("CAP", "CAPacitance", "F", _CAPACITANCE_RANGES),
    }
)


def short(header: str) -> str:
    """Give a header in short form: `VOLTage:AC` -> `VOLT:AC`."""
    return "".join(letter for letter in header if not letter.islower())


class Settings:
    """What is set for one function; the state after `*RST` and `CONFigure`."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.reset()

    def reset(self) -> None:
        """Take the state after `*RST`: auto-range, 10 PLC."""
        self.nplc = 10.0
        self.aperture = 0.1
        self.auto_range = True
        self.range = _RESET_RANGE.get(self.function.name) or next(iter(self.function.ranges), 1.0)

    def limit(self) -> float:
        """Give the largest reading on the present range."""
        return TOP_OVERRANGE.get(self.range, OVERRANGE * self.range)

    def follow(self, value: float) -> None:
        """Let auto-range choose: up above 120 %, down below 10 % of a range."""
        if not self.auto_range or not self.function.ranges:
            return
        ranges = self.function.ranges
        while abs(value) > self.limit() and self.range < ranges[-1]:
            self.range = ranges[ranges.index(self.range) + 1]
        while abs(value) < 0.1 * self.range and self.range > ranges[0]:
            self.range = ranges[ranges.index(self.range) - 1]

    def choose_range(self, value: float) -> bool:
        """Select the lowest range for `value` and leave auto-range; tell whether there is one."""
        found = next((r for r in self.function.ranges if abs(value) <= r), None)
        if found is None:
            return False
        self.range, self.auto_range = found, False
        return True

    def choose_nplc(self, nplc: float) -> None:
        """Select the integration time of at least `nplc` (PLC)."""
        steps = self.function.resolution
        self.nplc = next((step for step in steps if step >= nplc), max(steps))

    def resolution(self) -> float:
        """Give the resolution in the unit of the reading."""
        return self.range * (
            resolved(self.function.resolution, self.nplc) if self.function.timing == "nplc" else 1e-6
        )

    def choose_resolution(self, resolution: float) -> bool:
        """Select the shortest integration time that gives this resolution; tell whether there is one."""
        parts = self.function.resolution.items()
        enough = [n for n, part in parts if part * self.range <= resolution * (1 + 1e-9)]
        if enough:
            self.nplc = min(enough)
        return bool(enough)
