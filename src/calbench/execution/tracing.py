"""A link that writes every exchange into the journal."""

from __future__ import annotations

from calbench.clock import Clock
from calbench.errors import InstrumentError
from calbench.execution.gating import Gate
from calbench.execution.journalling import Notes
from calbench.instruments.link import FrameFormat, Link


class TracedLink:
    """A link whose traffic is journalled: what was sent, what came back, or how it failed; `gate` lets it pass."""

    def __init__(self, inner: Link, journal: Notes, instrument: str, gate: Gate) -> None:
        self._inner = inner
        self._gate = gate
        self._journal = journal
        self._instrument = instrument
        self.resource = inner.resource
        self.clock: Clock = inner.clock
        self.unit = inner.unit
        self.framing = inner.framing

    def write(self, message: str) -> None:
        """Send one message."""
        try:
            with self._gate.exchange(f"'{message}'"):
                self._inner.write(message)
        except InstrumentError as error:
            self._note({"sent": message, "failed": str(error)})
            raise
        self._note({"sent": message})

    def read(self, *, timeout: float | None = None) -> str:
        """Wait for one reply."""
        try:
            with self._gate.exchange("an answer was read", timeout):
                reply = self._inner.read(timeout=self._gate.capped(timeout))
        except InstrumentError as error:
            self._note({"failed": str(error)})
            raise
        self._note({"received": reply})
        return reply

    def query(self, message: str, *, timeout: float | None = None) -> str:
        """Send one message and wait for its reply."""
        try:
            with self._gate.exchange(f"'{message}'", timeout):
                reply = self._inner.query(message, timeout=self._gate.capped(timeout))
        except InstrumentError as error:
            self._note({"sent": message, "failed": str(error)})
            raise
        self._note({"sent": message, "received": reply})
        return reply

    def send(self, data: bytes) -> None:
        """Send bytes; the journal has them in hexadecimal."""
        try:
            with self._gate.exchange(data.hex(" ")):
                self._inner.send(data)
        except InstrumentError as error:
            self._note({"sent_bytes": data.hex(" "), "failed": str(error)})
            raise
        self._note({"sent_bytes": data.hex(" ")})

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:
        """Wait for one frame; the journal has it in hexadecimal."""
        try:
            with self._gate.exchange("an answer was read", timeout):
                frame = self._inner.receive(form, timeout=self._gate.capped(timeout))
        except InstrumentError as error:
            self._note({"failed": str(error)})
            raise
        self._note({"received_bytes": frame.hex(" ")})
        return frame

    def discard(self) -> None:
        """Throw away what has come so far."""
        self._inner.discard()
        self._note({"discarded": True})

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._inner.wait(seconds)

    def clear(self) -> None:
        """Bring the line to a known state."""
        self._gate.touch("the line was cleared")
        self._inner.clear()
        self._note({"cleared": True})

    def close(self) -> None:
        """Give the line back."""
        self._inner.close()

    def _note(self, body: dict[str, object]) -> None:
        self._journal.note("exchange", {"instrument": self._instrument, **body})
