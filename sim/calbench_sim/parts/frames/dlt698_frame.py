"""Frames of DL/T 698.45: found in a stream, taken apart and put together (protocols.md, section 6.3)."""

from __future__ import annotations

from typing import Final, NamedTuple

from calbench_sim.parts.frames.check_codes import crc_x25

_START, _END = 0x68, 0x16
_LENGTH_BITS = 0x3FFF
_REQUEST, _REPLY = 0x43, 0xC3
_SHORTEST = 12  # bytes between start and end: length, control, one byte of address, CA, two checks, an APDU
SINGLE, WILDCARD, GROUP, BROADCAST = range(4)
_WILD_DIGIT: Final = "a"


class Frame(NamedTuple):
    """One frame from a client: kind and digits of the server's address, the client's address, and the APDU."""

    kind: int
    digits: str
    client: int
    apdu: bytes

    def meets(self, number: str) -> bool:
        """Tell whether it is for one meter, of that number (twelve digits), which then answers."""
        if self.kind in {GROUP, BROADCAST}:
            return False
        given = self.digits.rjust(len(number), "0" if self.kind == SINGLE else _WILD_DIGIT)
        return len(given) == len(number) and all(
            a in (b, _WILD_DIGIT) for a, b in zip(given, number, strict=True)
        )


def measure(data: bytes) -> int | None:
    """Give the length of the frame with which `data` begins, as `frame_stream` asks it."""
    if data[0] != _START:
        return 0
    if len(data) < 6:
        return None
    length = int.from_bytes(data[1:3], "little") & _LENGTH_BITS
    if length < _SHORTEST:
        return 0
    head = 4 + 1 + _address_size(data[4]) + 1  # up to the first check
    if len(data) >= head + 2 and crc_x25(data[1:head]) != data[head : head + 2]:
        return 0
    if len(data) < length + 2:
        return None
    good = data[length + 1] == _END and crc_x25(data[1 : length - 1]) == data[length - 1 : length + 1]
    return length + 2 if good and length > head + 3 else 0


def parse(frame: bytes) -> Frame | None:
    """Take a whole frame apart, whose checks are right; None if it is not a request of a client."""
    if frame[3] != _REQUEST:
        return None
    size = _address_size(frame[4])
    return Frame(frame[4] >> 6, frame[5 : 5 + size][::-1].hex(), frame[5 + size], frame[8 + size : -3])


def built(number: str, client: int, apdu: bytes) -> bytes:
    """Put a reply of the meter of that number (twelve digits) together."""
    address = bytes.fromhex(number)[::-1]
    head = bytes([_REPLY, len(address) - 1, *address, client])
    length = (2 + len(head) + 2 + len(apdu) + 2).to_bytes(2, "little")
    checked = length + head
    body = checked + crc_x25(checked) + apdu
    return bytes([_START]) + body + crc_x25(body) + bytes([_END])


def _address_size(flag: int) -> int:
    return (flag & 0x0F) + 1
