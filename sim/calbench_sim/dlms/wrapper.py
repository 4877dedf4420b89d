"""DLMS/COSEM electricity meter on TCP (IEC 62056-4-7), written from protocols.md, section 6.5."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.meters import cosem_server, electricity_meter
from calbench_sim.parts.meters.cosem_objects import Objects
from calbench_sim.parts.meters.cosem_server import CosemServer
from calbench_sim.parts.meters.electricity_meter import ElectricityMeter

_VERSION = b"\x00\x01"
_HEADER = 8
_LONGEST = 2048
_GAP = 60.0  # s


class Wrapper(Device):
    """A three-phase meter that can be read: logical device 1 (setting `unit`); objects as in `cosem_objects`.

    Terminals and truth: as `ElectricityMeter`. Assumed: frames to other ports, or of another version, are ignored;
    an attribute that an object has not is read-write-denied; reading with selective access is refused; GET of other
    kinds than normal, SET and ACTION are answered by an exception response.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b""
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        electricity_meter.SETTINGS
        | cosem_server.SETTINGS
        | {"unit": "wrapper port of the logical device, 1 to 65535; default 1"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        unit = bench.words.get("unit", "1")
        if not unit.isascii() or not unit.isdecimal() or not 1 <= int(unit) <= 0xFFFF:
            raise UsageError(f"The meter {bench.name!r} has the wrapper port {unit!r}; give 1 to 65535.")
        self._port = int(unit)
        self._server = CosemServer(Objects(bench, ElectricityMeter(bench)), bench.words.get("password"))
        self._delay = bench.settings.get("delay", 0.05)
        self._stream = FrameStream(self.clock, _measure, _GAP)
        self._clients: set[int] = set()

    def receive(self, line: str) -> None:
        """Take bytes as they come and answer each whole frame for this logical device."""
        for frame in self._stream.feed(line):
            client, port = int.from_bytes(frame[2:4], "big"), int.from_bytes(frame[4:6], "big")
            if port != self._port:
                continue
            self._clients.add(client)
            apdu = self._server.respond(client, frame[_HEADER:])
            reply = _VERSION + frame[4:6] + frame[2:4] + len(apdu).to_bytes(2, "big") + apdu
            self.reply(reply.decode("latin-1"), after=self._delay)

    def disconnected(self, connection: Connection) -> None:
        """End all associations when nobody is connected any more."""
        super().disconnected(connection)
        if not self.connections:
            self._stream.clear()
            for client in self._clients:
                self._server.drop(client)


def _measure(data: bytes) -> int | None:
    """Give the length of the frame with which `data` begins, as `frame_stream` asks it."""
    if not _VERSION.startswith(data[:2]):
        return 0
    if len(data) < _HEADER:
        return None
    length = int.from_bytes(data[6:8], "big")
    if length > _LONGEST:
        return 0
    return _HEADER + length if len(data) >= _HEADER + length else None
