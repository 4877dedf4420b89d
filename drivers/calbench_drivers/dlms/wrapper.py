"""Meters that speak DLMS/COSEM on TCP, port 4059 (standards IEC 62056-5-3, -6-1; protocols.md 6.5), read only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange, UnexpectedReply
from calbench.instruments.frames.dlms import Cosem
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

NAME, ENERGY, POWER, FREQUENCY = "0.0.42.0.0.255", "1.0.1.8.0.255", "1.0.1.7.0.255", "1.0.14.7.0.255"
VOLTAGES = {1: "1.0.32.7.0.255", 2: "1.0.52.7.0.255", 3: "1.0.72.7.0.255"}
UNITS = {  # code of the standard -> unit of readings and the factor to it
    27: ("W", Decimal(1)),
    30: ("J", Decimal(3600)),
    33: ("A", Decimal(1)),
    35: ("V", Decimal(1)),
    44: ("Hz", Decimal(1)),
}


class Wrapper:
    """A meter on TCP, port 4059; the `unit` of the link is the address of its management device, 1 if empty.

    Assumed: the public client (16) may read without a password.

    Verified on: frames that two other programs agree on.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=3.0)
    LINKS: ClassVar[tuple[str, ...]] = ("socket",)
    MODELS: ClassVar[tuple[str, ...]] = ("DLMS/COSEM",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.energy.active",
        "measure.power.active",
        "measure.frequency",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "0.0.42.0.0.255": "manual",
        "1.0.1.8.0.255": "manual",
        "1.0.1.7.0.255": "manual",
        "1.0.14.7.0.255": "manual",
        "1.0.32.7.0.255": "manual",
        "1.0.52.7.0.255": "manual",
        "1.0.72.7.0.255": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._resource = link.resource
        self._meter = Cosem(link, transport="wrapper")

    def identify(self) -> Identity:
        """Read the logical device name (0.0.42.0.0.255): three letters of the maker, and a number.

        Raises:
            DeviceError: The meter refused.
            UnexpectedReply: It is no name, or the reply is no frame.
        """
        name = self._meter.data(NAME)
        text = bytes(name).decode("latin-1") if isinstance(name, (bytes, bytearray)) else str(name)
        return Identity(text[:3], "DLMS/COSEM", text[3:], "", text)

    def read_active_energy(self) -> Reading:
        """Read the register of imported active energy (1.0.1.8.0.255), in J; errors as `identify`."""
        return self._reading(ENERGY, "J")

    def read_active_power(self) -> Reading:
        """Read the imported active power of all phases (1.0.1.7.0.255), in W; errors as `identify`."""
        return self._reading(POWER, "W")

    def measure_frequency(self) -> Reading:
        """Read the frequency of the supply (1.0.14.7.0.255), in Hz; errors as `identify`."""
        return self._reading(FREQUENCY, "Hz")

    def read_voltage(self, phase: int) -> Reading:
        """Read the voltage of phase 1, 2 or 3 (1.0.32.7.0.255 and so on), in V.

        Raises:
            OutOfRange: There is no such phase.
        """
        if phase not in VOLTAGES:
            raise OutOfRange(f"A meter has the phases 1, 2 and 3, but no phase {phase}.")
        return self._reading(VOLTAGES[phase], "V")

    def _reading(self, name: str, unit: str) -> Reading:
        number, power, code = self._meter.register(name)
        known, factor = UNITS.get(code, ("", Decimal(1)))
        if known != unit:
            raise UnexpectedReply(
                f"{self._resource}: {name} has the unit code {code}, which is not one for {unit}."
            )
        return Reading(Decimal(number).scaleb(power) * factor, unit, f"{number}E{power}")
