"""Sockets and serial ports that answer from a cassette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calbench.errors import ConnectionLost
from calbench.instruments.cassettes.operation import LOST, TIMEOUT
from calbench.instruments.cassettes.raising import raise_recorded

if TYPE_CHECKING:
    from calbench.clock import Clock
    from calbench.instruments.cassettes.replay import Replay


class PlayedSocket:
    """A TCP socket without a network."""

    def __init__(self, replay: Replay, session: str) -> None:
        self._replay = replay
        self._session = session
        self._waits = True
        raise_recorded(replay.take(session, "open"))

    def settimeout(self, value: float | None, /) -> None:  # noqa: ARG002 - recorded timeouts come at once
        """Let a call wait."""
        self._waits = True

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 - as a socket has it
        """Let a call wait, or raise at once."""
        self._waits = flag

    def sendall(self, data: bytes, /) -> None:
        """Compare what is sent."""
        raise_recorded(self._replay.take(self._session, "write", data=bytes(data)))

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:  # noqa: ARG002 - nobody only looks
        """Give what was received.

        Raises:
            TimeoutError: So it was when this was recorded.
            BlockingIOError: Nobody waits: what was thrown away unseen was not recorded.
        """
        if not self._waits:
            raise BlockingIOError
        data, one, _ = self._replay.read(self._session, bufsize)
        raise_recorded(one)
        if one.status == TIMEOUT:
            raise TimeoutError("timed out")
        return b"" if one.status == LOST else data

    def close(self) -> None:
        """Close; that is not compared."""


class PlayedPort:
    """A serial port without a port.

    Attributes:
        timeout: Not used: recorded timeouts come at once.
    """

    def __init__(self, replay: Replay, session: str, line: str) -> None:
        self._replay = replay
        self._session = session
        self.is_open = True
        self.timeout: float | None = None
        raise_recorded(replay.take(session, "open", {"line": line}))

    @property
    def clock(self) -> Clock:
        """The clock of the cassette."""
        return self._replay.clock

    @property
    def in_waiting(self) -> int:
        """How many bytes the next read brings."""
        return self._replay.waiting(self._session)

    def write(self, data: bytes) -> int:
        """Compare what is sent."""
        raise_recorded(self._replay.take(self._session, "write", data=bytes(data)))
        return len(data)

    def read(self, size: int = 1) -> bytes:
        """Give what was received; nothing if the time was over.

        Raises:
            ConnectionLost: So it was when this was recorded.
        """
        data, one, _ = self._replay.read(self._session, size)
        raise_recorded(one)
        if one.status == LOST:
            raise ConnectionLost(f"{self._session}: the line was lost when this was recorded.")
        return data

    def discard_waiting(self) -> None:
        """Do nothing: what was thrown away unseen was not recorded."""

    def close(self) -> None:
        """Close; that is not compared."""
        self.is_open = False
