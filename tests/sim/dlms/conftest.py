"""DLMS meters with a source, and the way of an independent client to their bytes."""

from __future__ import annotations

import pytest

EXACT = {
    "gain": 0.0, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0, "voltage_gain": 0.0,
}  # fmt: skip


class Path:
    """Input and output of dlms-cosem on a simulated connection."""

    def __init__(self, line):
        self.line = line
        self.received = b""

    def connect(self):
        pass

    def disconnect(self):
        pass

    def send(self, data):
        self.line.connection.write(data)

    def recv(self, amount=1):
        while len(self.received) < amount:
            self.received += self._more()
        taken, self.received = self.received[:amount], self.received[amount:]
        return taken

    def recv_until(self, end):
        while end not in self.received:
            self.received += self._more()
        at = self.received.index(end) + len(end)
        taken, self.received = self.received[:at], self.received[at:]
        return taken

    def _more(self):
        heard = self.line.hear(10.0)
        assert heard is not None, "no answer"
        return heard.encode("latin-1")


@pytest.fixture
def meter(instrument, world, supply):
    def add(model, **changes):
        line = instrument(model, "1", {**EXACT, **changes}, message_based=False)
        world.connect("supply.output", "1.input")
        return line

    return add


@pytest.fixture
def path():
    return Path
