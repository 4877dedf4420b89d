"""Water, gas, heat and electricity meters on the M-Bus (standards EN 13757-2 and EN 13757-3; protocols.md 8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange, Overload, UnexpectedReply, UsageError
from calbench.instruments.frames.asking import ask
from calbench.instruments.frames.mbus import ACKNOWLEDGED, LONG, Frame, decode, short
from calbench.instruments.frames.mbus_records import HEAD, Head, Record, head, records
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

REQUESTS = {"SND_NKE": 0x40, "REQ_UD2": 0x5B, "REQ_UD2+FCB": 0x7B}
ANY, LAST_PRIMARY = 254, 250
REPLY, VARIABLE = 0x08, 0x72
BUSY_OR_ERROR = 0x03  # status: application busy, application error
FACTORS = {"Wh": Decimal(3600), "J": Decimal(1)}


class Meter:
    """A meter with a primary address, the `unit` of the link; a meter alone answers 254.

    Assumed: 2400 8E1; the instantaneous value of all tariffs is the first record with storage and tariff 0.

    Verified on: the example of EN 13757-3, in frames of pymeterbus 0.8.5.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=1.0, baud=2400, bits=8, parity="E")
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.volume", "measure.energy.heat", "measure.energy.active")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "SND_NKE": "manual",
        "REQ_UD2": "manual",
        "REQ_UD2+FCB": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._address = _address(link)
        self._toggle = False

    def identify(self) -> Identity:
        """Reset the line (SND_NKE) and read identification number, maker and version out of a reply.

        Raises:
            UnexpectedReply: The reply is not what the standard says.
            LinkTimeout: No meter answers.
        """
        ask(
            self._link, short(REQUESTS["SND_NKE"], self._address), ACKNOWLEDGED, f"SND_NKE to {self._address}"
        )
        self._toggle = False
        who, _ = self._read()
        text = f"{who.maker} {who.identification} version {who.version} medium {who.medium:02X}"
        return Identity(who.maker, f"medium {who.medium:02X}", who.identification, str(who.version), text)

    def read_volume(self) -> Reading:
        """Read the register of volume, in m^3.

        Raises:
            Overload: The meter says that it has no valid value, or that its application is busy or in error.
            OutOfRange: It sends no volume.
            UnexpectedReply: The reply is not what the standard says.
        """
        return self._reading("volume", "m^3")

    def read_heat(self) -> Reading:
        """Read the register of thermal energy, in J; errors as `read_volume`."""
        return self._reading("energy", "J")

    def read_active_energy(self) -> Reading:
        """Read the register of electrical energy, in J; errors as `read_volume`."""
        return self._reading("energy", "J")

    def read_records(self) -> list[Record]:
        """Read all that the meter sends; errors as `identify`."""
        return self._read()[1]

    def _reading(self, quantity: str, unit: str) -> Reading:
        who, found = self._read()
        record = next((one for one in found if one.quantity == quantity and one.current), None)
        if record is None:
            sent = ", ".join(one.quantity or one.raw.hex() for one in found) or "nothing"
            raise OutOfRange(
                f"{self._link.resource}: meter {who.identification} sends no {quantity} now, but {sent}."
            )
        text = record.raw.hex(" ").upper()
        if record.value is None or who.status & BUSY_OR_ERROR:
            raise Overload(
                f"{self._link.resource}: meter {who.identification} has no valid {quantity} now: status "
                f"{who.status:02X}, record {text}."
            )
        return Reading(record.value * FACTORS.get(record.unit, Decimal(1)), unit, text)

    def _read(self) -> tuple[Head, list[Record]]:
        """Request user data (REQ_UD2), with the frame count bit turned each time."""
        what = "REQ_UD2+FCB" if self._toggle else "REQ_UD2"
        raw = ask(self._link, short(REQUESTS[what], self._address), LONG, f"{what} to {self._address}")
        self._toggle = not self._toggle
        frame = decode(raw)
        came = f"{self._link.resource}: {what} to {self._address}: the frame {raw.hex(' ').upper()} came"
        _refuse(frame, self._address, came)
        try:
            return head(frame.data), records(frame.data[HEAD:])
        except UnexpectedReply as error:
            raise UnexpectedReply(f"{came}: {error}.") from error


def _refuse(frame: Frame, address: int, came: str) -> None:
    """Raise if a frame is not the reply of this meter."""
    if frame.control & ~0x30 != REPLY:
        raise UnexpectedReply(f"{came}, whose control {frame.control:02X} is none of a reply.")
    if address not in (ANY, frame.address):
        raise UnexpectedReply(f"{came}, which is of meter {frame.address}.")
    if frame.information != VARIABLE:
        raise UnexpectedReply(f"{came}, whose structure {frame.information:02X} is not the variable one, 72.")


def _address(link: Link) -> int:
    """Give the primary address.

    Raises:
        UsageError: The unit of the link is none.
    """
    if not link.unit:
        return ANY
    if not (link.unit.isascii() and link.unit.isdecimal() and int(link.unit) <= LAST_PRIMARY):
        raise UsageError(
            f"{link.resource}: {link.unit!r} is no primary address. Write unit: and a number from 0 to {LAST_PRIMARY}."
        )
    return int(link.unit)
