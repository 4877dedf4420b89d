"""Following a run: its events as they are written, over connections that may break."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

from calbench.client.problems import GapInStream, Unreachable
from calbench.client.transport import Transport
from calbench.clock import Clock

Event = dict[str, Any]
AGAIN = 0.25
"""Seconds before it connects again; twice as long each time, up to `SLOWEST`."""
SLOWEST = 5.0
LONGEST_LINE = 8 * 1024 * 1024


class Follower:
    """Gives every event of a run once and in order, however often the connection breaks."""

    def __init__(self, transport: Transport, path: str, since: int, clock: Clock, patience: float) -> None:
        self._transport, self._path, self._clock, self._patience = transport, path, clock, patience
        self.last = since

    def events(self) -> Iterator[Event | None]:
        """Give the events after the last one; None where the server says that nothing is new.

        Raises:
            Refused: The server says no.
            Unreachable: It could not be reached for as long as `patience` says.
            GapInStream: It leaves out an event.
        """
        since_when, wait = self._clock.monotonic(), AGAIN
        while True:
            try:
                for event in self._connected():
                    since_when, wait = self._clock.monotonic(), AGAIN
                    yield event
            except Unreachable:
                if self._clock.monotonic() - since_when > self._patience:
                    raise
            self._clock.sleep(wait)
            wait = min(2 * wait, SLOWEST)

    def _connected(self) -> Iterator[Event | None]:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(self.last)}
        with self._transport.open("GET", f"{self._path}/stream", headers=headers) as answer:
            for line in _lines(answer):
                if line.startswith(b":"):
                    yield None
                elif line.startswith(b"data:"):
                    event: Event = json.loads(line[5:])
                    if event["seq"] <= self.last:
                        continue
                    if event["seq"] != self.last + 1:
                        raise GapInStream(
                            f"Event {self.last + 1} of the run is missing: {event['seq']} came."
                        )
                    self.last = event["seq"]
                    yield event


def _lines(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Give whole lines; one that is cut off by the end of a connection is not given."""
    while line := answer.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            return
        yield line
