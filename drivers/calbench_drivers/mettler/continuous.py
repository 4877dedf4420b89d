"""Scales with Toledo continuous output (WILDCAT service manual, p. 6-4 and 6-5; protocols.md 7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, Overload, UnexpectedReply
from calbench.instruments.frames import toledo
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

PERIOD = 0.3  # s; the slowest of these scales send three frames a second
COMMANDS_IN = {"zero": "Z", "tare": "T"}
DECIMALS = {0: -2, 1: -1, 2: 0, 3: 1, 4: 2, 5: 3, 6: 4, 7: 5}  # status byte A, bits 0 to 2
TON = {"kg": Decimal(1), "lb": Decimal("0.45359237"), "g": Decimal("0.001"), "t": Decimal(1000)}
NET, NEGATIVE, BEYOND, MOTION, KILOGRAM, UNZEROED = 0x01, 0x02, 0x04, 0x08, 0x10, 0x40
UNITS = {0: "", 1: "g", 2: "t"}  # status byte C, bits 0 to 2: 0 is that of status byte B
EXPANDED = 0x10


class Continuous:
    """A scale or indicator that sends its weight by itself, some times a second, with tare and checksum.

    It cannot tell who it is: `identify` waits for one sound frame, and the serial number stays empty.

    Assumed: unit code 2 in status byte C is the tonne; zero and tare are carried out within three frames.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="", read_end="\r", timeout=2.0, baud=9600, bits=7, parity="E"
    )
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = ("Toledo continuous",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.mass",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {"Z": "manual", "T": "manual"}

    def __init__(self, link: Link) -> None:
        self._link = link
        self._tared = False  # by this driver, as far as it knows

    def identify(self) -> Identity:
        """Wait for one sound frame.

        Raises:
            LinkTimeout: Nothing comes.
            UnexpectedReply: What comes is no frame.
        """
        frame = self._frame()
        return Identity("Mettler-Toledo", "Toledo continuous", "", "", f"frame {frame.hex(' ').upper()}")

    def read_mass(self) -> Reading:
        """Give the weight of the next frame, in kg; `stable` is false while the scale reports motion.

        Raises:
            Overload: The scale says that the load is out of range.
            DeviceError: It was not zeroed since it was switched on; or it does not show a net weight any more after
                `tare`.
            UnexpectedReply: The status bytes or the unit are none of the manual's.
        """
        frame = self._frame()
        reading = self._reading(frame, 4)
        if self._tared and not frame[2] & NET:
            self._tared = False
            raise DeviceError(
                f"{self._link.resource}: the frame {frame.hex(' ').upper()} came: the tare is gone. The scale was "
                f"switched off and on, or the tare was cleared at its keys. Tare again, or read again without a tare."
            )
        return reading

    def zero(self) -> None:
        """Set the indication to zero (`Z`), and see that the next frames show it.

        Raises:
            DeviceError: The indication is not zero afterwards: the scale refused, or the load moves.
        """
        self._tared = False  # zeroing clears a tare
        self._link.write(COMMANDS_IN["zero"])
        reading = self._after_command()
        if reading.value != 0:
            raise DeviceError(
                f"{self._link.resource}: after `Z` the scale indicates {reading}, not zero. Unload it."
            )

    def tare(self) -> Reading:
        """Tare (`T`), and give the tare value in kg.

        Raises:
            DeviceError: The scale does not show a net weight afterwards.
        """
        self._link.write(COMMANDS_IN["tare"])
        self._after_command()
        frame = self._frame()
        if not frame[2] & NET:
            raise DeviceError(f"{self._link.resource}: after `T` the scale does not show a net weight.")
        self._tared = True
        return self._reading(frame, 10)

    def _after_command(self) -> Reading:
        """Give the first indication that is settled, of three frames after a command."""
        for _ in range(3):
            reading = self._reading(self._frame(), 4)
            if reading.stable:
                return reading
        raise DeviceError(f"{self._link.resource}: the scale does not come to rest after a command.")

    def _frame(self) -> bytes:
        """Give a frame that was sent after this call."""
        self._link.discard()
        self._link.wait(PERIOD)
        return toledo.plain(self._link.receive(toledo.form()))

    def _reading(self, frame: bytes, at: int) -> Reading:
        """Read the six digits that begin at a place of a frame."""
        first, second, third = frame[1:4]
        came = f"{self._link.resource}: the frame {frame.hex(' ').upper()} came"
        if second & BEYOND:
            raise Overload(f"{came}: the load is above or below the weighing range.")
        if second & UNZEROED:
            raise DeviceError(f"{came}: the scale was not zeroed since it was switched on. Set it to zero.")
        code = UNITS.get(third & 0x07)
        digits = frame[at : at + 6].decode("ascii").strip()
        if code is None or not digits.isdecimal():
            raise UnexpectedReply(f"{came}, whose unit or digits are none of the manual's.")
        unit = code or ("kg" if second & KILOGRAM else "lb")
        decimals = DECIMALS[first & 0x07] + (1 if third & EXPANDED else 0)
        value = Decimal(digits).scaleb(-decimals) * TON[unit]
        negative = at == 4 and second & NEGATIVE  # noqa: PLR2004 - of the weight, not of the tare
        return Reading(
            -value if negative else value, "kg", frame.decode("latin-1"), stable=not second & MOTION
        )
