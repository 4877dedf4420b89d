"""Keysight 34461A Truevolt multimeter.

Written from protocols.md, section 3.2: what it has beyond the 34401A.
"""

from __future__ import annotations

from calbench.simulation.parameters import choice, definite_block, nr3, number
from calbench.simulation.scpi import Handler
from calbench_sim.parts.multimeters.multimeter import LINE_FREQUENCY
from calbench_sim.parts.multimeters.multimeter_functions import TRUEVOLT_FUNCTIONS
from calbench_sim.parts.multimeters.multimeter_remote import Multimeter

_MEMORY = 10_000
_SHORTEST_TIMER, _LONGEST_TIMER = 0.0, 3600.0  # s
_WITH_ZERO = ("VOLTage[:DC]", "CURRent[:DC]", "RESistance", "TEMPerature")


class K34461A(Multimeter):
    """34461A: 6½ digits, LAN, USB and GPIB. Terminal: `input`."""

    IDENTITY = "Keysight Technologies,34461A,{serial},A.02.14-02.40-02.14-00.49-03-01"
    FUNCTIONS = TRUEVOLT_FUNCTIONS
    SCPI_VERSION = "1994.0"
    MOST_SAMPLES = 1_000_000

    def reset(self) -> None:
        """Do `*RST`."""
        self._current_terminals = 3
        self._timer = 1.0
        self._slope = "NEG"
        super().reset()

    def commands(self) -> dict[str, Handler]:
        """Give the command table of the family and its additions."""
        table = super().commands()
        table |= {
            "*OPT?": lambda: "0",
            "SYSTem:LFRequency?": lambda: f"{LINE_FREQUENCY:+.0f}",
            "SYSTem:LICense:CATalog?": lambda: '""',
            "DATA:REMove?": self._remove,
            "R?": self._read_block,
            "SAMPle:TIMer": self._set_timer,
            "SAMPle:TIMer?": self._get_timer,
            "[SENSe:]CURRent[:DC]:TERMinals": self._set_terminals,
            "[SENSe:]CURRent[:DC]:TERMinals?": lambda: str(self._current_terminals),
            "TRIGger:SLOPe": self._set_slope,
            "TRIGger:SLOPe?": lambda: self._slope,
            "SYSTem:LOCal": lambda: None,
            "STATus:QUEStionable:CONDition?": lambda: f"{self.questionable.condition:+d}",
        }
        for header in _WITH_ZERO:
            table[f"[SENSe:]{header}:ZERO:AUTO"] = self.set_zero
            table[f"[SENSe:]{header}:ZERO:AUTO?"] = lambda: str(int(self.zeroing))
        for kind in ("VOLTage", "CURRent"):
            table[f"[SENSe:]{kind}:AC:BANDwidth"] = table["[SENSe:]DETector:BANDwidth"]
            table[f"[SENSe:]{kind}:AC:BANDwidth?"] = table["[SENSe:]DETector:BANDwidth?"]
        return table | self.switch("[SENSe:]VOLTage[:DC]:IMPedance:AUTO", self.input, "auto_impedance")

    def _remove(self, text: str) -> str:
        count = int(number(text, low=1, high=_MEMORY))
        return ",".join(nr3(value) for value in self.trigger_system.take(count)) or "9.91E+37"

    def _read_block(self, text: str = "MAX") -> str:
        count = int(number(text, low=1, high=_MEMORY))
        taken = self.trigger_system.take(count)
        return definite_block(",".join(nr3(value) for value in taken).encode())

    def _set_timer(self, text: str) -> None:
        self._timer = number(text, low=_SHORTEST_TIMER, high=_LONGEST_TIMER, unit="S", words={"DEFault": 1.0})

    def _get_timer(self, text: str = "") -> str:
        if not text:
            return nr3(self._timer)
        return nr3(number(text, low=_SHORTEST_TIMER, high=_LONGEST_TIMER, words={"DEFault": 1.0}))

    def _set_slope(self, text: str) -> None:
        self._slope = choice(text, "POSitive", "NEGative")

    def _set_terminals(self, text: str) -> None:
        self._current_terminals = int(choice(text, "3", "10"))
