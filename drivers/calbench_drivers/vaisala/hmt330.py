"""Vaisala HMT330 series humidity and temperature transmitter (user's guide M210566EN p. 102-104)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import Overload, UnexpectedReply
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

QUIET = 0.5  # s; a line that was on its way when output was stopped has come by then (0.1 s at 4800 baud)
FOREIGN_LINES = 8  # that may come before the first answer: echo, prompt, `Serial mode : STOP`

FIELD = re.compile(
    r"(?P<name>[A-Za-z]+)= *(?P<value>[+-]?\d+(?:\.\d+)?|\*[*.]*) *(?P<unit>[%'A-Za-z][^\s=]*)\s*",
    re.ASCII,
)


class HMT330:
    """A transmitter of relative humidity and temperature on its user port, with metric `RH= … T= …` output.

    No documented query gives model or serial number. So `identify` proves the protocol only: it stops
    continuous output and takes one message in the documented form. MAKER AND MODEL ARE ASSUMED.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="\r", read_end="\r", timeout=5.0, baud=4800, bits=7, parity="E"
    )
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = ("HMT330",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "environment.temperature",
        "environment.humidity",
        "measure.temperature",
        "measure.humidity",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {"S": "manual", "SEND": "manual", "SMODE": "manual"}

    def __init__(self, link: Link) -> None:
        self._link = link
        self._quiet = False

    def identify(self) -> Identity:
        """Stop continuous output and take one message; the serial number stays unknown.

        Raises:
            UnexpectedReply: Nothing in the form of a measurement message came.
        """
        text = self._stop()
        return Identity("Vaisala", "HMT330", "", "", text)

    def read_temperature(self) -> Reading:
        """Read the temperature (`SEND`), in degC.

        Raises:
            Overload: The transmitter puts stars in place of the value: it holds it for invalid.
            UnexpectedReply: The message is not in the metric default form.
        """
        return self._read("T", "'C", "degC")

    def read_humidity(self) -> Reading:
        """Read the relative humidity (`SEND`), in %RH.

        Raises:
            Overload: The transmitter puts stars in place of the value: it holds it for invalid.
            UnexpectedReply: The message is not in the default form.
        """
        return self._read("RH", "%RH", "%RH")

    def _read(self, name: str, wire_unit: str, unit: str) -> Reading:
        if not self._quiet:
            self._stop()
        self._link.write("SEND")
        text = self._line()
        fields = _fields(text)
        if fields is None or fields.get(name, ("", ""))[1] != wire_unit:
            raise self._unexpected(text)
        value = fields[name][0]
        if "*" in value:
            raise Overload(
                f"{self._link.resource}: the transmitter marks {name} as invalid: {text!r}. "
                "Look at its display for the error; the probe may be wet, unplugged or in chemical purge."
            )
        return Reading(Decimal(value), unit, text)

    def _stop(self) -> str:
        """Stop continuous output, then drop what was already on its way; give the first whole message.

        In RUN mode only `S` is obeyed. The guides print no reply to `S` and differ in the one to `SMODE`, so
        every line is passed over until one is a measurement message. Its values are not used: they may be
        from before the stop.
        """
        self._quiet = False
        self._link.write("S")
        self._link.write("SMODE STOP")
        self._link.write("SEND")
        lines = []
        for _ in range(FOREIGN_LINES):
            lines.append(_bare(self._link.read()))
            if _fields(lines[-1]) is not None:
                self._link.wait(QUIET)
                self._link.clear()
                self._quiet = True
                return lines[-1]
        raise self._unexpected(" | ".join(lines))

    def _line(self) -> str:
        """Give the first line that is neither empty (prompt, line feed) nor the echo of `SEND`."""
        for _ in range(3):
            line = _bare(self._link.read())
            if line and line.upper() != "SEND":
                return line
        raise self._unexpected("")

    def _unexpected(self, text: str) -> UnexpectedReply:
        self._quiet = False  # whatever happened, begin again with stopping
        return UnexpectedReply(
            f"{self._link.resource}: {text!r} came in answer to `SEND`; the user's guide (p. 102) shows "
            "RH= 98.4 %RH T= 31.1 'C. Set the transmitter to `FORM /` and metric units, the line to 4800 7E1."
        )


def _bare(line: str) -> str:
    """Take the prompt and the blanks around a line off."""
    return line.strip(" \t\r\n>")


def _fields(text: str) -> dict[str, tuple[str, str]] | None:
    """Read `RH= 98.4 %RH T= 31.1 'C` as name -> (value, unit); None if any part of it is something else.

    More quantities may stand in the message: the default output follows the configuration (p. 102).
    """
    found = list(FIELD.finditer(text))
    if not found or "".join(field[0] for field in found) != text:
        return None
    return {field["name"]: (field["value"], field["unit"]) for field in found}
