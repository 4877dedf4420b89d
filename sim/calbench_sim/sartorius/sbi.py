"""Sartorius balances with the SBI interface.

Written from protocols.md, section 7.4 (Entris II manual, p. 3; MSE manual, p. 71), and the Master series manual
(p. 5-5, output with ID code).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.weighing.balance import SETTINGS, Balance

_COMMAND = re.compile(r"\x1b(?:([a-z])([0-9]*)_|([A-Z]))")
_UNFINISHED = re.compile(r"\x1b(?:[a-z][0-9]{0,16})?\Z")
_ADJUSTING = 20.0  # s that an adjustment takes
_SHOWN = 2.0  # s that an error is shown
_ZERO_ERROR = " 02"


class SBI(Device):
    """A precision balance, by default Max 3200 g, d = 10 mg, that listens to SBI. Pan: `pan`.

    Truth, logged at each output: `mass` (kg on the pan) and `mass.error` (kg).

    Assumed where the sources are silent: unknown commands are ignored; `x1_` to `x3_` give the bare text in a line;
    an adjustment takes 20 s, during which it puts out `Cal. Int.` or `Cal. Ext.`; zeroing beyond its range is error
    02, shown for 2 s; T zeroes within the range of zero-setting and tares above; a value has the ID `N`.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b"\r\n"
    SERIAL = "1200 7O1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            "short": "(1) 1 for output of 16 characters, without the ID; default 0: 22 characters",
            "brackets": "(1) 1 where the last digit, which is not verified, stands in brackets; default 0",
            "wait": "(1) 1 where P waits for rest; default 0",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._balance = Balance(bench, capacity=3.2, step=1e-5, unit="g", timeout=10.0)
        self._short = bool(bench.settings.get("short", 0.0))
        self._brackets = bool(bench.settings.get("brackets", 0.0))
        self._patient = bool(bench.settings.get("wait", 0.0))
        self._identity = {
            "1": bench.words.get("model", "ENTRIS3202-1S"),
            "2": bench.serial_number,
            "3": "00-39-12",
        }
        self._pending = ""
        self._life = object()
        self._message, self._until = "", -math.inf

    def receive(self, line: str) -> None:
        """Act on bytes as they come: commands begin with ESC, line ends may follow."""
        text = self._pending + line
        end = 0
        for found in _COMMAND.finditer(text):
            end = found.end()
            if found[3]:
                self._act_on(found[3])
            else:
                self._act_on_long(found[1], found[2])
        tail = _UNFINISHED.search(text, end)
        self._pending = tail[0] if tail else ""

    def device_clear(self) -> None:
        """Drop input and output."""
        self._pending = ""
        super().device_clear()

    def _act_on(self, letter: str) -> None:
        if letter == "P":
            self._print()
        elif letter in "TUV":
            self._when_at_rest(letter)
        elif letter in "ZW":
            self._message, self._until = (
                "Cal. Int." if letter == "Z" else "Cal. Ext.",
                self.clock.monotonic() + _ADJUSTING,
            )
        elif letter == "S":
            self._life = object()
            self._message, self._until = "", -math.inf

    def _act_on_long(self, letter: str, digits: str) -> None:
        if letter == "x" and digits in self._identity:
            self.reply(self._identity[digits])
        elif letter == "s" and digits == "3":
            self._message, self._until = "", -math.inf  # cancel

    # --- zero and tare ---

    def _when_at_rest(self, letter: str) -> None:
        wait, life = self._balance.wait(), self._life
        if wait == 0:
            self._carry_out(letter)
        elif wait <= self._balance.timeout:
            self.after(wait, lambda: self._carry_out(letter) if life is self._life else None)

    def _carry_out(self, letter: str) -> None:
        done = (letter in "TV" and self._balance.set_zero()) or (letter in "TU" and self._balance.set_tare())
        if not done:
            self._message, self._until = f"ERR {_ZERO_ERROR}", self.clock.monotonic() + _SHOWN

    # --- output ---

    def _print(self) -> None:
        wait = self._balance.wait() if self._patient else 0.0
        self.reply(self._output, after=min(wait, self._balance.timeout))

    def _output(self) -> str:
        if self.clock.monotonic() < self._until:
            return self._notice(self._message)
        gross = self._balance.gross()
        beyond = self._balance.beyond(gross)
        if beyond:
            return self._notice("High" if beyond == "+" else "Low")
        value = self._balance.net(gross)
        figure = self._balance.display.text(abs(value))
        if self._brackets:
            figure = f"{figure[:-1]}[{figure[-1]}]"
        unit = self._balance.display.unit if self._balance.wait() == 0 else ""
        sign = "-" if value < 0 else "+"
        return f"{'' if self._short else 'N     '}{sign}{figure:>9} {unit:<3}"

    def _notice(self, text: str) -> str:
        """Give a status or error line: the text at its place behind `Stat`."""
        column = 12 if text in ("High", "Low") else 9
        line = f"{'Stat':<{column}}{text}".ljust(20)
        return line[6:] if self._short else line
