"""Scale with a Mettler-Toledo terminal in continuous mode, written from protocols.md, section 7.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench_sim.parts.weighing.weighing_indicator import SETTINGS, Broadcaster, Indicator

_STX, _CR = "\x02", "\r"
_ALWAYS, _NET, _NEGATIVE, _BEYOND, _MOTION, _KILOGRAM, _NOT_ZEROED = 0x20, 0x01, 0x02, 0x04, 0x08, 0x10, 0x40
_PRINT, _EXPANDED = 0x08, 0x10
_STEPS: Final = {1: 1, 2: 2, 5: 3}
_LEAST_DECIMALS, _MOST_DECIMALS = -2, 5
_DIGITS = 6
_PADDINGS: Final = {"spaces": " ", "zeros": "0"}


class Continuous(Broadcaster):
    """Sends weight, tare and three status bytes, ten times a second, while somebody is connected.

    Pan and truth: as `Indicator`. It takes the characters P, T, Z and C: print, tare, zero, clear the tare.

    Assumed: T and Z are ignored in motion, and out of their ranges; P marks the next message as a print request;
    expanded, the weight has a tenth of the step with one more digit, counted in ones; beyond the range the weight goes
    on, with its bit; when 4096 bytes wait and nobody reads, later messages are lost.
    """

    MESSAGE_ENDS = ()
    SERIAL = "9600 7E1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            "checksum": "(1) 1 where a checksum is sent; default 1",
            "short": "(1) 1 where the tare is not sent; default 0",
            "expanded": "(1) 1 where the display is expanded by ten; default 0",
            "padding": "leading zeros as spaces or zeros; default spaces",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        settings = bench.settings
        self._indicator = Indicator(bench)
        self._checksum = bool(settings.get("checksum", 1))
        self._short = bool(settings.get("short", 0))
        self._expanded = bool(settings.get("expanded", 0))
        padding = bench.words.get("padding", "spaces")
        self._decimals = self._indicator.decimals + self._expanded
        if padding not in _PADDINGS or not _LEAST_DECIMALS <= self._decimals <= _MOST_DECIMALS:
            raise UsageError(
                f"The scale {bench.name!r} has the padding {padding!r} and {self._decimals} decimals; "
                f"give spaces or zeros, and {_LEAST_DECIMALS} to {_MOST_DECIMALS}."
            )
        self._fill = _PADDINGS[padding]
        self._print = False
        self._keys: dict[str, Callable[[], None]] = {
            "P": self._request_print,
            "T": self._indicator.set_tare,
            "Z": self._indicator.set_zero,
            "C": self._clear,
        }

    def receive(self, line: str) -> None:
        """Act on each character that is a key; others are ignored."""
        for character in line:
            key = self._keys.get(character)
            if key is not None:
                key()

    def message(self) -> str:
        """Give one message with what is on the display."""
        gross = self._indicator.gross()
        net = self._indicator.rounded(gross - self._indicator.tare_mass(), expanded=self._expanded)
        tare = self._indicator.tare * (10 if self._expanded else 1)
        text = _STX + self._status_bytes(gross, net) + self._field(net)
        if not self._short:
            text += self._field(tare)
        text += _CR
        self._print = False
        return text + chr(-sum(map(ord, text)) & 0x7F) if self._checksum else text

    def _status_bytes(self, gross: float, net: int) -> str:
        step = 1 if self._expanded else _STEPS[self._indicator.step]
        second = _ALWAYS | _KILOGRAM
        second |= _NET if self._indicator.tare else 0
        second |= _NEGATIVE if net < 0 else 0
        second |= _BEYOND if self._indicator.beyond(gross) else 0
        second |= _MOTION if self._indicator.moving() else 0
        second |= 0 if self._indicator.zeroed else _NOT_ZEROED
        third = _ALWAYS | (_PRINT if self._print else 0) | (_EXPANDED if self._expanded else 0)
        return chr(_ALWAYS | step << 3 | self._decimals + 2) + chr(second) + chr(third)

    def _field(self, count: int) -> str:
        """Give a mass in six digits; the last zeros of steps of 10 and more are not sent."""
        return f"{abs(count) % 10**_DIGITS:{self._fill}>{_DIGITS}d}"

    def _request_print(self) -> None:
        self._print = True

    def _clear(self) -> None:
        self._indicator.tare = 0
