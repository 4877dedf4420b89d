"""Electricity meters that speak DL/T 698.45 (industry standard; protocols.md 6.3), read only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, OutOfRange, UnexpectedReply
from calbench.instruments.frames.asking import ask
from calbench.instruments.frames.dlt698 import ANY, FORM, REPLY, REQUEST, Frame, decode
from calbench.instruments.frames.dlt698_data import Data, parse
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

ADDRESS = "40010200"
GET, GOT, NORMAL = 0x05, 0x85, 0x01
LEAST = 9  # bytes of a reply: head, identifier, result, and one more
WAKE_UP = b"\xfe\xfe\xfe\xfe"


@dataclass(frozen=True)
class _Quantity:
    """An attribute that is a number or a list of numbers: its identifier, decimals, unit, and factor to that unit."""

    oad: str
    decimals: int
    unit: str
    factor: Decimal = Decimal(1)


ENERGY = _Quantity("00100200", 2, "J", Decimal(3_600_000))
VOLTAGE = _Quantity("20000200", 1, "V")
CURRENT = _Quantity("20010200", 3, "A")
POWER = _Quantity("20040200", 1, "W")
FREQUENCY = _Quantity("200F0200", 2, "Hz")


class Meter:
    """A meter on an RS-485 line; its address is the `unit` of the link, and a meter alone is asked for it.

    Scalers are energy 0.01 kWh, voltage 0.1 V, current 0.001 A, power 0.1 W, frequency 0.01 Hz, as the catalogue of the
    package dlt698 has them.

    Assumed: 9600 8E1; of lists the first is the total, or phase A.

    Verified on: a public capture of an address request, and the server of the package dlt698 1.0.1.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=2.0, baud=9600, bits=8, parity="E")
    LINKS: ClassVar[tuple[str, ...]] = ("RS-485",)
    MODELS: ClassVar[tuple[str, ...]] = ("DL/T 698.45",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.energy.active",
        "measure.power.active",
        "measure.frequency",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "40010200": "manual",
        "00100200": "peer",
        "20000200": "peer",
        "20010200": "peer",
        "20040200": "peer",
        "200F0200": "peer",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._address = link.unit.zfill(12) if link.unit else ANY
        self._request = 0

    def identify(self) -> Identity:
        """Read the communication address (40010200) as serial number.

        Raises:
            UnexpectedReply: It is no octet string of digits.
        """
        data = self._get(ADDRESS)
        digits = data.hex() if isinstance(data, bytes) else ""
        if not digits.isdecimal():
            raise UnexpectedReply(f"{self._link.resource}: {ADDRESS}: {data!r} came, which is no address.")
        return Identity("", "DL/T 698.45", digits, "", f"{ADDRESS}: {digits}")

    def read_active_energy(self) -> Reading:
        """Read the register of imported active energy, all tariffs (00100200), in J."""
        return self._reading(ENERGY, 0)

    def read_active_power(self) -> Reading:
        """Read the active power of all phases (20040200), in W."""
        return self._reading(POWER, 0)

    def measure_frequency(self) -> Reading:
        """Read the frequency of the supply (200F0200), in Hz."""
        return self._reading(FREQUENCY, 0)

    def read_voltage(self, phase: int) -> Reading:
        """Read the voltage of phase 1, 2 or 3 (20000200), in V.

        Raises:
            OutOfRange: The meter has no such phase.
        """
        return self._reading(VOLTAGE, phase - 1)

    def read_current(self, phase: int) -> Reading:
        """Read the current of phase 1, 2 or 3 (20010200), in A; errors as `read_voltage`."""
        return self._reading(CURRENT, phase - 1)

    def _reading(self, quantity: _Quantity, index: int) -> Reading:
        data = self._get(quantity.oad)
        numbers = data if isinstance(data, list) else [data]
        if not 0 <= index < len(numbers):
            raise OutOfRange(
                f"{self._link.resource}: {quantity.oad} has {len(numbers)} values, but none at place {index + 1}."
            )
        number = numbers[index]
        if not isinstance(number, int):
            raise UnexpectedReply(
                f"{self._link.resource}: {quantity.oad}: {number!r} came, which is no number."
            )
        value = Decimal(number).scaleb(-quantity.decimals) * quantity.factor
        return Reading(value, quantity.unit, str(data))

    def _get(self, oad: str) -> Data:
        """Read one attribute.

        Raises:
            DeviceError: The meter refused.
            UnexpectedReply: The reply is of another meter, of another request, or no frame.
        """
        self._request = (self._request + 1) % 0x40
        number = 0 if self._address == ANY else self._request
        apdu = bytes([GET, NORMAL, number]) + bytes.fromhex(oad) + b"\x00"
        raw = ask(self._link, WAKE_UP + Frame(self._address, REQUEST, apdu).encoded(), FORM, f"read {oad}")
        came = f"{self._link.resource}: read {oad}: the frame {raw.hex(' ').upper()} came"
        try:
            frame = decode(raw)
        except UnexpectedReply as error:
            raise UnexpectedReply(f"{came}: {error}") from error
        if frame.control != REPLY:
            raise UnexpectedReply(
                f"{came}, which is no reply. If it is the request, add 'echo' to the line setting."
            )
        if self._address not in (ANY, frame.address):
            raise UnexpectedReply(f"{came}, which is of meter {frame.address}, not of {self._address}.")
        if (
            not frame.apdu.startswith(bytes([GOT, NORMAL, number]) + bytes.fromhex(oad))
            or len(frame.apdu) < LEAST
        ):
            raise UnexpectedReply(f"{came}, which answers another request.")
        if frame.apdu[7] != 1:
            raise DeviceError(f"{came}: the meter refused with data access result {frame.apdu[8]}.")
        try:
            return parse(frame.apdu[8:])[0]
        except UnexpectedReply as error:
            raise UnexpectedReply(f"{came}: {error}.") from error
