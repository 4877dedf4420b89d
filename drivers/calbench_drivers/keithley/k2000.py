"""Keithley 2000 multimeter (user's manual 2000-900-01 rev. J, section 5, and p. 5-41 for ranges)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from calbench.errors import OutOfRange
from calbench.instruments import multimeter
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.multimeter import Integration, Ranges
from calbench.instruments.reading import Identity, Number, Reading, Verified

BASIS = ("*RST", ":INIT:CONT OFF", ":FORM:ELEM READ")
DC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "1000")
AC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "750")
DC_AMPS = Ranges("A", "0.01", "0.1", "1", "3")
AC_AMPS = Ranges("A", "1", "3")
OHMS = Ranges("Ohm", *(str(10**power) for power in range(2, 9)))
INTEGRATION = Integration({"4.5": "0.01", "5.5": "0.1", "6.5": "1"}, least="0.01", most="10")
NPLC_AFTER_RESET = "10"  # the longest there is: only waiting depends on it
SETTLED = 20.0  # s; AC filters and frequency gates take their own time


class K2000:
    """A 2000 on fixed ranges.

    Before the first measurement it is reset (`*RST`), so that no filter, relative value or trigger of others is
    left. Integration time and digits go with every function but frequency.

    Assumed: all but the commands for ranges; which integration time gives which digits; that a reset brings
    single readings, each by `:READ?`; that the fixed range ends ranging by itself.
    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0)
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "RS-232",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("MODEL 2000", "2000")
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
        "*RST": "assumed",
        ":FORM:ELEM": "assumed",
        ":INIT:CONT": "assumed",
        ":READ?": "assumed",
        ":SENS:CURR:AC:NPLC": "assumed",
        ":SENS:CURR:AC:RANG": "manual",
        ":SENS:CURR:DC:NPLC": "assumed",
        ":SENS:CURR:DC:RANG": "manual",
        ":SENS:FRES:NPLC": "assumed",
        ":SENS:FRES:RANG": "manual",
        ":SENS:FUNC": "assumed",
        ":SENS:FUNC?": "assumed",
        ":SENS:RES:NPLC": "assumed",
        ":SENS:RES:RANG": "manual",
        ":SENS:VOLT:AC:NPLC": "assumed",
        ":SENS:VOLT:AC:RANG": "manual",
        ":SENS:VOLT:DC:NPLC": "assumed",
        ":SENS:VOLT:DC:RANG": "manual",
        ":SYST:AZER:STAT": "assumed",
        ":SYST:ERR?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._nplc = ""  # as it is sent; empty: as the reset leaves it
        self._autozero = ""
        self._setup = multimeter.Setup()

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return multimeter.identity(self._link, "*IDN?")

    def read_errors(self) -> list[str]:
        """Empty the error queue (`:SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return multimeter.errors(self._link, ":SYST:ERR?")

    def configure(
        self, *, nplc: Number | None = None, autozero: bool | None = None, digits: Number | None = None
    ) -> None:
        """Fix settings for the measurements that follow; what is None stays. They are sent with the next one.

        Args:
            nplc: Integration time in power line cycles, 0.01 to 10.
            autozero: Whether every reading is corrected by a zero reading.
            digits: The resolution that is needed, 4.5, 5.5 or 6.5. It comes from an integration time of at
                least 0.01, 0.1 or 1 power line cycles. So this is checked, not sent.

        Raises:
            OutOfRange: The meter has no such setting, or the integration time is too short for the digits.
        """
        where = self._link.resource
        if digits is not None and nplc is None and not self._nplc:
            raise OutOfRange(f"{where}: {digits} digits need an integration time. Configure nplc with them.")
        cycles = nplc if nplc is not None else self._nplc or NPLC_AFTER_RESET
        sent = INTEGRATION.check(cycles, digits, where)
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
        return self._measure(
            "V", ":SENS:FUNC 'VOLT:DC'", f":SENS:VOLT:DC:RANG {volts}", self._time("VOLT:DC")
        )

    def measure_ac_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.1, 1, 10, 100 or 750 V; errors as `measure_dc_voltage`."""
        volts = AC_VOLTS.choose(on_range, self._link.resource)
        return self._measure(
            "V", ":SENS:FUNC 'VOLT:AC'", f":SENS:VOLT:AC:RANG {volts}", self._time("VOLT:AC")
        )

    def measure_dc_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 10 mA, 100 mA, 1 A or 3 A; errors as `measure_dc_voltage`."""
        amps = DC_AMPS.choose(on_range, self._link.resource)
        return self._measure("A", ":SENS:FUNC 'CURR:DC'", f":SENS:CURR:DC:RANG {amps}", self._time("CURR:DC"))

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 1 A or 3 A; errors as `measure_dc_voltage`."""
        amps = AC_AMPS.choose(on_range, self._link.resource)
        return self._measure("A", ":SENS:FUNC 'CURR:AC'", f":SENS:CURR:AC:RANG {amps}", self._time("CURR:AC"))

    def measure_resistance_4w(self, on_range: Number) -> Reading:
        """Take one four-wire reading in Ohm on a range: 100 Ohm … 100 MOhm; errors as `measure_dc_voltage`."""
        ohms = OHMS.choose(on_range, self._link.resource)
        return self._measure("Ohm", ":SENS:FUNC 'FRES'", f":SENS:FRES:RANG {ohms}", self._time("FRES"))

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Take one two-wire reading in Ohm on a range: 100 Ohm … 100 MOhm; errors as `measure_dc_voltage`."""
        ohms = OHMS.choose(on_range, self._link.resource)
        return self._measure("Ohm", ":SENS:FUNC 'RES'", f":SENS:RES:RANG {ohms}", self._time("RES"))

    def measure_frequency(self) -> Reading:
        """Take one reading in Hz of an alternating voltage."""
        return self._measure("Hz", ":SENS:FUNC 'FREQ'")

    def _time(self, function: str) -> str:
        """Give the command for the integration time; empty: as the reset leaves it."""
        return f":SENS:{function}:NPLC {self._nplc}" if self._nplc else ""

    def _measure(self, unit: str, *function: str) -> Reading:
        """Send the settings unless the meter has them; take one reading."""
        zero = f":SYST:AZER:STAT {self._autozero}" if self._autozero else ""
        commands = [*BASIS, zero, *function]
        name = function[0].split("'")[1]
        self._setup.send(
            self._link,
            commands,
            self.read_errors,
            lambda: multimeter.require_function(self._link, ":SENS:FUNC?", name),
        )
        seconds = multimeter.reading_time(self._nplc or NPLC_AFTER_RESET) + SETTLED
        return self._setup.read(self._link, ":READ?", unit, seconds)
