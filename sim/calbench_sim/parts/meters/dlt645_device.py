"""What meters of both editions of DL/T 645 have in common: the bus, passwords, blocks in parts, the baud rate."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames import dlt645_frame
from calbench_sim.parts.frames.bcd import digits
from calbench_sim.parts.frames.dlt645_frame import Frame, address_of, built, delay_of
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.meters import electricity_meter
from calbench_sim.parts.meters.electricity_meter import ElectricityMeter

LINES: Final = {0x04: "1200 8E1", 0x08: "2400 8E1", 0x10: "4800 8E1", 0x20: "9600 8E1", 0x40: "19200 8E1"}
"""Serial settings by the byte that asks for them (one-hot)."""
WRITE_LEVEL: Final = 2
DEMAND_LEVEL: Final = 4
LEVELS: Final = 10
_LEAST, _MOST = 12, 200  # data bytes of one reply
SETTINGS: Final[dict[str, str]] = (
    electricity_meter.SETTINGS
    | dlt645_frame.SETTINGS
    | {"block": "(1) most data bytes of one reply, 12 to 200; a longer block goes on in others; default 200"}
)


class Meter645(Device):
    """A meter on a bus; the editions say in `act` what their functions do."""

    MESSAGE_ENDS = ()
    REPLY_END = b""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.meter = ElectricityMeter(bench)
        self.address = address_of(bench)
        self.key = bool(bench.settings.get("programming", 1))
        self.passwords = dict.fromkeys(range(LEVELS), digits(bench.words.get("password", "000000")))
        self._delay = delay_of(bench)
        self._preamble = b"\xfe" * int(bench.settings.get("preamble", len(dlt645_frame.PREAMBLE)))
        self._most = int(bench.settings.get("block", _MOST))
        if not _LEAST <= self._most <= _MOST:
            raise UsageError(
                f"The meter {bench.name!r} has blocks of {self._most} bytes; give {_LEAST} to {_MOST}."
            )
        self._new_line = ""
        self._stream = FrameStream(self.clock, dlt645_frame.measure, dlt645_frame.GAP)

    def receive(self, line: str) -> None:
        """Take bytes as they come and act on each whole frame for this meter."""
        for data in self._stream.feed(line):
            frame = dlt645_frame.parse(data)
            if frame.request and frame.meets(self.address):
                self.act(frame)

    @abstractmethod
    def act(self, frame: Frame) -> None:
        """Act on a request."""

    def answer(self, function: int, result: bytes | int, *, more: bool = False) -> None:
        """Send data, or the error byte if it is a number."""
        failed = isinstance(result, int)
        data = bytes([result]) if isinstance(result, int) else result
        frame = self._preamble + built(self.address, function, data, error=failed, more=more)
        self.reply(frame.decode("latin-1"), after=self._delay)

    def parts(self, values: list[bytes]) -> list[bytes]:
        """Put values together in parts that fit into a reply, with an identifier and the number of the frame."""
        parts = [b""]
        for value in values:
            if parts[-1] and len(parts[-1]) + len(value) > self._most - 5:
                parts.append(b"")
            parts[-1] += value
        return parts

    def change_line(self, setting: str) -> None:
        """Go to another serial setting once the reply has left."""
        self._new_line = setting

    def taken(self) -> None:
        """Note that a reply has left."""
        super().taken()
        if self._new_line:
            self.serial_setting, self._new_line = self._new_line, ""

    def authorised(self, data: bytes, level: int) -> bool:
        """Tell whether data begin with a level that is at most so high, and its password.

        What needs level 2 or lower needs the programming key too.
        """
        good = len(data) >= 4 and data[0] <= level and self.passwords.get(data[0]) == data[1:4]
        return good and (self.key or level > WRITE_LEVEL)
