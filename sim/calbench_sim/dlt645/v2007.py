"""Electricity meter that speaks DL/T 645-2007, written from protocols.md, section 6.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench_sim.parts.frames.bcd import digits, time_of, unpacked
from calbench_sim.parts.frames.dlt645_frame import Frame
from calbench_sim.parts.meters.dlt645_device import (
    DEMAND_LEVEL,
    LEVELS,
    LINES,
    SETTINGS,
    WRITE_LEVEL,
    Meter645,
)
from calbench_sim.parts.meters.dlt645_values import Values

_OTHER, _NO_DATA, _NOT_AUTHORISED, _NO_BAUD = 0x01, 0x02, 0x04, 0x08
_PASSWORDS = 0x04000C00
_ADDRESS_ITEM, _DATE, _TIME = 0x04000401, 0x04000101, 0x04000102
_FOR_ALL = (0x08, 0x16, 0x1D)  # functions that a meter carries out when all are addressed
_SECONDS, _DEMAND, _TARIFF = 0x00, 0x01, 0x02  # what the multifunction terminal puts out
_LARGEST_CORRECTION = 300.0  # s, that a broadcast may change the clock by

Result = bytes | int | None
"""Data of the reply; or the error byte; None for no reply."""


class V2007(Meter645):
    """A three-phase meter with the items of the table.

    Terminals and truth: as `ElectricityMeter`. Data lie in `dlt645_values`.

    Assumed: replies carry the meter's own address; energy is all of tariff 1; there has been no settlement day, so
    that past values are zero; load profiles (a read with the number of blocks) do not exist; passwords cannot be
    read; a level counts as authorised if its password is right and it is at most 2 (parameters, clearing the meter
    and its events, the programming key pressed) or 4 (demand); writing an address needs the key; 600 bit/s, trip and
    close are refused; the multifunction terminal puts out second pulses after power-on, and nothing where it is set to
    demand periods or tariffs, which do not come; freezing is acknowledged and freezes nothing; blocks of FF are in
    ascending order of their identifiers; the station's line keeps its baud rate unless code 17 changes it.
    """

    SERIAL = "2400 8E1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._values = Values(bench, self.meter, self.address)
        self._values.programming = self.key
        self._block: tuple[bytes, list[bytes]] = (b"", [])
        self._functions: dict[int, Callable[[bytes], Result]] = {
            0x08: self._synchronise, 0x11: self._read, 0x12: self._follow, 0x14: self._write, 0x16: self._freeze,
            0x17: self._change_baud, 0x18: self._change_password, 0x19: self._clear_demand,
            0x1A: self._clear_meter, 0x1B: self._clear_events, 0x1C: lambda _: _NOT_AUTHORISED,
            0x1D: self._select_output,
        }  # fmt: skip

    def act(self, frame: Frame) -> None:
        """Act on a request."""
        if frame.broadcast:
            if frame.function in _FOR_ALL:
                self._functions[frame.function](frame.data)
        elif frame.function in {0x13, 0x15}:
            self._address_service(frame)
        elif frame.function in self._functions:
            result = self._functions[frame.function](frame.data)
            if result is not None:
                self.answer(frame.function, result)
        else:
            self.answer(frame.function, _OTHER)

    # --- reading ---

    def _read(self, data: bytes) -> Result:
        identifier = int.from_bytes(data[:4], "little")
        if len(data) != 4:
            return _NO_DATA if len(data) in {5, 10} else _OTHER
        if _PASSWORDS <= identifier <= _PASSWORDS + LEVELS:
            return _NOT_AUTHORISED
        values = self._values.read(identifier)
        if values is None:
            return _NO_DATA
        self._block = data, self.parts(values)
        return self._part(0x11, data, 0)

    def _follow(self, data: bytes) -> Result:
        """Give another part of the block that was asked for; it may be asked for again."""
        if len(data) != 5 or data[:4] != self._block[0] or not 1 <= data[4] < len(self._block[1]):
            return _NO_DATA
        return self._part(0x12, data, data[4])

    def _part(self, function: int, data: bytes, number: int) -> Result:
        parts = self._block[1]
        part = data[:4] + parts[number] + data[4:]
        if number == len(parts) - 1:
            return part
        self.answer(function, part, more=True)
        return None

    # --- address, clock, baud rate ---

    def _address_service(self, frame: Frame) -> None:
        if not frame.anybody:
            return
        if frame.function == 0x13 and not frame.data:
            self.answer(0x13, self.address)
        good = len(frame.data) == len(self.address) and unpacked(frame.data) is not None
        if frame.function == 0x15 and good and self.key:
            self._store(_ADDRESS_ITEM, frame.data)
            self.answer(0x15, b"")

    def _synchronise(self, data: bytes) -> None:
        time = time_of(data)
        if time is not None and abs((time - self.meter.time()).total_seconds()) <= _LARGEST_CORRECTION:
            self.meter.set_time(time)

    def _change_baud(self, data: bytes) -> Result:
        if len(data) != 1 or data[0] not in LINES:
            return _NO_BAUD
        self.change_line(LINES[data[0]])
        return data

    def _select_output(self, data: bytes) -> Result:
        if len(data) != 1 or data[0] not in {_SECONDS, _DEMAND, _TARIFF}:
            return _OTHER
        self.meter.clock.put_out(seconds=data[0] == _SECONDS)
        return data

    def _freeze(self, data: bytes) -> Result:
        return b"" if len(data) == 4 else _OTHER

    # --- what needs a password ---

    def _write(self, data: bytes) -> Result:
        identifier = int.from_bytes(data[:4], "little")
        value = data[12:]
        if len(data) < 13:
            return _OTHER
        if not self.authorised(data[4:], WRITE_LEVEL):
            return _NOT_AUTHORISED
        if identifier in {_DATE, _TIME}:
            return self._set_clock(identifier, value)
        if identifier not in self._values.stored:
            return _NO_DATA
        if len(value) != len(self._values.stored[identifier]):
            return _OTHER
        self._store(identifier, value)
        return b""

    def _store(self, identifier: int, value: bytes) -> None:
        self._values.stored[identifier] = value
        self.address = self._values.stored[_ADDRESS_ITEM]

    def _set_clock(self, identifier: int, value: bytes) -> Result:
        now = self.meter.time()
        if identifier == _DATE:
            new = time_of(digits(f"{now:%H%M%S}") + value[1:]) if len(value) == 4 else None
        else:
            new = time_of(value + digits(f"{now:%y%m%d}")) if len(value) == 3 else None
        if new is None:
            return _OTHER
        self.meter.set_time(new)
        return b""

    def _change_password(self, data: bytes) -> Result:
        if len(data) != 12 or data[8] not in self.passwords:
            return _OTHER
        identifier = int.from_bytes(data[:4], "little")
        old_level, new_level = data[4], data[8]
        if not _PASSWORDS <= identifier <= _PASSWORDS + LEVELS:
            return _NO_DATA
        if old_level > new_level or not self.authorised(data[4:8], LEVELS):
            return _NOT_AUTHORISED
        self.passwords[new_level] = data[9:]
        return data[8:]

    def _clear_demand(self, data: bytes) -> Result:
        if not self.authorised(data, DEMAND_LEVEL):
            return _NOT_AUTHORISED
        self.meter.clear_demand()
        return b""

    def _clear_meter(self, data: bytes) -> Result:
        if not self.authorised(data, WRITE_LEVEL):
            return _NOT_AUTHORISED
        self.meter.clear()
        return b""

    def _clear_events(self, data: bytes) -> Result:
        if len(data) != 12:
            return _OTHER
        return b"" if self.authorised(data, WRITE_LEVEL) else _NOT_AUTHORISED
