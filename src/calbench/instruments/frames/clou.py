"""Frames of CLOU standard meters and sources (CLT1.1; protocols.md 5.3), and the exchanges that both share."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.errors import DeviceError, UnexpectedReply
from calbench.instruments.frames.asking import ask
from calbench.instruments.frames.checksums import parity
from calbench.instruments.frames.layout import NO_FRAME, Search
from calbench.instruments.link import Link
from calbench.instruments.reading import Identity

START = 0x81
_AROUND = 5  # 81, two addresses, length, check


class _Layout:
    """81, to, from, length of the whole frame, body, exclusive or of all behind 81."""

    name = "CLOU"
    longest = 0xFF

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        if data[at] != START:
            return NO_FRAME
        if at + 3 >= len(data):
            return None
        return data[at + 3] if data[at + 3] > _AROUND else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        right = parity(frame[1:-1])
        return "" if frame[-1] == right else f"its check is {frame[-1]:02X}, but its bytes give {right:02X}"


FORM = Search(_Layout())


@dataclass(frozen=True)
class Frame:
    """One frame: whom it is for, whom it comes from, and its body."""

    to: int
    sender: int
    body: bytes

    def encoded(self) -> bytes:
        """Give the bytes for the line."""
        checked = bytes([self.to, self.sender, len(self.body) + _AROUND]) + self.body
        return bytes([START]) + checked + bytes([parity(checked)])


def decode(frame: bytes) -> Frame:
    """Read a frame that `FORM` has found."""
    return Frame(frame[1], frame[2], frame[4:-1])


READ, DATA = 0xA0, 0x50
VERSION, ITS_VERSION = 0xC9, 0x39
DONE = 0x30
REFUSALS = {0x33: "an error", 0x35: "that it is busy", 0x36: "that this is inhibited now"}
_VERSION_FIELDS = (7, 11, 5, 12)  # characters: protocol, model, version, serial number


class Master:
    """Our side of a line to one instrument: a request, and the body of the reply to it."""

    def __init__(self, link: Link, instrument: int, own: int) -> None:
        """Take the line, the address of the instrument, and the address that we answer to."""
        self._link = link
        self._instrument = instrument
        self._own = own

    def read(self, request: bytes, size: int, what: str) -> bytes:
        """Ask for data (A0) and give what stands in the reply (50) behind page and masks.

        Args:
            request: Page and masks.
            size: Bytes of the whole body of the reply.
            what: The request for people.

        Raises:
            DeviceError: The instrument refuses (33, 35, 36).
            UnexpectedReply: Another instrument answers, or the reply is for another request or of another size.
            LinkTimeout: Nothing came.
        """
        body = self._exchange(bytes([READ]) + request, what)
        head = bytes([DATA]) + request[:3]
        if not body.startswith(head) or len(body) != size:
            raise self._unexpected(body, what, f"{size} bytes that begin with {head.hex(' ').upper()}")
        return body[len(head) :]

    def write(self, request: bytes, what: str) -> str:
        """Send a setting and give its acknowledgement (30) in hexadecimal; errors as `read`."""
        body = self._exchange(request, what)
        if body != bytes([DONE]):
            raise self._unexpected(body, what, f"{DONE:02X}")
        return body.hex().upper()

    def identify(self, what: str) -> Identity:
        """Ask for protocol, model, version and serial number (C9); errors as `read`."""
        body = self._exchange(bytes([VERSION]), what)
        if body[:1] != bytes([ITS_VERSION]) or len(body) != 1 + sum(_VERSION_FIELDS):
            raise self._unexpected(
                body, what, f"{1 + sum(_VERSION_FIELDS)} bytes that begin with {ITS_VERSION:02X}"
            )
        fields, rest = [], body[1:].decode("latin-1").replace("\0", " ")
        for width in _VERSION_FIELDS:
            fields.append(rest[:width].strip())
            rest = rest[width:]
        _, model, version, serial = fields
        return Identity("CLOU", model, serial, version, " ".join(fields))

    def _exchange(self, body: bytes, what: str) -> bytes:
        reply = decode(ask(self._link, Frame(self._instrument, self._own, body).encoded(), FORM, what))
        if (reply.to, reply.sender) != (self._own, self._instrument):
            raise UnexpectedReply(
                f"{self._link.resource}: {what}: a frame came from {reply.sender:02X} to {reply.to:02X}, where one "
                f"from {self._instrument:02X} to {self._own:02X} was expected. If the adapter gives back what is "
                f"sent, add 'echo' to the line setting."
            )
        if len(reply.body) == 1 and reply.body[0] in REFUSALS:
            raise DeviceError(
                f"{self._link.resource}: {what}: {reply.body[0]:02X} came, which means {REFUSALS[reply.body[0]]}."
            )
        return reply.body

    def _unexpected(self, body: bytes, what: str, form: str) -> UnexpectedReply:
        return UnexpectedReply(
            f"{self._link.resource}: {what}: {body.hex(' ').upper()} came, where {form} was expected."
        )
