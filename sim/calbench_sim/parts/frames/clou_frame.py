"""Frames and data of Clou's CLT 1.1 protocol: pages of groups of fields (protocols.md, section 5.3).

A request names a page, the groups of it as bits, and for each group its fields as bits; the reply, or what is written,
has behind each byte of fields their data in ascending order. That is how the public sources lay all requests out.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames.check_codes import xor8
from calbench_sim.parts.frames.frame_stream import FrameStream

_START = 0x81
_SHORTEST = 6
_LONGEST = 240  # bytes of data in a frame, whose length is one byte
_GAP = 0.5  # s, longest between bytes of a frame
_READ, _WRITE, _VERSION = 0xA0, 0xA3, 0xC9
_DONE, _FAILED, _DATA, _IDENTITY = 0x30, 0x33, 0x50, 0x39
SETTINGS: Final[dict[str, str]] = {
    "unit": "address, two hexadecimal digits; default of the model",
    "delay": "(s) until it answers; default 0.05",
}

Place = tuple[int, int, int]
"""Page, group and field of some data."""


class Field(NamedTuple):
    """Data at a place: their size in bytes, what gives them, and what takes them and tells whether it can."""

    size: int
    read: Callable[[], bytes] | None = None
    write: Callable[[bytes], bool] | None = None


class ClouDevice(Device):
    """A device with fields; models fill `fields` in.

    Assumed: a request that it does not understand, or whose data it does not take, is answered by 33 and changes
    nothing of the field; replies come from its address and go to the sender.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b""
    SERIAL = "38400 8N1"

    def __init__(self, bench: Bench, model: str, unit: int) -> None:
        super().__init__(bench)
        text = bench.words.get("unit", f"{unit:02X}")
        try:
            self._unit = bytes.fromhex(text)
        except ValueError:
            self._unit = b""
        if len(self._unit) != 1:
            raise UsageError(
                f"The instrument {bench.name!r} has the address {text!r}; give two hexadecimal digits."
            )
        self._delay = bench.settings.get("delay", 0.05)
        texts = ("CLT1.1", 7), (model, 11), ("V1.00", 5), (bench.serial_number[:12], 12)
        self._identity = b"".join(text.encode("latin-1").ljust(size, b"\0") for text, size in texts)
        self.fields: dict[Place, Field] = {}
        self._stream = FrameStream(self.clock, _measure, _GAP)

    @abstractmethod
    def written(self) -> bool:
        """Act on what a request has written, once all of it is; tell whether that can be done."""

    def reads_after(self, places: list[Place]) -> float:
        """Give how long (s) it takes until these data are there; the default is the delay of the answer."""
        return self._delay if places else 0.0

    def receive(self, line: str) -> None:
        """Take bytes as they come and answer each whole frame for this device."""
        for frame in self._stream.feed(line):
            if frame[1:2] == self._unit:
                self._answer(frame[2], frame[4:-1])

    def _answer(self, sender: int, body: bytes) -> None:
        if body == bytes([_VERSION]):
            self._send(sender, bytes([_IDENTITY]) + self._identity)
        elif body[0] == _READ and (places := self._places(body[1:])):
            wait = self.reads_after(places)
            self.reply(lambda: self._framed(sender, self._data(body[1:])).decode("latin-1"), after=wait)
        elif body[0] == _WRITE and self._write(body[1:]):
            self._send(sender, bytes([_DONE]))
        else:
            self._send(sender, bytes([_FAILED]))

    def _send(self, sender: int, body: bytes) -> None:
        self.reply(self._framed(sender, body).decode("latin-1"), after=self._delay)

    def _framed(self, sender: int, body: bytes) -> bytes:
        checked = bytes([sender]) + self._unit + bytes([len(body) + 5]) + body
        return bytes([_START]) + checked + bytes([xor8(checked)])

    # --- fields ---

    def _places(self, request: bytes) -> list[Place]:
        """Give the places of a request, all of which can be read; none if one cannot, or it is malformed."""
        places = [place for _, group in _groups(request) for place in group]
        if not all(self._readable(place) for place in places):
            return []
        size = len(request) + sum(self.fields[place].size for place in places)
        return places if size <= _LONGEST else []

    def _readable(self, place: Place) -> bool:
        field = self.fields.get(place)
        return field is not None and field.read is not None

    def _data(self, request: bytes) -> bytes:
        """Give the request again with the data of each field behind its group's byte."""
        data = bytes([_DATA])
        for heading, places in _groups(request):
            data += heading
            for place in places:
                read = self.fields[place].read
                data += read() if read is not None else b""
        return data

    def _write(self, request: bytes) -> bool:
        """Take data over, and tell whether all of them were taken; nothing is of a request that is malformed."""
        if len(request) < 3:
            return False
        page, groups, rest = request[0], request[1], request[2:]
        found: list[tuple[Callable[[bytes], bool], bytes]] = []
        for group in _bits(groups):
            mask, rest = rest[:1], rest[1:]
            for bit in _bits(mask[0] if mask else 0):
                field = self.fields.get((page, group, bit))
                if field is None or field.write is None or len(rest) < field.size:
                    return False
                found.append((field.write, rest[: field.size]))
                rest = rest[field.size :]
        return bool(found) and not rest and all(take(data) for take, data in found) and self.written()


def whole(value: float, size: int = 4) -> bytes:
    """Give a whole number as it is sent: signed, lowest byte first; beyond its range, the end of it."""
    end = (1 << 8 * size - 1) - 1
    return max(-end, min(end, round(value))).to_bytes(size, "little", signed=True)


def scaled(value: float, exponent: int) -> bytes:
    """Give a number as a whole number and the power of ten that it is multiplied by."""
    return whole(value * 10.0**-exponent) + whole(exponent, 1)


def unscaled(data: bytes) -> float:
    """Read a whole number, and the power of ten behind its four bytes if there is one."""
    exponent = int.from_bytes(data[4:5], "little", signed=True)
    return int.from_bytes(data[:4], "little", signed=True) * 10.0**exponent


@lru_cache(maxsize=256)  # the same few requests come thousands of times
def _groups(request: bytes) -> list[tuple[bytes, list[Place]]]:
    """Take a request to read apart: what is repeated in the reply before each group, and its places.

    Nothing where it is malformed. Pages may follow each other.
    """
    found: list[tuple[bytes, list[Place]]] = []
    at = 0
    while at < len(request):
        page, groups = request[at], list(_bits(request[at + 1])) if at + 1 < len(request) else []
        masks = request[at + 2 : at + 2 + len(groups)]
        if not groups or len(masks) < len(groups):
            return []
        heading = request[at : at + 2]
        for group, mask in zip(groups, masks, strict=True):
            found.append((heading + bytes([mask]), [(page, group, bit) for bit in _bits(mask)]))
            heading = b""
        at += 2 + len(groups)
    return found


def _bits(byte: int) -> list[int]:
    return [bit for bit in range(8) if byte >> bit & 1]


def _measure(data: bytes) -> int | None:
    """Give the length of the frame with which `data` begins, as `frame_stream` asks it."""
    if data[0] != _START:
        return 0
    if len(data) < 4:
        return None
    length = data[3]
    if length < _SHORTEST:
        return 0
    if len(data) < length:
        return None
    return length if xor8(data[1:length]) == 0 else 0
