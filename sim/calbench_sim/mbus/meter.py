"""Meter that speaks M-Bus (EN 13757-2, -3), written from protocols.md, section 8.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames import mbus_frame
from calbench_sim.parts.frames.bcd import digits, packed
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.frames.mbus_frame import ACKNOWLEDGE, Frame, long_frame
from calbench_sim.parts.meters import electricity_meter, flow_register
from calbench_sim.parts.meters.electricity_meter import ElectricityMeter, active, counted
from calbench_sim.parts.meters.flow_register import FlowRegister

_GAP = 0.1  # s, longest between bytes of a frame
_MEDIA: Final = {"electricity": 0x02, "gas": 0x03, "heat": 0x04, "warm water": 0x06, "water": 0x07}
_NKE, _REQUEST_1, _REQUEST_2, _SEND, _RESPONSE = 0x40, 0x5A, 0x5B, 0x53, 0x08
_FCB = 0x20
_SECONDARY, _ANY, _ALL = 253, 254, 255
_HIGHEST = 250
_RESET, _DATA, _SELECT, _VARIABLE = 0x50, 0x51, 0x52, 0x72
_BAUDS: Final = dict(enumerate((300, 600, 1200, 2400, 4800, 9600, 19200, 38400), 0xB8))
_SET_ADDRESS: Final = bytes([0x01, 0x7A])
_VERSION = 1
_HOUR, _JOULE_PER_KWH = 3600.0, 3.6e6


class Meter(Device):
    """A meter with variable data structure. Truth: as `FlowRegister`, or for electricity as `ElectricityMeter`.

    Records: volume (03 13, litres), highest flow (DA 02 3B, litres per hour) and energy (8B 60 04, 10 Wh, of a tariff,
    as in the example of EN 13757-3; of a heat meter 0C 04, 10 Wh, of all tariffs); electricity
    has energy (0C 04, 10 Wh) and power (0B 2B, W; negative with F in the highest digit).

    Assumed: the flow is steady, so that the highest is the present one; REQ_UD1 is acknowledged, as without alarm;
    of long frames it knows reset, selection by secondary address, baud rates, and a new primary address.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b""
    SERIAL = "2400 8E1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        electricity_meter.SETTINGS
        | flow_register.SETTINGS
        | {
            "unit": "primary address, 0 to 250; default 1",
            "medium": f"{', '.join(_MEDIA)}; default water",
            "maker": "three capital letters; default CLB",
            "access": "(1) access number of the first reply, 0 to 255; default 0",
            "delay": "(s) until it answers; default 0.02",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        unit, medium = bench.words.get("unit", "1"), bench.words.get("medium", "water")
        if not unit.isascii() or not unit.isdecimal() or int(unit) > _HIGHEST:
            raise UsageError(f"The meter {bench.name!r} has the address {unit!r}; give 0 to {_HIGHEST}.")
        maker = bench.words.get("maker", "CLB")
        if medium not in _MEDIA or len(maker) != 3 or not all("A" <= letter <= "Z" for letter in maker):
            raise UsageError(
                f"The meter {bench.name!r} is of maker {maker!r} and for {medium!r}; "
                f"give three capital letters, and one of {', '.join(_MEDIA)}."
            )
        self._unit = int(unit)
        serial = "".join(filter(str.isdecimal, bench.serial_number))[-8:].zfill(8)
        self._identity = digits(serial) + _code(maker) + bytes([_VERSION, _MEDIA[medium]])
        self._records = self._electrical(bench) if medium == "electricity" else self._flowing(bench)
        self._access = int(bench.settings.get("access", 0))
        self._delay = bench.settings.get("delay", 0.02)
        self._selected = False
        self._new_line = ""
        self._bit: int | None = None
        self._last = b""
        self._stream = FrameStream(self.clock, mbus_frame.measure, _GAP)

    def receive(self, line: str) -> None:
        """Take bytes as they come and act on each whole frame for this meter."""
        for data in self._stream.feed(line):
            frame = mbus_frame.parse(data)
            if frame.data[:1] == bytes([_SELECT]) and frame.address == _SECONDARY:
                self._select(frame.data[1:])
            elif self._meets(frame.address):
                reply = self._act_on(frame)
                if frame.address != _ALL:
                    self._send(reply)

    def taken(self) -> None:
        """Go to the new baud rate once the reply has left."""
        super().taken()
        if self._new_line:
            self.serial_setting, self._new_line = self._new_line, ""

    def _meets(self, address: int) -> bool:
        return address in {self._unit, _ANY, _ALL} or (address == _SECONDARY and self._selected)

    def _send(self, data: bytes) -> None:
        self.reply(data.decode("latin-1"), after=self._delay)

    def _act_on(self, frame: Frame) -> bytes:
        """Carry a frame out; give the reply, nothing if there is none."""
        control = frame.control & ~_FCB
        if frame.data:
            return self._take(frame.data) if control == _SEND else b""
        if frame.control == _NKE:
            self._bit = None
            self._selected = self._selected and frame.address != _SECONDARY
            return ACKNOWLEDGE
        if control == _REQUEST_1:
            return ACKNOWLEDGE
        return self._respond(frame.control & _FCB) if control == _REQUEST_2 else b""

    def _respond(self, bit: int) -> bytes:
        """Give the data; the same again if the frame count bit has not changed."""
        if bit != self._bit or not self._last:
            header = self._identity + bytes([self._access & 0xFF, 0, 0, 0])
            self._last = long_frame(_RESPONSE, self._unit, bytes([_VARIABLE]) + header + self._records())
            self._access += 1
        self._bit = bit
        return self._last

    def _take(self, data: bytes) -> bytes:
        """Act on data that are sent; give the acknowledgement, nothing for what it does not know."""
        if data[0] in _BAUDS:
            self._new_line = f"{_BAUDS[data[0]]} 8E1"
        elif data[0] == _DATA and data[1:3] == _SET_ADDRESS and len(data) == 4 and data[3] <= _HIGHEST:
            self._unit, self._last = data[3], b""
        elif data[0] != _RESET:
            return b""
        return ACKNOWLEDGE

    def _select(self, wanted: bytes) -> None:
        """Be selected if a secondary address meets this meter: F digits and FF bytes stand for anything."""
        self._selected = len(wanted) == len(self._identity) and all(
            _same(a, b) if at < 4 else a in (b, 0xFF)
            for at, (a, b) in enumerate(zip(wanted, self._identity, strict=True))
        )
        if self._selected:
            self._bit = None
            self._send(ACKNOWLEDGE)

    # --- records ---

    def _flowing(self, bench: Bench) -> Callable[[], bytes]:
        register = FlowRegister(bench)
        plain = bench.words.get("medium") == "heat"

        def energy() -> bytes:
            tens = 100 * register.energy() / _JOULE_PER_KWH
            return b"\x0c\x04" + packed(tens, 0, 4) if plain else b"\x8b\x60\x04" + packed(tens, 0, 3)

        def records() -> bytes:
            litres = round(1e3 * register.volume()) % (1 << 23)
            return (
                b"\x03\x13" + litres.to_bytes(3, "little")
                + b"\xda\x02\x3b" + packed(1e3 * register.flow() * _HOUR, 0, 2)
                + energy()
            )  # fmt: skip

        return records

    def _electrical(self, bench: Bench) -> Callable[[], bytes]:
        meter = ElectricityMeter(bench)

        def records() -> bytes:
            watts = sum(map(active, meter.load()))
            power = bytearray(packed(watts, 0, 3))
            if watts <= -0.5:
                power[-1] |= 0xF0
            return (
                b"\x0c\x04" + packed(counted(meter.registers().forward, 2), 2, 4) + b"\x0b\x2b" + bytes(power)
            )

        return records


def _code(maker: str) -> bytes:
    """Give three letters as the sixteen bits of EN 62056-21's maker code (EN 13757-3, 5.6)."""
    first, second, third = (ord(letter) - 64 for letter in maker)
    return (first << 10 | second << 5 | third).to_bytes(2, "little")


def _same(wanted: int, own: int) -> bool:
    return all(w in (o, 0xF) for w, o in ((wanted >> 4, own >> 4), (wanted & 0xF, own & 0xF)))
