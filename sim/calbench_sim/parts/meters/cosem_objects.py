"""The COSEM objects of a simulated electricity meter (protocols.md, section 6.5; IEC 62056-6-1 and -6-2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from calbench.simulation.bench import Bench
from calbench_sim.parts.meters.electricity_meter import (
    ElectricityMeter,
    active,
    counted,
    power_factor,
    reactive,
)

DATA: Final = 1
REGISTER: Final = 3
CLOCK: Final = 8
WATT_HOUR, VAR_HOUR, WATT, VAR, VOLT, AMPERE, HERTZ, NO_UNIT = 30, 32, 27, 29, 35, 33, 44, 255
OTHER_REASON, READ_WRITE_DENIED, OBJECT_UNDEFINED, CLASS_INCONSISTENT = 250, 3, 4, 9
_DOUBLE_LONG, _DOUBLE_LONG_UNSIGNED, _LONG, _LONG_UNSIGNED = 0x05, 0x06, 0x10, 0x12
_OCTETS, _STRUCTURE, _INTEGER, _ENUM = 0x09, 0x02, 0x0F, 0x16
_SIZES: Final = {_DOUBLE_LONG: 4, _DOUBLE_LONG_UNSIGNED: 4, _LONG: 2, _LONG_UNSIGNED: 2}
_NAME_LENGTH = 16


class Item(NamedTuple):
    """A register: type tag, power of ten, unit, and its value in that unit."""

    tag: int
    scaler: int
    unit: int
    value: Callable[[], float]


class Objects:
    """Data 0.0.42.0.0.255 (logical device name), clock 0.0.1.0.0.255, and registers.

    Registers: 1.8.0 and 2.8.0 (Wh), 3.8.0 and 4.8.0 (varh), 1.7.0 (0.1 W, forward), 2.7.0 (reverse), 3.7.0 and 4.7.0
    (0.1 var), 13.7.0 (0.001), 14.7.0 (0.01 Hz), 32.7.0, 52.7.0, 72.7.0 (0.1 V), 31.7.0, 51.7.0, 71.7.0 (0.001 A).
    """

    def __init__(self, bench: Bench, meter: ElectricityMeter) -> None:
        self._meter = meter
        self._name = f"CLB{bench.serial_number[-13:]:0>13}".encode("latin-1", "replace")
        self._registers = {bytes([1, 0, *code, 255]): item for code, item in self._items().items()}

    def read(self, kind: int, name: bytes, attribute: int) -> bytes | int:
        """Give an attribute as data in A-XDR; or a data-access-result.

        Args:
            kind: class of the object.
            name: logical name, six bytes.
            attribute: number of the attribute.
        """
        known = {bytes([0, 0, 42, 0, 0, 255]): DATA, bytes([0, 0, 1, 0, 0, 255]): CLOCK}
        true_kind = REGISTER if name in self._registers else known.get(name)
        if true_kind is None:
            return OBJECT_UNDEFINED
        if true_kind != kind:
            return CLASS_INCONSISTENT
        if attribute == 1:
            return _octets(name)
        if kind == REGISTER:
            return self._register(self._registers[name], attribute)
        if attribute != 2:
            return READ_WRITE_DENIED
        return _octets(self._name) if kind == DATA else _octets(_date_time(self._meter.time()))

    def _register(self, item: Item, attribute: int) -> bytes | int:
        if attribute == 2:
            size = _SIZES[item.tag]
            count = round(item.value() / 10.0**item.scaler)
            return bytes([item.tag]) + (count % (1 << 8 * size)).to_bytes(size, "big")
        if attribute == 3:
            scaler = item.scaler.to_bytes(1, "big", signed=True)
            return bytes([_STRUCTURE, 2, _INTEGER]) + scaler + bytes([_ENUM, item.unit])
        return READ_WRITE_DENIED

    def _items(self) -> dict[tuple[int, int, int], Item]:
        meter = self._meter
        energies: dict[int, Callable[[], float]] = {
            1: lambda: 1e3 * counted(meter.registers().forward, 3),
            2: lambda: 1e3 * counted(meter.registers().reverse, 3),
            3: lambda: 1e3 * counted(meter.registers().reactive_forward, 3),
            4: lambda: 1e3 * counted(meter.registers().reactive_reverse, 3),
        }
        powers: dict[int, Callable[[], float]] = {
            1: lambda: max(0.0, sum(map(active, meter.load()))),
            2: lambda: max(0.0, -sum(map(active, meter.load()))),
            3: lambda: max(0.0, sum(map(reactive, meter.load()))),
            4: lambda: max(0.0, -sum(map(reactive, meter.load()))),
        }
        items = {
            (13, 7, 0): Item(_LONG, -3, NO_UNIT, lambda: power_factor(meter.load())),
            (14, 7, 0): Item(_LONG_UNSIGNED, -2, HERTZ, meter.frequency),
        }
        for code, energy in energies.items():
            unit = WATT_HOUR if code < 3 else VAR_HOUR
            items[code, 8, 0] = Item(_DOUBLE_LONG_UNSIGNED, 0, unit, energy)
        for code, power in powers.items():
            items[code, 7, 0] = Item(_DOUBLE_LONG_UNSIGNED, -1, WATT if code < 3 else VAR, power)
        for phase in range(meter.phases):
            items[32 + 20 * phase, 7, 0] = Item(_LONG_UNSIGNED, -1, VOLT, self._voltage(phase))
            items[31 + 20 * phase, 7, 0] = Item(_DOUBLE_LONG_UNSIGNED, -3, AMPERE, self._current(phase))
        return items

    def _voltage(self, phase: int) -> Callable[[], float]:
        return lambda: self._meter.load()[phase].voltage

    def _current(self, phase: int) -> Callable[[], float]:
        return lambda: self._meter.load()[phase].current


def _octets(data: bytes) -> bytes:
    return bytes([_OCTETS, len(data)]) + data


def _date_time(time: datetime) -> bytes:
    """Give a date-time as IEC 62056-6-2, 4.1.6 lays it out; UTC, clock status good."""
    date = time.year.to_bytes(2, "big") + bytes([time.month, time.day, time.isoweekday()])
    return date + bytes([time.hour, time.minute, time.second, 0, 0, 0, 0])
