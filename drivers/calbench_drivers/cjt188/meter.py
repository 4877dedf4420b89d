"""Water, heat and gas meters that speak CJ/T 188-2004 (industry standard; protocols.md 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, OutOfRange, UnexpectedReply
from calbench.instruments.frames import bcd
from calbench.instruments.frames.asking import ask
from calbench.instruments.frames.cjt188 import ANY, FORM, Frame, decode
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

IDENTIFIERS = {"901F": b"\x1f\x90", "810A": b"\x0a\x81"}
READ, READ_ADDRESS = 0x01, 0x03
ANY_KIND = 0xAA
WAKE_UP = b"\xfe\xfe\xfe\xfe"
KINDS = {
    0x10: "cold water", 0x11: "hot water", 0x12: "drinking water", 0x13: "reclaimed water", 0x19: "water",
    0x20: "heat", 0x21: "cold", 0x30: "gas", 0x40: "electricity",
}  # fmt: skip
VOLUMES = {0x2C: Decimal(1), 0x35: Decimal("0.001")}  # m^3, L
ENERGIES = {
    0x01: Decimal(1), 0x0B: Decimal(1000), 0x0E: Decimal(1_000_000), 0x11: Decimal(1_000_000_000),
    0x05: Decimal(3_600_000), 0x08: Decimal(3_600_000_000),
}  # fmt: skip # J, kJ, MJ, GJ, kWh, MWh


class Meter:
    """A meter with a fourteen-digit address, the `unit` of the link; a meter alone answers AA….

    The kind of meter (water, heat, gas) is asked for with the address, and told by its reply.

    Assumed: 2400 8E1; the identifier goes out low byte first (1F 90), as most makers have it, and a reply may have it
    in either order; the first value of the reply to 901F is the current register.

    Verified on: a request frame of a public description only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=2.0, baud=2400, bits=8, parity="E")
    LINKS: ClassVar[tuple[str, ...]] = ("RS-485",)
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.volume", "measure.energy.heat")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {"901F": "assumed", "810A": "assumed"}

    def __init__(self, link: Link) -> None:
        self._link = link
        self._address = link.unit.zfill(14) if link.unit else ANY
        self._kind = ANY_KIND
        self._serial = 0

    def identify(self) -> Identity:
        """Read the address of the meter (control 03) as serial number, and its kind.

        Raises:
            UnexpectedReply: The reply is of another meter, or no frame.
            LinkTimeout: No meter answers.
        """
        frame = self._exchange(READ_ADDRESS, IDENTIFIERS["810A"], "read address")
        self._kind = frame.kind
        kind = KINDS.get(frame.kind, f"type {frame.kind:02X}")
        return Identity("", kind, frame.address, "", f"{kind} meter {frame.address}")

    def read_volume(self) -> Reading:
        """Read the register of volume (901F), in m^3.

        Raises:
            DeviceError: The meter refused.
            OutOfRange: The register is one of energy.
            UnexpectedReply: The register is in no unit that is known, or the reply is not what the standard says.
        """
        return self._register(VOLUMES, "m^3")

    def read_heat(self) -> Reading:
        """Read the register of thermal energy (901F), in J; errors as `read_volume`."""
        return self._register(ENERGIES, "J")

    def _register(self, factors: Mapping[int, Decimal], unit: str) -> Reading:
        frame = self._exchange(READ, IDENTIFIERS["901F"], "read 901F")
        value = frame.data[3:8]
        text = value.hex(" ").upper()
        where = f"{self._link.resource}: read 901F"
        if len(value) == 5 and value[4] in {*VOLUMES, *ENERGIES} - set(factors):  # noqa: PLR2004 - four bytes and a unit
            kind = KINDS.get(frame.kind, f"type {frame.kind:02X}")
            raise OutOfRange(f"{where}: this {kind} meter has no register in {unit}: {text} came.")
        if len(value) < 5 or value[4] not in factors:  # noqa: PLR2004 - four bytes and a unit
            units = ", ".join(f"{code:02X}" for code in factors)
            raise UnexpectedReply(
                f"{where}: {text or 'nothing'} came, which ends with none of the units {units}."
            )
        try:
            number = bcd.number(value[:4], 2)
        except UnexpectedReply as error:
            raise UnexpectedReply(f"{where}: {error}") from error
        return Reading(number * factors[value[4]], unit, text)

    def _exchange(self, control: int, identifier: bytes, what: str) -> Frame:
        """Send a request and give its reply, when it is that of this meter to this request."""
        self._serial = (self._serial + 1) % 256
        request = Frame(self._kind, self._address, control, identifier + bytes([self._serial]))
        raw = ask(self._link, WAKE_UP + request.encoded(), FORM, what)
        came = f"{self._link.resource}: {what}: the frame {raw.hex(' ').upper()} came"
        try:
            reply = decode(raw)
        except UnexpectedReply as error:
            raise UnexpectedReply(f"{came}: {error}") from error
        if not reply.is_reply:
            raise UnexpectedReply(
                f"{came}, which is a request. If the adapter gives back what is sent, add 'echo' to the line setting."
            )
        if self._address not in (ANY, reply.address):
            raise UnexpectedReply(f"{came}, which is of meter {reply.address}, not of {self._address}.")
        if reply.is_error:
            raise DeviceError(f"{came}: the meter refused.")
        wanted = {identifier + bytes([self._serial]), identifier[::-1] + bytes([self._serial])}
        if reply.control != control | 0x80 or reply.data[:3] not in wanted:
            raise UnexpectedReply(f"{came}, which answers another request.")
        return reply
