"""What comes back from an instrument: exact decimal values with the text they were read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from calbench.errors import UsageError

Number = Decimal | int | float | str
"""A number that a caller may hand in; a float counts as the digits that Python shows for it."""

Verified = Literal["manual", "peer", "assumed"]
"""How a command of a driver was verified: read in the manual, run against another program, or not at all."""

_NUMERAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)


def decimal(value: Number) -> Decimal:
    """Turn a number into an exact decimal, digit for digit.

    Args:
        value: A `Decimal`, an int, a float (taken by its shortest text, so `0.1` is 0.1) or a numeral.

    Raises:
        UsageError: It is no number, or it is infinite or NaN.
    """
    text = repr(value) if isinstance(value, float) else str(value)
    if isinstance(value, bool) or not _NUMERAL.fullmatch(text):
        raise UsageError(
            f"{value!r} is not a finite number. Write digits with a decimal point, like 10 or 1.5e-3."
        )
    return Decimal(text)


def _plain(value: Decimal) -> str:
    """Write a value without exponent, with every digit that it has."""
    return format(value, "f")


@dataclass(frozen=True)
class Reading:
    """One indication of an instrument.

    Attributes:
        value: The value in the coherent SI unit (degC and %RH for climate).
        unit: The symbol of that unit: V, Ohm, kg, degC, %RH.
        text: What the instrument sent (or a person typed), exactly.
        stable: Whether the instrument called its indication stable; None where it does not say.
    """

    value: Decimal
    unit: str
    text: str
    stable: bool | None = None

    def __str__(self) -> str:
        """Give value and unit, like `10.000034 V`."""
        return f"{_plain(self.value)} {self.unit}"


@dataclass(frozen=True)
class Applied:
    """What a source itself says it puts out: its set value or the certified value of its resistor.

    Attributes:
        value: The value in the coherent SI unit.
        unit: The symbol of that unit.
        text: What the source sent, exactly.
    """

    value: Decimal
    unit: str
    text: str

    def __str__(self) -> str:
        """Give value and unit, like `10.00000 V`."""
        return f"{_plain(self.value)} {self.unit}"


@dataclass(frozen=True)
class Identity:
    """Who an instrument says it is; a field that it does not know is empty.

    Attributes:
        maker: The manufacturer, as sent.
        model: The model, as sent; a driver lists the ones it accepts in `MODELS`.
        serial: The serial number.
        firmware: The firmware level, with everything the instrument puts there.
        text: The whole reply, exactly.
    """

    maker: str
    model: str
    serial: str
    firmware: str
    text: str

    def __str__(self) -> str:
        """Give maker, model and serial number for people."""
        number = f" serial number {self.serial}" if self.serial else ""
        return f"{self.maker} {self.model}{number}".strip()


class Safe(StrEnum):
    """What is known of a source's outputs after it was told to make itself safe."""

    VERIFIED = "verified"
    """The instrument was asked and says that its output is off."""
    ACKNOWLEDGED = "acknowledged"
    """It took the command, and has no way to say whether its output is off: a witness may see it."""
    SENT_UNVERIFIED = "sent_unverified"
    """The command went out, but nothing confirms it."""
    FAILED = "failed"
    """The command could not be sent, or the instrument says that its output is still on."""
