"""Yaohua XK3190 weighing indicator, written from protocols.md, section 7.3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench_sim.parts.frames.check_codes import xor8
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.weighing.weighing_indicator import SETTINGS, Broadcaster, Indicator

_STX, _ETX = "\x02", "\x03"
_GAP = 0.5  # s, longest between bytes of a command
_COMMAND_LENGTH = 6
_DIGITS, _TEXT = 6, 7
_MOST_DECIMALS = 4


class XK3190(Broadcaster):
    """An indicator that sends by itself, or answers commands, as the setting `format` says.

    Pan and truth: as `Indicator`. Formats: `continuous` (A9: sign, six digits, place of the point), `command` (A9:
    A handshake, B gross, C tare, D net), `a12` (`wn0003.17kg`), `equals` (`=` and the mass in reversed order) and `st`
    (`ST,GS,+0012.45kg`).

    Assumed: what is sent is the net mass where there is a tare; a reply to a command repeats address and command and
    then has the fields of the continuous format; beyond the range nothing is sent, but `OL` in the format st and a
    reply without a mass to commands; in text the point takes one of the seven places.
    """

    MESSAGE_ENDS = ()
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS
        | {
            "format": "continuous, command, a12, equals or st; default continuous",
            "unit": "address for commands, A to Z; default A",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._indicator = Indicator(bench)
        self._unit = bench.words.get("unit", "A")
        formats: dict[str, Callable[[], str]] = {
            "continuous": self._continuous, "command": lambda: "", "a12": self._a12, "equals": self._equals,
            "st": self._st,
        }  # fmt: skip
        name = bench.words.get("format", "continuous")
        decimals = self._indicator.decimals
        if name not in formats or not 0 <= decimals <= _MOST_DECIMALS:
            raise UsageError(
                f"The scale {bench.name!r} has the format {name!r} and {decimals} decimals; "
                f"give {', '.join(formats)}, and 0 to {_MOST_DECIMALS}."
            )
        if len(self._unit) != 1 or not "A" <= self._unit <= "Z":
            raise UsageError(f"The scale {bench.name!r} has the address {self._unit!r}; give A to Z.")
        self._format = formats[name]
        self.sends = name != "command"
        self._stream = FrameStream(self.clock, _measure, _GAP)

    def message(self) -> str:
        """Give one message with what is on the display."""
        return self._format()

    def receive(self, line: str) -> None:
        """Act on commands to this address, in the format command."""
        if self.sends:
            return
        for frame in self._stream.feed(line):
            text = frame.decode("latin-1")
            if text[1] == self._unit and text[2] in "ABCD":
                self.reply(_framed(text[1:3] + self._value(text[2])))

    def _value(self, command: str) -> str:
        if command == "A":
            return ""
        if command == "C":
            return self._fields(self._indicator.tare)
        gross = self._indicator.gross()
        if self._indicator.beyond(gross):
            return ""
        mass = gross if command == "B" else gross - self._indicator.tare_mass()
        return self._fields(self._indicator.rounded(mass))

    # --- formats ---

    def _net(self) -> int | None:
        """Give the mass on the display; None beyond the range."""
        gross = self._indicator.gross()
        if self._indicator.beyond(gross):
            return None
        return self._indicator.rounded(gross - self._indicator.tare_mass())

    def _fields(self, count: int) -> str:
        sign = "-" if count < 0 else "+"
        return f"{sign}{abs(count) % 10**_DIGITS:0{_DIGITS}d}{self._indicator.decimals}"

    def _continuous(self) -> str:
        count = self._net()
        return "" if count is None else _framed(self._fields(count))

    def _text(self, count: int, width: int, sign: str = "-") -> str:
        decimals = self._indicator.decimals
        return f"{count / 10**decimals:{sign}0{width}.{decimals}f}"

    def _a12(self) -> str:
        count = self._net()
        kind = "n" if self._indicator.tare else "w"
        return "" if count is None else f"w{kind}{self._text(count, _TEXT)}kg\r\n"

    def _equals(self) -> str:
        count = self._net()
        return "" if count is None else "=" + self._text(count, _TEXT)[::-1]

    def _st(self) -> str:
        count = self._net()
        state = "OL" if count is None else "US" if self._indicator.moving() else "ST"
        kind = "NT" if self._indicator.tare else "GS"
        shown = "+" + "9" * _TEXT if count is None else self._text(count, _TEXT + 1, "+")
        return f"{state},{kind},{shown}kg\r\n"


def _framed(body: str) -> str:
    """Put start, exclusive or in two hexadecimal characters, and end around a message."""
    return f"{_STX}{body}{xor8(body.encode('latin-1')):02X}{_ETX}"


def _measure(data: bytes) -> int | None:
    """Give the length of the command with which `data` begins, as `frame_stream` asks it."""
    if data[:1] != _STX.encode():
        return 0
    if len(data) < _COMMAND_LENGTH:
        return None
    good = data[5:6] == _ETX.encode() and data[3:5] == f"{xor8(data[1:3]):02X}".encode()
    return _COMMAND_LENGTH if good else 0
