"""HDLC frames of meters, type 3 (IEC 62056-46): found in a stream, taken apart and put together."""

from __future__ import annotations

from typing import Final, NamedTuple

from calbench_sim.parts.frames.check_codes import crc_x25

FLAG: Final = b"\x7e"
SNRM, UA, DISC, DM, FRMR = 0x93, 0x73, 0x53, 0x1F, 0x97
_FORMAT, _SEGMENTED = 0xA0, 0x08
_LEAST = 7  # bytes between the flags: format, two addresses of one byte, control, check


class Address(NamedTuple):
    """An address: upper part (logical device, or client) and lower part (physical device), None if there is none."""

    upper: int
    lower: int | None


class Frame(NamedTuple):
    """One frame: addresses as bytes, control field, information, and whether more segments follow."""

    destination: bytes
    source: bytes
    control: int
    information: bytes
    segmented: bool


def measure(data: bytes) -> int | None:
    """Give the length of the frame with which `data` begins, without its closing flag; as `frame_stream` asks it."""
    if data[:1] != FLAG:
        return 0
    if len(data) < 3:
        return None if len(data) == 1 or data[1] & 0xF0 == _FORMAT else 0
    if data[1] & 0xF0 != _FORMAT:
        return 0
    length = (data[1] & 0x07) << 8 | data[2]
    if length < _LEAST:
        return 0
    if len(data) < length + 2:
        return None
    good = (
        data[length + 1 : length + 2] == FLAG
        and crc_x25(data[1 : length - 1]) == data[length - 1 : length + 1]
    )
    return length + 1 if good else 0


def parse(data: bytes) -> Frame | None:
    """Take a frame apart whose last check is right; None if its addresses or its header check are wrong."""
    at = 3
    addresses = []
    for _ in range(2):
        end = next((index for index in range(at, min(at + 4, len(data))) if data[index] & 1), None)
        if end is None or end - at == 2:
            return None
        addresses.append(data[at : end + 1])
        at = end + 1
    control, information = data[at], data[at + 3 : -2]
    if len(data) > at + 3 and crc_x25(data[1 : at + 1]) != data[at + 1 : at + 3]:
        return None
    return Frame(addresses[0], addresses[1], control, information, bool(data[1] & _SEGMENTED))


def built(destination: bytes, source: bytes, control: int, information: bytes = b"") -> bytes:
    """Put a frame together."""
    head_length = 2 + len(destination) + len(source) + 1
    length = head_length + (2 + len(information) if information else 0) + 2
    head = bytes([_FORMAT | length >> 8, length & 0xFF]) + destination + source + bytes([control])
    body = head + crc_x25(head) + information if information else head
    return FLAG + body + crc_x25(body) + FLAG


def decoded(address: bytes) -> Address:
    """Read an address of one, two or four bytes."""
    values = [byte >> 1 for byte in address]
    if len(values) == 4:
        return Address(values[0] << 7 | values[1], values[2] << 7 | values[3])
    return Address(values[0], values[1] if len(values) == 2 else None)
