"""Meters that speak IEC 62056-21, mode C (standard IEC 62056-21:2002, clauses 6.3 to 6.6; protocols.md 6.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, UnexpectedReply
from calbench.instruments.frames.asking import ask
from calbench.instruments.frames.iec62056 import ACK, BLOCK, COMMAND, IDENTIFICATION, command, content
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Reading, Verified

ENERGY, SERIAL, ERROR = "1.8.0", "0.0.0", "ER"
LONGEST_PAUSE = (
    2.2  # s until a meter begins to answer (standard: 1.5 s), with room for its first byte at 300 baud
)
READ_OUT = 60.0  # s for a whole read-out at 300 baud
FACTORS = {"Wh": Decimal(3600), "kWh": Decimal(3_600_000), "MWh": Decimal(3_600_000_000)}

LINE = re.compile(r"(?P<address>[^()\r\n]*)\((?P<value>[^()*\r\n]*)(\*(?P<unit>[^()\r\n]*))?\).*")
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class ModeC:
    """A meter on an optical head or an RS-485 line; its device address is the `unit` of the link, empty for any.

    The driver stays at the baud rate of the line: it proposes 300 baud in its acknowledgement, which every meter must
    accept. A gateway with a faster fixed line is set in the station.

    Assumed: registers are named by reduced OBIS codes (1.8.0, 0.0.0); no password is needed to read.

    Verified on: messages that iec62056-21 0.0.2 builds and parses.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="", read_end="\r\n", timeout=LONGEST_PAUSE, baud=300, bits=7, parity="E"
    )
    LINKS: ClassVar[tuple[str, ...]] = (
        "optical",
        "RS-485",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("measure.energy.active",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "/?": "manual",
        "000": "manual",
        "001": "manual",
        "R1": "manual",
        "B0": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link

    def identify(self) -> Identity:
        """Sign on: maker (three letters) and model; the serial number is register 0.0.0 of the read-out.

        Raises:
            UnexpectedReply: The identification or the data block is not what the standard says.
            LinkTimeout: No meter answers.
        """
        maker, model = self._sign_on()
        registers = self._read_out()
        return Identity(maker, model, registers.get(SERIAL, ""), "", f"/{maker} {model}")

    def read_active_energy(self) -> Reading:
        """Read the register of imported active energy (1.8.0), in J.

        Raises:
            DeviceError: The meter refused.
            UnexpectedReply: It is no number with a unit of energy, or no data block.
        """
        text = self.read_register(ENERGY)
        found = LINE.fullmatch(text)
        factor = FACTORS.get(found["unit"] or "") if found else None
        if found is None or factor is None or not NUMBER.fullmatch(found["value"]):
            raise UnexpectedReply(
                f"{self._link.resource}: {ENERGY}: {text!r} came, which is no number with {', '.join(FACTORS)}."
            )
        return Reading(Decimal(found["value"]) * factor, "J", text)

    def read_registers(self) -> dict[str, str]:
        """Read out everything that the meter sends: what stands in brackets, by address; errors as `identify`."""
        self._sign_on()
        return self._read_out()

    def read_register(self, address: str) -> str:
        """Read one register in programming mode (R1), and leave that mode; errors as `read_active_energy`."""
        self._sign_on()
        self._acknowledge("001")
        self._link.receive(COMMAND)  # the meter asks for a password, which reading does not need
        reply = content(ask(self._link, command("R1", f"{address}()"), BLOCK, f"R1 {address}"))
        self._link.send(command("B0"))
        text = reply.strip("\r\n")
        found = LINE.fullmatch(text)
        if text.startswith(f"({ERROR}") or (found is not None and found["value"].startswith(ERROR)):
            raise DeviceError(f"{self._link.resource}: R1 {address}: the meter refused with {text!r}.")
        if found is None or found["address"] not in ("", address):
            raise UnexpectedReply(f"{self._link.resource}: R1 {address}: {text!r} came.")
        return text

    def _sign_on(self) -> tuple[str, str]:
        """Send the request; give the maker and the text of the identification."""
        request = f"/?{self._link.unit}!\r\n"
        raw = ask(self._link, request.encode("ascii"), IDENTIFICATION, f"sign on {self._link.unit}".strip())
        text = raw[1:-2].decode("ascii")
        return text[:3], text[4:]

    def _acknowledge(self, choice: str) -> None:
        """Say how it goes on: protocol 0, 300 baud, and 0 for the read-out or 1 for programming."""
        self._link.send(bytes([ACK]) + choice.encode("ascii") + b"\r\n")

    def _read_out(self) -> dict[str, str]:
        self._acknowledge("000")
        text = content(self._link.receive(BLOCK, timeout=READ_OUT))
        lines = [line for line in text.split("\r\n") if line]
        if not lines or lines[-1] != "!":
            raise UnexpectedReply(
                f"{self._link.resource}: the read-out ends with {text[-20:]!r}, not with '!'."
            )
        return {found["address"]: found["value"] for line in lines if (found := LINE.fullmatch(line))}
