"""The data items of a DL/T 645-2007 meter by their identifiers (protocols.md, section 6.1)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Phase
from calbench_sim.parts.frames.bcd import digits, packed, signed
from calbench_sim.parts.meters.electricity_meter import (
    ElectricityMeter,
    active,
    counted,
    power_factor,
    reactive,
)

Value = Callable[[], bytes]
BLOCK: Final = 0xFF
_TARIFFS, _SETTLEMENTS = 5, 13  # total and four tariffs; now and twelve past days
_HARMONICS = 21
_BATTERY_VOLTAGE = 3.6


def _registers(group: int, kinds: Iterable[int]) -> dict[int, tuple[int, int, int]]:
    """Give kind, tariff and settlement of each register of a group; the same for all meters, and many."""
    return {
        group << 24 | kind << 16 | tariff << 8 | past: (kind, tariff, past)
        for kind in kinds
        for tariff in range(_TARIFFS)
        for past in range(_SETTLEMENTS)
    }


_COMBINED, _FORWARD = 0x00, 0x01
_ENERGIES: Final = _registers(0x00, range(0x0B))
_DEMANDS: Final = _registers(0x01, (0x01, 0x02))
_REGISTERS: Final = _ENERGIES | _DEMANDS
_REMOTE_PORT = 0x04  # a port's characteristic: 2400 bit/s


class Values:
    """What can be read, by identifier; `stored` are parameters that can be written, as bytes of a fixed length."""

    def __init__(self, bench: Bench, meter: ElectricityMeter, address: bytes) -> None:
        self._bench = bench
        self._meter = meter
        serial = "".join(filter(str.isdecimal, bench.serial_number))[-12:].zfill(12)
        self.stored: dict[int, bytes] = {
            0x04000105: packed(80, 0, 2),
            0x04000401: address,
            0x04000402: digits(serial),
            0x04000404: _ascii(f"{meter.rated_voltage:g}V", 6),
            0x04000405: _ascii(f"{meter.reference_current:g}A", 6),
            0x04000406: _ascii(f"{meter.maximum_current:g}A", 6),
            0x04000407: _ascii("1.0", 4),
            0x04000408: _ascii("2.0", 4),
            0x04000409: packed(meter.constant, 0, 3),
            0x0400040A: packed(meter.constant, 0, 3),
        } | {0x04000701 + port: bytes([_REMOTE_PORT]) for port in range(5)}
        self.programming = True
        self._computed = self._instantaneous() | self._others()

    def read(self, identifier: int) -> list[bytes] | None:
        """Give the value of an item, or the values of a block (FF in the identifier); None if there is none."""
        single = self._one(identifier)
        if single is not None:
            return [single]
        pattern = identifier.to_bytes(4, "big")
        if BLOCK not in pattern:
            return None
        found = [
            each
            for each in sorted(self._computed.keys() | self.stored.keys() | _REGISTERS.keys())
            if all(a in (b, BLOCK) for a, b in zip(pattern, each.to_bytes(4, "big"), strict=True))
        ]
        return [value for each in found if (value := self._one(each)) is not None] or None

    def _one(self, identifier: int) -> bytes | None:
        if identifier in self.stored:
            return self.stored[identifier]
        if identifier in _REGISTERS:
            return self._of_register(identifier)(*_REGISTERS[identifier])
        computed = self._computed.get(identifier)
        return computed() if computed is not None else None

    # --- energies and demand ---

    def _of_register(self, identifier: int) -> Callable[[int, int, int], bytes]:
        return self._demand if identifier in _DEMANDS else self._energy

    def _energy(self, kind: int, tariff: int, past: int) -> bytes:
        if past or tariff > 1:  # no settlement day has been; all energy is of tariff 1
            return bytes(4)
        registers = self._meter.registers()
        values = [
            registers.forward + registers.reverse, registers.forward, registers.reverse,
            registers.reactive_forward, registers.reactive_reverse, *registers.quadrants, registers.apparent, 0.0,
        ]  # fmt: skip
        value = counted(values[kind], 2)
        return signed(value, 2, 4) if kind == _COMBINED else packed(value, 2, 4)

    def _demand(self, kind: int, tariff: int, past: int) -> bytes:
        if past or tariff > 1 or kind != _FORWARD:
            return bytes(8)
        demand = self._meter.demand()
        at = digits(f"{demand.at:%y%m%d%H%M}") if demand.at is not None else bytes(5)
        return packed(demand.power, 4, 3) + at

    # --- instantaneous values ---

    def _instantaneous(self) -> dict[int, Value]:
        items: dict[int, Value] = {}
        kinds: dict[int, Callable[[Phase], bytes]] = {
            0x01: lambda phase: packed(phase.voltage, 1, 2),
            0x02: lambda phase: signed(math.copysign(phase.current, math.cos(phase.lag)), 3, 3),
            0x07: lambda phase: packed(math.degrees(phase.lag) % 360, 1, 2),
            0x08: lambda _: bytes(2),
            0x09: lambda _: bytes(2),
        }
        powers: dict[int, Callable[[tuple[Phase, ...]], bytes]] = {
            0x03: lambda phases: signed(sum(map(active, phases)) / 1e3, 4, 3),
            0x04: lambda phases: signed(sum(map(reactive, phases)) / 1e3, 4, 3),
            0x05: lambda phases: packed(sum(one.voltage * one.current for one in phases) / 1e3, 4, 3),
            0x06: lambda phases: signed(power_factor(phases), 3, 2),
        }
        for number in range(1, self._meter.phases + 1):
            for kind, of_phase in kinds.items():
                items[0x02000000 | kind << 16 | number << 8] = partial(self._of_phase, of_phase, number)
            items |= _HARMONIC_ITEMS[number]
        for kind, of_some in powers.items():
            for number in range(self._meter.phases + 1):
                items[0x02000000 | kind << 16 | number << 8] = partial(self._of_some, of_some, number)
        return items

    def _of_phase(self, value: Callable[[Phase], bytes], number: int) -> bytes:
        return value(self._meter.load()[number - 1])

    def _of_some(self, value: Callable[[tuple[Phase, ...]], bytes], number: int) -> bytes:
        phases = self._meter.load()
        return value(phases[number - 1 : number] if number else phases)

    # --- everything else ---

    def _others(self) -> dict[int, Value]:
        meter, clock = self._meter, self._bench.clock
        start = clock.monotonic()
        words: dict[int, Value] = {
            0x04000500 + number: partial(self._status, number) for number in range(1, 8)
        }
        return words | {
            0x02800001: lambda: bytes(3),
            0x02800002: lambda: packed(meter.frequency(), 2, 2),
            0x02800007: lambda: signed(meter.temperature(), 1, 2),
            0x02800008: lambda: packed(_BATTERY_VOLTAGE, 2, 2),
            0x02800009: lambda: packed(_BATTERY_VOLTAGE, 2, 2),
            0x0280000A: lambda: packed((clock.monotonic() - start) // 60, 0, 4),
            0x04000101: lambda: digits(f"{meter.time():%y%m%d}{(meter.time().weekday() + 1) % 7:02d}"),
            0x04000102: lambda: digits(f"{meter.time():%H%M%S}"),
        }

    def _status(self, number: int) -> bytes:
        programming = 0x08 if self.programming else 0
        return (programming if number == 3 else 0).to_bytes(2, "little")


def _harmonic(order: int) -> bytes:
    return packed(100.0 if order == 1 else 0.0, 2, 2)


_HARMONIC_ITEMS: Final[dict[int, dict[int, Value]]] = {
    number: {
        0x02000000 | kind << 16 | number << 8 | order: partial(_harmonic, order)
        for kind in (0x0A, 0x0B)
        for order in range(1, _HARMONICS + 1)
    }
    for number in (1, 2, 3)
}


def _ascii(text: str, size: int) -> bytes:
    """Give a text in reversed order of its bytes, filled up with NUL at its end."""
    return text.encode("ascii").ljust(size, b"\0")[::-1]
