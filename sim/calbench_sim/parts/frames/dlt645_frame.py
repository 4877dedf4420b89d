"""Frames of DL/T 645: found in a stream, taken apart and put together (protocols.md, section 6.1)."""

from __future__ import annotations

from typing import Final, NamedTuple

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench_sim.parts.frames.bcd import digits
from calbench_sim.parts.frames.check_codes import sum8

GAP: Final = 0.5  # s, longest between bytes of a frame
FASTEST, SLOWEST = 0.02, 0.5  # s, until a meter answers
PREAMBLE: Final = bytes([0xFE] * 4)
_START, _END = 0x68, 0x16
_HEAD = 10  # bytes up to the length
_OFFSET = 0x33
_ADDRESS = 6  # bytes
_WILD, _EVERYBODY = 0xAA, bytes([0x99] * _ADDRESS)
_FROM_METER, _ERROR, _MORE = 0x80, 0x40, 0x20
SETTINGS: Final[dict[str, str]] = {
    "unit": "address, up to twelve digits; default 000000000001",
    "delay": "(s) until it answers, 0.02 to 0.5; default 0.05",
    "password": "password of all levels, digits; default 000000",
    "programming": "(1) 1 where the programming key is pressed, so that it can be written to; default 1",
    "preamble": "(1) FE bytes before each reply, 0 to 4; default 4",
}


class Frame(NamedTuple):
    """One frame: address as it stands in it, control code, and data without the 33H on each byte."""

    address: bytes
    control: int
    data: bytes

    @property
    def function(self) -> int:
        """Bits 0 to 4 of the control code."""
        return self.control & 0x1F

    @property
    def request(self) -> bool:
        """Whether it goes to a meter and says neither error nor more to come."""
        return not self.control & (_FROM_METER | _ERROR | _MORE)

    @property
    def broadcast(self) -> bool:
        """Whether it is for all meters, none of which answers."""
        return self.address == _EVERYBODY

    @property
    def anybody(self) -> bool:
        """Whether its address is all wildcards."""
        return self.address == bytes([_WILD] * _ADDRESS)

    def meets(self, address: bytes) -> bool:
        """Tell whether it is for a meter: high bytes AA stand for anything, all 99 for everybody."""
        given = self.address.rstrip(bytes([_WILD]))
        return self.broadcast or address.startswith(given)


def measure(data: bytes) -> int | None:
    """Give the length of the frame with which `data` begins, as `frame_stream` asks it."""
    if data[0] != _START:
        return 0
    if len(data) > _ADDRESS + 1 and data[_ADDRESS + 1] != _START:
        return 0
    if len(data) < _HEAD:
        return None
    length = _HEAD + data[_HEAD - 1] + 2
    if len(data) < length:
        return None
    good = data[length - 1] == _END and data[length - 2] == sum8(data[: length - 2])
    return length if good else 0


def parse(frame: bytes) -> Frame:
    """Take a whole frame apart, whose checksum is right."""
    data = bytes((byte - _OFFSET) & 0xFF for byte in frame[_HEAD:-2])
    return Frame(frame[1 : 1 + _ADDRESS], frame[_HEAD - 2], data)


def built(address: bytes, function: int, data: bytes, *, error: bool = False, more: bool = False) -> bytes:
    """Put a reply together, without preamble."""
    control = function | _FROM_METER | (_ERROR if error else 0) | (_MORE if more else 0)
    shifted = bytes((byte + _OFFSET) & 0xFF for byte in data)
    body = bytes([_START, *address, _START, control, len(shifted), *shifted])
    return body + bytes([sum8(body), _END])


def address_of(bench: Bench) -> bytes:
    """Give the address that the setting `unit` says, as it stands in frames.

    Raises:
        UsageError: it is not up to twelve digits.
    """
    text = bench.words.get("unit", "1")
    if not text.isascii() or not text.isdecimal() or len(text) > 2 * _ADDRESS:
        raise UsageError(f"The meter {bench.name!r} has the address {text!r}; give up to twelve digits.")
    return digits(text.zfill(2 * _ADDRESS))


def delay_of(bench: Bench) -> float:
    """Give the time (s) until it answers, as the setting `delay` says (`UsageError` outside 20 ms to 500 ms)."""
    delay = bench.settings.get("delay", 0.05)
    if not FASTEST <= delay <= SLOWEST:
        raise UsageError(f"The meter {bench.name!r} answers after {delay} s; give 0.02 s to 0.5 s.")
    return delay
