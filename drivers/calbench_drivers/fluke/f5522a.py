"""Fluke 5520A, 5522A calibrators (5522A manual p. 175-178, 234, 421; 5520A p. 239; 5500A p. 189, 213)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal

OPERATING = 1 << 0  # ISR bit 0 (5500A manual p. 189)
SETTLED = 1 << 12  # ISR bit 12
SETTLING_TIME = 30.0  # s; high voltage and high resistance take 15 s to 30 s
POLL_INTERVAL = 0.25  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`
MOST_VOLTS = Decimal(1020)
MOST_OHMS = Decimal(1_100_000_000)
COMPENSATED_BELOW = Decimal(110_000)  # Ohm; `ZCOMP` is refused from there on
MOST_DIGITS = 15  # significant (5522A manual p. 175)
LONGEST_NUMERAL = 24  # characters; anything longer lies far below the resolution of the output
POWERS = {"V": {"V": 0}, "Ohm": {"OHM": 0, "KOHM": 3, "MOHM": 6}}  # unit on the wire -> power of ten
SLACK = {"V": Decimal("1E-5"), "Ohm": Decimal("0.02")}  # with 0.1 % of the value: more is a wrong setting

NUMBER = r"[+-]?\d+(?:\.\d*)?(?:E[+-]?\d+)?"
OUTPUT = re.compile(rf"({NUMBER}),([A-Z]+),{NUMBER},(?:0|[A-Z]+),({NUMBER})", re.IGNORECASE)


class F5522A:
    """A 5520A or 5522A as source of direct voltage and of synthesised resistance.

    Four-wire resistance is compensated to the ends of the sense leads (`ZCOMP WIRE4`, below 110 kOhm only).
    Two-wire resistance is what the NORMAL terminals have, for two leads, not compensated (`ZCOMP NONE`).

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=9600, bits=8, parity="N")
    MODELS: ClassVar[tuple[str, ...]] = ("5520A", "5522A")
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "source.voltage.dc",
        "source.resistance.4w",
        "source.resistance.2w",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "*OPC?": "assumed",  # sources differ: `0` or `1` at once, or `1` when done; both are read
        "ERR?": "assumed",  # that it empties the queue is in the manual, its form is not
        "ISR?": "manual",
        "OPER": "manual",
        "OUT": "manual",
        "OUT?": "assumed",
        "STBY": "manual",
        "ZCOMP": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._function = ""  # what this driver set last; empty: unknown

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return scpi.identity(self._link.query("*IDN?").strip())

    def read_errors(self) -> list[str]:
        """Empty the error queue (`ERR?` until 0), oldest first.

        Raises:
            UnexpectedReply: A reply is not `code,"text"`.
        """
        return scpi.drain_errors(self._link, "ERR?")

    def apply_dc_voltage(self, value: Number) -> Applied:
        """Put out `value` volts, -1020 V to 1020 V, at the NORMAL terminals.

        Raises:
            OutOfRange: The calibrator has no such voltage.
            DeviceError: It reported an error, or did not settle within 30 s.
            UnexpectedReply: It says that it is set to something else.
        """
        volts = decimal(value)
        if abs(volts) > MOST_VOLTS:
            raise OutOfRange(f"{self._link.resource}: no {volts} V here. DC voltage is -1020 V to 1020 V.")
        # 0 HZ, or the calibrator would stay at the frequency of an earlier alternating voltage
        return self._apply("voltage", f"OUT {self._numeral(volts)} V, 0 HZ", "", volts, "V")

    def apply_resistance_4w(self, nominal: Number) -> Applied:
        """Put out `nominal` ohms, 0 to below 110 kOhm, compensated over four wires.

        Raises:
            OutOfRange: The calibrator has no such resistance with four wires.
            DeviceError: It reported an error, or did not settle within 30 s.
            UnexpectedReply: It says that it is set to something else.
        """
        ohms = decimal(nominal)
        if not 0 <= ohms < COMPENSATED_BELOW:
            raise OutOfRange(
                f"{self._link.resource}: no {ohms} Ohm over four wires here. Compensation exists from 0 Ohm "
                "to below 110 kOhm; ask for source.resistance.2w above."
            )
        return self._apply("4w", f"OUT {self._numeral(ohms)} OHM", "ZCOMP WIRE4", ohms, "Ohm")

    def apply_resistance_2w(self, nominal: Number) -> Applied:
        """Put out `nominal` ohms, 0 to 1100 MOhm, over two leads; errors as `apply_resistance_4w`."""
        ohms = decimal(nominal)
        if not 0 <= ohms <= MOST_OHMS:
            raise OutOfRange(f"{self._link.resource}: no {ohms} Ohm here. Resistance is 0 Ohm to 1100 MOhm.")
        return self._apply("2w", f"OUT {self._numeral(ohms)} OHM", "ZCOMP NONE", ohms, "Ohm")

    def standby(self) -> None:
        """Take the output off its terminals (`STBY`).

        Raises:
            DeviceError: The calibrator says that it still operates.
        """
        self._link.write("STBY")
        if self._status() & OPERATING:
            raise DeviceError(f"{self._link.resource}: still operating after `STBY`. Press STBY on it.")

    def make_safe(self) -> Safe:
        """Send `STBY` and read back (`ISR?` bit 0); the output is hazardous unless this is `VERIFIED`."""
        known = Safe.VERIFIED
        try:
            self._link.clear()  # or a late reply to an earlier `ISR?` could pass for the answer below
        except InstrumentError:
            known = Safe.SENT_UNVERIFIED
        try:
            self._link.write("STBY")
        except InstrumentError:
            return Safe.FAILED
        try:
            return Safe.FAILED if self._status(SAFE_DEADLINE) & OPERATING else known
        except InstrumentError:
            return Safe.SENT_UNVERIFIED

    def _apply(self, function: str, output: str, compensation: str, asked: Decimal, unit: str) -> Applied:
        """Set, operate, wait until settled, read back."""
        if function != self._function:
            self._link.write("STBY")  # relays change without anything on the terminals
        self._function = ""  # unknown until all has gone well
        self._link.write(output)
        if compensation:
            self._link.write(compensation)
        scpi.refuse_errors(self._link, "ERR?", output)
        if not self._status() & OPERATING:  # the first time, above 33 V and after a change of unit
            self._link.write("OPER")
            scpi.refuse_errors(self._link, "ERR?", "OPER")
        self._settle(output)
        applied = self._read_back(asked, unit)
        self._function = function
        return applied

    def _settle(self, output: str) -> None:
        """Wait for `*OPC?` to say 1, at once or when all is done, and for ISR bits 0 and 12."""
        deadline = self._link.clock.monotonic() + SETTLING_TIME
        wanted = OPERATING | SETTLED
        while not self._complete() or (self._status() & wanted) != wanted:
            if self._link.clock.monotonic() >= deadline:
                status = self._status()
                raise DeviceError(
                    f"{self._link.resource}: not settled {SETTLING_TIME:g} s after {output!r} (ISR {status}, "
                    f"wanted bits 0 and 12). The output is {'ON' if status & OPERATING else 'in standby'}; "
                    f"errors: {'; '.join(self.read_errors()) or 'none'}."
                )
            self._link.wait(POLL_INTERVAL)

    def _complete(self) -> bool:
        return scpi.boolean(self._link.query("*OPC?", timeout=SETTLING_TIME).strip())

    def _status(self, timeout: float | None = None) -> int:
        return scpi.integer(self._link.query("ISR?", timeout=timeout).strip())

    def _read_back(self, asked: Decimal, unit: str) -> Applied:
        """Read `OUT?`: two amplitudes with their units, frequency; refuse another setting than asked for."""
        text = self._link.query("OUT?").strip()
        found = OUTPUT.fullmatch(text.replace(" ", ""))
        power = POWERS[unit].get(found[2]) if found and Decimal(found[3]) == 0 else None
        value = Decimal(found[1]).scaleb(power) if found and power is not None else None
        if value is None or abs(value - asked) > abs(asked) / 1000 + SLACK[unit]:
            raise UnexpectedReply(
                f"{self._link.resource}: `OUT?` gave {text!r} where {asked} {unit} was set."
            )
        return Applied(value, unit, text)

    def _numeral(self, value: Decimal) -> str:
        """Write a value exactly and without exponent."""
        plain = format(value, "f") if value else "0"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        if len(plain.strip("-0.").replace(".", "")) > MOST_DIGITS or len(plain) > LONGEST_NUMERAL:
            raise OutOfRange(f"{self._link.resource}: {value} has more than {MOST_DIGITS} digits that count.")
        return plain
