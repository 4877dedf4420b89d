"""Fluke 5500A, 5520A, 5522A calibrators (5522A manual p. 175-178, 421; 5520A p. 239; 5500A p. 189-213)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal
from calbench_drivers.sourcing import Band, band, fits, numeral, refusal, switch_off

OPERATING = 1 << 0  # ISR bit 0 (5500A manual p. 189)
SETTLED = 1 << 12  # ISR bit 12
SETTLING_TIME = 30.0  # s; high voltage and high resistance take 15 s to 30 s
POLL_INTERVAL = 0.25  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`
COMPENSATED_BELOW = Decimal(110_000)  # Ohm; `ZCOMP` is refused from there on
POWERS = {  # unit on the wire -> power of ten
    "V": {"V": 0},
    "A": {"A": 0},
    "F": {"F": 0, "UF": -6, "NF": -9, "PF": -12},
    "Ohm": {"OHM": 0, "KOHM": 3, "MOHM": 6},
}
SLACK = {  # with 0.1 % of the value: more is a wrong setting
    "V": Decimal("1E-6"),
    "A": Decimal("1E-8"),
    "F": Decimal("1E-13"),
    "Ohm": Decimal("0.02"),
}
HERTZ_SLACK = Decimal("0.005")  # of the frequency, which comes back with three digits (table 2.1)

# what each model has; a 5520A and a 5522A have the same, but for the smallest capacitance
Ranges = Mapping[str, tuple[Band, ...]]
_AC_VOLTS = (band("0.001", "3.3", "10", "500000"), band("3.3", "33", "10", "100000"))
_HIGH_AC_VOLTS = band("330", "1020", "45", "10000")
_AC_AMPERES = (
    band("0.000029", "0.33", "10", "30000"),
    band("0.33", "3", "10", "10000"),
    band("3", "20.5", "45", "5000"),
)
DC_VOLTS: Ranges = dict.fromkeys(("5500A", "5520A", "5522A"), (band("-1020", "1020"),))
AC_VOLTS: Ranges = {
    "5500A": (*_AC_VOLTS, band("33", "330", "45", "20000"), _HIGH_AC_VOLTS),
    "5520A": (*_AC_VOLTS, band("33", "330", "45", "100000"), _HIGH_AC_VOLTS),
    "5522A": (*_AC_VOLTS, band("33", "330", "45", "100000"), _HIGH_AC_VOLTS),
}
DC_AMPERES: Ranges = {
    "5500A": (band("-11", "11"),),
    "5520A": (band("-20.5", "20.5"),),
    "5522A": (band("-20.5", "20.5"),),
}
AC_AMPERES: Ranges = {
    "5500A": (
        band("0.000029", "0.33", "10", "10000"),
        band("0.33", "2.2", "10", "5000"),
        band("2.2", "11", "45", "1000"),
    ),
    "5520A": _AC_AMPERES,
    "5522A": _AC_AMPERES,
}
OHMS: Ranges = {
    "5500A": (band("0", "3.3E8"),),
    "5520A": (band("0", "1.1E9"),),
    "5522A": (band("0", "1.1E9"),),
}
FARADS: Ranges = {
    "5500A": (band("3.3E-10", "0.0011"),),
    "5520A": (band("1.9E-10", "0.11"),),
    "5522A": (band("2.2E-10", "0.11"),),
}

NUMBER = r"[+-]?\d+(?:\.\d*)?(?:E[+-]?\d{1,3})?"
OUTPUT = re.compile(rf"({NUMBER}),([A-Z]+),({NUMBER}),(?:0|[A-Z]+),({NUMBER})", re.IGNORECASE)


class F5522A:
    """A 5500A, 5520A or 5522A as source of voltage, current, synthesised resistance and capacitance.

    Four-wire resistance is compensated to the ends of the sense leads (`ZCOMP WIRE4`, below 110 kOhm only).
    Two-wire resistance and capacitance are what the NORMAL terminals have, for two leads, not compensated
    (`ZCOMP NONE`). Current comes from the AUX terminals, the highest range of a 5520A from its 20A terminals.
    Alternating quantities have the waveform and offset that the calibrator is set to: sine without offset
    after power-up.

    The models have different ranges. Who it is, the calibrator is asked only for a value that not all have.

    Assumed: the bands of amplitude and frequency (from general knowledge of the specifications; those of the
    5500A's alternating voltage also from a public script).

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "RS-232",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("5500A", "5520A", "5522A")
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "source.voltage.dc",
        "source.voltage.ac",
        "source.current.dc",
        "source.current.ac",
        "source.resistance.4w",
        "source.resistance.2w",
        "source.capacitance",
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
        self._model = ""  # empty: not asked yet

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        found = scpi.ask(self._link, "*IDN?", scpi.identity)
        self._model = found.model
        return found

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
        volts = self._within(DC_VOLTS, value, 0, "V")
        # 0 HZ, or the calibrator would stay at the frequency of an earlier alternating voltage
        return self._apply("voltage", f"OUT {self._numeral(volts)} V, 0 HZ", "", volts, "V")

    def apply_ac_voltage(self, value: Number, frequency: Number) -> Applied:
        """Put out `value` volts (rms), 1 mV to 1020 V, at `frequency` hertz, at the NORMAL terminals.

        10 Hz to 500 kHz, to 100 kHz from 3.3 V; 45 Hz to 100 kHz (5500A: 20 kHz) from 33 V, 45 Hz to 10 kHz
        from 330 V. Errors as `apply_dc_voltage`.
        """
        volts, hertz = self._within(AC_VOLTS, value, frequency, "V"), decimal(frequency)
        output = f"OUT {self._numeral(volts)} V, {self._numeral(hertz)} HZ"
        return self._apply("alternating voltage", output, "", volts, "V", hertz)

    def apply_dc_current(self, value: Number) -> Applied:
        """Put out `value` amperes, -20.5 A to 20.5 A (5500A: 11 A); errors as `apply_dc_voltage`."""
        amperes = self._within(DC_AMPERES, value, 0, "A")
        return self._apply("current", f"OUT {self._numeral(amperes)} A, 0 HZ", "", amperes, "A")

    def apply_ac_current(self, value: Number, frequency: Number) -> Applied:
        """Put out `value` amperes (rms), 29 uA to 20.5 A (5500A: 11 A), at `frequency` hertz.

        10 Hz to 30 kHz (5500A: 10 kHz), to 10 kHz from 330 mA (5 kHz), 45 Hz to 5 kHz from 3 A (2.2 A: 1 kHz).
        Errors as `apply_dc_voltage`.
        """
        amperes, hertz = self._within(AC_AMPERES, value, frequency, "A"), decimal(frequency)
        output = f"OUT {self._numeral(amperes)} A, {self._numeral(hertz)} HZ"
        return self._apply("alternating current", output, "", amperes, "A", hertz)

    def apply_capacitance(self, value: Number) -> Applied:
        """Put out `value` farads, 220 pF (5520A: 190 pF) to 110 mF (5500A: 330 pF to 1.1 mF), over two leads.

        Errors as `apply_dc_voltage`.
        """
        farads = self._within(FARADS, value, 0, "F")
        return self._apply("capacitance", f"OUT {self._numeral(farads)} F", "ZCOMP NONE", farads, "F")

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
        """Put out `nominal` ohms, 0 to 1100 MOhm (5500A: 330 MOhm), over two leads; errors as `4w`."""
        ohms = self._within(OHMS, nominal, 0, "Ohm")
        return self._apply("2w", f"OUT {self._numeral(ohms)} OHM", "ZCOMP NONE", ohms, "Ohm")

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
        compensation: str,
        asked: Decimal,
        unit: str,
        hertz: Decimal = Decimal(0),
    ) -> Applied:
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
        applied = self._read_back(asked, unit, hertz)
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
        return scpi.ask(self._link, "*OPC?", scpi.boolean, timeout=SETTLING_TIME)

    def _status(self, timeout: float | None = None) -> int:
        return scpi.ask(self._link, "ISR?", scpi.integer, timeout=timeout)

    def _read_back(self, asked: Decimal, unit: str, hertz: Decimal) -> Applied:
        """Read `OUT?`: two amplitudes with their units, frequency; refuse another setting than asked for."""
        text = self._link.query("OUT?").strip()
        found = OUTPUT.fullmatch(text.replace(" ", ""))
        power = POWERS[unit].get(found[2].upper()) if found else None
        value = Decimal(found[1]).scaleb(power) if found and power is not None else None
        if (
            found is None
            or value is None
            or abs(value - asked) > abs(asked) / 1000 + SLACK[unit]
            or Decimal(found[3]) != 0
            or abs(Decimal(found[4]) - hertz) > hertz * HERTZ_SLACK
        ):
            at = f" at {hertz:f} Hz" if hertz else ""
            raise UnexpectedReply(
                f"{self._link.resource}: `OUT?` gave {text!r} where {asked} {unit}{at} was set."
            )
        return Applied(value, unit, text)

    def _within(self, ranges: Ranges, value: Number, frequency: Number, unit: str) -> Decimal:
        """Give the value if this model has it; ask which one it is only where that matters."""
        asked, hertz = decimal(value), decimal(frequency)
        able = [model for model, bands in ranges.items() if fits(bands, asked, hertz)]
        if able and len(able) < len(ranges) and not self._model:
            self.identify()
        if able == list(ranges) or self._model in able:
            return asked
        bands = ranges.get(self._model, ranges["5522A"])
        raise refusal(self._link.resource, bands, asked, hertz, unit)

    def _numeral(self, value: Decimal) -> str:
        return numeral(self._link.resource, value)
