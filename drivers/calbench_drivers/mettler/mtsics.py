"""Mettler-Toledo scales: MT-SICS level 0 and 1 (AT balances manual p. 87, AL-IC p. 72, XPR manual)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, Overload, UnexpectedReply
from calbench.instruments.doubt import Doubt
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

STABLE_TIMEOUT = 40.0  # s; `Z` and `T` answer when the pan is quiet, or when the scale gives up (`I`)

POWERS = {"t": 3, "kg": 0, "g": -3, "mg": -6}  # unit on the wire -> power of ten that makes it kg
REFUSALS = {
    "I": "not executable now (busy with another command, or the load did not become stable in time)",
    "L": "a parameter is wrong",
    "ES": "syntax error: it does not know this command",
    "ET": "transmission error: check baud rate, parity and the cable",
    "EL": "logical error: it cannot execute this command",
}
LOAD_LIMITS = {
    "+": "overload: take weight off, or ask for a smaller load",
    "-": "underload: the pan is not in place",
}

WEIGHT = re.compile(r"(?P<state>[SD]) (?P<field>[ \d.+-]{10}) (?P<unit>\S+)", re.ASCII)
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
BALANCE = re.compile(r"(?P<model>\S.*\S|\S) +\d+(\.\d+)? (kg|g|mg|t)")


class MTSICS:
    """A scale or balance that speaks MT-SICS, on a serial line or a raw socket.

    `I2` gives a type name that differs for every model, and any model that speaks levels 0 and 1 will do:
    so `MODELS` is `("*",)`, any model, and the serial number of `I4` is what tells one unit from another.

    After a failure the next call first asks `I4`, whose answer cannot be taken for a weight that comes late.

    Verified on: manual pages, and mt-sics-emulator 0.1.1 (identity, tare, zero).
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="\r\n", read_end="\r\n", timeout=5.0, baud=9600, bits=8, parity="N"
    )
    LINKS: ClassVar[tuple[str, ...]] = (
        "RS-232",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.mass",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "I2": "manual",
        "I3": "manual",
        "I4": "manual",
        "SI": "manual",
        "SIH": "assumed",  # that there is such a command is in the manual, the form of its reply is not
        "T": "manual",
        "Z": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._doubt = Doubt(link, lambda: self._information("I4"))

    def identify(self) -> Identity:
        """Ask `I4` (serial number), `I2` (type and capacity) and `I3` (software).

        Where `I2` ends in capacity and unit, as the manual shows, they are left out of the model.

        Raises:
            UnexpectedReply: A reply has not the form `I4 A "text"`.
            DeviceError: The scale refused.
        """
        with self._doubt.settled():
            serial, balance, software = (self._information(command) for command in ("I4", "I2", "I3"))
        named = BALANCE.fullmatch(balance)
        model = named["model"] if named else balance
        return Identity(
            "Mettler-Toledo", model, serial, software, f"I2 {balance!r}, I3 {software!r}, I4 {serial!r}"
        )

    def read_mass(self) -> Reading:
        """Read the net weight now (`SI`), in kg; `stable` says whether the scale calls it stable.

        Raises:
            Overload: `S +` or `S -`: the load is above or below the weighing range.
            DeviceError: The scale refused (`S I`, `ES`, `ET`, `EL`).
            UnexpectedReply: Anything else, another unit than t, kg, g or mg included.
        """
        with self._doubt.settled():
            return self._weight("SI", "S", self._link.query("SI"))

    def read_mass_high_resolution(self) -> Reading:
        """Read the net weight now with more digits than are displayed (`SIH`), in kg; for tests of OIML R 76.

        Level 3; not every scale has it. The reply is taken to be like the one to `SI`.

        Raises:
            DeviceError: The scale refused; `ES` if it does not have the command.
            Overload, UnexpectedReply: As `read_mass`.
        """
        with self._doubt.settled():
            return self._weight("SIH", "S", self._link.query("SIH"))

    def zero(self) -> None:
        """Set a new zero (`Z`), when the pan is stable.

        Raises:
            Overload: `Z +` or `Z -`: the load is outside the zero-setting range.
            DeviceError: The scale refused (`Z I`: not stable in time).
            UnexpectedReply: Any other reply.
        """
        with self._doubt.settled():
            reply = self._link.query("Z", timeout=STABLE_TIMEOUT)
            if self._answer("Z", "Z", reply) != "A":
                raise self._unexpected("Z", reply, "`Z A`")

    def tare(self) -> Reading:
        """Take what is on the pan as tare (`T`), when stable; give the tare weight in kg.

        Raises:
            Overload: `T +` or `T -`: the load is outside the taring range.
            DeviceError: The scale refused (`T I`: not stable in time).
            UnexpectedReply: Any other reply.
        """
        with self._doubt.settled():
            return self._weight("T", "T", self._link.query("T", timeout=STABLE_TIMEOUT))

    def _information(self, command: str) -> str:
        """Read a quoted text: `I4 A "B021002593"`."""
        reply = self._link.query(command)
        quoted = re.fullmatch(r'A "([^"]*)"', self._answer(command, command, reply))
        if quoted is None:
            raise self._unexpected(command, reply, f'`{command} A "text"`')
        return quoted[1].strip()

    def _weight(self, command: str, head: str, reply: str) -> Reading:
        """Read `S S     100.00 g`: state, value right-aligned in ten characters, unit."""
        form = f"`{head} S     100.00 g`, the value right-aligned in 10 characters, in t, kg, g or mg"
        weight = WEIGHT.fullmatch(self._answer(command, head, reply))
        if weight is None or weight["unit"] not in POWERS:
            raise self._unexpected(command, reply, form)
        digits = weight["field"].lstrip(" ")
        if NUMBER.fullmatch(digits) is None:
            raise self._unexpected(command, reply, form)
        value = Decimal(digits).scaleb(POWERS[weight["unit"]])
        return Reading(value, "kg", reply, stable=weight["state"] == "S")

    def _answer(self, command: str, head: str, reply: str) -> str:
        """Give what follows the head of the reply, or raise what the scale complains about."""
        body = reply.removeprefix(f"{head} ")
        if reply in ("ES", "ET", "EL") or (body != reply and body in REFUSALS):
            raise DeviceError(
                f"{self._link.resource}: the scale answered {reply!r} to `{command}`: {REFUSALS[body]}."
            )
        if body != reply and body in LOAD_LIMITS:
            raise Overload(
                f"{self._link.resource}: the scale answered {reply!r} to `{command}`: {LOAD_LIMITS[body]}."
            )
        if body == reply:
            raise self._unexpected(command, reply, f"a reply that begins with `{head} `")
        return body

    def _unexpected(self, command: str, reply: str, form: str) -> UnexpectedReply:
        return UnexpectedReply(
            f"{self._link.resource}: {reply!r} came in answer to `{command}`; MT-SICS allows {form}. "
            "Check that nothing else uses the line, and that the scale does not send by itself or restart."
        )
