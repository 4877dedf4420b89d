"""Fluke 9142, 9143, 9144, 917x, 9190A metrology wells (9190A operator's manual p. 63 for the syntax)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar, TypeVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.polling import poll
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified, decimal

T = TypeVar("T")

SETTLING_TIME = 7200.0  # s
POLL_INTERVAL = 5.0  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`
LOOKS = 2  # in a row at which it must call itself stable: a single `1` may be a `0` that the line has changed
NEAR = Decimal(1)  # degC; farther from the set-point, `stable` can only be of the set-point before
FINEST = Decimal("0.01")  # degC

RANGES = {  # degC, as data sheets give them
    "9142": (-25, 150),
    "9143": (33, 350),
    "9144": (50, 660),
    "9170": (-45, 140),
    "9171": (-30, 155),
    "9172": (35, 425),
    "9173": (50, 700),
    "9190A": (-95, 140),
}
CONTROL_SENSOR = re.compile(r"(?P<number>\S+?) ?(?P<unit>[CF]?)", re.ASCII)


class F9142:
    """A metrology well as source of temperature, and its reference input, where it has one, as thermometer.

    `apply_temperature` gives the reading of the control sensor; `read_temperature` that of the reference probe.
    A well without a reference input reports an error there, and that is told as `DeviceError`. Both
    see to it that the well works in degC. Only one command goes into a message.

    `standby` and `make_safe` switch heating and cooling off; THE BLOCK STAYS HOT, OR COLD, FOR A LONG TIME.

    Assumed: every command (sources are public programs), the ranges of the models, and that a number of the
    control sensor may be followed by its unit.

    Verified on: manual pages only, for the syntax.
    """

    LINE: ClassVar[LineFormat] = LineFormat(write_end="\r", timeout=5.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = tuple(RANGES)
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.temperature", "measure.temperature")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "OUTP:STAT": "assumed",
        "OUTP:STAT?": "assumed",
        "READ?": "assumed",
        "SOUR:SENS:DATA?": "assumed",
        "SOUR:SPO": "assumed",
        "SOUR:SPO?": "assumed",
        "SOUR:STAB:TEST?": "assumed",
        "SYST:ERR?": "assumed",
        "UNIT:TEMP": "assumed",
        "UNIT:TEMP?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._model = ""

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        found = self._ask("*IDN?", scpi.identity)
        self._model = found.model
        return found

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return scpi.drain_errors(self._link, "SYST:ERR?")

    def read_temperature(self) -> Reading:
        """Read the reference probe (`READ?`), in degC.

        Raises:
            DeviceError: The well reports an error: it has no reference input, or no probe is there.
            Overload: It sent 9.9E37 or its like.
            UnexpectedReply: The reply is no number.
        """
        self._use_celsius()
        text = self._link.query("READ?").strip()
        scpi.refuse_errors(self._link, "SYST:ERR?", "READ?")
        return Reading(self._parse("READ?", text, scpi.number), "degC", text)

    def apply_temperature(self, value: Number) -> Applied:
        """Control to `value` degC, wait until the well calls it stable, and give its own reading.

        Raises:
            OutOfRange: The model has no such temperature.
            DeviceError: The well reported an error, or was not stable within 2 hours.
            UnexpectedReply: It says that it is set to something else.
        """
        celsius = decimal(value)
        low, high = self._range()
        if not low <= celsius <= high or celsius % FINEST:
            raise OutOfRange(
                f"{self._link.resource}: no {celsius} degC here. A {self._model} has {low} degC to {high} degC in "
                f"steps of {FINEST} degC."
            )
        self._use_celsius()
        self._set(f"SOUR:SPO {celsius:f}")
        if (there := self._ask("SOUR:SPO?", scpi.number)) != celsius:
            raise self._unexpected("SOUR:SPO?", str(there), f"the {celsius} degC that were set")
        self._set("OUTP:STAT 1")
        if not self._controlling():
            raise DeviceError(
                f"{self._link.resource}: `OUTP:STAT 1` left it off. Look at the well for a cut-out."
            )
        return self._settle(celsius)

    def standby(self) -> None:
        """Switch heating and cooling off (`OUTP:STAT 0`). The block stays hot, or cold, for a long time.

        Raises:
            DeviceError: The well says that it still controls.
        """
        self._link.write("OUTP:STAT 0")
        if self._controlling():
            raise DeviceError(f"{self._link.resource}: still controlling after `OUTP:STAT 0`.")

    def make_safe(self) -> Safe:
        """Switch heating and cooling off, and read back (`OUTP:STAT?`). The block stays hot for a long time."""
        known = Safe.VERIFIED
        try:
            self._link.clear()  # or a late reply to an earlier query could pass for the answer below
        except InstrumentError:
            known = Safe.SENT_UNVERIFIED
        try:
            self._link.write("OUTP:STAT 0")
        except InstrumentError:
            return Safe.FAILED
        try:
            return Safe.FAILED if self._controlling(SAFE_DEADLINE) else known
        except InstrumentError:
            return Safe.SENT_UNVERIFIED

    def _range(self) -> tuple[int, int]:
        model = self._model or self.identify().model
        if model not in RANGES:
            raise OutOfRange(
                f"{self._link.resource}: the range of a {model} is unknown. Known: {', '.join(RANGES)}."
            )
        return RANGES[model]

    def _use_celsius(self) -> None:
        if self._ask("UNIT:TEMP?", scpi.string).upper() != "C":
            self._set("UNIT:TEMP C")
            if (unit := self._ask("UNIT:TEMP?", scpi.string)).upper() != "C":
                raise self._unexpected("UNIT:TEMP?", unit, "C, which was set")

    def _settle(self, celsius: Decimal) -> Applied:
        """Wait until the well calls itself stable twice, and its readings are near the set-point."""
        reading = self._control_sensor()
        looks = 0

        def look() -> Applied | None:
            nonlocal looks, reading
            stable = self._ask("SOUR:STAB:TEST?", scpi.boolean)
            reading = self._control_sensor()
            looks = looks + 1 if stable and abs(reading.value - celsius) <= NEAR else 0
            return reading if looks == LOOKS else None

        applied = poll(look, link=self._link, every=POLL_INTERVAL, within=SETTLING_TIME)
        if applied is None:
            raise DeviceError(
                f"{self._link.resource}: not stable {SETTLING_TIME:g} s after {celsius} degC were set; the last "
                f"reading is {reading.text!r}. It is still controlling; errors: "
                f"{'; '.join(self.read_errors()) or 'none'}."
            )
        return applied

    def _control_sensor(self) -> Applied:
        text = self._link.query("SOUR:SENS:DATA?").strip()
        found = CONTROL_SENSOR.fullmatch(text)
        if found is None or found["unit"] == "F":
            raise self._unexpected("SOUR:SENS:DATA?", text, "a temperature in degC")
        return Applied(self._parse("SOUR:SENS:DATA?", found["number"], scpi.number), "degC", text)

    def _controlling(self, timeout: float | None = None) -> bool:
        return self._parse(
            "OUTP:STAT?", self._link.query("OUTP:STAT?", timeout=timeout).strip(), scpi.boolean
        )

    def _set(self, message: str) -> None:
        """Send a setting, and raise what the well says of it."""
        self._link.write(message)
        scpi.refuse_errors(self._link, "SYST:ERR?", message)

    def _ask(self, query: str, read: Callable[[str], T]) -> T:
        return self._parse(query, self._link.query(query).strip(), read)

    def _parse(self, query: str, text: str, read: Callable[[str], T]) -> T:
        """Read a reply; what is wrong with it is told with instrument and query."""
        try:
            return read(text)
        except InstrumentError as error:
            raise type(error)(f"{self._link.resource}: `{query}`: {error}") from None

    def _unexpected(self, query: str, reply: str, wanted: str) -> UnexpectedReply:
        return UnexpectedReply(f"{self._link.resource}: `{query}` gave {reply!r}, not {wanted}.")
