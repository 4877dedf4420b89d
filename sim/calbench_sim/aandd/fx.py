"""A&D FX-i and FZ-i precision balances in A&D's standard format.

Written from protocols.md, section 7.5, and the manuals of the FX-i (command list, acknowledge and error codes) and of
the FG-CWP (p. 39, error codes).
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

_UPDATE = 0.1  # s between the values of SIR
_ACKNOWLEDGED = "\x06"
_COMMUNICATION, _UNDEFINED, _NOT_READY, _FORMAT, _VALUE = "E00", "E01", "E02", "E06", "E07"
_TARE = re.compile(r"([+-]?\d{1,8}(?:\.\d{1,6})?)\s*(k?g)?", re.ASCII)
_ID_LENGTH = 7


class FX(Device):
    """An FX-i balance, by default Max 320 g, d = 1 mg. Pan: `pan`.

    Truth, logged at each value: `mass` (kg on the pan) and `mass.error` (kg).

    Assumed where the sources are silent: without acknowledgements commands and errors have no reply; with them a
    command that zeroes or tares is acknowledged at once and again when it is done; an S that cannot be answered in
    time is E02; underload is `OL,-9999999E+19`; while the display is off, or a zero or tare is under way (FG-CWP
    manual, p. 39), requests are E02; SIR sends ten values in a second.
    """

    MESSAGE_ENDS = (b"\r\n",)
    REPLY_END = b"\r\n"
    SERIAL = "2400 7E1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | {"acknowledge": "(1) 1 where AK and error codes are sent (erCd 1); default 0"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._balance = Balance(bench, capacity=0.32, step=1e-6, unit="g", timeout=30.0)
        self._acknowledging = bool(bench.settings.get("acknowledge", 0.0))
        self._id = "LAB-123"
        self._model = bench.words.get("model", "FX-300i")
        self._request = object()
        self._on, self._busy = True, False
        self._commands: dict[str, Callable[[], None]] = {
            "Q": self._immediate, "SI": self._immediate, "S": self._stable, "SIR": self._repeat,
            "C": self._cancel, "R": self._zero, "Z": self._zero, "T": self._tare, "P": self._toggle,
            "ON": lambda: self._switch(on=True), "OFF": lambda: self._switch(on=False),
            "CAL": self._acknowledge, "?ID": lambda: self.reply(f"ID,{self._id}"),
            "?SN": lambda: self.reply(f"SN,{bench.serial_number}"),
            "?TN": lambda: self.reply(f"TN,{self._model}"),
            "?PT": lambda: self.reply(f"PT,{self._field(self._balance.tare)}"),
        }  # fmt: skip

    def receive(self, line: str) -> None:
        """Act on one command, in capitals."""
        command = self._commands.get(line)
        if command is not None:
            command()
        elif line.startswith("PT:"):
            self._preset(line.removeprefix("PT:"))
        elif line.startswith("ID:"):
            self._name(line.removeprefix("ID:"))
        else:
            self._error(_UNDEFINED if line.isascii() and line.isprintable() else _COMMUNICATION)

    def _error(self, code: str) -> None:
        if self._acknowledging:
            self.reply(f"EC,{code}")

    def _acknowledge(self) -> None:
        if self._acknowledging:
            self.reply(_ACKNOWLEDGED)

    # --- values ---

    def _field(self, mass: Decimal) -> str:
        display = self._balance.display
        figure = display.text(abs(mass))
        return f"{'-' if mass < 0 else '+'}{figure:0>8}{display.unit:>3}"

    def _value(self) -> str:
        gross = self._balance.gross()
        beyond = self._balance.beyond(gross)
        if beyond:
            return f"OL,{beyond}9999999E+19"
        header = "ST" if self._balance.wait() == 0 else "US"
        return f"{header},{self._field(self._balance.net(gross))}"

    def _immediate(self) -> None:
        self._request = object()
        if self._ready:
            self.reply(self._value)
        else:
            self._error(_NOT_READY)

    def _stable(self) -> None:
        """Answer at rest; C withdraws the request."""
        request, wait = object(), self._balance.wait()
        self._request = request
        if not self._ready:
            self._error(_NOT_READY)
        elif wait > self._balance.timeout:
            self.after(
                self._balance.timeout, lambda: self._if_valid(request, lambda: self._error(_NOT_READY))
            )
        else:
            self._in(wait, lambda: self._if_valid(request, lambda: self.reply(self._value())))

    def _if_valid(self, request: object, act: Callable[[], None]) -> None:
        if request is self._request:
            act()

    def _repeat(self) -> None:
        self._request = object()
        if self._ready:
            self._tick(self._request)
        else:
            self._error(_NOT_READY)

    def _tick(self, request: object) -> None:
        if request is self._request and self.connections:
            self.reply(self._value())
            self.after(_UPDATE, lambda: self._tick(request))

    def _cancel(self) -> None:
        self._request = object()
        self._acknowledge()

    # --- zero, tare, display ---

    def _zero(self) -> None:
        self._at_rest(self._balance.set_zero)

    def _tare(self) -> None:
        self._at_rest(self._balance.set_tare)

    def _at_rest(self, act: Callable[[], bool]) -> None:
        wait = self._balance.wait()
        if not self._ready or wait > self._balance.timeout:
            self._error(_NOT_READY)
            return
        self._acknowledge()
        self._busy = True
        self._in(wait, lambda: self._conclude(act))

    def _conclude(self, act: Callable[[], bool]) -> None:
        self._busy = False
        if act():
            self._acknowledge()
        else:
            self._error(_NOT_READY)

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        """Do it after so many seconds; at once if there is nothing to wait for."""
        if seconds > 0:
            self.after(seconds, act)
        else:
            act()

    @property
    def _ready(self) -> bool:
        return self._on and not self._busy

    def _preset(self, text: str) -> None:
        found = _TARE.fullmatch(text)
        if found is None or found[2] not in (None, self._balance.display.unit):
            self._error(_FORMAT)
            return
        factor = 1000 if self._balance.display.unit == "g" else 1
        if self._balance.preset_tare(Decimal(found[1]) / factor):
            self._acknowledge()
        else:
            self._error(_VALUE)

    def _name(self, text: str) -> None:
        if 1 <= len(text) <= _ID_LENGTH and text.isascii() and text.isprintable():
            self._id = text
            self._acknowledge()
        else:
            self._error(_FORMAT)

    def _toggle(self) -> None:
        self._switch(on=not self._on)

    def _switch(self, *, on: bool) -> None:
        self._on = on
        self._request = object()
        self._acknowledge()
