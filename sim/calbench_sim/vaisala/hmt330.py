"""Vaisala HMT330 humidity and temperature transmitter.

Written from protocols.md, section 10, and the HMT330 user's guide, p. 102 (FORM).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.process.humidity import SETTINGS, Probe
from calbench_sim.parts.process.vaisala_format import DEFAULT, Format, FormatError

_Handler = Callable[[list[str], str], None]
_SECONDS: Final = {"S": 1.0, "MIN": 60.0, "H": 3600.0}
_FASTEST = 0.5  # s between outputs when the interval is 0
_MODES = ("STOP", "RUN", "POLL", "SEND")


class HMT330(Device):
    """An HMT330 with the values RH and T (and dew point by FORM), reading the air of the room.

    Truth, logged at each output: `temperature` (degC) and `humidity` (%RH) of the room.
    """

    MESSAGE_ENDS = (b"\r",)
    REPLY_END = b"\r\n"
    SERIAL = "4800 7E1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            "address": "(1) address on the line, 0 to 255; default 0",
            "echo": "(1) 1 where the transmitter echoes what it receives; default 0",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._probe = Probe(bench)
        self._address = int(bench.settings.get("address", 0))
        self._echo = bool(bench.settings.get("echo", 0))
        self._mode = "STOP"
        self._open = False
        self._interval, self._unit = 0, "S"
        self._run = 0
        self._running = False
        self._format = Format(DEFAULT)
        self._commands: dict[str, _Handler] = {
            "SEND": self._send, "R": self._start, "S": self._stop, "INTV": self._set_interval,
            "SMODE": self._set_mode, "FORM": self._set_format, "ADDR": self._set_address,
            "CLOSE": self._close, "OPEN": self._open_line, "ERRS": self._list_errors, "?": self._describe,
            "VERS": self._version,
        }  # fmt: skip

    def receive(self, line: str) -> None:
        """Act on one line; in any case, parameters behind blanks."""
        words = line.upper().split()
        if not words:
            return
        if self._mode == "POLL" and not self._open:
            self._poll(words, line)
            return
        if self._running and words[0] != "S":
            return  # while it runs, it listens to S only
        if self._echo:
            self.reply(line.strip())
        command = self._commands.get(words[0])
        if command is None:
            self.reply("Unknown command")
        else:
            command(words[1:], line.strip()[len(words[0]) :].strip())
        if not self._running and (self._mode != "POLL" or self._open):
            self.send(b">")

    # --- output ---

    def _poll(self, words: list[str], line: str) -> None:
        """In POLL mode answer only to one's own address, without a prompt."""
        if words[0] in {"SEND", "OPEN"} and words[1:] == [str(self._address)]:
            self._commands[words[0]](words[1:], line)
            if self._open:
                self.send(b">")

    def _put(self) -> None:
        text = self._format.render(self._probe.values(), self._fields())
        if text.endswith("\r\n"):
            self.reply(text.removesuffix("\r\n"))
        else:
            self.send(text.encode("latin-1"))

    def _fields(self) -> dict[str, str]:
        now = self.clock.utc()
        return {
            "ADDR": str(self._address),
            "ERR": self._probe.error_flags(),
            "SN": self.bench.serial_number,
            "TIME": f"{now:%H:%M:%S}",
            "DATE": f"{now:%Y-%m-%d}",
            "STAT": f"{'N 0':<7}",
        }

    def _send(self, words: list[str], _: str) -> None:
        if not words or words == [str(self._address)]:
            self._put()

    def _start(self, _: list[str], __: str) -> None:
        self._run += 1
        self._running = True
        self._tick(self._run)

    def _tick(self, run: int) -> None:
        if run == self._run and self._running:
            self._put()
            self.after(max(self._interval * _SECONDS[self._unit], _FASTEST), lambda: self._tick(run))

    def _stop(self, _: list[str], __: str) -> None:
        self._running = False

    # --- settings ---

    def _set_interval(self, words: list[str], _: str) -> None:
        for word in words:
            if word in _SECONDS:
                self._unit = word
            elif _is_byte(word):
                self._interval = int(word)
            else:
                self.reply("Invalid value")
                return
        self.reply(f"Output interval: {self._interval} {self._unit}")

    def _set_mode(self, words: list[str], _: str) -> None:
        if words and words[0] not in _MODES:
            self.reply("Invalid value")
            return
        self._mode = words[0] if words else self._mode
        self._open = False
        self.reply(f"Serial mode     : {self._mode}")
        if words and self._mode == "RUN":
            self._start([], "")

    def _set_format(self, _: list[str], text: str) -> None:
        if not text:
            self.reply(self._format.source)
            return
        try:
            self._format = Format(DEFAULT if text == "/" else text)
        except FormatError:
            self.reply("Invalid format")
        else:
            self.reply("OK")

    def _set_address(self, words: list[str], _: str) -> None:
        if words and _is_byte(words[0]):
            self._address = int(words[0])
        self.reply(f"Address         : {self._address}")

    def _open_line(self, words: list[str], _: str) -> None:
        if words == [str(self._address)]:
            self._open = True
            self.reply(f"HMT330: {self._address} line opened for operator commands")

    def _close(self, _: list[str], __: str) -> None:
        self._mode, self._open = "POLL", False
        self.reply("line closed")

    # --- information ---

    def _list_errors(self, _: list[str], __: str) -> None:
        self.reply("NO ERRORS" if self._probe.error_flags() == "0000" else "Sensor failure")

    def _version(self, _: list[str], __: str) -> None:
        self.reply("HMT330 / 5.16")

    def _describe(self, _: list[str], __: str) -> None:
        for line in (
            "HMT330 / 5.16",
            f"Serial number  : {self.bench.serial_number}",
            f"Serial mode    : {self._mode}",
            "Baud P D S     : 4800 E 7 1",
            f"Output interval: {self._interval} {self._unit}",
            f"Address        : {self._address}",
            "Filter         : OFF",
        ):
            self.reply(line)


def _is_byte(text: str) -> bool:
    """Tell whether a text is a number from 0 to 255."""
    digits = text.isascii() and text.isdecimal() and len(text) <= len("255")
    return digits and int(text) <= 255  # noqa: PLR2004 - a byte
