"""What answers on an M-Bus (EN 13757-2, -3), written from protocols.md, section 8.2: addresses, frames, the header."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames import mbus_frame
from calbench_sim.parts.frames.bcd import digits
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.frames.mbus_frame import ACKNOWLEDGE, Frame, long_frame

_GAP = 0.1  # s, longest between bytes of a frame
MEDIA: Final[Mapping[str, int]] = {
    "electricity": 0x02,
    "gas": 0x03,
    "heat": 0x04,
    "warm water": 0x06,
    "water": 0x07,
}
_NKE, _REQUEST_1, _REQUEST_2, _SEND, _RESPONSE = 0x40, 0x5A, 0x5B, 0x53, 0x08
_FCB = 0x20
_SECONDARY, _ANY, _ALL = 253, 254, 255
_HIGHEST = 250
_RESET, _DATA, _SELECT, _VARIABLE = 0x50, 0x51, 0x52, 0x72
_BAUDS: Final = dict(enumerate((300, 600, 1200, 2400, 4800, 9600, 19200, 38400), 0xB8))
_SET_ADDRESS: Final = bytes([0x01, 0x7A])
_VERSION = 1
SETTINGS: Final[dict[str, str]] = {
    "unit": "primary address, 0 to 250; default 1",
    "maker": "three capital letters; default CLB",
    "access": "(1) access number of the first reply, 0 to 255; default 0",
    "delay": "(s) until it answers; default 0.02",
}


class MBusSlave(Device):
    """A slave with variable data structure: the model says which records it sends, and what its status is.

    Assumed: REQ_UD1 is acknowledged, as without alarm; of long frames it knows reset, selection by secondary address,
    baud rates, and a new primary address.

    Args:
        bench: place in the world.
        medium: one of `MEDIA`.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b""
    SERIAL = "2400 8E1"

    def __init__(self, bench: Bench, medium: str) -> None:
        super().__init__(bench)
        unit, maker = bench.words.get("unit", "1"), bench.words.get("maker", "CLB")
        if not unit.isascii() or not unit.isdecimal() or int(unit) > _HIGHEST:
            raise UsageError(f"The meter {bench.name!r} has the address {unit!r}; give 0 to {_HIGHEST}.")
        if medium not in MEDIA or len(maker) != 3 or not all("A" <= letter <= "Z" for letter in maker):
            raise UsageError(
                f"The meter {bench.name!r} is of maker {maker!r} and for {medium!r}; "
                f"give three capital letters, and one of {', '.join(MEDIA)}."
            )
        self._unit = int(unit)
        serial = "".join(filter(str.isdecimal, bench.serial_number))[-8:].zfill(8)
        self._identity = digits(serial) + _code(maker) + bytes([_VERSION, MEDIA[medium]])
        self._access = int(bench.settings.get("access", 0))
        self._delay = bench.settings.get("delay", 0.02)
        self._selected = False
        self._new_line = ""
        self._bit: int | None = None
        self._last = b""
        self._stream = FrameStream(self.clock, mbus_frame.measure, _GAP)

    @abstractmethod
    def records(self) -> bytes:
        """Give the data records, as they are now."""

    def condition(self) -> int:
        """Give the status byte of the header (EN 13757-3); here nothing is wrong."""
        return 0

    def receive(self, line: str) -> None:
        """Take bytes as they come and act on each whole frame for this meter."""
        for data in self._stream.feed(line):
            frame = mbus_frame.parse(data)
            if frame.data[:1] == bytes([_SELECT]) and frame.address == _SECONDARY:
                self._select(frame.data[1:])
            elif self._meets(frame.address):
                reply = self._act_on(frame)
                if frame.address != _ALL:
                    self._send(reply)

    def taken(self) -> None:
        """Go to the new baud rate once the reply has left."""
        super().taken()
        if self._new_line:
            self.serial_setting, self._new_line = self._new_line, ""

    def _meets(self, address: int) -> bool:
        return address in {self._unit, _ANY, _ALL} or (address == _SECONDARY and self._selected)

    def _send(self, data: bytes) -> None:
        self.reply(data.decode("latin-1"), after=self._delay)

    def _act_on(self, frame: Frame) -> bytes:
        """Carry a frame out; give the reply, nothing if there is none."""
        control = frame.control & ~_FCB
        if frame.data:
            return self._take(frame.data) if control == _SEND else b""
        if frame.control == _NKE:
            self._bit = None
            self._selected = self._selected and frame.address != _SECONDARY
            return ACKNOWLEDGE
        if control == _REQUEST_1:
            return ACKNOWLEDGE
        return self._respond(frame.control & _FCB) if control == _REQUEST_2 else b""

    def _respond(self, bit: int) -> bytes:
        """Give the data; the same again if the frame count bit has not changed."""
        if bit != self._bit or not self._last:
            header = self._identity + bytes([self._access & 0xFF, self.condition(), 0, 0])
            self._last = long_frame(_RESPONSE, self._unit, bytes([_VARIABLE]) + header + self.records())
            self._access += 1
        self._bit = bit
        return self._last

    def _take(self, data: bytes) -> bytes:
        """Act on data that are sent; give the acknowledgement, nothing for what it does not know."""
        if data[0] in _BAUDS:
            self._new_line = f"{_BAUDS[data[0]]} 8E1"
        elif data[0] == _DATA and data[1:3] == _SET_ADDRESS and len(data) == 4 and data[3] <= _HIGHEST:
            self._unit, self._last = data[3], b""
        elif data[0] != _RESET:
            return b""
        return ACKNOWLEDGE

    def _select(self, wanted: bytes) -> None:
        """Be selected if a secondary address meets this meter: F digits and FF bytes stand for anything."""
        self._selected = len(wanted) == len(self._identity) and all(
            _same(a, b) if at < 4 else a in (b, 0xFF)
            for at, (a, b) in enumerate(zip(wanted, self._identity, strict=True))
        )
        if self._selected:
            self._bit = None
            self._send(ACKNOWLEDGE)


def _code(maker: str) -> bytes:
    """Give three letters as the sixteen bits of EN 62056-21's maker code (EN 13757-3, 5.6)."""
    first, second, third = (ord(letter) - 64 for letter in maker)
    return (first << 10 | second << 5 | third).to_bytes(2, "little")


def _same(wanted: int, own: int) -> bool:
    return all(w in (o, 0xF) for w, o in ((wanted >> 4, own >> 4), (wanted & 0xF, own & 0xF)))
