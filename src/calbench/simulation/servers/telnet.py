"""Telnet (RFC 854), as far as a serial line goes through it: bytes, options and subnegotiations told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

IAC = 255
DONT, DO, WONT, WILL = 254, 253, 252, 251
SB, SE = 250, 240
_LONGEST = 64  # bytes of a subnegotiation; those of RFC 2217 have 6


class Negotiation(NamedTuple):
    """DO, DONT, WILL or WONT, and an option."""

    verb: int
    option: int


class Subnegotiation(NamedTuple):
    """What stood between SB and SE."""

    content: bytes


Event = bytes | Negotiation | Subnegotiation


def escaped(data: bytes) -> bytes:
    """Give data as it goes through telnet: 255 doubled."""
    return data.replace(b"\xff", b"\xff\xff")


def negotiation(verb: int, option: int) -> bytes:
    """Give the bytes of a negotiation."""
    return bytes([IAC, verb, option])


def subnegotiation(content: bytes) -> bytes:
    """Give the bytes of a subnegotiation."""
    return bytes([IAC, SB]) + escaped(content) + bytes([IAC, SE])


class Telnet:
    """Takes a stream apart. Binary transmission is assumed in both directions, whatever was negotiated.

    Other commands than those of options are ignored, and so are subnegotiations longer than 64 bytes.
    """

    def __init__(self) -> None:
        self._command = False
        self._verb = 0
        self._content: bytearray | None = None

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take bytes; give what they say, in order."""
        start = 0
        while start < len(data):
            if self._command or self._verb:
                event = self._act(data[start])
                start += 1
                if event is not None:
                    yield event
                continue
            at = data.find(IAC, start)
            end = len(data) if at < 0 else at
            if end > start:
                if self._content is None:
                    yield data[start:end]
                else:
                    self._keep(data[start:end])
            self._command = at >= 0
            start = end + 1

    def _act(self, code: int) -> Event | None:
        """Act on a byte behind IAC, or on the option behind a verb."""
        if self._verb:
            verb, self._verb = self._verb, 0
            return Negotiation(verb, code)
        self._command = False
        if code == IAC:
            if self._content is None:
                return b"\xff"
            self._keep(b"\xff")
        elif code in (DO, DONT, WILL, WONT):
            self._verb = code
        elif code == SB:
            self._content = bytearray()
        elif code == SE and self._content is not None:
            content, self._content = bytes(self._content), None
            return Subnegotiation(content) if len(content) <= _LONGEST else None
        return None

    def _keep(self, data: bytes) -> None:
        if self._content is not None:
            self._content += data[: _LONGEST + 1 - len(self._content)]
