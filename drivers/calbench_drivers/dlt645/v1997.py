"""Electricity meters that speak DL/T 645-1997 (industry standard; protocols.md 6.2, with captures)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange
from calbench.instruments.frames.dlt645_items import Item, Items
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

ACTIVE_ENERGY = Item("9010", 4, 2, "J", Decimal(3_600_000))
ACTIVE_POWER = Item("B630", 3, 4, "W", Decimal(1000))
VOLTAGES = {1: Item("B611", 2, 0, "V"), 2: Item("B612", 2, 0, "V"), 3: Item("B613", 2, 0, "V")}
CURRENTS = {1: Item("B621", 2, 2, "A"), 2: Item("B622", 2, 2, "A"), 3: Item("B623", 2, 2, "A")}
METER_NUMBER = "C032"


class V1997:
    """A meter on an RS-485 line; its address is the `unit` of the link.

    Assumed: the line is 1200 8E1; C032 is the meter number, of six bytes; currents have two bytes.

    Verified on: public captures of frames only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=2.0, baud=1200, bits=8, parity="E")
    LINKS: ClassVar[tuple[str, ...]] = (
        "RS-485",
        "optical",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("DL/T 645-1997",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.energy.active", "measure.power.active")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "9010": "manual",
        "B630": "manual",
        "B611": "manual",
        "B612": "manual",
        "B613": "manual",
        "B621": "manual",
        "B622": "assumed",
        "B623": "assumed",
        "C032": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._items = Items(link, read=0x01, follow=0x02, numbered=False)

    def identify(self) -> Identity:
        """Read the meter number (C032) as serial number."""
        data = self._items.data(METER_NUMBER)
        serial = data[::-1].hex().upper()
        return Identity("", "DL/T 645-1997", serial, "", f"{METER_NUMBER}: {data.hex(' ').upper()}")

    def read_active_energy(self) -> Reading:
        """Read the register of imported active energy (9010), in J; its text is in 0.01 kWh."""
        return self._items.reading(ACTIVE_ENERGY)

    def read_active_power(self) -> Reading:
        """Read the active power of all phases (B630), in W."""
        return self._items.reading(ACTIVE_POWER)

    def read_voltage(self, phase: int) -> Reading:
        """Read the voltage of phase 1, 2 or 3 (B611 to B613), in whole V.

        Raises:
            OutOfRange: There is no such phase.
        """
        return self._items.reading(_of_phase(VOLTAGES, phase))

    def read_current(self, phase: int) -> Reading:
        """Read the current of phase 1, 2 or 3 (B621 to B623), in A; errors as `read_voltage`."""
        return self._items.reading(_of_phase(CURRENTS, phase))


def _of_phase(items: Mapping[int, Item], phase: int) -> Item:
    if phase not in items:
        raise OutOfRange(f"A meter has the phases 1, 2 and 3, but no phase {phase}.")
    return items[phase]
