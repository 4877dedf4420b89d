"""What happens to characters on a serial line whose two ends are set differently: computed bit by bit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from calbench.errors import UsageError
from calbench.simulation.connection import Connection

_TEXT = re.compile(r"(\d+) ([5-8])([NEOMS])(1|1\.5|2)")
_HIGH, _LOW = 1, 0


@dataclass(frozen=True)
class LineSetting:
    """One end of a serial line: baud rate, data bits, parity (N, E, O, M or S), stop bits (1, 1.5 or 2)."""

    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop: float = 1.0

    @classmethod
    def parse(cls, text: str) -> LineSetting:
        """Read a setting written as `9600 7E1` (`UsageError` if it is not written so)."""
        found = _TEXT.fullmatch(text)
        if found is None or int(found[1]) == 0:
            raise UsageError(
                f"Serial line setting {text!r}: write baud, bits, parity and stop, like '9600 7E1'."
            )
        return cls(int(found[1]), int(found[2]), found[3], float(found[4]))


_parsed = lru_cache(LineSetting.parse)


class Character(NamedTuple):
    """A character as the receiver got it."""

    code: int
    parity_good: bool
    framing_good: bool


def _parity_bit(code: int, bits: int, parity: str) -> int:
    ones = (code & ((1 << bits) - 1)).bit_count()
    return {"E": ones % 2, "O": 1 - ones % 2, "M": _HIGH, "S": _LOW}[parity]


def _half_bits(data: bytes, sender: LineSetting) -> list[int]:
    """Give the levels on the line, two for each bit time: start, data (lowest bit first), parity, stop."""
    levels = [_HIGH, _HIGH]
    for code in data:
        frame = [_LOW, *((code >> index) & 1 for index in range(sender.bits))]
        if sender.parity != "N":
            frame.append(_parity_bit(code, sender.bits, sender.parity))
        levels += [level for level in frame for _ in range(2)]
        levels += [_HIGH] * round(2 * sender.stop)
    return levels


def transmit(data: bytes, sender: LineSetting, receiver: LineSetting) -> list[Character]:
    """Send `data` with one setting and receive it with another.

    The receiver waits for a falling edge and then samples each bit in its middle, at its own rate.
    """
    levels = _half_bits(data, sender)
    width = 2.0 * sender.baud / receiver.baud  # the receiver's bit time, in the sender's half bits
    received = []
    position = 1
    while position < len(levels):
        if not (levels[position] == _LOW and levels[position - 1] == _HIGH):
            position += 1
            continue

        def sample(index: int, edge: int = position) -> int:
            at = int(edge + (index + 0.5) * width)
            return levels[at] if at < len(levels) else _HIGH

        if sample(0) == _HIGH:  # a spike, shorter than half a bit
            position += 1
            continue
        code = sum(sample(1 + index) << index for index in range(receiver.bits))
        slot = 1 + receiver.bits
        good = receiver.parity == "N" or sample(slot) == _parity_bit(code, receiver.bits, receiver.parity)
        slot += receiver.parity != "N"
        received.append(Character(code, good, sample(slot) == _HIGH))
        position = max(position + 1, int(position + (slot + 0.5) * width))
    return received


class SerialConnection:
    """A connection through a serial line; `setting` is how the client has set its end.

    Characters that arrive at the device with wrong parity or framing are dropped there, as instruments do;
    the client gets every character as its receiver samples it, as an operating system delivers it.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.setting = self.device_setting
        self._received = bytearray()

    @property
    def device_setting(self) -> LineSetting:
        """How the device has set its end now."""
        return _parsed(self.connection.device.serial_setting)

    def write(self, data: bytes) -> None:
        """Send to the device."""
        device_setting = self.device_setting
        if self.setting != device_setting:
            arrived = transmit(data, self.setting, device_setting)
            data = bytes(c.code for c in arrived if c.parity_good and c.framing_good)
        self.connection.write(data, end=False)

    def fill(self) -> None:
        """Take over what the device has sent by now."""
        while True:
            device_setting = self.device_setting  # a device may change it as soon as its reply has left
            data, _ = self.connection.take(65536)
            if not data:
                return
            if self.setting != device_setting:
                data = bytes(c.code for c in transmit(data, device_setting, self.setting))
            self._received += data

    def take(self, limit: int, termchar: int | None = None) -> bytes:
        """Take up to `limit` received characters, up to and with `termchar`."""
        self.fill()
        at = self._received.find(termchar) if termchar is not None else -1
        length = min(limit, at + 1) if at >= 0 else limit
        data = bytes(self._received[:length])
        del self._received[:length]
        return data

    def waiting(self) -> int:
        """Give how many received characters can be taken now."""
        self.fill()
        return len(self._received)

    def discard_input(self) -> None:
        """Throw away what was received and what is ready to be."""
        self.fill()
        self._received.clear()

    def clear(self) -> None:
        """Throw away all that is under way in both directions."""
        self._received.clear()
        self.connection.clear()
