"""A&D balances of the FX kind: A&D standard format and commands (protocol table 7.5; no manual was at hand)."""

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
ZERO_DIGITS = 5  # of the last place; what counts as zero after `R` and `T`
ACKNOWLEDGE = "\x06"  # where it is enabled: one when a command came, for some one more when it is done
MOST_ACKNOWLEDGES = 4

POWERS = {"t": 3, "kg": 0, "g": -3, "mg": -6}  # unit on the wire -> power of ten that makes it kg
WEIGHT = re.compile(r"(?P<head>[A-Z]{2}),(?P<number>[+-][\d.]{8})(?P<unit>[ A-Za-z%]{3})", re.ASCII)
NUMBER = re.compile(r"[+-]\d+(\.\d+)?", re.ASCII)
STABLE = {"ST": True, "US": False, "PT": None}  # of the heads that are weights


class FX:
    """An A&D balance that answers in A&D standard format.

    Where acknowledges (06h) are enabled, they are passed over. `R` and `T` need no answer: `zero` and `tare` wait
    until the balance is stable within 5 digits of zero. `R` sets zero, and tares a load that is too large for that.

    After a failure the next call first asks `?TN`, whose answer cannot be taken for a weight that comes late.

    Assumed: the form of the replies to `?TN`, `?SN` and `?PT`, and of errors. Any model will do.

    Verified on: protocol tables only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="\r\n", read_end="\r\n", timeout=5.0, baud=2400, bits=7, parity="E"
    )
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.mass",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "?PT": "assumed",
        "?SN": "assumed",
        "?TN": "assumed",
        "Q": "assumed",
        "R": "assumed",
        "T": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._doubt = Doubt(link, lambda: self._information("?TN", "TN,"))

    def identify(self) -> Identity:
        """Ask for model (`?TN`) and serial number (`?SN`); no query for the firmware is known.

        Raises:
            DeviceError: The balance answered with an error code.
            UnexpectedReply: A reply does not begin with `TN,` or `SN,`.
        """
        with self._doubt.settled():
            model, serial = self._information("?TN", "TN,"), self._information("?SN", "SN,")
        return Identity("A&D", model, serial, "", f"?TN {model!r}, ?SN {serial!r}")

    def read_mass(self) -> Reading:
        """Read the indication of this moment (`Q`), in kg; `stable` says whether the balance calls it stable.

        Raises:
            Overload: `OL`: the load is above or below the weighing range.
            DeviceError: The balance answered with an error code.
            UnexpectedReply: Anything else, another unit than t, kg, g or mg included.
        """
        with self._doubt.settled():
            return self._indication()

    def _indication(self) -> Reading:
        return self._weight("Q", ("ST", "US"), self._query("Q"))

    def zero(self) -> None:
        """Set the indication to zero (`R`), and wait until the balance is stable there.

        Raises:
            DeviceError: It was not stable at zero within 40 s, or answered with an error code.
            Overload, UnexpectedReply: As `read_mass`.
        """
        with self._doubt.settled():
            self._link.write("R")
            self._await_zero("R")

    def tare(self) -> Reading:
        """Take what is on the pan as tare (`T`), when stable; give the tare value (`?PT`) in kg.

        Raises:
            DeviceError: It was not stable at zero within 40 s, or answered with an error code.
            Overload, UnexpectedReply: As `read_mass`.
        """
        with self._doubt.settled():
            self._link.write("T")
            self._await_zero("T")
            return self._weight("?PT", ("PT",), self._query("?PT"))

    def _await_zero(self, command: str) -> None:
        if poll(self._at_zero, link=self._link, every=POLL_INTERVAL, within=STABLE_TIMEOUT) is None:
            raise DeviceError(
                f"{self._link.resource}: not stable at zero within {STABLE_TIMEOUT:g} s after `{command}`. The load "
                "may be unsteady, or outside of the range for zero."
            )

    def _at_zero(self) -> Reading | None:
        reading = self._indication()
        digit = Decimal(1).scaleb(int(reading.value.as_tuple().exponent))
        return reading if reading.stable and abs(reading.value) <= ZERO_DIGITS * digit else None

    def _weight(self, command: str, heads: tuple[str, ...], line: str) -> Reading:
        """Read `ST,+00123.45  g`: head, value in 9 characters, unit in 3."""
        if line.startswith("OL,"):
            raise Overload(
                f"{self._link.resource}: the balance answered {line!r} to `{command}`: take weight off, or see that "
                "the pan is in place."
            )
        found = WEIGHT.fullmatch(line)
        unit = found["unit"].strip() if found else ""
        if (
            found is None
            or found["head"] not in heads
            or unit not in POWERS
            or not NUMBER.fullmatch(found["number"])
        ):
            raise self._unexpected(command, line, f"`{heads[0]},+00123.45  g`, in t, kg, g or mg")
        value = Decimal(found["number"]).scaleb(POWERS[unit])
        return Reading(value, "kg", line, stable=STABLE[found["head"]])

    def _information(self, query: str, head: str) -> str:
        line = self._query(query)
        if not (line.startswith(head) and line.isascii() and line.isprintable()):
            raise self._unexpected(query, line, f"a reply that begins with `{head}`")
        return line.removeprefix(head).strip()

    def _query(self, query: str) -> str:
        """Ask; pass over acknowledges, raise an error code, give the line."""
        line = self._link.query(query)
        for _ in range(MOST_ACKNOWLEDGES):
            if line.strip() != ACKNOWLEDGE:
                break
            line = self._link.read()
        if line.startswith("EC,"):
            raise DeviceError(
                f"{self._link.resource}: the balance answered {line!r}, an error, to `{query}`."
            )
        return line

    def _unexpected(self, command: str, line: str, form: str) -> UnexpectedReply:
        return UnexpectedReply(
            f"{self._link.resource}: {line!r} came in answer to `{command}`; A&D standard format has {form}. Check "
            "the format, baud rate and parity, and that the balance does not send by itself."
        )
