"""Electricity meter that speaks DL/T 645-1997, written from protocols.md, section 6.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench_sim.parts.frames.bcd import digits, packed, signed, time_of
from calbench_sim.parts.frames.dlt645_frame import Frame
from calbench_sim.parts.meters.dlt645_device import (
    DEMAND_LEVEL,
    LEVELS,
    LINES,
    SETTINGS,
    WRITE_LEVEL,
    Meter645,
)
from calbench_sim.parts.meters.electricity_meter import active, counted, power_factor, reactive

_ILLEGAL, _NO_DATA, _NOT_AUTHORISED, _NO_BAUD = 0x01, 0x02, 0x04, 0x08
_SYNCHRONISE, _SET_ADDRESS, _DATE, _TIME, _NUMBER = 0x08, 0x0A, 0xC010, 0xC011, 0xC032
_LARGEST_CORRECTION = timedelta(minutes=5)

Result = bytes | int | None
"""Data of the reply; or the error byte; None for no reply."""


class V1997(Meter645):
    """A three-phase meter with energies, demand, voltages, currents, powers, date, time, constant and numbers.

    Terminals and truth: as `ElectricityMeter`. Beside the items of the table there are 902x, 911x and 912x (reverse,
    forward and reverse reactive energy; tariffs 1 to 4 and F for the block), A010 (demand, kW XX.XXXX), B62n, B63n,
    B64n (XX.XX kvar) and B65n (X.XXX), n = F for a block, C010 (YYMMDDWW), C011 (hhmmss), C030 (constant), C032.

    Assumed: the error bits and the baud byte are those of the edition of 2007; replies carry the meter's own
    address; currents are magnitudes, powers have their sign in the top bit; a following frame is asked for with the
    identifier alone; writing takes the password behind the identifier; clearing the demand takes none, or one.
    """

    SERIAL = "1200 8E1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        serial = "".join(filter(str.isdecimal, bench.serial_number))[-12:].zfill(12)
        self._number = digits(serial)
        self._block: tuple[bytes, list[bytes]] = (b"", [])
        self._functions: dict[int, Callable[[bytes], Result]] = {
            0x01: self._read, 0x02: self._follow, 0x04: self._write, 0x0C: self._change_baud,
            0x0F: self._change_password, 0x10: self._clear_demand,
        }  # fmt: skip

    def act(self, frame: Frame) -> None:
        """Act on a request."""
        if frame.function == _SYNCHRONISE:
            self._synchronise(frame.data)
        elif frame.broadcast:
            return
        elif frame.function == _SET_ADDRESS:
            if frame.anybody and self.key and len(frame.data) == len(self.address):
                self.address = frame.data
                self.answer(_SET_ADDRESS, b"")
        else:
            action = self._functions.get(frame.function)
            result = action(frame.data) if action is not None else _ILLEGAL
            if result is not None:
                self.answer(frame.function, result)

    # --- reading ---

    def _read(self, data: bytes) -> Result:
        if len(data) != 2:
            return _ILLEGAL
        values = self._values(int.from_bytes(data, "little"))
        if values is None:
            return _NO_DATA
        self._block = data, self.parts(values)
        return self._part(0x01)

    def _follow(self, data: bytes) -> Result:
        return self._part(0x02) if data == self._block[0] and self._block[1] else _NO_DATA

    def _part(self, function: int) -> Result:
        identifier, (part, *rest) = self._block
        self._block = identifier, rest
        if not rest:
            return identifier + part
        self.answer(function, identifier + part, more=True)
        return None

    def _values(self, identifier: int) -> list[bytes] | None:
        kind, index = identifier >> 4, identifier & 0x0F
        energies = self._energy(kind)
        if energies is not None:
            return _chosen(energies, index, first=0)
        phases = self._phase_values(kind)
        if phases is not None:
            return _chosen(phases[1], index, first=phases[0])
        single = self._single(identifier)
        return [single] if single is not None else None

    def _energy(self, kind: int) -> list[bytes] | None:
        """Give total and tariffs 1 to 4; all energy is of tariff 1."""
        registers = self.meter.registers()
        values = {
            0x901: registers.forward, 0x902: registers.reverse,
            0x911: registers.reactive_forward, 0x912: registers.reactive_reverse,
        }  # fmt: skip
        if kind not in values:
            return None
        total = packed(counted(values[kind], 2), 2, 4)
        return [total, total, bytes(4), bytes(4), bytes(4)]

    def _phase_values(self, kind: int) -> tuple[int, list[bytes]] | None:
        """Give the number of the first and the values: 0 is the total, 1 to 3 the phases."""
        if not 0xB61 <= kind <= 0xB65:
            return None
        phases = self.meter.load()
        if kind == 0xB61:
            return 1, [packed(phase.voltage, 0, 2) for phase in phases]
        if kind == 0xB62:
            return 1, [packed(phase.current, 2, 2) for phase in phases]
        groups = [phases, *((phase,) for phase in phases)]
        if kind == 0xB63:
            return 0, [signed(sum(map(active, group)) / 1e3, 4, 3) for group in groups]
        if kind == 0xB64:
            return 0, [signed(sum(map(reactive, group)) / 1e3, 2, 2) for group in groups]
        return 0, [signed(power_factor(group), 3, 2) for group in groups]

    def _single(self, identifier: int) -> bytes | None:
        now = self.meter.time()
        singles: dict[int, Callable[[], bytes]] = {
            0xA010: lambda: packed(self.meter.demand().power, 4, 3),
            _DATE: lambda: digits(f"{now:%y%m%d}{(now.weekday() + 1) % 7:02d}"),
            _TIME: lambda: digits(f"{now:%H%M%S}"),
            0xC030: lambda: packed(self.meter.constant, 0, 3),
            _NUMBER: lambda: self._number,
        }
        found = singles.get(identifier)
        return found() if found is not None else None

    # --- changing ---

    def _synchronise(self, data: bytes) -> None:
        time = time_of(data)
        if time is not None and abs(time - self.meter.time()) <= _LARGEST_CORRECTION:
            self.meter.set_time(time)

    def _write(self, data: bytes) -> Result:
        identifier, value = int.from_bytes(data[:2], "little"), data[6:]
        if len(data) < 7:
            return _ILLEGAL
        if not self.authorised(data[2:], WRITE_LEVEL):
            return _NOT_AUTHORISED
        now = self.meter.time()
        if identifier == _NUMBER and len(value) == len(self._number):
            self._number = value
            return b""
        if identifier == _DATE and len(value) == 4:
            return self._set_time(time_of(digits(f"{now:%H%M%S}") + value[1:]))
        if identifier == _TIME and len(value) == 3:
            return self._set_time(time_of(value + digits(f"{now:%y%m%d}")))
        return _ILLEGAL if identifier in {_NUMBER, _DATE, _TIME} else _NO_DATA

    def _set_time(self, time: datetime | None) -> Result:
        if time is None:
            return _ILLEGAL
        self.meter.set_time(time)
        return b""

    def _change_baud(self, data: bytes) -> Result:
        if len(data) != 1 or data[0] not in LINES:
            return _NO_BAUD
        self.change_line(LINES[data[0]])
        return data

    def _change_password(self, data: bytes) -> Result:
        if len(data) != 8 or data[4] not in self.passwords:
            return _ILLEGAL
        if data[0] > data[4] or not self.authorised(data, LEVELS):
            return _NOT_AUTHORISED
        self.passwords[data[4]] = data[5:]
        return data[4:]

    def _clear_demand(self, data: bytes) -> Result:
        if data and not self.authorised(data, DEMAND_LEVEL):
            return _NOT_AUTHORISED
        self.meter.clear_demand()
        return b""


def _chosen(values: list[bytes], index: int, *, first: int) -> list[bytes] | None:
    """Give the value of an index, or all for F; None if there is none."""
    if index == 0x0F:
        return values
    return [values[index - first]] if 0 <= index - first < len(values) else None
