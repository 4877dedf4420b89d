"""Eastron SDM630 energy meter, written from protocols.md, section 5.6, and the maker's Modbus protocol description."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench.simulation.signals import Phase
from calbench_sim.parts.frames import modbus_server
from calbench_sim.parts.frames.modbus_server import READ_HOLDING, READ_INPUT, ModbusServer, Registers
from calbench_sim.parts.meters import electricity_meter
from calbench_sim.parts.meters.electricity_meter import ElectricityMeter, active, power_factor, reactive

_INPUTS, _HOLDINGS = 0x0180, 0x0058  # registers; what is not described among them reads as zero
_SERIAL_NUMBER: Final = 0xFC00
_BAUD_9600 = 2.0


class SDM630(ModbusServer):
    """An SDM630 3 x 220 V, 5(60) A: input registers of voltages, currents, powers, frequency and energies.

    Terminals and truth: as `ElectricityMeter`. Input registers (function 4), float with the high word first: 0000 U,
    0006 I, 000C P, 0012 S, 0018 Q, 001E power factor and 0024 phase angle of three phases, 002A and 002E mean U and I,
    0030 sum of I, 0034 P, 0038 S, 003C Q, 003E power factor, 0042 phase angle, 0046 f, 0048 and 004A import and export
    (kWh), 004C and 004E (kvarh), 0050 kVAh, 0156 and 0158 total kWh and kvarh. Holding registers (function 3): 0014
    address, 001C baud code, FC00 serial number (integer).

    Assumed: a request that begins or ends within a value is an illegal address; setting is not simulated: other
    functions are illegal. At most 80 registers, as the description says.
    """

    SERIAL = "9600 8N1"
    UNIT = 1
    FUNCTIONS = (READ_HOLDING, READ_INPUT)
    LARGEST = 80
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        electricity_meter.SETTINGS | modbus_server.SETTINGS | {"unit": "Modbus address, 1 to 247; default 1"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._meter = ElectricityMeter(bench)
        digits = "".join(filter(str.isdecimal, bench.serial_number))[-9:] or "0"
        self._serial = int(digits)

    def whole(self, start: int, count: int) -> bool:
        """Tell whether so many registers from there hold whole values."""
        return start % 2 == 0 and count % 2 == 0

    def registers(self, function: int) -> Registers:
        """Give all registers that a function reads, as they are now."""
        registers = Registers()
        if function == READ_HOLDING:
            registers.put(0, bytes(2 * _HOLDINGS))
            registers.put(0x0014, _floats(float(self._unit)))
            registers.put(0x001C, _floats(_BAUD_9600))
            registers.put(_SERIAL_NUMBER, self._serial.to_bytes(4, "big"))
            return registers
        registers.put(0, bytes(2 * _INPUTS))
        self._put_phases(registers, self._meter.load())
        energies = self._meter.registers()
        imported, exported = energies.forward, energies.reverse
        reactive_in, reactive_out = energies.reactive_forward, energies.reactive_reverse
        registers.put(0x0046, _floats(self._meter.frequency(), imported, exported, reactive_in, reactive_out))
        registers.put(0x0050, _floats(energies.apparent))
        registers.put(0x0156, _floats(imported + exported, reactive_in + reactive_out))
        return registers

    def _put_phases(self, registers: Registers, phases: tuple[Phase, ...]) -> None:
        apparent = [phase.voltage * phase.current for phase in phases]
        watts, vars_ = [active(phase) for phase in phases], [reactive(phase) for phase in phases]
        columns = {
            0x0000: [phase.voltage for phase in phases],
            0x0006: [phase.current for phase in phases],
            0x000C: watts,
            0x0012: apparent,
            0x0018: vars_,
            0x001E: [power_factor((phase,)) for phase in phases],
            0x0024: [_degrees(phase.lag) for phase in phases],
        }
        for address, values in columns.items():
            registers.put(address, _floats(*values))
        current = sum(phase.current for phase in phases)
        registers.put(0x002A, _floats(sum(phase.voltage for phase in phases) / len(phases)))
        registers.put(0x002E, _floats(current / len(phases), current))
        registers.put(0x0034, _floats(sum(watts)))
        registers.put(0x0038, _floats(sum(apparent)))
        registers.put(0x003C, _floats(sum(vars_), power_factor(phases)))
        registers.put(0x0042, _floats(_degrees(math.atan2(sum(vars_), sum(watts)))))


def _floats(*values: float) -> bytes:
    return struct.pack(f">{len(values)}f", *values)


def _degrees(angle: float) -> float:
    """Give an angle (rad) in degrees, from -180 to 180."""
    return math.degrees(math.remainder(angle, math.tau))
