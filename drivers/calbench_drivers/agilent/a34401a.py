"""Agilent (HP, Keysight) 34401A multimeter (user's guide, edition 1991-2007, chapter 4, p. 118)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, OutOfRange, Overload, UnexpectedReply
from calbench.instruments import multimeter, scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.multimeter import Integration, Ranges
from calbench.instruments.reading import Identity, Number, Reading, Verified

DC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "1000")
AC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "750")
DC_AMPS = Ranges("A", "0.01", "0.1", "1", "3")
AC_AMPS = Ranges("A", "1", "3")
OHMS = Ranges("Ohm", *(str(10**power) for power in range(2, 9)))
INTEGRATION = Integration({"4.5": "0.02", "5.5": "0.2", "6.5": "10"}, ("0.02", "0.2", "1", "10", "100"))
FUNCTIONS = {"VOLT:DC": "VOLT", "CURR:DC": "CURR"}  # as `FUNC?` names them; the others by their own header
NPLC_AFTER_CONF = "10"
SETTLED = 20.0  # s; AC filters and frequency gates take their own time, 7 s at most
READING = re.compile(
    r"[+-]\d\.\d{8}E[+-]\d{2}", re.ASCII
)  # SD.DDDDDDDDESDD: a character that is lost is noticed
LOCAL = "550, "  # error on RS-232 until the meter is told to be remote


class A34401A:
    """A 34401A on fixed ranges.

    `CONF` brings integration time and autozero back to their defaults (10 PLC, on). So what `configure` has
    fixed is sent again after every `CONF`, and `CONF` is sent only when function, range or settings change.

    Alternating quantities and frequency have neither integration time nor autozero; they are measured as `CONF`
    leaves them (filter 20 Hz, gate 0.1 s).

    Assumed: every header but those of p. 118; the ranges of alternating quantities and of current.
    Verified on: manual page and command tables only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=9600, bits=7, parity="E", stop=2)
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "RS-232",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("34401A",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.voltage.dc",
        "measure.voltage.ac",
        "measure.current.dc",
        "measure.current.ac",
        "measure.resistance.4w",
        "measure.resistance.2w",
        "measure.frequency",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "CONF:CURR:AC": "assumed",
        "CONF:CURR:DC": "manual",
        "CONF:FREQ": "assumed",
        "CONF:FRES": "assumed",
        "CONF:RES": "assumed",
        "CONF:VOLT:AC": "manual",
        "CONF:VOLT:DC": "manual",
        "CURR:DC:NPLC": "assumed",
        "FRES:NPLC": "assumed",
        "FUNC?": "peer",
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
        return multimeter.identity(self._link, "*IDN?")

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`, 20 deep), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return multimeter.errors(self._link, "SYST:ERR?")

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
        cycles = nplc if nplc is not None else self._nplc or NPLC_AFTER_CONF
        sent = INTEGRATION.check(cycles, digits, self._link.resource)
        if nplc is not None:
            self._nplc = sent
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
        volts = DC_VOLTS.choose(on_range, self._link.resource)
        return self._measure("V", f"CONF:VOLT:DC {volts}", *self._fixed("VOLT:DC"))

    def measure_ac_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.1, 1, 10, 100 or 750 V; errors as `measure_dc_voltage`."""
        volts = AC_VOLTS.choose(on_range, self._link.resource)
        return self._measure("V", f"CONF:VOLT:AC {volts}", timeout=SETTLED)

    def measure_dc_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 10 mA, 100 mA, 1 A or 3 A; errors as `measure_dc_voltage`."""
        amps = DC_AMPS.choose(on_range, self._link.resource)
        return self._measure("A", f"CONF:CURR:DC {amps}", *self._fixed("CURR:DC"))

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 1 A or 3 A; errors as `measure_dc_voltage`."""
        amps = AC_AMPS.choose(on_range, self._link.resource)
        return self._measure("A", f"CONF:CURR:AC {amps}", timeout=SETTLED)

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
        ohms = OHMS.choose(on_range, self._link.resource)
        return self._measure("Ohm", f"CONF:FRES {ohms}", *self._fixed("FRES")[:1])

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Take one two-wire reading in Ohm on a range: 100 Ohm … 100 MOhm; errors as `measure_dc_voltage`."""
        ohms = OHMS.choose(on_range, self._link.resource)
        return self._measure("Ohm", f"CONF:RES {ohms}", *self._fixed("RES"))

    def measure_frequency(self) -> Reading:
        """Take one reading in Hz of an alternating voltage, which is ranged by itself."""
        return self._measure("Hz", "CONF:FREQ", timeout=SETTLED)

    def _fixed(self, function: str) -> tuple[str, str]:
        """Give what `configure` has fixed for a function; empty: as `CONF` leaves it."""
        return (
            f"{function}:NPLC {self._nplc}" if self._nplc else "",
            f"ZERO:AUTO {self._autozero}" if self._autozero else "",
        )

    def _measure(self, unit: str, *settings: str, timeout: float | None = None) -> Reading:
        """Send the settings unless the meter has them; take one reading."""
        commands = [*settings]
        if commands != self._configured:
            self._configured = []  # unknown until all has gone well
            self._configure(commands)
            self._configured = commands
        seconds = timeout or multimeter.reading_time(self._nplc or NPLC_AFTER_CONF)
        try:
            return self._read(unit, seconds)
        except Overload:
            raise
        except InstrumentError:
            self._configured = []  # it may have been switched off and on: configure again
            raise

    def _read(self, unit: str, seconds: float) -> Reading:
        """Take one reading; on an RS-232 line the meter refuses `READ?` until it is remote."""
        try:
            return scpi.ask(self._link, "READ?", lambda text: _reading(text, unit), timeout=seconds)
        except LinkTimeout as error:
            errors = self.read_errors()
            if not errors:
                raise
            if not all(one.startswith(LOCAL) for one in errors):
                raise LinkTimeout(f"{error} It reported {'; '.join(errors)}.") from error
        if errors := self._send(["SYST:REM"]):
            raise DeviceError(f"{self._link.resource}: after 'SYST:REM' it reported {'; '.join(errors)}.")
        return scpi.ask(self._link, "READ?", lambda text: _reading(text, unit), timeout=seconds)

    def _configure(self, commands: list[str]) -> None:
        wanted = [command for command in commands if command]
        errors = self._send(wanted)
        if errors and all(error.startswith(LOCAL) for error in errors):
            errors = self._send(["SYST:REM", *wanted])  # an RS-232 line: it obeys only when remote
        if errors:
            after = "; ".join(wanted)
            raise DeviceError(f"{self._link.resource}: after {after!r} it reported {'; '.join(errors)}.")
        name = wanted[0].split(" ")[0].removeprefix("CONF:")
        multimeter.require_function(self._link, "FUNC?", FUNCTIONS.get(name, name))

    def _send(self, commands: list[str]) -> list[str]:
        for command in commands:
            self._link.write(command)
        return self.read_errors()


def _reading(text: str, unit: str) -> Reading:
    """Read a number in the one form that the meter has."""
    found = scpi.reading(text, unit)
    if not READING.fullmatch(text):
        raise UnexpectedReply(
            f"Expected a reading like '+1.00349000E-04', but the instrument replied {text!r}."
        )
    return found
