"""OHAUS Ranger scales, and others with the same command set (Adventurer, Explorer).

Written from protocols.md, section 7.6, the command table of the Adventurer service manual (p. 14), the RS-232 interface
manual (p. EN-3, output) and the Explorer service manual (p. 73, timeout of 40 s).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.weighing.balance import SETTINGS, Balance

_UPDATE = 0.2  # s between the values of CP
_WITH_NUMBER = re.compile(r"(\d{1,8}(?:\.\d{1,6})?)(P|T|#|%|S|RL)", re.ASCII)
_LONGEST_INTERVAL = 3600  # s
_OVERLOAD, _UNDERLOAD = "Err 8.3", "Err 8.4"


class Ranger(Device):
    """A Ranger, by default Max 6 kg, d = 1 g. Pan: `pan`.

    Truth, logged at each value: `mass` (kg on the pan) and `mass.error` (kg).

    Assumed where the sources are silent: the weight has eleven characters, a blank and the unit follow, then a blank
    and `?` or another blank; overload reads `Err 8.3`, underload `Err 8.4`; commands that print are not acknowledged
    with `OK!`, the others are, once they are done; a tare or zero that is refused is `ES`; PV gives name and
    version; CP sends five values in a second; the serial line is 9600 8N1.
    """

    MESSAGE_ENDS = (b"\r\n", b"\r")
    REPLY_END = b"\r\n"
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | {"acknowledge": "(1) 0 where OK! is switched off, as by 0RL; default 1"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._balance = Balance(bench, capacity=6.0, step=1e-3, unit="kg", timeout=40.0)
        self._acknowledging = bool(bench.settings.get("acknowledge", 1.0))
        self._stable_only = False
        self._series = object()
        self._piece = self._reference = "0"
        show = self._balance.display
        self._commands: dict[str, Callable[[], None]] = {
            "IP": lambda: self.reply(self._value), "P": self._print, "SP": self._print_stable,
            "CP": lambda: self._repeat(_UPDATE), "SLP": lambda: self._on_rest(zero=False),
            "SLZP": lambda: self._on_rest(zero=True), "PT": lambda: self.reply(self._field(self._balance.tare)),
            "PSN": lambda: self.reply(bench.serial_number),
            "PV": lambda: self.reply(f"{bench.words.get('model', 'RANGER')} 1.20"),
            "PU": lambda: self.reply(show.unit), "PM": lambda: self.reply("Weigh"),
            "P#": lambda: self.reply(self._piece), "P%": lambda: self.reply(self._reference),
            "Z": lambda: self._at_rest(self._balance.set_zero),
            "T": lambda: self._at_rest(self._balance.set_tare),
            "ON": self._acknowledge, "OFF": self._acknowledge, "C": self._acknowledge, "IC": self._acknowledge,
            "AC": self._acknowledge,
        }  # fmt: skip

    def receive(self, line: str) -> None:
        """Act on one command, in capitals; what it does not know is `ES`."""
        command = self._commands.get(line)
        numbered = _WITH_NUMBER.fullmatch(line)
        if command is not None:
            command()
        elif numbered is not None:
            self._act_with(numbered[1], numbered[2])
        else:
            self.reply("ES")

    def _acknowledge(self) -> None:
        if self._acknowledging:
            self.reply("OK!")

    def _act_with(self, figure: str, letter: str) -> None:
        small = figure in ("0", "1")
        if letter == "P":
            self._set_interval(figure)
        elif letter == "T":
            factor = 1000 if self._balance.display.unit == "g" else 1
            self._done(self._balance.preset_tare(Decimal(figure) / factor))
        elif letter == "RL" and small:
            self._acknowledging = figure == "1"
            self._acknowledge()
        elif letter == "S" and small:
            self._stable_only = figure == "1"
            self._acknowledge()
        elif letter == "#":
            self._piece = figure
            self._acknowledge()
        elif letter == "%":
            self._reference = figure
            self._acknowledge()
        else:
            self.reply("ES")

    def _done(self, done: bool) -> None:  # noqa: FBT001 - a result
        if done:
            self._acknowledge()
        else:
            self.reply("ES")

    # --- values ---

    def _field(self, mass: Decimal) -> str:
        display = self._balance.display
        return f"{display.text(mass):>11} {display.unit}"

    def _value(self) -> str:
        gross = self._balance.gross()
        beyond = self._balance.beyond(gross)
        if beyond:
            return _OVERLOAD if beyond == "+" else _UNDERLOAD
        mark = " " if self._balance.wait() == 0 else "?"
        return f"{self._field(self._balance.net(gross))} {mark}"

    def _print(self) -> None:
        if self._stable_only:
            self._print_stable()
        else:
            self.reply(self._value)

    def _print_stable(self) -> None:
        self._rested(lambda: self.reply(self._value()))

    def _rested(self, act: Callable[[], None]) -> None:
        """Do it at rest; `ES` if that does not come in time."""
        wait = self._balance.wait()
        if wait == 0:
            act()
        elif wait > self._balance.timeout:
            self.after(self._balance.timeout, lambda: self.reply("ES"))
        else:
            self.after(wait, act)

    def _at_rest(self, act: Callable[[], bool]) -> None:
        self._rested(lambda: self._done(act()))

    # --- automatic output ---

    def _set_interval(self, figure: str) -> None:
        if not figure.isdecimal() or int(figure) > _LONGEST_INTERVAL:
            self.reply("ES")
        elif int(figure) == 0:
            self._series = object()
            self._acknowledge()
        else:
            self._repeat(float(figure))

    def _repeat(self, interval: float) -> None:
        self._series = object()
        self._tick(self._series, interval, lambda: self.reply(self._value()))

    def _on_rest(self, *, zero: bool) -> None:
        """Send each stable value once, if it is not zero or `zero` says that it may be."""
        self._series = object()
        last: list[Decimal | None] = [None]

        def look() -> None:
            if self._balance.wait() > 0:
                last[0] = None
                return
            net = self._balance.net(self._balance.gross())
            if last[0] is None and (net or zero):
                self.reply(self._value())
            last[0] = net

        self._tick(self._series, _UPDATE, look)

    def _tick(self, series: object, interval: float, act: Callable[[], None]) -> None:
        if series is self._series and self.connections:
            act()
            self.after(interval, lambda: self._tick(series, interval, act))
