"""Electricity meter that speaks DL/T 698.45, written from protocols.md, section 6.3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames import dlt698_frame
from calbench_sim.parts.frames.dlt698_frame import Frame, built
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.meters import electricity_meter
from calbench_sim.parts.meters.electricity_meter import (
    ElectricityMeter,
    active,
    counted,
    power_factor,
    reactive,
)

_GAP = 0.5  # s, longest between bytes of a frame
_DIGITS = 12
_GET, _GET_NORMAL, _GET_LIST, _REPLY, _ERROR = 0x05, 0x01, 0x02, 0x80, 0xEE
_NOT_UNDERSTOOD, _NOT_SUPPORTED = 1, 2
_NO_OBJECT, _NO_ATTRIBUTE, _NO_INDEX = 4, 6, 8  # DAR: object undefined, does not exist, out of bounds
_NO_TIME, _NO_REPORT = b"\x00", b"\x00"
_ARRAY, _LONG, _UNSIGNED, _LONG_UNSIGNED, _DOUBLE, _DOUBLE_UNSIGNED = 0x01, 0x10, 0x11, 0x12, 0x05, 0x06
_OCTETS, _DATE_TIME = 0x09, 0x1C
_SIZES: Final = {_LONG: 2, _LONG_UNSIGNED: 2, _DOUBLE: 4, _DOUBLE_UNSIGNED: 4}

Data = bytes | list[bytes]
"""A value of an attribute as it is sent; a list for an array, whose elements can be read by index."""


class Meter(Device):
    """A three-phase meter that answers GetRequestNormal, and GetRequestNormalList.

    Terminals and truth: as `ElectricityMeter`. Objects (attribute 2): 0010 and 0020 forward and reverse energy, 0030
    and 0040 combined reactive energy (0.01 kWh and kvarh; total and four tariffs), 2000 voltages (0.1 V), 2001
    currents (0.001 A), 2004 and 2005 power (0.1 W and var; total and phases), 200A power factors (0.001), 200F
    frequency (0.01 Hz), 4000 time, 4001 address, 4002 number.

    Assumed: energy is all of tariff 1; an object that it does not have is DAR 4, an attribute DAR 6, an index beyond
    the end DAR 8; other services are answered by an error response; frames in parts and scrambled ones are not.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b""
    SERIAL = "9600 8E1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        electricity_meter.SETTINGS
        | {
            "unit": "address, up to twelve digits; default 000000000001",
            "delay": "(s) until it answers; default 0.05",
            "preamble": "(1) FE bytes before each reply, 0 to 4; default 4",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        number = bench.words.get("unit", "1")
        if not number.isascii() or not number.isdecimal() or len(number) > _DIGITS:
            raise UsageError(
                f"The meter {bench.name!r} has the address {number!r}; give up to twelve digits."
            )
        self._number = number.zfill(_DIGITS)
        self._meter = ElectricityMeter(bench)
        self._delay = bench.settings.get("delay", 0.05)
        self._preamble = b"\xfe" * int(bench.settings.get("preamble", 4))
        self._stream = FrameStream(self.clock, dlt698_frame.measure, _GAP)
        self._objects: dict[int, Callable[[], Data]] = {
            0x0010: lambda: _energy(self._meter.registers().forward),
            0x0020: lambda: _energy(self._meter.registers().reverse),
            0x0030: lambda: _energy(self._meter.registers().reactive_forward),
            0x0040: lambda: _energy(self._meter.registers().reactive_reverse),
            0x2000: lambda: [_number(_LONG_UNSIGNED, one.voltage, 0.1) for one in self._meter.load()],
            0x2001: lambda: [_number(_DOUBLE, one.current, 0.001) for one in self._meter.load()],
            0x2004: lambda: self._powers(active),
            0x2005: lambda: self._powers(reactive),
            0x200A: self._factors,
            0x200F: lambda: _number(_LONG_UNSIGNED, self._meter.frequency(), 0.01),
            0x4000: lambda: _time(self._meter.time()),
            0x4001: lambda: _octets(bytes.fromhex(self._number)),
            0x4002: lambda: _octets(bytes.fromhex(self._number)),
        }

    def receive(self, line: str) -> None:
        """Take bytes as they come and answer each whole frame for this meter."""
        for data in self._stream.feed(line):
            frame = dlt698_frame.parse(data)
            if frame is not None and frame.meets(self._number):
                self._answer(frame)

    def _answer(self, frame: Frame) -> None:
        reply = self._preamble + built(self._number, frame.client, self._response(frame.apdu))
        self.reply(reply.decode("latin-1"), after=self._delay)

    def _response(self, apdu: bytes) -> bytes:
        if len(apdu) < 3:
            return bytes([_ERROR, apdu[-1], _NOT_UNDERSTOOD]) + _NO_REPORT + _NO_TIME
        service, identity, rest = apdu[:2], apdu[2:3], apdu[3:]
        if service == bytes([_GET, _GET_NORMAL]):
            oads, rest = [rest[:4]], rest[4:]
        elif service == bytes([_GET, _GET_LIST]) and rest:
            count = rest[0]
            oads = [rest[1 + 4 * index :][:4] for index in range(count)]
            rest = rest[1 + 4 * count :]
        else:
            return bytes([_ERROR]) + identity + bytes([_NOT_SUPPORTED]) + _NO_REPORT + _NO_TIME
        if not oads or len(oads[-1]) != 4 or not rest:
            return bytes([_ERROR]) + identity + bytes([_NOT_UNDERSTOOD]) + _NO_REPORT + _NO_TIME
        count_byte = bytes([len(oads)]) if service[1] == _GET_LIST else b""
        results = b"".join(oad + self._result(oad) for oad in oads)
        return bytes([_GET | _REPLY, service[1]]) + identity + count_byte + results + _NO_REPORT + _NO_TIME

    def _result(self, oad: bytes) -> bytes:
        """Give 01 and the data, or 00 and the DAR."""
        found = self._objects.get(int.from_bytes(oad[:2], "big"))
        if found is None:
            return bytes([0, _NO_OBJECT])
        if oad[2] != 2:
            return bytes([0, _NO_ATTRIBUTE])
        data, index = found(), oad[3]
        if isinstance(data, list):
            if index > len(data):
                return bytes([0, _NO_INDEX])
            return b"\x01" + (data[index - 1] if index else _array(data))
        return bytes([0, _NO_INDEX]) if index else b"\x01" + data

    def _powers(self, of_phase: Callable[..., float]) -> list[bytes]:
        powers = [of_phase(phase) for phase in self._meter.load()]
        return [_number(_DOUBLE, power, 0.1) for power in (sum(powers), *powers)]

    def _factors(self) -> list[bytes]:
        phases = self._meter.load()
        groups = [phases, *((phase,) for phase in phases)]
        return [_number(_LONG, power_factor(group), 0.001) for group in groups]


def _energy(energy: float) -> list[bytes]:
    total = counted(energy, 2)
    return [_number(_DOUBLE_UNSIGNED, value, 0.01) for value in (total, total, 0.0, 0.0, 0.0)]


def _number(kind: int, value: float, unit: float) -> bytes:
    size = _SIZES[kind]
    count = round(value / unit)
    return bytes([kind]) + (count % (1 << 8 * size)).to_bytes(size, "big")


def _array(elements: list[bytes]) -> bytes:
    return bytes([_ARRAY, len(elements)]) + b"".join(elements)


def _octets(data: bytes) -> bytes:
    return bytes([_OCTETS, len(data)]) + data


def _time(time: datetime) -> bytes:
    fields = (time.month, time.day, time.hour, time.minute, time.second)
    return bytes([_DATE_TIME]) + time.year.to_bytes(2, "big") + bytes(fields)
