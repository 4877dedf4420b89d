"""DLMS/COSEM electricity meter on a serial line (IEC 62056-46), written from protocols.md, section 6.5."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.frames.hdlc import DISC, DM, SNRM, UA, Frame, built, decoded, measure, parse
from calbench_sim.parts.meters import cosem_server, electricity_meter
from calbench_sim.parts.meters.cosem_objects import Objects
from calbench_sim.parts.meters.cosem_server import CosemServer
from calbench_sim.parts.meters.electricity_meter import ElectricityMeter

_GAP = 1.0  # s, longest between bytes of a frame
_INACTIVE = 120.0  # s, until it is disconnected
_PARAMETERS: Final = bytes.fromhex(
    "818012050180060180070400000001080400000001"
)  # 128 bytes and one frame each way
_REQUEST, _REPLY = bytes.fromhex("E6E600"), bytes.fromhex("E6E700")
_FINAL, _POLL_MASK = 0x10, 0x10
_RR = 0x01
_UNIT = re.compile(r"(\d{1,5})(?:/(\d{1,5}))?", re.ASCII)
_ALL_PHYSICAL: Final = (0x7F, 0x3FFF)


class Hdlc(Device):
    """A three-phase meter that can be read: logical device 1, physical address 17; objects as in `cosem_objects`.

    Terminals and truth: as `ElectricityMeter`. Server addresses of one, two and four bytes are understood; one byte
    addresses the logical device alone. The UA always states the parameters: 128 bytes of information, window 1.

    Assumed: frames for other addresses, or with a wrong check, are ignored; a frame that comes again is answered as
    before; another number than the expected one is answered by RR with the expected one; the connection ends after
    two minutes without a frame; errors of the application layer as in `dlms/wrapper`.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b""
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        electricity_meter.SETTINGS
        | cosem_server.SETTINGS
        | {"unit": "logical device, or logical/physical, such as 1/17; default 1/17"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        unit = bench.words.get("unit", "1")
        found = _UNIT.fullmatch(unit)
        if found is None or not 1 <= int(found[1]) < 0x3FFF or not 1 <= int(found[2] or 17) < 0x3FFF:
            raise UsageError(
                f"The meter {bench.name!r} has the address {unit!r}; give one such as 1 or 1/17."
            )
        self._logical, self._physical = int(found[1]), int(found[2] or 17)
        self._server = CosemServer(Objects(bench, ElectricityMeter(bench)), bench.words.get("password"))
        self._delay = bench.settings.get("delay", 0.05)
        self._stream = FrameStream(self.clock, measure, _GAP)
        self._client: bytes | None = None
        self._sent = self._received = 0
        self._last = b""
        self._segments = b""
        self._spoken_to = self.clock.monotonic()

    def receive(self, line: str) -> None:
        """Take bytes as they come and answer each whole frame for this meter."""
        for data in self._stream.feed(line):
            frame = parse(data)
            if frame is not None and self._meets(frame.destination):
                self._handle(frame)

    def _meets(self, destination: bytes) -> bool:
        address = decoded(destination)
        return address.upper == self._logical and address.lower in {None, self._physical, *_ALL_PHYSICAL}

    def _send(self, data: bytes) -> None:
        self._last = data
        self.reply(data.decode("latin-1"), after=self._delay)

    def _handle(self, frame: Frame) -> None:
        now = self.clock.monotonic()
        if now - self._spoken_to > _INACTIVE:
            self._disconnect()
        self._spoken_to = now
        control = frame.control | _POLL_MASK
        if control == SNRM:
            self._disconnect()
            self._client, self._sent, self._received = frame.source, 0, 0
            self._send(built(frame.source, frame.destination, UA, _PARAMETERS))
        elif frame.source != self._client:
            self._send(built(frame.source, frame.destination, DM))
        elif control == DISC:
            self._disconnect()
            self._send(built(frame.source, frame.destination, UA))
        elif not frame.control & 1:
            self._take_information(frame)
        elif frame.control & 0x0F == _RR:
            self._answer_ready(frame)

    def _disconnect(self) -> None:
        if self._client is not None:
            self._server.drop(decoded(self._client).upper)
        self._client, self._segments = None, b""

    # --- numbered frames ---

    def _take_information(self, frame: Frame) -> None:
        number = frame.control >> 1 & 7
        if number != self._received:
            if number == (self._received - 1) & 7 and self._last:
                self._send(self._last)
            else:
                self._ready(frame)
            return
        self._received = (self._received + 1) & 7
        self._segments += frame.information
        if frame.segmented:
            self._ready(frame)
            return
        message, self._segments = self._segments, b""
        if not message.startswith(_REQUEST):
            self._ready(frame)
            return
        apdu = self._server.respond(decoded(frame.source).upper, message[len(_REQUEST) :])
        control = self._received << 5 | _FINAL | self._sent << 1
        self._sent = (self._sent + 1) & 7
        self._send(built(frame.source, frame.destination, control, _REPLY + apdu))

    def _answer_ready(self, frame: Frame) -> None:
        """Send the last frame again if the client has not got it, else say that this side is ready."""
        if frame.control >> 5 == (self._sent - 1) & 7 and self._last:
            self._send(self._last)
        else:
            self._ready(frame)

    def _ready(self, frame: Frame) -> None:
        self._send(built(frame.source, frame.destination, self._received << 5 | _FINAL | _RR))
