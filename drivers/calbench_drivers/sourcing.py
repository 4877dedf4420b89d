"""What drivers of sources share: bands of value and frequency, exact numerals, and switching off with proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from calbench.errors import InstrumentError, OutOfRange
from calbench.instruments.link import Link
from calbench.instruments.reading import Safe

MOST_DIGITS = 15  # significant; no source resolves more, and binary floats carry no more
LONGEST_NUMERAL = 24  # characters; anything longer lies far below the resolution of any output
NO_LIMIT = Decimal("Infinity")
SYSTEMS = {1: "a", 3: "abc"}  # phases of a power source, by their number


@dataclass(frozen=True)
class Band:
    """A stretch of values that a source has, for one function.

    Attributes:
        least: The smallest value, in the coherent unit.
        most: The largest.
        least_hz: The lowest frequency at these values; 0 for a direct quantity.
        most_hz: The highest.
        product: The largest product of value and frequency.
    """

    least: Decimal
    most: Decimal
    least_hz: Decimal = Decimal(0)
    most_hz: Decimal = Decimal(0)
    product: Decimal = NO_LIMIT

    def holds(self, value: Decimal, hertz: Decimal) -> bool:
        """Tell whether a value at a frequency lies in the band."""
        return (
            self.least <= value <= self.most
            and self.least_hz <= hertz <= self.most_hz
            and value * hertz <= self.product
        )

    def told(self, unit: str) -> str:
        """Describe the band for people, like `0.0002 V to 22 V from 10 Hz to 1000000 Hz`."""
        text = f"{self.least:f} {unit} to {self.most:f} {unit}"
        if self.most_hz:
            text += f" from {self.least_hz:f} Hz to {self.most_hz:f} Hz"
        return text + (f" and {self.product:f} {unit} Hz" if self.product < NO_LIMIT else "")


def band(least: str, most: str, least_hz: str = "0", most_hz: str = "0", product: str = "Infinity") -> Band:
    """Make a band of numerals; see `Band`."""
    return Band(Decimal(least), Decimal(most), Decimal(least_hz), Decimal(most_hz), Decimal(product))


def carrying(where: str, phases: int, loaded: str) -> str:
    """Give the letters of the phases that carry current, like `abc`, of a power source told so many phases.

    Raises:
        OutOfRange: There is no system of so many phases, or no such phase in it.
    """
    if phases not in SYSTEMS:
        raise OutOfRange(f"{where}: no system of {phases!r} phases here. There are 1 and 3.")
    there = SYSTEMS[phases]
    if loaded == SYSTEMS[3]:
        return there
    if len(loaded) != 1 or loaded not in there:
        allowed = ", ".join([SYSTEMS[3], *there])
        raise OutOfRange(f"{where}: no current in {loaded!r} of {phases} phases. There are {allowed}.")
    return loaded


def fits(bands: Iterable[Band], value: Decimal, hertz: Decimal) -> bool:
    """Tell whether any band holds a value at a frequency."""
    return any(one.holds(value, hertz) for one in bands)


def refusal(where: str, bands: Iterable[Band], value: Decimal, hertz: Decimal, unit: str) -> OutOfRange:
    """Give the error for a value that no band holds; it names every band."""
    at = f" at {hertz:f} Hz" if hertz else ""
    there = "; ".join(one.told(unit) for one in bands)
    return OutOfRange(f"{where}: no {value:f} {unit}{at} here. There is {there}.")


def numeral(where: str, value: Decimal) -> str:
    """Write a value exactly and without exponent.

    Args:
        where: The address of the instrument, for the message.
        value: What is to be sent.

    Raises:
        OutOfRange: It has more digits than any source resolves; nothing is ever rounded.
    """
    plain = format(value, "f") if value else "0"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    if len(plain.strip("-0.").replace(".", "")) > MOST_DIGITS or len(plain) > LONGEST_NUMERAL:
        raise OutOfRange(f"{where}: {value} has more than {MOST_DIGITS} digits that count.")
    return plain


def switch_off(link: Link, off: str, is_on: Callable[[], bool]) -> Safe:
    """Send the command that takes the output off, ask whether it is, and say what is known; never raises.

    Args:
        link: The line to the source.
        off: The command.
        is_on: Asks the source itself whether its output still is on, within a few seconds.
    """
    known = Safe.VERIFIED
    try:
        link.clear()  # or a late reply to an earlier query could pass for the answer below
    except InstrumentError:
        known = Safe.SENT_UNVERIFIED
    try:
        link.write(off)
    except InstrumentError:
        return Safe.FAILED
    try:
        return Safe.FAILED if is_on() else known
    except InstrumentError:
        return Safe.SENT_UNVERIFIED
