"""Keysight 34465A Truevolt multimeter.

Written from protocols.md, section 3.2; ranges of the data sheet; integration times, resolutions and the commands of
the digitizing option as far as the public client QCoDeS 0.58 knows them (it has the programming guide's tables).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from calbench.simulation.parameters import choice, nr3, number
from calbench.simulation.scpi import Handler
from calbench_sim.keysight.k34461a import K34461A
from calbench_sim.parts.multimeters.multimeter import LINE_FREQUENCY, RESISTANCE_RANGES, Quality
from calbench_sim.parts.multimeters.multimeter_functions import TRUEVOLT_FUNCTIONS, Function

_RESOLUTION: Final = MappingProxyType(
    {
        0.001: 3e-5,
        0.002: 1.5e-5,
        0.006: 6e-6,
        0.02: 3e-6,
        0.06: 1.5e-6,
        0.2: 7e-7,
        1.0: 3e-7,
        10.0: 1e-7,
        100.0: 3e-8,
    }
)
_LOW_CURRENTS = (1e-6, 1e-5)
_LEAST_APERTURE, _MOST_APERTURE = 20e-6, 2.0  # s


def functions(
    resolution: Mapping[float, float], resistances: tuple[float, ...]
) -> MappingProxyType[str, Function]:
    """Give the functions of the family with these resolutions (PLC -> part of range) and resistance ranges (Ohm)."""
    made = {name: replace(function, resolution=resolution) for name, function in TRUEVOLT_FUNCTIONS.items()}
    for name in ("RES", "FRES"):
        made[name] = replace(made[name], ranges=resistances)
    made["CURR"] = replace(made["CURR"], ranges=(*_LOW_CURRENTS, *made["CURR"].ranges))
    return MappingProxyType(made)


class K34465A(K34461A):
    """34465A: 6½ digits, firmware A.03 with digitizing. Terminal: `input`."""

    IDENTITY = "Keysight Technologies,34465A,{serial},A.03.01-03.15-03.01-00.52-04-02"
    QUALITY = Quality(0.8, 0.5, _RESOLUTION, (*RESISTANCE_RANGES, 1e9))
    FUNCTIONS = functions(_RESOLUTION, (*RESISTANCE_RANGES, 1e9))

    def reset(self) -> None:
        """Do `*RST`."""
        self._sampling = "IMM"
        self._pretrigger = 0
        self._level = 0.0
        super().reset()

    def commands(self) -> dict[str, Handler]:
        """Give the command table of the 34461A and its additions."""
        table = super().commands() | {
            "SAMPle:SOURce": self._set_sampling,
            "SAMPle:SOURce?": lambda: self._sampling,
            "SAMPle:COUNt:PRETrigger": self._set_pretrigger,
            "SAMPle:COUNt:PRETrigger?": lambda: f"{self._pretrigger:+d}",
            "TRIGger:LEVel": self._set_level,
            "TRIGger:LEVel?": lambda: nr3(self._level),
        }
        for name in ("VOLT", "CURR", "RES", "FRES"):
            table |= self._aperture_commands(name)
        return table

    def spacing(self, least: float) -> float:
        """Give the time (s) from one sample to the next: that of the timer if it counts and is longer."""
        return max(least, self._timer) if self._sampling == "TIM" else least

    def _aperture_commands(self, name: str) -> dict[str, Handler]:
        """Give the commands for an integration time in seconds, of one function."""
        settings = self.functions[name].settings
        header = f"[SENSe:]{settings.function.header}:APERture"

        def enabled() -> bool:
            return settings.nplc not in settings.function.resolution

        def set_aperture(text: str) -> None:
            settings.nplc = LINE_FREQUENCY * number(
                text, low=_LEAST_APERTURE, high=_MOST_APERTURE, unit="S", words={"DEFault": 0.1}
            )

        def enable(text: str) -> None:
            if choice(text, "ON", "OFF", "1", "0") in {"OFF", "0"}:
                settings.choose_nplc(settings.nplc)

        return {
            header: set_aperture,
            f"{header}?": lambda: nr3(settings.nplc / LINE_FREQUENCY),
            f"{header}:ENABled": enable,
            f"{header}:ENABled?": lambda: str(int(enabled())),
        }

    def _set_sampling(self, text: str) -> None:
        self._sampling = choice(text, "IMMediate", "TIMer")

    def _set_pretrigger(self, text: str) -> None:
        self._pretrigger = int(number(text, low=0, high=self.MOST_SAMPLES, words={"DEFault": 0}))

    def _set_level(self, text: str) -> None:
        self._level = number(text, low=-1e3, high=1e3, words={"DEFault": 0.0})
