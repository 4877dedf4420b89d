"""Eastron SDM630 three-phase meter on Modbus (SDM630 Modbus protocol document; protocols.md 5.6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange
from calbench.instruments.frames.modbus import INPUT, Registers
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

# a reply of Modbus RTU does not say which registers it has, only how many: so each value is read with another number
REGISTERS = {  # name: the first register, and how many
    "0034/total-active-power": (0x0034, 6),
    "0046/frequency": (0x0046, 4),
    "0048/imported-active-energy": (0x0048, 8),
    "0000/U1": (0x0000, 2),
    "0002/U2": (0x0002, 10),
    "0004/U3": (0x0004, 12),
    "0006/I1": (0x0006, 14),
    "0008/I2": (0x0008, 16),
    "000A/I3": (0x000A, 18),
}


class SDM630:
    """A meter on RS-485 (Modbus RTU) or behind a gateway (Modbus TCP), unit 1 if the station names none.

    It has no register that tells who it is: `identify` reads the frequency, so that at least a device that answers
    like a meter of the supply is there; the serial number stays empty.

    Assumed: all registers, from a public register list; floats with the high word first; 9600 8N1.

    Verified on: frames and floats of a server of pymodbus 3.16.1, which knows nothing of this meter.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=1.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = (
        "Modbus RTU",
        "Modbus TCP",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("SDM630",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.energy.active",
        "measure.power.active",
        "measure.frequency",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "0000/U1": "assumed",
        "0002/U2": "assumed",
        "0004/U3": "assumed",
        "0006/I1": "assumed",
        "0008/I2": "assumed",
        "000A/I3": "assumed",
        "0034/total-active-power": "assumed",
        "0046/frequency": "assumed",
        "0048/imported-active-energy": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._registers = Registers(link, 1)

    def identify(self) -> Identity:
        """Check that the device answers with a frequency; see the class."""
        return Identity(
            "Eastron", "SDM630", "", "", f"frequency register: {self._float('0046/frequency'):f} Hz"
        )

    def read_active_energy(self) -> Reading:
        """Read the register of imported active energy (0048), in J."""
        return self._reading("0048/imported-active-energy", "J", Decimal(3_600_000))

    def read_active_power(self) -> Reading:
        """Read the active power of all phases (0034), in W."""
        return self._reading("0034/total-active-power", "W")

    def measure_frequency(self) -> Reading:
        """Read the frequency of the supply (0046), in Hz."""
        return self._reading("0046/frequency", "Hz")

    def read_voltage(self, phase: int) -> Reading:
        """Read the voltage of phase 1, 2 or 3 against neutral (0000 to 0004), in V.

        Raises:
            OutOfRange: There is no such phase.
        """
        return self._reading(_of_phase({1: "0000/U1", 2: "0002/U2", 3: "0004/U3"}, phase), "V")

    def read_current(self, phase: int) -> Reading:
        """Read the current of phase 1, 2 or 3 (0006 to 000A), in A; errors as `read_voltage`."""
        return self._reading(_of_phase({1: "0006/I1", 2: "0008/I2", 3: "000A/I3"}, phase), "A")

    def _reading(self, name: str, unit: str, factor: Decimal = Decimal(1)) -> Reading:
        value = self._float(name)
        return Reading(value * factor, unit, str(value))

    def _float(self, name: str) -> Decimal:
        first, count = REGISTERS[name]
        return self._registers.float32(INPUT, first, count=count)


def _of_phase(names: Mapping[int, str], phase: int) -> str:
    if phase not in names:
        raise OutOfRange(f"A meter has the phases 1, 2 and 3, but no phase {phase}.")
    return names[phase]
