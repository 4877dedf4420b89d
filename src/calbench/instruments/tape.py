"""What may stand between a link and what carries it: a recorder, or a player instead of an instrument."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pyvisa.highlevel import VisaLibraryBase

    from calbench.instruments.link import Link


class Stream(Protocol):
    """What links use of a TCP socket."""

    def settimeout(self, value: float | None, /) -> None:
        """Set how many seconds a call may take."""

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 - as a socket has it
        """Let a call wait, or raise at once when there is nothing."""

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Receive what is there, at most so many bytes; empty when the peer is gone."""

    def sendall(self, data: bytes, /) -> None:
        """Send all bytes."""

    def close(self) -> None:
        """Close the connection."""


class Tape(Protocol):
    """Gives links what they talk through; see `calbench.instruments.cassettes`."""

    def library(self, library: str) -> VisaLibraryBase:
        """Give a VISA library that stands for the one of this name."""

    def socket(self, resource: str, connect: Callable[[], Stream]) -> Stream:
        """Give a stream that stands for the one that `connect` makes."""

    def port(self, resource: str, line: str, opening: Callable[[], Any]) -> Any:  # noqa: ANN401 - pyserial has no types
        """Give a serial port that stands for the one that `opening` opens; `line` is its setting."""

    def link(self, resource: str, opening: Callable[[], Link]) -> Link:
        """Give a link that stands for the one that `opening` opens: where several share what is below."""
