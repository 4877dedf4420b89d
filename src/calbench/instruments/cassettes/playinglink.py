"""A link that answers from a cassette, message by message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calbench.clock import Clock
from calbench.instruments.cassettes.cassette import LONGEST_DATA
from calbench.instruments.cassettes.raising import raise_recorded
from calbench.instruments.link import encode

if TYPE_CHECKING:
    from calbench.instruments.cassettes.replay import Replay
    from calbench.instruments.link import FrameFormat


class PlayedLink:
    """A `Link` without a line; see `RecordedLink`."""

    unit = ""
    framing = ""

    def __init__(self, replay: Replay, session: str, resource: str) -> None:
        self.resource = resource
        self.clock: Clock = replay.clock
        self._replay = replay
        self._session = session
        raise_recorded(replay.take(session, "open"))

    def write(self, message: str) -> None:
        """Compare a message."""
        self.send(encode(message, ""))

    def read(self, *, timeout: float | None = None) -> str:  # noqa: ARG002 - recorded timeouts come at once
        """Give one reply."""
        return self._received().decode("latin-1")

    def query(self, message: str, *, timeout: float | None = None) -> str:
        """Compare a message and give its reply."""
        self.write(message)
        return self.read(timeout=timeout)

    def send(self, data: bytes) -> None:
        """Compare bytes."""
        raise_recorded(self._replay.take(self._session, "write", data=bytes(data)))

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as it was found
        """Give one frame."""
        return self._received()

    def discard(self) -> None:
        """Do nothing: what was thrown away unseen was not recorded."""

    def wait(self, seconds: float) -> None:
        """Let time pass on the clock of the cassette."""
        self.clock.sleep(seconds)

    def clear(self) -> None:
        """Compare that the line is cleared."""
        raise_recorded(self._replay.take(self._session, "clear"))

    def close(self) -> None:
        """Close; that is not compared."""

    def _received(self) -> bytes:
        data, one, _ = self._replay.read(self._session, LONGEST_DATA)
        raise_recorded(one)
        return data
