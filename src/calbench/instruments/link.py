"""A link: one line to one instrument, text or frames in and out.

All links behave alike, whatever carries them: a message gets the terminator of the line, a reply loses it;
text is Latin-1, one byte a character. Instruments that speak in frames of bytes use `send` and `receive`.
A link belongs to one thread. Its failures are `ConnectionLost`, `LinkTimeout` and `LinkError`; nothing of pyvisa,
pyserial or the operating system reaches a driver. After a timeout, what has come of the late reply is discarded
before the next message goes out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from calbench.clock import Clock
from calbench.errors import UsageError

LONGEST_REPLY = 16 * 1024 * 1024
"""Bytes after which a reply without an end is given up."""

QUIET = 0.05
"""Seconds without a byte after which a plain line counts as quiet, when stale bytes are discarded."""

MOST_NOISE = 64 * 1024
"""Bytes without a frame in them after which a line is given up."""

_SERIAL = re.compile(
    r"(?P<baud>[1-9]\d{1,6})\s+(?P<bits>[5-8])(?P<parity>[NEOMS])(?P<stop>1\.5|1|2)(?P<echo>\s+echo)?",
    re.ASCII,
)


class Span(NamedTuple):
    """Where a frame lies in some bytes: `data[start:stop]`."""

    start: int
    stop: int


class FrameFormat(Protocol):
    """Tells frames from what else is on a line; see `calbench.instruments.frames`."""

    @property
    def name(self) -> str:
        """The name of the protocol, for messages."""

    @property
    def longest(self) -> int:
        """Bytes of the longest frame."""

    def find(self, data: bytes) -> Span | None:
        """Give the first whole and sound frame; None while there is none."""

    def complaint(self, data: bytes) -> str:
        """Say why no frame was found in these bytes: part of a sentence."""


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
        echo: Whether everything that is sent comes back first, as on a two-wire RS-485 adapter.
    """

    write_end: str = "\n"
    read_end: str = "\n"
    timeout: float = 5.0
    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop: float = 1
    echo: bool = False

    def parse_serial(self, text: str) -> LineFormat:
        """Give this format with the serial part of `text`, written like `4800 7E1` or `2400 8E1 echo`.

        Raises:
            UsageError: The text is not baud rate, data bits, parity and stop bits, and perhaps `echo`.
        """
        found = _SERIAL.fullmatch(text.strip())
        if not found:
            raise UsageError(
                f"{text!r} is not a serial line setting. Write baud rate, data bits (5 to 8), parity (N, E, "
                f"O, M or S) and stop bits (1, 1.5 or 2), like '9600 8N1'; add 'echo' if the adapter gives back "
                f"what is sent."
            )
        return replace(
            self,
            baud=int(found["baud"]),
            bits=int(found["bits"]),
            parity=found["parity"],
            stop=float(found["stop"]),
            echo=self.echo or bool(found["echo"]),
        )

    @property
    def serial(self) -> str:
        """The serial part, as `parse_serial` reads it."""
        return f"{self.baud} {self.bits}{self.parity}{self.stop:g}{' echo' if self.echo else ''}"


class Link(Protocol):
    """What a driver may do with its line.

    Attributes:
        resource: The address as declared.
        clock: What the link waits on.
        unit: The address of the instrument on a bus with several, as the station has it; empty if it says none.
        framing: How Modbus goes over this line, `rtu` or `tcp`; empty where it is none.
    """

    resource: str
    clock: Clock
    unit: str
    framing: str

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

    def send(self, data: bytes) -> None:
        """Send bytes as they are; errors as `write`."""

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:
        """Wait for one frame and give its bytes; what stands before it is dropped.

        Args:
            form: What a frame is here.
            timeout: Seconds until it must be whole, instead of the line's own.

        Raises:
            ConnectionLost: The peer is gone.
            LinkTimeout: Nothing came.
            UnexpectedReply: Bytes came, but no frame is among them; the message shows them, and why.
        """

    def discard(self) -> None:
        """Throw away what has come so far, without waiting; for instruments that send by themselves."""

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
