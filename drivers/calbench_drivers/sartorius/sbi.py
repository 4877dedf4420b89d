"""Sartorius scales with SBI output (Entris II manual p. 3, MSE manual p. 71)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, Overload, UnexpectedReply
from calbench.instruments.doubt import Doubt
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.polling import poll
from calbench.instruments.reading import Identity, Reading, Verified

STABLE_TIMEOUT = 40.0  # s
POLL_INTERVAL = 0.25  # s
ZERO_DIGITS = 5  # of the last place; what counts as zero after `U` and `V`, which are not answered

POWERS = {"t": 3, "kg": 0, "g": -3, "mg": -6}  # unit on the wire -> power of ten that makes it kg
LOAD_LIMITS = {
    "High": "overload: take weight off",
    "Low": "underload: the pan is not in place",
    "H": "overload: take weight off",
    "L": "underload: the pan is not in place",
}

# identification (6 characters, only in lines of 22), sign, value, unit; the counts include CR LF
WEIGHT = re.compile(
    r"(?P<head>[A-Za-z#].{5})?(?P<sign>[+\- ])(?P<field>[ \d.\[\]]{9}|[ \d.\[\]]{11}) (?P<unit>[A-Za-z ]{3})",
    re.ASCII,
)
DIGITS = re.compile(r"(?P<verified>\d+(?:\.\d*)?)(?:\[(?P<more>\d)\])?", re.ASCII)
STATUS = re.compile(r"(?:Stat)? *(?P<words>\S.*?) *", re.ASCII)
TROUBLE = re.compile(r"ERR.*|APP\.ER.*|DIS\.ER.*|PRT\.ER.*|Cal\..*", re.IGNORECASE)


class SBI:
    """A scale with SBI, in lines of 16 or 22 characters.

    The unit is blank while the weight is not stable. So an unstable reading gets the unit of the last stable
    one; before there was one, `read_mass` waits for it. Do not change the unit on the scale during a run.
    A digit in brackets is not verified; it counts in the value and can be told from the text of the reading.

    `U` (tare) and `V` (zero) have no answer: `zero` and `tare` wait until the scale is stable within 5 digits
    of zero. The tare value is what was read before; where a tare was set already, it is what was added to it.

    After a failure the next call first asks `x1_`, whose answer cannot be taken for a weight that comes late.

    Assumed: the form of the replies to `x1_`, `x2_` and `x3_`; their last word is taken. Any model will do.

    Verified on: manual pages, and the balance of labmcp-sartorius 0.1.2.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="\r\n", read_end="\r\n", timeout=5.0, baud=1200, bits=7, parity="O"
    )
    LINKS: ClassVar[tuple[str, ...]] = (
        "RS-232",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.mass",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "\x1bP": "manual",
        "\x1bU": "manual",
        "\x1bV": "manual",
        "\x1bx1_": "manual",
        "\x1bx2_": "manual",
        "\x1bx3_": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._unit = ""  # of the last stable reading
        self._doubt = Doubt(link, lambda: self._information("\x1bx1_"))

    def identify(self) -> Identity:
        """Ask for model, serial number and software (`ESC x1_`, `x2_`, `x3_`).

        Raises:
            DeviceError: The scale reports an error instead.
            UnexpectedReply: A reply is empty, or no text in ASCII.
        """
        with self._doubt.settled():
            model, serial, software = (
                self._information(query) for query in ("\x1bx1_", "\x1bx2_", "\x1bx3_")
            )
        return Identity(
            "Sartorius",
            model.split()[-1],
            serial.split()[-1],
            software.split()[-1],
            f"x1_ {model!r}, x2_ {serial!r}, x3_ {software!r}",
        )

    def read_mass(self) -> Reading:
        """Read the indication of this moment (`ESC P`), in kg; `stable` says whether the unit was sent.

        Raises:
            Overload: `High` or `Low`: the load is above or below the weighing range.
            DeviceError: The scale reports an error, is being adjusted, or was not stable within 40 s at first.
            UnexpectedReply: Anything else, another unit than t, kg, g or mg included.
        """
        with self._doubt.settled():
            reading = poll(self._weight, link=self._link, every=POLL_INTERVAL, within=STABLE_TIMEOUT)
        if reading is None:
            raise DeviceError(
                f"{self._link.resource}: not stable within {STABLE_TIMEOUT:g} s; until it is once, its unit is unknown."
            )
        return reading

    def zero(self) -> None:
        """Set the indication to zero (`ESC V`), and wait until the scale is stable there.

        Raises:
            DeviceError: It was not stable at zero within 40 s.
            Overload, UnexpectedReply: As `read_mass`.
        """
        with self._doubt.settled():
            self._link.write("\x1bV")
            self._await_zero("ESC V")

    def tare(self) -> Reading:
        """Take what is on the pan as tare (`ESC U`), when stable; give what was read before, in kg.

        Raises:
            DeviceError: It was not stable before, or not stable at zero afterwards, within 40 s.
            Overload, UnexpectedReply: As `read_mass`.
        """
        with self._doubt.settled():
            load = poll(self._stable, link=self._link, every=POLL_INTERVAL, within=STABLE_TIMEOUT)
            if load is None:
                raise DeviceError(
                    f"{self._link.resource}: nothing tared: not stable within {STABLE_TIMEOUT:g} s."
                )
            self._link.write("\x1bU")
            self._await_zero("ESC U")
            return load

    def _await_zero(self, command: str) -> None:
        if poll(self._at_zero, link=self._link, every=POLL_INTERVAL, within=STABLE_TIMEOUT) is None:
            raise DeviceError(
                f"{self._link.resource}: not stable at zero within {STABLE_TIMEOUT:g} s after `{command}`. The load "
                "may be unsteady, or outside of the range for zero."
            )

    def _at_zero(self) -> Reading | None:
        reading = self._stable()
        if reading is None:
            return None
        digit = Decimal(1).scaleb(int(reading.value.as_tuple().exponent))
        return reading if abs(reading.value) <= ZERO_DIGITS * digit else None

    def _stable(self) -> Reading | None:
        reading = self._weight()
        return reading if reading is not None and reading.stable else None

    def _weight(self) -> Reading | None:
        """Take one line; None if it has no unit, and none is known."""
        line = self._link.query("\x1bP")
        found = WEIGHT.fullmatch(line)
        digits = DIGITS.fullmatch(found["field"].lstrip(" ")) if found else None
        if found is None or digits is None:
            raise self._complaint("ESC P", line)
        unit = found["unit"].strip()
        if unit and unit not in POWERS:
            raise self._complaint("ESC P", line)
        self._unit = unit or self._unit
        if not self._unit:
            return None
        number = digits["verified"] + (digits["more"] or "")
        value = Decimal(found["sign"].strip() + number).scaleb(POWERS[self._unit])
        return Reading(value, "kg", line, stable=bool(unit))

    def _information(self, query: str) -> str:
        line = self._link.query(query)
        words = STATUS.fullmatch(line)
        if words is None or words["words"] in LOAD_LIMITS or TROUBLE.fullmatch(words["words"]):
            raise self._complaint(query.replace("\x1b", "ESC "), line)
        if WEIGHT.fullmatch(line) or not (line.isascii() and line.isprintable()):
            asked = query.replace("\x1b", "ESC ")
            raise UnexpectedReply(
                f"{self._link.resource}: {line!r} came in answer to `{asked}`: no name in ASCII."
            )
        return line.strip()

    def _complaint(self, command: str, line: str) -> DeviceError | Overload | UnexpectedReply:
        """Give the error for a line that is no weight: a status, an error message, or neither."""
        told = f"{self._link.resource}: {line!r} came in answer to `{command}`"
        status = STATUS.fullmatch(line)
        words = status["words"] if status else ""
        if words in LOAD_LIMITS:
            return Overload(f"{told}: {LOAD_LIMITS[words]}.")
        if TROUBLE.fullmatch(words):
            return DeviceError(f"{told}: it reports an error, or is being adjusted.")
        return UnexpectedReply(
            f"{told}; SBI has lines like 'N     +   123.56 g  ', in t, kg, g or mg. Set the scale to SBI, printing "
            "on request, and check baud rate and parity."
        )
