"""Vaisala humidity and temperature transmitter with Modbus, written from protocols.md, section 5.6."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench_sim.parts.frames import modbus_server
from calbench_sim.parts.frames.modbus_server import READ_HOLDING, ModbusServer, Registers
from calbench_sim.parts.process import humidity
from calbench_sim.parts.process.humidity import Probe

_FLOATS: Final = {"RH": 0x0000, "T": 0x0002, "TD": 0x0006}
_INTEGERS: Final = {"RH": 0x0100, "T": 0x0101}
_INVALID = -0x8000  # what an integer says where there is no value


class ModbusTRH(ModbusServer):
    """A transmitter in the air of the room: RH (%), T and dew point (degC) as floats, RH and T as integers times 100.

    Truth, logged at each request: `temperature` (degC) and `humidity` (%RH) of the room.

    Floats have the low word first. Assumed: a float without a value is a quiet NaN, an integer -32768; registers
    between those of the table read as zero up to 0007, others do not exist; only function 3 reads.
    """

    SERIAL = "19200 8N2"
    UNIT = 240
    FUNCTIONS = (READ_HOLDING,)
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        humidity.SETTINGS | modbus_server.SETTINGS | {"unit": "Modbus address, 1 to 247; default 240"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._probe = Probe(bench)

    def registers(self, function: int) -> Registers:  # noqa: ARG002 - only one function reads
        """Give all registers as they are now."""
        values = self._probe.values()
        registers = Registers()
        registers.put(0, bytes(16))
        for name, address in _FLOATS.items():
            value = values[name]
            data = struct.pack(">f", math.nan if value is None else value)
            registers.put(address, data[2:] + data[:2])
        for name, address in _INTEGERS.items():
            value = values[name]
            registers.put(address, struct.pack(">h", _INVALID if value is None else round(100 * value)))
        return registers
