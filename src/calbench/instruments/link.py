"""A link: one line to one instrument, text in and text out.

All links behave alike, whatever carries them: a message gets the terminator of the line, a reply loses it;
text is Latin-1, one byte a character. A link belongs to one thread. Its failures are `ConnectionLost`,
`LinkTimeout` and `LinkError`; nothing of pyvisa, pyserial or the operating system reaches a driver. After a
timeout, what has come of the late reply is discarded before the next message goes out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol

from calbench.clock import Clock
from calbench.errors import UsageError

LONGEST_REPLY = 16 * 1024 * 1024
"""Bytes after which a reply without an end is given up."""

QUIET = 0.05
"""Seconds without a byte after which a plain line counts as quiet, when stale bytes are discarded."""

_SERIAL = re.compile(
    r"(?P<baud>[1-9]\d{1,6})\s+(?P<bits>[5-8])(?P<parity>[NEOMS])(?P<stop>1\.5|1|2)", re.ASCII
)


@dataclass(frozen=True)
class LineFormat:
    r"""How messages are put on a line.

    Attributes:
        write_end: Put after every message.
        read_end: Ends every reply; removed. `"\r\n"` must arrive whole on a plain line.
        timeout: Seconds that a whole reply may take.
        baud: Bits a second; this and the following count on serial lines only.
        bits: Data bits, 5 to 8.
        parity: N, E, O, M or S.
        stop: Stop bits, 1, 1.5 or 2.
    """

    write_end: str = "\n"
    read_end: str = "\n"
    timeout: float = 5.0
    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop: float = 1

    def parse_serial(self, text: str) -> LineFormat:
        """Give this format with the serial part of `text`, written like `4800 7E1`.

        Raises:
            UsageError: The text is not baud rate, data bits, parity and stop bits.
        """
        found = _SERIAL.fullmatch(text.strip())
        if not found:
            raise UsageError(
                f"{text!r} is not a serial line setting. Write baud rate, data bits (5 to 8), parity (N, E, "
                f"O, M or S) and stop bits (1, 1.5 or 2), like '9600 8N1'."
            )
        return replace(
            self,
            baud=int(found["baud"]),
            bits=int(found["bits"]),
            parity=found["parity"],
            stop=float(found["stop"]),
        )

    @property
    def serial(self) -> str:
        """The serial part, as `parse_serial` reads it."""
        return f"{self.baud} {self.bits}{self.parity}{self.stop:g}"


class Link(Protocol):
    """What a driver may do with its line: `resource` is the address as declared, `clock` what it waits on."""

    resource: str
    clock: Clock

    def write(self, message: str) -> None:
        """Send one message; the terminator is added.

        Raises:
            ConnectionLost: The peer is gone.
            LinkTimeout: The line does not take the message.
        """

    def read(self, *, timeout: float | None = None) -> str:
        """Wait for one reply and give it without its terminator.

        Args:
            timeout: Seconds that the whole reply may take, instead of the line's own.

        Raises:
            ConnectionLost: The peer is gone.
            LinkTimeout: No complete reply came; what came of it is discarded before the next message.
        """

    def query(self, message: str, *, timeout: float | None = None) -> str:
        """Send one message and give its reply; see `write` and `read`."""

    def wait(self, seconds: float) -> None:
        """Let time pass on the clock of the link. The only way for a driver to wait."""

    def clear(self) -> None:
        """Bring the line to a known state: device clear where it has one, else discard what is pending."""

    def close(self) -> None:
        """Give the line back; again does no harm."""


def simulated_clock(carrier: object) -> Clock | None:
    """Give the clock that a simulated VISA library or serial port brings along; real ones have none."""
    clock: Clock | None = getattr(carrier, "clock", None) or getattr(
        getattr(carrier, "world", None), "clock", None
    )
    return clock


def encode(message: str, end: str) -> bytes:
    """Give the bytes of a message with its terminator.

    Raises:
        UsageError: It holds characters that a line cannot carry (outside Latin-1).
    """
    try:
        return (message + end).encode("latin-1")
    except UnicodeEncodeError as error:
        raise UsageError(
            f"The message {message!r} holds {message[error.start]!r}, which no line can carry: "
            f"one byte a character."
        ) from error


def decode(reply: bytes | bytearray, end: str) -> str:
    """Give the text of a reply without its terminator."""
    return bytes(reply).decode("latin-1").removesuffix(end)
