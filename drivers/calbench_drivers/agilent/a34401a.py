"""Agilent (HP, Keysight) 34401A multimeter (user's guide, edition 1991-2007, chapter 4, p. 118)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Identity, Number, Reading, Verified, decimal

RANGES = {  # unit -> value -> as it is sent
    "V": {Decimal(sent): sent for sent in ("0.1", "1", "10", "100", "1000")},
    "Ohm": {Decimal(10**power): str(10**power) for power in range(2, 9)},
}
RANGE_NAMES = {
    "V": "100 mV, 1 V, 10 V, 100 V, 1000 V",
    "Ohm": "100 Ohm, 1 kOhm, 10 kOhm, 100 kOhm, 1 MOhm, 10 MOhm, 100 MOhm",
}
NPLC = {Decimal(cycles): cycles for cycles in ("0.02", "0.2", "1", "10", "100")}
NPLC_AFTER_CONF = Decimal(10)
LEAST_NPLC = {Decimal("4.5"): Decimal("0.02"), Decimal("5.5"): Decimal("0.2"), Decimal("6.5"): Decimal(10)}
SLOWEST_MAINS = 50  # Hz; at 60 Hz readings only come sooner
LOCAL = "550, "  # error on RS-232 until the meter is told to be remote


class A34401A:
    """A 34401A as voltmeter and ohmmeter on fixed ranges.

    `CONF` brings integration time and autozero back to their defaults (10 PLC, on). So what `configure` has
    fixed is sent again after every `CONF`, and `CONF` is sent only when function, range or settings change.

    Verified on: manual page and command tables only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=9600, bits=7, parity="E", stop=2)
    MODELS: ClassVar[tuple[str, ...]] = ("34401A",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.voltage.dc",
        "measure.resistance.4w",
        "measure.resistance.2w",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "CONF:FRES": "assumed",
        "CONF:RES": "assumed",
        "CONF:VOLT:DC": "manual",
        "FRES:NPLC": "assumed",
        "READ?": "assumed",
        "RES:NPLC": "assumed",
        "SYST:ERR?": "assumed",
        "SYST:REM": "assumed",
        "VOLT:DC:NPLC": "assumed",
        "ZERO:AUTO": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._nplc = ""  # as it is sent; empty: as `CONF` leaves it
        self._autozero = ""
        self._configured: list[str] = []  # the settings that the meter has now

    def identify(self) -> Identity:
        """Ask `*IDN?`; the serial number is empty, for a 34401A sends 0.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return scpi.identity(self._link.query("*IDN?").strip())

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`, 20 deep), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return scpi.drain_errors(self._link, "SYST:ERR?")

    def configure(
        self, *, nplc: Number | None = None, autozero: bool | None = None, digits: Number | None = None
    ) -> None:
        """Fix settings for the measurements that follow; what is None stays. They are sent with the next one.

        Args:
            nplc: Integration time in power line cycles: 0.02, 0.2, 1, 10 or 100.
            autozero: Whether every reading is corrected by a zero reading (four-wire resistance always is).
            digits: The resolution that is needed, 4.5, 5.5 or 6.5. It comes from an integration time of at
                least 0.02, 0.2 or 10 power line cycles. So this is checked, not sent.

        Raises:
            OutOfRange: The meter has no such setting, or the integration time is too short for the digits.
        """
        cycles = decimal(nplc if nplc is not None else self._nplc or NPLC_AFTER_CONF)
        if cycles not in NPLC:
            there = ", ".join(NPLC.values())
            raise OutOfRange(f"{self._link.resource}: no {cycles} PLC here. There are {there}.")
        least = LEAST_NPLC.get(decimal(digits)) if digits is not None else Decimal(0)
        if least is None:
            raise OutOfRange(f"{self._link.resource}: no {digits} digits here. There are 4.5, 5.5 and 6.5.")
        if cycles < least:
            raise OutOfRange(
                f"{self._link.resource}: {digits} digits need {least} PLC or more, not {cycles}."
            )
        if nplc is not None:
            self._nplc = NPLC[cycles]
        if autozero is not None:
            self._autozero = "ON" if autozero else "OFF"

    def measure_dc_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.1, 1, 10, 100 or 1000 V.

        Raises:
            OutOfRange: The meter has no such range.
            Overload: It reported 9.9E37: the input is beyond the range.
            DeviceError: It put something in its error queue.
            UnexpectedReply: It sent no number.
        """
        volts = self._range(on_range, "V")
        settings = (f"VOLT:DC:NPLC {self._nplc}", f"ZERO:AUTO {self._autozero}")
        return self._measure("V", f"CONF:VOLT:DC {volts}", *settings)

    def measure_resistance_4w(self, on_range: Number) -> Reading:
        """Take one four-wire reading in Ohm on a range: 100 Ohm, 1 kOhm … 100 MOhm.

        Raises:
            OutOfRange: The meter has no such range; or autozero is configured off, which needs two wires.
            Overload, DeviceError, UnexpectedReply: As `measure_dc_voltage`.
        """
        if self._autozero == "OFF":
            raise OutOfRange(
                f"{self._link.resource}: four-wire resistance always has autozero. Configure it on."
            )
        ohms = self._range(on_range, "Ohm")
        return self._measure("Ohm", f"CONF:FRES {ohms}", f"FRES:NPLC {self._nplc}")

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Take one two-wire reading in Ohm on a range: 100 Ohm … 100 MOhm; errors as `measure_dc_voltage`."""
        ohms = self._range(on_range, "Ohm")
        settings = (f"RES:NPLC {self._nplc}", f"ZERO:AUTO {self._autozero}")
        return self._measure("Ohm", f"CONF:RES {ohms}", *settings)

    def _range(self, on_range: Number, unit: str) -> str:
        asked = decimal(on_range)
        if asked not in RANGES[unit]:
            there = RANGE_NAMES[unit]
            raise OutOfRange(f"{self._link.resource}: no range of {asked} {unit} here. There are {there}.")
        return RANGES[unit][asked]

    def _measure(self, unit: str, conf: str, nplc: str, autozero: str = "") -> Reading:
        """Send the settings unless the meter has them; take one reading."""
        commands = [conf]
        if self._nplc:
            commands.append(nplc)
        if self._autozero and autozero:
            commands.append(autozero)
        if commands != self._configured:
            self._configured = []  # unknown until all has gone well
            self._configure(commands)
            self._configured = commands
        try:
            text = self._link.query("READ?", timeout=self._reading_time()).strip()
        except InstrumentError:
            self._configured = []  # it may have been switched off and on: configure again
            raise
        return scpi.reading(text, unit)

    def _configure(self, commands: list[str]) -> None:
        errors = self._send(commands)
        if errors and all(error.startswith(LOCAL) for error in errors):
            errors = self._send(["SYST:REM", *commands])  # an RS-232 line: it obeys only when remote
        if errors:
            after = "; ".join(commands)
            raise DeviceError(f"{self._link.resource}: after {after!r} it reported {'; '.join(errors)}.")

    def _send(self, commands: list[str]) -> list[str]:
        for command in commands:
            self._link.write(command)
        return self.read_errors()

    def _reading_time(self) -> float:
        """Give how long to wait for a reading: 3 x (2 NPLC / f) + 2 s; the 2 is autozero, the 3 is margin."""
        return 3 * (2 * float(self._nplc or NPLC_AFTER_CONF) / SLOWEST_MAINS) + 2
