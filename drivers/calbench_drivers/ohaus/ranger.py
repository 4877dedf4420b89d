"""OHAUS Ranger and other scales with the OHAUS command set (OHAUS manual p. 5, AX manual p. 22)."""

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
ZERO_DIGITS = 5  # of the last place; what counts as zero after `Z` and `T`
ACKNOWLEDGE = "OK!"  # to `Z` and `T`, unless it was disabled (`0RL`)

POWERS = {"t": 3, "kg": 0, "g": -3, "mg": -6}  # unit on the wire -> power of ten that makes it kg
WEIGHT = re.compile(
    r"(?P<field>[ \d.+-]{9,12}) (?P<unit>[A-Za-z]{1,5}) *(?P<moving>\?)? *",
    re.ASCII,
)
NUMBER = re.compile(r"(?P<sign>[+-]?) *(?P<digits>\d+(\.\d+)?)", re.ASCII)
LOAD_LIMIT = re.compile(r" *Err(or)? *8\.[34].*", re.IGNORECASE)
TROUBLE = re.compile(r" *Err(or)?\b.*", re.IGNORECASE)


class Ranger:
    """A scale that speaks the OHAUS command set.

    `Z` and `T` are answered with `OK!`, or not at all, as the scale is set. So `zero` and `tare` wait until the
    scale is stable within 5 digits of zero. The tare value is what was read before; where a tare was set already,
    it is what was added to it.

    After a failure the next call first asks `PV`, whose answer cannot be taken for a weight that comes late.

    Assumed: the form of the replies to `PSN` and `PV`; and errors 8.3 and 8.4, which mean over- and underload. No
    query gives the model, so it stays unknown, and any model will do.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="\r\n", read_end="\r\n", timeout=5.0, baud=9600, bits=8, parity="N"
    )
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.mass",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "IP": "manual",
        "PSN": "manual",
        "PV": "manual",
        "T": "manual",
        "Z": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._doubt = Doubt(link, lambda: self._information("PV"))

    def identify(self) -> Identity:
        """Ask for serial number (`PSN`) and version (`PV`); the model stays unknown.

        Raises:
            DeviceError: The scale does not know the command (`ES`), or reports an error.
            UnexpectedReply: A reply is empty, or no text in ASCII.
        """
        with self._doubt.settled():
            serial, version = self._information("PSN"), self._information("PV")
        return Identity("OHAUS", "", serial, version, f"PSN {serial!r}, PV {version!r}")

    def read_mass(self) -> Reading:
        """Read the indication of this moment (`IP`), in kg; `stable` is False where `?` follows the unit.

        Raises:
            Overload: Error 8.3 or 8.4: the load is above or below the weighing range.
            DeviceError: The scale does not know the command (`ES`), or reports another error.
            UnexpectedReply: Anything else, another unit than t, kg, g or mg included.
        """
        with self._doubt.settled():
            return self._weight()

    def _weight(self) -> Reading:
        line = self._query("IP")
        found = WEIGHT.fullmatch(line)
        number = NUMBER.fullmatch(found["field"].strip()) if found else None
        if found is None or number is None or found["unit"] not in POWERS:
            raise UnexpectedReply(
                f"{self._link.resource}: {line!r} came in answer to `IP`; the manual has '    123.45 g', with `?` "
                "while not stable, in t, kg, g or mg. Check that the scale does not send by itself."
            )
        value = Decimal(number["sign"] + number["digits"]).scaleb(POWERS[found["unit"]])
        return Reading(value, "kg", line, stable=found["moving"] is None)

    def zero(self) -> None:
        """Set the indication to zero (`Z`), and wait until the scale is stable there.

        Raises:
            DeviceError: It was not stable at zero within 40 s.
            Overload, UnexpectedReply: As `read_mass`.
        """
        with self._doubt.settled():
            self._link.write("Z")
            self._await_zero("Z")

    def tare(self) -> Reading:
        """Take what is on the pan as tare (`T`), when stable; give what was read before, in kg.

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
            self._link.write("T")
            self._await_zero("T")
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
        return reading if reading.stable else None

    def _information(self, query: str) -> str:
        line = self._query(query)
        text = line.strip()
        if WEIGHT.fullmatch(line) or not (text and text.isascii() and text.isprintable()):
            raise UnexpectedReply(
                f"{self._link.resource}: {line!r} came in answer to `{query}`, which is no name in ASCII."
            )
        return text

    def _query(self, query: str) -> str:
        """Ask; pass over the acknowledge of an earlier command, raise what the scale complains about."""
        line = self._link.query(query)
        if line.strip() == ACKNOWLEDGE:
            line = self._link.read()
        told = f"{self._link.resource}: the scale answered {line!r} to `{query}`"
        if LOAD_LIMIT.fullmatch(line):
            raise Overload(f"{told}: take weight off, or see that the pan is in place.")
        if line.strip() == "ES":
            raise DeviceError(
                f"{told}, or to the command before: it does not know it, or cannot execute it now."
            )
        if TROUBLE.fullmatch(line):
            raise DeviceError(f"{told}: it reports an error.")
        return line
