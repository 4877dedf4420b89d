"""A link whose messages are recorded: for instruments that share what is below, like a GPIB controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from calbench.clock import Clock
from calbench.errors import UsageError
from calbench.instruments.cassettes.cassette import LONGEST_DATA
from calbench.instruments.link import encode

if TYPE_CHECKING:
    from calbench.instruments.cassettes.writer import Writer
    from calbench.instruments.link import FrameFormat, Link

T = TypeVar("T")


class RecordedLink:
    """A link that is recorded: messages without terminators, frames as they are."""

    def __init__(self, writer: Writer, session: str, resource: str, opening: Callable[[], Link]) -> None:
        self._writer = writer
        self._session = session
        place = {"carrier": "link", "resource": writer.masking.resource(resource)}
        self._inner = self._recorded("open", opening, args=place)
        self.resource = self._inner.resource
        self.clock: Clock = self._inner.clock
        self.unit = self._inner.unit
        self.framing = self._inner.framing

    def write(self, message: str) -> None:
        """Send one message."""
        self._sent(encode(message, ""), lambda: self._inner.write(message))

    def read(self, *, timeout: float | None = None) -> str:
        """Wait for one reply."""
        return self._received(
            lambda: self._inner.read(timeout=timeout), lambda reply: reply.encode("latin-1")
        )

    def query(self, message: str, *, timeout: float | None = None) -> str:
        """Send one message and wait for its reply."""
        data, sent, came = encode(message, ""), self._writer.begin(), self._writer.begin()
        try:  # in one call: a link may keep others away meanwhile
            reply = self._inner.query(message, timeout=timeout)
        except Exception as error:
            self._writer.add(sent, self._session, "write", data=data)
            self._failed(came, "read", error)
            raise
        self._writer.add(sent, self._session, "write", data=data)
        self._writer.add(came, self._session, "read", data=reply.encode("latin-1"))
        return reply

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._sent(data, lambda: self._inner.send(data))

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:
        """Wait for one frame."""
        return self._received(lambda: self._inner.receive(form, timeout=timeout), bytes)

    def discard(self) -> None:
        """Throw away what has come so far; that is not recorded."""
        self._inner.discard()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._inner.wait(seconds)

    def clear(self) -> None:
        """Bring the line to a known state."""
        self._recorded("clear", self._inner.clear)

    def close(self) -> None:
        """Give the line back."""
        self._recorded("close", self._inner.close)

    def _sent(self, data: bytes, send: Callable[[], None]) -> None:
        if len(data) > LONGEST_DATA:
            raise UsageError(f"A message of {len(data)} bytes is more than a cassette holds, {LONGEST_DATA}.")
        self._recorded("write", send, data=data)

    def _received(self, receive: Callable[[], T], encoded: Callable[[T], bytes]) -> T:
        seq = self._writer.begin()
        try:
            reply = receive()
        except Exception as error:
            self._failed(seq, "read", error)
            raise
        self._writer.add(seq, self._session, "read", data=encoded(reply))
        return reply

    def _recorded(
        self, op: str, call: Callable[[], T], *, data: bytes | None = None, args: dict[str, str] | None = None
    ) -> T:
        seq = self._writer.begin()
        try:
            back = call()
        except Exception as error:
            self._failed(seq, op, error, data=data, args=args)
            raise
        self._writer.add(seq, self._session, op, data=data, args=args or {})
        return back

    def _failed(
        self,
        seq: int,
        op: str,
        error: Exception,
        *,
        data: bytes | None = None,
        args: dict[str, str] | None = None,
    ) -> None:
        raised, said = type(error).__name__, str(error)
        self._writer.add(seq, self._session, op, data=data, args=args or {}, raised=raised, result=said)
