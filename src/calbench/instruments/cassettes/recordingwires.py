"""Sockets and serial ports whose traffic is recorded, in the same shape as that of VISA sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from calbench.errors import UsageError
from calbench.instruments.cassettes.cassette import LONGEST_DATA
from calbench.instruments.cassettes.operation import LOST, TIMEOUT
from calbench.instruments.link import simulated_clock
from calbench.instruments.socketport import discard_waiting, release, waiting

if TYPE_CHECKING:
    from calbench.clock import Clock
    from calbench.instruments.cassettes.writer import Writer
    from calbench.instruments.tape import Stream


class _Wire:
    """What is recorded of a line that is not VISA."""

    def __init__(self, writer: Writer, session: str) -> None:
        self._writer = writer
        self._session = session

    def _opened(self, args: dict[str, str], opening: Callable[[], Any]) -> Any:  # noqa: ANN401 - what it opens
        seq = self._writer.begin()
        try:
            opened = opening()
        except Exception as error:
            self._failed(seq, "open", error, args=args)
            raise
        self._writer.add(seq, self._session, "open", args=args)
        return opened

    def _written(self, data: bytes, write: Callable[[bytes], Any]) -> None:
        if len(data) > LONGEST_DATA:
            raise UsageError(f"A message of {len(data)} bytes is more than a cassette holds, {LONGEST_DATA}.")
        seq = self._writer.begin()
        try:
            write(data)
        except Exception as error:
            self._failed(seq, "write", error, data=data)
            raise
        self._writer.add(seq, self._session, "write", data=data)

    def _failed(self, seq: int, op: str, error: Exception, **fields: Any) -> None:  # noqa: ANN401 - of an operation
        number = getattr(error, "errno", None)
        args = fields.pop("args", {}) | ({"errno": number} if isinstance(number, int) else {})
        raised = {"raised": type(error).__name__, "result": str(error)}
        self._writer.add(seq, self._session, op, args=args, **fields, **raised)


class RecordedSocket(_Wire):
    """A TCP socket that is recorded."""

    def __init__(self, writer: Writer, session: str, resource: str, connect: Callable[[], Stream]) -> None:
        super().__init__(writer, session)
        place = {"carrier": "socket", "resource": writer.masking.resource(resource)}
        self._line: Stream = self._opened(place, connect)
        self._waits = True

    def settimeout(self, value: float | None, /) -> None:
        """Set how many seconds a call may take."""
        self._waits = True
        self._line.settimeout(value)

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 - as a socket has it
        """Let a call wait, or raise at once when there is nothing."""
        self._waits = flag
        self._line.setblocking(flag)

    def sendall(self, data: bytes, /) -> None:
        """Send all bytes."""
        self._written(data, self._line.sendall)

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Receive what is there; what is thrown away unseen, without waiting, is not recorded."""
        if not self._waits:
            return self._line.recv(bufsize, flags)
        seq = self._writer.begin()
        try:
            data = self._line.recv(bufsize, flags)
        except TimeoutError:
            self._writer.add(seq, self._session, "read", data=b"", status=TIMEOUT)
            raise
        except OSError as error:
            self._failed(seq, "read", error)
            raise
        self._writer.add(seq, self._session, "read", data=data, **({} if data else {"status": LOST}))
        return data

    def close(self) -> None:
        """Close the connection."""
        self._line.close()
        self._writer.add(self._writer.begin(), self._session, "close")


class RecordedPort(_Wire):
    """A serial port that is recorded."""

    def __init__(
        self, writer: Writer, session: str, resource: str, line: str, opening: Callable[[], Any]
    ) -> None:
        super().__init__(writer, session)
        place = {"carrier": "serial", "resource": writer.masking.resource(resource), "line": line}
        self._port = self._opened(place, opening)

    @property
    def clock(self) -> Clock | None:
        """The clock of a simulated port; real ones have none."""
        return simulated_clock(self._port)

    @property
    def is_open(self) -> bool:
        """Whether the port is open."""
        return bool(self._port.is_open)

    @property
    def in_waiting(self) -> int:
        """How many bytes have been received."""
        return waiting(self._port)

    @property
    def timeout(self) -> float | None:
        """Seconds that a read may take."""
        seconds: float | None = self._port.timeout
        return seconds

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._port.timeout = seconds

    def write(self, data: bytes) -> int:
        """Send bytes."""
        self._written(data, self._port.write)
        return len(data)

    def read(self, size: int = 1) -> bytes:
        """Receive at most so many bytes; fewer when the time is over."""
        seq = self._writer.begin()
        try:
            data = bytes(self._port.read(size))
        except Exception as error:
            self._failed(seq, "read", error)
            raise
        self._writer.add(seq, self._session, "read", data=data, **({} if data else {"status": TIMEOUT}))
        return data

    def discard_waiting(self) -> None:
        """Throw away what has come; that is not recorded."""
        discard_waiting(self._port)

    def close(self) -> None:
        """Close the port."""
        release(self._port)
        self._port.close()
        self._writer.add(self._writer.begin(), self._session, "close")
