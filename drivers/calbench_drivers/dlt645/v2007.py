"""Electricity meters that speak DL/T 645-2007 (industry standard; protocols.md 6.1, from two public sources)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange, UnexpectedReply
from calbench.instruments.arrival import shown
from calbench.instruments.frames.bcd import digits
from calbench.instruments.frames.dlt645_items import Item, Items
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

KILO, KWH = Decimal(1000), Decimal(3_600_000)
ACTIVE_ENERGY = Item("00010000", 4, 2, "J", KWH)
COMBINED_ENERGY = Item("00000000", 4, 2, "J", KWH, signed=True)
ACTIVE_POWER = Item("02030000", 3, 4, "W", KILO, signed=True)
REACTIVE_POWER = Item("02040000", 3, 4, "var", KILO, signed=True)
APPARENT_POWER = Item("02050000", 3, 4, "VA", KILO, signed=True)
FREQUENCY = Item("02800002", 2, 2, "Hz")
VOLTAGES = {1: Item("02010100", 2, 1, "V"), 2: Item("02010200", 2, 1, "V"), 3: Item("02010300", 2, 1, "V")}
CURRENTS = {
    1: Item("02020100", 3, 3, "A", signed=True),
    2: Item("02020200", 3, 3, "A", signed=True),
    3: Item("02020300", 3, 3, "A", signed=True),
}
CONSTANT = Item("04000409", 3, 0, "1/kWh")
METER_NUMBER = "04000402"
TERMINAL = "1D"  # function: "control the output of the multifunction terminal"
OUTPUTS = {"seconds": 0x00, "demand": 0x01, "tariff": 0x02}


class V2007:
    """A meter on an RS-485 line; its address is the `unit` of the link, and of a meter alone it is asked.

    The sign of currents and powers is the top bit of the highest byte; the package dlt645 has it there too.

    Assumed: the line is 2400 8E1; a reply comes within 2 s (the standard: 0.5 s); function 1D, of which two public
    programs are known, and that its reply repeats the byte.

    Verified on: public captures of frames, and the meter of the package dlt645 3.2.0.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=2.0, baud=2400, bits=8, parity="E")
    LINKS: ClassVar[tuple[str, ...]] = (
        "RS-485",
        "optical",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("DL/T 645-2007",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.energy.active",
        "measure.power.active",
        "measure.power.reactive",
        "measure.power.apparent",
        "measure.frequency",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "00010000": "peer",
        "00000000": "peer",
        "02010100": "peer",
        "02010200": "peer",
        "02010300": "peer",
        "02020100": "peer",
        "02020200": "peer",
        "02020300": "peer",
        "02030000": "peer",
        "02040000": "peer",
        "02050000": "peer",
        "02800002": "peer",
        "1D": "assumed",
        "04000402": "peer",
        "04000409": "peer",
    }

    def __init__(self, link: Link) -> None:
        self._items = Items(link, read=0x11, follow=0x12, numbered=True)

    def identify(self) -> Identity:
        """Read the meter number (04000402), twelve digits, as serial number."""
        data = self._items.data(METER_NUMBER)
        return Identity("", "DL/T 645-2007", digits(data), "", f"{METER_NUMBER}: {data.hex(' ').upper()}")

    def read_address(self) -> str:
        """Ask the only meter on the line for its communication address (control 13), twelve digits."""
        return self._items.address()

    def read_active_energy(self) -> Reading:
        """Read the register of imported active energy, all tariffs (00010000), in J; its text is in 0.01 kWh."""
        return self._items.reading(ACTIVE_ENERGY)

    def read_combined_energy(self) -> Reading:
        """Read the combined active energy, which may be negative (00000000), in J."""
        return self._items.reading(COMBINED_ENERGY)

    def read_active_power(self) -> Reading:
        """Read the active power of all phases (02030000), in W."""
        return self._items.reading(ACTIVE_POWER)

    def read_reactive_power(self) -> Reading:
        """Read the reactive power of all phases (02040000), in var."""
        return self._items.reading(REACTIVE_POWER)

    def read_apparent_power(self) -> Reading:
        """Read the apparent power of all phases (02050000), in VA."""
        return self._items.reading(APPARENT_POWER)

    def measure_frequency(self) -> Reading:
        """Read the frequency of the supply (02800002), in Hz."""
        return self._items.reading(FREQUENCY)

    def read_voltage(self, phase: int) -> Reading:
        """Read the voltage of phase 1, 2 or 3 (02010100 to 02010300), in V.

        Raises:
            OutOfRange: There is no such phase.
        """
        return self._items.reading(_of_phase(VOLTAGES, phase))

    def read_current(self, phase: int) -> Reading:
        """Read the current of phase 1, 2 or 3 (02020100 to 02020300), in A; errors as `read_voltage`."""
        return self._items.reading(_of_phase(CURRENTS, phase))

    def read_constant(self) -> Reading:
        """Read the constant of the active pulse output (04000409), in pulses per kWh."""
        return self._items.reading(CONSTANT)

    def select_terminal_output(self, output: str) -> None:
        """Have the multifunction terminal put out `seconds` (1 Hz, of its clock), `demand` periods or `tariff` changes.

        Raises:
            OutOfRange: There is no such output.
            DeviceError: The meter refused.
            UnexpectedReply: It says that its terminal puts out something else.
        """
        if output not in OUTPUTS:
            raise OutOfRange(f"No terminal puts out {output!r}; there are {', '.join(OUTPUTS)}.")
        asked = bytes([OUTPUTS[output]])
        said = self._items.perform(int(TERMINAL, 16), asked, f"terminal output {output}")
        if said != asked:
            raise UnexpectedReply(
                f"terminal output {output}: the meter says {shown(said) or 'nothing'} instead of {shown(asked)}."
            )


def _of_phase(items: Mapping[int, Item], phase: int) -> Item:
    if phase not in items:
        raise OutOfRange(f"A meter has the phases 1, 2 and 3, but no phase {phase}.")
    return items[phase]
