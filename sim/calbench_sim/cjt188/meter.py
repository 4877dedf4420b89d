"""Water, heat or gas meter that speaks CJ/T 188-2004, written from protocols.md, section 8.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames.bcd import digits, packed, unpacked
from calbench_sim.parts.frames.check_codes import sum8
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.meters import flow_register
from calbench_sim.parts.meters.flow_register import FlowRegister

_START, _END, _WILD = 0x68, 0x16, 0xAA
_HEAD, _ADDRESS = 11, 7  # bytes up to and with the length; bytes of an address
_GAP = 0.5  # s
_KINDS: Final = {"water": 0x10, "heat": 0x20, "gas": 0x30}
_TYPES: Final = {*range(0x10, 0x50), _WILD}
_CUBIC_METRE, _CUBIC_METRE_PER_HOUR, _KWH, _KW = 0x2C, 0x35, 0x05, 0x17
_ERROR = 0xC0
_CURRENT, _VALVE, _NEW_ADDRESS, _BASE, _HISTORY = 0x901F, 0xA017, 0xA018, 0xA016, range(0xD120, 0xD12C)
_OPEN, _CLOSE = 0x55, 0x99
_VALVE_CLOSED = 0x01
_HOUR, _JOULE_PER_KWH = 3600.0, 3.6e6

Result = bytes | None
"""Data behind identifier and number of the frame; None is an error."""


class Meter(Device):
    """A meter with a steady flow, of the kind that the setting `kind` says. Truth: as `FlowRegister`.

    Functions: 01 reads 901F and the history D120 to D12B, 03 the address, 04 writes A017 (valve, 55 opens, 99 closes),
    15 and 16 set address (A018) and register (A016).

    Assumed: the identifier in the reply stands in the meter's own order; an identifier in the other order is one that
    it does not have; the frame's number is repeated; an error reply has number and status (C1, C4 …); the history is
    zero. A heat meter sends, behind the number: heat at the settlement day and now, power, flow (four decimals),
    volume, supply and return temperature (three bytes, two decimals), hours (three bytes), clock and status.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b""
    SERIAL = "2400 8E1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        flow_register.SETTINGS
        | {
            "unit": "address, up to fourteen digits; default 00000000000001",
            "kind": "water, heat or gas; default water",
            "order": "low (1F 90) or high (90 1F) byte of identifiers first; default low",
            "delay": "(s) until it answers; default 0.05",
            "preamble": "(1) FE bytes before each reply, 0 to 4; default 4",
            "battery_low": "(1) 1 where the battery is low; default 0",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        words = bench.words
        unit, kind, order = words.get("unit", "1"), words.get("kind", "water"), words.get("order", "low")
        if not unit.isascii() or not unit.isdecimal() or len(unit) > 2 * _ADDRESS:
            raise UsageError(
                f"The meter {bench.name!r} has the address {unit!r}; give up to fourteen digits."
            )
        if kind not in _KINDS or order not in {"low", "high"}:
            raise UsageError(
                f"The meter {bench.name!r} is of kind {kind!r} with the order {order!r}; "
                f"give {', '.join(_KINDS)}, and low or high."
            )
        self._register = FlowRegister(bench)
        self._address = digits(unit.zfill(2 * _ADDRESS))
        self._type = _KINDS[kind]
        self._low_first = order == "low"
        self._delay = bench.settings.get("delay", 0.05)
        self._preamble = b"\xfe" * int(bench.settings.get("preamble", 4))
        self._battery = 0x04 if bench.settings.get("battery_low", 0) else 0
        self._valve = 0
        self._stream = FrameStream(self.clock, _measure, _GAP)
        self._functions: dict[int, Callable[[int, bytes], Result]] = {
            0x01: self._read, 0x03: lambda *_: b"", 0x04: self._write, 0x15: self._set_address, 0x16: self._set_base,
        }  # fmt: skip

    def receive(self, line: str) -> None:
        """Take bytes as they come and act on each whole frame for this meter."""
        for frame in self._stream.feed(line):
            kind, address, control, data = frame[1], frame[2:9], frame[9], frame[_HEAD:-2]
            if control & 0xC0 or kind not in {self._type, _WILD} or len(data) < 3:
                continue
            if address == self._address or not address.strip(bytes([_WILD])):
                self._answer(control, data)

    def _answer(self, control: int, data: bytes) -> None:
        identifier = int.from_bytes(data[:2], "little" if self._low_first else "big")
        function = self._functions.get(control)
        result = function(identifier, data[3:]) if function is not None else None
        if result is None:
            control, body = control | _ERROR, data[2:3] + self._status_word()
        else:
            control, body = control | 0x80, data[:3] + result
        frame = bytes([_START, self._type, *self._address, control, len(body)]) + body
        frame = self._preamble + frame + bytes([sum8(frame), _END])
        self.reply(frame.decode("latin-1"), after=self._delay)

    # --- functions ---

    def _read(self, identifier: int, rest: bytes) -> Result:
        if rest:
            return None
        if identifier in _HISTORY:
            return packed(0.0, 2, 4) + bytes([_KWH if self._type == _KINDS["heat"] else _CUBIC_METRE])
        if identifier != _CURRENT:
            return None
        clock = digits(f"20{self.clock.utc():%y%m%d%H%M%S}")
        values = self._heat_values() if self._type == _KINDS["heat"] else self._volume_values()
        return values + clock + self._status_word()

    def _volume_values(self) -> bytes:
        return _quantity(self._register.volume(), 2, _CUBIC_METRE) + _quantity(0.0, 2, _CUBIC_METRE)

    def _heat_values(self) -> bytes:
        register = self._register
        return (
            _quantity(0.0, 2, _KWH)
            + _quantity(register.energy() / _JOULE_PER_KWH, 2, _KWH)
            + _quantity(register.power() / 1e3, 2, _KW)
            + _quantity(register.flow() * _HOUR, 4, _CUBIC_METRE_PER_HOUR)
            + _quantity(register.volume(), 2, _CUBIC_METRE)
            + packed(register.supply, 2, 3)
            + packed(register.supply - register.difference, 2, 3)
            + packed(register.seconds() // _HOUR, 0, 3)
        )

    def _write(self, identifier: int, rest: bytes) -> Result:
        if identifier != _VALVE or rest not in {bytes([_OPEN]), bytes([_CLOSE])}:
            return None
        self._valve = _VALVE_CLOSED if rest[0] == _CLOSE else 0
        return self._status_word()

    def _set_address(self, identifier: int, rest: bytes) -> Result:
        if identifier != _NEW_ADDRESS or len(rest) != _ADDRESS or unpacked(rest) is None:
            return None
        self._address = rest
        return b""

    def _set_base(self, identifier: int, rest: bytes) -> Result:
        count = unpacked(rest[:4])
        if identifier != _BASE or len(rest) != 5 or count is None or rest[4] != _CUBIC_METRE:
            return None
        self._register.set_volume(count / 100)
        return self._status_word()

    def _status_word(self) -> bytes:
        return bytes([self._valve | self._battery, 0])


def _quantity(value: float, decimals: int, unit: int) -> bytes:
    return packed(value, decimals, 4) + bytes([unit])


def _measure(data: bytes) -> int | None:
    """Give the length of the frame with which `data` begins, as `frame_stream` asks it."""
    if data[0] != _START or (len(data) > 1 and data[1] not in _TYPES):
        return 0
    if len(data) < _HEAD:
        return None
    length = _HEAD + data[_HEAD - 1] + 2
    if len(data) < length:
        return None
    return length if data[length - 1] == _END and data[length - 2] == sum8(data[: length - 2]) else 0
