"""Data items of DL/T 645 meters, read by their identifiers (protocols.md 6.1, 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from calbench.errors import DeviceError, UnexpectedReply
from calbench.instruments.arrival import shown
from calbench.instruments.frames import bcd
from calbench.instruments.frames.asking import ask
from calbench.instruments.frames.dlt645 import ANY, FORM, WAKE_UP, Frame, decode
from calbench.instruments.link import Link
from calbench.instruments.reading import Reading

_ADDRESS = 0x13  # "read address", in both editions of those that have it
_MOST_FOLLOWING = 255  # the sequence number is one byte
_REFUSALS = (
    "another error",
    "it has no such data",
    "the password is wrong or the access is not allowed",
    "the baud rate cannot be changed",
    "too many year zones",
    "too many day periods",
    "too many tariffs",
)


@dataclass(frozen=True)
class Item:
    """A number that a meter holds.

    Attributes:
        identifier: The data identifier as printed, high byte first: `00010000`.
        length: Bytes of the number.
        decimals: Digits behind the point.
        unit: The unit that readings get.
        factor: What makes that unit of the meter's own (3.6e6 of kWh to J).
        signed: Whether its top bit is a sign.
    """

    identifier: str
    length: int
    decimals: int
    unit: str
    factor: Decimal = Decimal(1)
    signed: bool = False


class Items:
    """What can be read from one meter on a line.

    Args:
        link: The line; its `unit` is the address of the meter, twelve digits; empty if it is alone.
        read: The control byte that reads, 11H (2007) or 01H (1997).
        follow: The control byte that reads on, 12H or 02H.
        numbered: Whether following requests and replies carry a sequence number (2007).
    """

    def __init__(self, link: Link, *, read: int, follow: int, numbered: bool) -> None:
        self._link = link
        self._address = link.unit.zfill(12) if link.unit else ANY
        self._read = read
        self._follow = follow
        self._numbered = numbered

    def reading(self, item: Item) -> Reading:
        """Read a number; errors as `data`."""
        data = self.data(item.identifier)
        what = f"{self._link.resource}: {item.identifier}"
        if len(data) != item.length:
            raise UnexpectedReply(
                f"{what}: {shown(data) or 'nothing'} came, which are not {item.length} bytes."
            )
        try:
            value = bcd.number(data, item.decimals, signed=item.signed)
        except UnexpectedReply as error:
            raise UnexpectedReply(f"{what}: {error}") from error
        return Reading(value * item.factor, item.unit, data.hex(" ").upper())

    def data(self, identifier: str) -> bytes:
        """Read the data behind an identifier, with everything that follows in further frames.

        Raises:
            DeviceError: The meter refused.
            UnexpectedReply: The reply is of another meter, of another request, or no frame.
            LinkTimeout: No meter answers.
        """
        label = bytes.fromhex(identifier)[::-1]
        frame = self._exchange(Frame(self._address, self._read, label), f"read {identifier}")
        found = self._content(frame, label, f"read {identifier}")
        sequence = 0
        while frame.goes_on:
            sequence += 1
            what = f"read {identifier}, continuation {sequence}"
            if sequence > _MOST_FOLLOWING:
                raise UnexpectedReply(
                    f"{self._link.resource}: {what}: the meter says that still more follows."
                )
            number = bytes([sequence]) if self._numbered else b""
            frame = self._exchange(Frame(self._address, self._follow, label + number), what)
            content = self._content(frame, label, what)
            if not content.endswith(number):
                raise UnexpectedReply(
                    f"{self._link.resource}: {what}: number {content[-1:].hex()} came instead."
                )
            found += content[: len(content) - len(number)]
        return found

    def address(self) -> str:
        """Ask the one meter on the line for its address (2007: control 13); errors as `data`."""
        frame = self._exchange(Frame(ANY, _ADDRESS), "read address")
        digits = bcd.digits(frame.data) if len(frame.data) == 6 else ""  # noqa: PLR2004 - bytes of an address
        if digits != frame.address:
            raise UnexpectedReply(
                f"{self._link.resource}: read address: the meter {frame.address} says that its address is "
                f"{shown(frame.data) or 'nothing'}."
            )
        return digits

    def perform(self, function: int, data: bytes, what: str) -> bytes:
        """Have the meter carry out a function that has no identifier; give the data of its reply; errors as `data`."""
        return self._exchange(Frame(self._address, function, data), what).data

    def _exchange(self, request: Frame, what: str) -> Frame:
        """Send a request and give its reply, when it is that of this meter to this request."""
        raw = ask(self._link, WAKE_UP + request.encoded(), FORM, what)
        try:
            reply = decode(raw)
        except UnexpectedReply as error:
            raise UnexpectedReply(f"{self._link.resource}: {what}: {error}") from error
        came = f"{self._link.resource}: {what}: the frame {reply.encoded().hex(' ').upper()} came"
        if not reply.is_reply:
            raise UnexpectedReply(
                f"{came}, which is a request. If the adapter gives back what is sent, add 'echo' to the line setting."
            )
        if request.address not in (ANY, reply.address):
            raise UnexpectedReply(f"{came}, which is of meter {reply.address}, not of {request.address}.")
        if reply.function != request.function:
            raise UnexpectedReply(
                f"{came}, which answers function {reply.function:02X}, not {request.function:02X}."
            )
        if reply.is_error:
            raise DeviceError(f"{came}: the meter refused: {_refusal(reply.data)}.")
        return reply

    def _content(self, frame: Frame, label: bytes, what: str) -> bytes:
        if not frame.data.startswith(label):
            other = frame.data[: len(label)][::-1].hex().upper() or "nothing"
            raise UnexpectedReply(f"{self._link.resource}: {what}: the reply is for {other}.")
        return frame.data[len(label) :]


def _refusal(data: bytes) -> str:
    """Say what the error byte means (DL/T 645-2007, annex; protocols.md 6.1)."""
    if len(data) != 1:
        return f"with {shown(data) or 'no byte'} where one error byte should be"
    reasons = [text for bit, text in enumerate(_REFUSALS) if data[0] >> bit & 1]
    return f"{' and '.join(reasons) or 'no reason given'} (error byte {data[0]:02X})"
