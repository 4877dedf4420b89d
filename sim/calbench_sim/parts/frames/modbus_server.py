"""Modbus servers over RTU and TCP: frames, registers and exceptions (protocols.md, section 5.6)."""

from __future__ import annotations

import struct
from abc import abstractmethod
from typing import ClassVar, Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames.check_codes import crc_modbus
from calbench_sim.parts.frames.frame_stream import FrameStream

READ_HOLDING: Final = 3
READ_INPUT: Final = 4
_EXCEPTION = 0x80
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE = 1, 2, 3
_BROADCAST = 0
_GAP = 0.05  # s; an RTU frame has none longer than 3.5 characters, but servers get it in pieces
_RTU_LONGEST, _HEADER = 256, 7
_SINGLE, _MULTIPLE = range(1, 7), (15, 16)  # functions whose requests have 8 bytes, or say how many they have
SETTINGS: Final[dict[str, str]] = {
    "framing": "rtu or tcp; default rtu",
    "delay": "(s) until it answers; default 0.02",
}


class Registers(dict[int, bytes]):
    """Two bytes for each register that exists."""

    def put(self, address: int, data: bytes) -> None:
        """Lay data on registers from an address on."""
        for at in range(0, len(data), 2):
            self[address + at // 2] = data[at : at + 2]


class ModbusServer(Device):
    """Answers for its own unit only; a request to another, or with a wrong check, is not answered."""

    MESSAGE_ENDS = ()
    REPLY_END = b""
    UNIT: ClassVar[int] = 1
    """Unit if the setting `unit` says none."""
    FUNCTIONS: ClassVar[tuple[int, ...]] = (READ_INPUT,)
    """Functions that it knows; all of them read."""
    LARGEST: ClassVar[int] = 125
    """Most registers of one request."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        text, framing = bench.words.get("unit", str(self.UNIT)), bench.words.get("framing", "rtu")
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 247:
            raise UsageError(f"The instrument {bench.name!r} has the Modbus unit {text!r}; give 1 to 247.")
        if framing not in {"rtu", "tcp"}:
            raise UsageError(f"The instrument {bench.name!r} has the framing {framing!r}; give rtu or tcp.")
        self._unit = int(text)
        self._delay = bench.settings.get("delay", 0.02)
        self._tcp = framing == "tcp"
        self._stream = FrameStream(
            self.clock, _measure_tcp if self._tcp else self._measure_rtu, 10.0 if self._tcp else _GAP
        )

    @abstractmethod
    def registers(self, function: int) -> Registers:
        """Give all registers that a function reads, as they are now."""

    def whole(self, start: int, count: int) -> bool:
        """Tell whether so many registers from there hold whole values; the default does not mind."""
        return start >= 0 and count > 0

    def receive(self, line: str) -> None:
        """Take bytes as they come and answer each whole request for this unit."""
        for frame in self._stream.feed(line):
            unit, request = (frame[6], frame[_HEADER:]) if self._tcp else (frame[0], frame[1:-2])
            if unit != self._unit:
                continue
            answer = bytes([unit]) + self._answer(request)
            head = frame[:4] + len(answer).to_bytes(2, "big") if self._tcp else b""
            check = b"" if self._tcp else crc_modbus(answer)
            self.reply((head + answer + check).decode("latin-1"), after=self._delay)

    def _answer(self, request: bytes) -> bytes:
        function = request[0]
        result = self._read(function, request[1:])
        if isinstance(result, int):
            return bytes([function | _EXCEPTION, result])
        return bytes([function, len(result)]) + result

    def _read(self, function: int, request: bytes) -> bytes | int:
        """Give the registers, or the number of an exception."""
        if function not in self.FUNCTIONS:
            return _ILLEGAL_FUNCTION
        if len(request) != 4:
            return _ILLEGAL_VALUE
        start, count = struct.unpack(">HH", request)
        if not 1 <= count <= self.LARGEST:
            return _ILLEGAL_VALUE
        registers = self.registers(function)
        wanted = range(start, start + count)
        if any(address not in registers for address in wanted) or not self.whole(start, count):
            return _ILLEGAL_ADDRESS
        return b"".join(registers[address] for address in wanted)

    def _measure_rtu(self, data: bytes) -> int | None:
        """Give the length of the request with which `data` begins, as `frame_stream` asks it."""
        if len(data) < 2:
            return None
        ours = data[0] in {self._unit, _BROADCAST}
        if data[1] in _SINGLE or not ours:
            lengths = range(8, 9)
        elif data[1] in _MULTIPLE:
            if len(data) < 7:
                return None
            lengths = range(9 + data[6], 10 + data[6])
        else:  # of a function that nobody here knows: as long as the check says
            lengths = range(4, _RTU_LONGEST + 1)
        for length in lengths:
            if len(data) < length:
                return None if ours else 0
            if crc_modbus(data[: length - 2]) == data[length - 2 : length]:
                return length
        return 0


def _measure_tcp(data: bytes) -> int | None:
    """Give the length of the request with which `data` begins, as `frame_stream` asks it."""
    if len(data) < _HEADER:
        return None
    length = int.from_bytes(data[4:6], "big")
    if data[2:4] != b"\0\0" or not 2 <= length <= 254:
        return 0
    return 6 + length if len(data) >= 6 + length else None
