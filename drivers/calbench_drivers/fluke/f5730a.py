"""Fluke 5700A, 5720A, 5730A calibrators (5700A Series II manual p. 158-178, 5730A manual p. 6-50)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal
from calbench_drivers.sourcing import Band, band, fits, numeral, refusal, switch_off

OPERATING = 1 << 0  # ISR bit 0
EXTERNAL_SENSE = 1 << 2  # ISR bit 2
SETTLED = 1 << 12  # ISR bit 12
SETTLING_TIME = 30.0  # s; given up after that
POLL_INTERVAL = 0.25  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`
QUEUE_LENGTH = 16  # faults (5730A manual p. 6-50)
DC_VOLTS = (band("-1100", "1100"),)
DC_AMPERES = (band("-2.2", "2.2"),)
AC_VOLTS = (
    band("0.00022", "22", "10", "1E6"),
    band("22", "220", "10", "1E6", product="2.2E7"),
    band("220", "250", "15", "1000"),
    band("250", "1100", "50", "1000"),
)
AC_AMPERES = (band("0.000009", "0.22", "10", "10000"), band("0.22", "2.2", "20", "10000"))
OHMS = (Decimal(0), *(Decimal(m) * 10**n for n in range(8) for m in ("1", "1.9")), Decimal(100_000_000))
POWERS = {  # unit on the wire -> power of ten
    "V": {"V": 0},
    "A": {"A": 0},
    "Ohm": {"OHM": 0, "KOHM": 3, "MOHM": 6},
}
SLACK = {"V": Decimal("1E-6"), "A": Decimal("1E-9"), "Ohm": Decimal("0.02")}  # with 0.1 % of the value
HERTZ_SLACK = Decimal("0.005")  # of the frequency, which may come back with three digits (table 2.2)

NUMBER = r"[+-]?\d+(?:\.\d*)?(?:E[+-]?\d{1,3})?"
OUTPUT = re.compile(rf"({NUMBER}),([A-Z]+),({NUMBER})", re.IGNORECASE)


class F5730A:
    """A calibrator of the 5700A family as source of voltage, current, and its built-in resistors.

    Resistance comes in cardinal values only; what counts is the characterised value that `OUT?` gives.
    Two-wire resistance is what the OUTPUT terminals have, without lead compensation (`RCOMP OFF`).
    Current comes from the OUTPUT terminals (`CUR_POST NORMAL`), without a 5725A amplifier.

    Assumed: the bands of amplitude and frequency (the three models have the same ones without the amplifier;
    from general knowledge of the specifications, no manual page at hand); `CUR_POST` from public scripts.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "RS-232",
        "LAN",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("5700A", "5720A", "5730A")
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "source.voltage.dc",
        "source.voltage.ac",
        "source.current.dc",
        "source.current.ac",
        "source.resistance.4w",
        "source.resistance.2w",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "CUR_POST": "assumed",
        "EXPLAIN?": "manual",
        "EXTSENSE": "manual",
        "FAULT?": "manual",
        "ISR?": "assumed",  # the register is in the manual; its bits are from a public 5730A driver
        "OPER": "manual",
        "OUT": "manual",
        "OUT?": "assumed",  # three fields, from a public driver
        "RCOMP": "assumed",
        "STBY": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._function = ""  # what this driver set last; empty: unknown

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return scpi.ask(self._link, "*IDN?", scpi.identity)

    def read_errors(self) -> list[str]:
        """Empty the fault queue (`FAULT?` until 0) and explain every fault, oldest first.

        Raises:
            DeviceError: The queue does not come to an end.
            UnexpectedReply: A fault code is no whole number.
        """
        faults: list[str] = []
        while (code := scpi.ask(self._link, "FAULT?", scpi.integer)) != 0:
            faults.append(f"{code}, {scpi.string(self._link.query(f'EXPLAIN? {code}').strip())}")
            if len(faults) > QUEUE_LENGTH:
                raise DeviceError(f"{self._link.resource}: faults without end: {'; '.join(faults)}.")
        return faults

    def apply_dc_voltage(self, value: Number) -> Applied:
        """Put out `value` volts, -1100 V to 1100 V, at the OUTPUT terminals with internal sense.

        Raises:
            OutOfRange: The calibrator has no such voltage.
            DeviceError: It reported a fault, or did not settle within 30 s.
            UnexpectedReply: It says that it is set to something else.
        """
        volts = self._within(DC_VOLTS, value, 0, "V")
        # 0 HZ, or the calibrator would stay at the frequency of an earlier alternating voltage
        return self._apply("voltage", f"OUT {self._numeral(volts)} V, 0 HZ", ("EXTSENSE OFF",), volts, "V")

    def apply_ac_voltage(self, value: Number, frequency: Number) -> Applied:
        """Put out `value` volts (rms) at `frequency` hertz, at the OUTPUT terminals with internal sense.

        220 uV to 1100 V, 10 Hz to 1 MHz; less frequency above 22 V (2.2E7 V Hz) and above 220 V (1 kHz).
        Errors as `apply_dc_voltage`.
        """
        volts, hertz = self._within(AC_VOLTS, value, frequency, "V"), decimal(frequency)
        output = f"OUT {self._numeral(volts)} V, {self._numeral(hertz)} HZ"
        return self._apply("alternating voltage", output, ("EXTSENSE OFF",), volts, "V", hertz)

    def apply_dc_current(self, value: Number) -> Applied:
        """Put out `value` amperes, -2.2 A to 2.2 A, at the OUTPUT terminals; errors as `apply_dc_voltage`."""
        amperes = self._within(DC_AMPERES, value, 0, "A")
        output = f"OUT {self._numeral(amperes)} A, 0 HZ"
        return self._apply("current", output, ("CUR_POST NORMAL",), amperes, "A")

    def apply_ac_current(self, value: Number, frequency: Number) -> Applied:
        """Put out `value` amperes (rms) at `frequency` hertz, at the OUTPUT terminals.

        9 uA to 2.2 A, 10 Hz (20 Hz above 220 mA) to 10 kHz. Errors as `apply_dc_voltage`.
        """
        amperes, hertz = self._within(AC_AMPERES, value, frequency, "A"), decimal(frequency)
        output = f"OUT {self._numeral(amperes)} A, {self._numeral(hertz)} HZ"
        return self._apply("alternating current", output, ("CUR_POST NORMAL",), amperes, "A", hertz)

    def apply_resistance_4w(self, nominal: Number) -> Applied:
        """Put out the resistor of `nominal` ohms with external sense; give its characterised value.

        Errors as `apply_dc_voltage`; OutOfRange: it is none of the cardinal values.
        """
        return self._apply_resistance(nominal, "4w", "EXTSENSE ON")

    def apply_resistance_2w(self, nominal: Number) -> Applied:
        """Put out the resistor of `nominal` ohms at the OUTPUT terminals; value and errors as `4w`."""
        return self._apply_resistance(nominal, "2w", "EXTSENSE OFF", "RCOMP OFF")

    def standby(self) -> None:
        """Take the output off its terminals (`STBY`).

        Raises:
            DeviceError: The calibrator says that it still operates.
        """
        self._link.write("STBY")
        if self._status() & OPERATING:
            raise DeviceError(f"{self._link.resource}: still operating after `STBY`. Press STBY on it.")

    def output_is_on(self) -> bool:
        """Ask whether anything is on its terminals (`ISR?` bit 0); nothing is changed."""
        return bool(self._status(SAFE_DEADLINE) & OPERATING)

    def make_safe(self) -> Safe:
        """Send `STBY` and read back (`ISR?` bit 0); the output is hazardous unless this is `VERIFIED`."""
        return switch_off(self._link, "STBY", self.output_is_on)

    def _apply(
        self,
        function: str,
        output: str,
        terminals: Iterable[str],
        asked: Decimal,
        unit: str,
        hertz: Decimal = Decimal(0),
    ) -> Applied:
        """Set, operate, wait until settled, read back."""
        if function != self._function:
            self._link.write("STBY")  # relays change without anything on the terminals
        self._function = ""  # unknown until all has gone well
        for command in (output, *terminals):
            self._link.write(command)
        self._refuse_faults(output)
        if not self._status() & OPERATING:  # the first time, above 33 V and after a change of unit
            self._link.write("OPER")
            self._refuse_faults("OPER")
        self._require_sense(self._settle(output), terminals)
        applied = self._read_back(asked, unit, hertz)
        self._function = function
        return applied

    def _require_sense(self, status: int, terminals: Iterable[str]) -> None:
        """Refuse a sense other than was set: a message that was lost leaves no other trace."""
        for wanted, word in ((EXTERNAL_SENSE, "EXTSENSE ON"), (0, "EXTSENSE OFF")):
            if word in terminals and status & EXTERNAL_SENSE != wanted:
                raise UnexpectedReply(
                    f"{self._link.resource}: `ISR?` gave {status} after `{word}`: bit 2 says otherwise."
                )

    def _settle(self, output: str) -> int:
        deadline = self._link.clock.monotonic() + SETTLING_TIME
        wanted = OPERATING | SETTLED
        while (status := self._status()) & wanted != wanted:
            if self._link.clock.monotonic() >= deadline:
                raise DeviceError(
                    f"{self._link.resource}: not settled {SETTLING_TIME:g} s after {output!r} (ISR {status}, "
                    f"wanted bits 0 and 12). The output is {'ON' if status & OPERATING else 'in standby'}; "
                    f"faults: {'; '.join(self.read_errors()) or 'none'}."
                )
            self._link.wait(POLL_INTERVAL)
        return status

    def _read_back(self, asked: Decimal, unit: str, hertz: Decimal) -> Applied:
        """Read `OUT?`: amplitude, unit, frequency; refuse another setting than the one asked for."""
        text = self._link.query("OUT?").strip()
        found = OUTPUT.fullmatch(text.replace(" ", ""))
        power = POWERS[unit].get(found[2].upper()) if found else None
        value = Decimal(found[1]).scaleb(power) if found and power is not None else None
        if (
            found is None
            or value is None
            or abs(value - asked) > abs(asked) / 1000 + SLACK[unit]
            or abs(Decimal(found[3]) - hertz) > hertz * HERTZ_SLACK
        ):
            at = f" at {hertz:f} Hz" if hertz else ""
            raise UnexpectedReply(
                f"{self._link.resource}: `OUT?` gave {text!r} where {asked} {unit}{at} was set."
            )
        return Applied(value, unit, text)

    def _status(self, timeout: float | None = None) -> int:
        return scpi.ask(self._link, "ISR?", scpi.integer, timeout=timeout)

    def _refuse_faults(self, after: str) -> None:
        faults = self.read_errors()
        if faults:
            raise DeviceError(f"{self._link.resource}: after {after!r} it reported {'; '.join(faults)}.")

    def _apply_resistance(self, nominal: Number, function: str, *sense: str) -> Applied:
        ohms = decimal(nominal)
        if ohms not in OHMS:
            there = ", ".join(map(self._numeral, OHMS))
            raise OutOfRange(f"{self._link.resource}: no resistor of {ohms} Ohm here. In Ohm: {there}.")
        return self._apply(function, f"OUT {self._numeral(ohms)} OHM", sense, ohms, "Ohm")

    def _within(self, bands: tuple[Band, ...], value: Number, frequency: Number, unit: str) -> Decimal:
        asked, hertz = decimal(value), decimal(frequency)
        if not fits(bands, asked, hertz):
            raise refusal(self._link.resource, bands, asked, hertz, unit)
        return asked

    def _numeral(self, value: Decimal) -> str:
        return numeral(self._link.resource, value)
