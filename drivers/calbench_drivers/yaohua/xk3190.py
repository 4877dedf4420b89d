"""Yaohua XK3190 indicators: A9 continuous output and A12 text output (public descriptions; protocols.md 7.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, Overload, UnexpectedReply
from calbench.instruments.frames import xk3190
from calbench.instruments.frames.layout import NO_FRAME, Search
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

PERIOD = 0.25  # s; the slowest setting sends some five frames a second
POWERS = {"kg": Decimal(1), "g": Decimal("0.001"), "t": Decimal(1000)}
TEXT = re.compile(
    rb"(?P<mark>w[nw])(?P<value>[+-]?\d{1,7}(\.\d{1,4})?)(?P<unit>kg|g|t)\r\n"
    rb"|(?P<state>ST|US|OL),(?P<kind>GS|NT|TR),(?P<number>[+-]?\s*[\d.]{1,10})\s*(?P<base>kg|g|t)\r\n"
)
LONGEST_TEXT = 32
MOST_DECIMALS = 4


@dataclass(frozen=True)
class _Any:
    """Either of the forms that these indicators send: the binary frame, or a line of text."""

    name: str = "XK3190"
    longest: int = LONGEST_TEXT

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place."""
        binary = xk3190.CONTINUOUS.layout.length(data, at)
        if binary:
            return binary
        if data[at : at + 1] not in (b"w", b"S", b"U", b"O"):
            return NO_FRAME
        end = data.find(b"\r\n", at, at + self.longest)
        if end < 0:
            return None if len(data) - at < self.longest else NO_FRAME
        return end + 2 - at

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame."""
        if frame[0] == xk3190.STX:
            return xk3190.CONTINUOUS.layout.flaw(frame)
        return "" if TEXT.fullmatch(frame) else f"{frame!r} is no line that these indicators send"


FORM = Search(_Any())


class XK3190:
    """An indicator that sends its weight by itself: A9 family (binary frame), A12 family (text).

    It cannot tell who it is: `identify` waits for one sound frame, and the serial number stays empty. The binary frame
    says neither the unit, which is taken as kg, nor whether the load is at rest: `stable` is None there. Zero and tare
    are keys of the indicator; the driver has no command for them.

    Assumed: 9600 8N1; everything, from public descriptions.

    Verified on: a frame built from a description.
    """

    LINE: ClassVar[LineFormat] = LineFormat(write_end="", read_end="\r\n", timeout=2.0, baud=9600)
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = ("XK3190",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.mass",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {"XK3190": "assumed"}

    def __init__(self, link: Link) -> None:
        self._link = link

    def identify(self) -> Identity:
        """Wait for one sound frame.

        Raises:
            LinkTimeout: Nothing comes.
            UnexpectedReply: What comes is no frame.
        """
        return Identity("Yaohua", "XK3190", "", "", f"frame {self._frame().hex(' ').upper()}")

    def read_mass(self) -> Reading:
        """Give the weight of the next frame, in kg.

        Raises:
            Overload: The indicator says that the load is out of range.
            UnexpectedReply: The frame holds no number.
        """
        frame = self._frame()
        if frame[0] == xk3190.STX:
            return self._binary(frame)
        found = TEXT.fullmatch(frame)
        if found is None:
            raise UnexpectedReply(f"{self._link.resource}: {frame!r} came, which is no weight.")
        text = frame.decode("ascii")
        if found["state"] == b"OL":
            raise Overload(f"{self._link.resource}: the indicator sent {text!r}: the load is out of range.")
        number = (found["value"] or found["number"]).replace(b" ", b"").decode("ascii")
        if number.count(".") > 1:
            raise UnexpectedReply(f"{self._link.resource}: {text!r} came, which holds no number.")
        unit = (found["unit"] or found["base"]).decode("ascii")
        stable = None if found["state"] is None else found["state"] == b"ST"
        return Reading(Decimal(number) * POWERS[unit], "kg", text, stable)

    def zero(self) -> None:
        """Refuse: the indicator is set to zero with its key.

        Raises:
            DeviceError: Always.
        """
        raise DeviceError(
            f"{self._link.resource}: this indicator takes no command for zero. Press its key, then read."
        )

    def tare(self) -> Reading:
        """Refuse: the indicator is tared with its key.

        Raises:
            DeviceError: Always.
        """
        raise DeviceError(
            f"{self._link.resource}: this indicator takes no command for tare. Press its key, then read."
        )

    def _frame(self) -> bytes:
        """Give a frame that was sent after this call."""
        self._link.discard()
        self._link.wait(PERIOD)
        return self._link.receive(FORM)

    def _binary(self, frame: bytes) -> Reading:
        digits, point = frame[2:8].decode("latin-1"), frame[8] - ord("0")
        if not (digits.isascii() and digits.isdecimal()) or not 0 <= point <= MOST_DECIMALS:
            raise UnexpectedReply(
                f"{self._link.resource}: the frame {frame.hex(' ').upper()} holds no number."
            )
        value = Decimal(digits).scaleb(-point)
        return Reading(-value if frame[1:2] == b"-" else value, "kg", frame.decode("latin-1"))
