"""Fluke 8588A reference multimeter (8588A/8558A remote programmer's manual, table 6; 8558A manual p. 22)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange
from calbench.instruments import multimeter
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.multimeter import Integration, Ranges, plain
from calbench.instruments.reading import Identity, Number, Reading, Verified, decimal

DC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "1000")
AC_VOLTS = Ranges("V", "0.01", "0.1", "1", "10", "100", "1000")
AMPS = Ranges("A", "1E-5", "1E-4", "0.001", "0.01", "0.1", "1", "10", "30")
OHMS = Ranges("Ohm", *(str(10**power) for power in range(11)))
FARADS = Ranges("F", *(f"1E-{power}" for power in range(9, 0, -1)))
INTEGRATION = Integration({}, least="0.01", most="500")
DIGITS = ("4.5", "5.5", "6.5", "7.5", "8.5")
NPLC_AFTER_RESET = (
    "500"  # the longest there is: what *RST leaves is not known, and only waiting depends on it
)
SETTLED = 60.0  # s; AC filters, frequency gates and capacitance take their own time


class F8588A:
    """An 8588A on fixed ranges.

    Before the first measurement it is reset (`*RST`), which brings ASCII readings, one a trigger. What
    `configure` has fixed follows every change of function. Alternating quantities, frequency and capacitance
    are measured with the filters and gates that the reset leaves. The input is the one that is selected on it.

    Assumed: all of the commands, which are known from an independent program with the manual's descriptions;
    that resolution is digits below the range; that overload is 9.9E37; the ranges of capacitance.
    Verified on: a command list only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=10.0)  # raw socket: port 3490
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "LAN",
        "USB",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("8588A",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.voltage.dc",
        "measure.voltage.ac",
        "measure.current.dc",
        "measure.current.ac",
        "measure.resistance.4w",
        "measure.resistance.2w",
        "measure.capacitance",
        "measure.frequency",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "*RST": "manual",
        "CAP:RANG": "assumed",
        "CAP:RES": "assumed",
        "CURR:AC:RANG": "assumed",
        "CURR:AC:RES": "assumed",
        "CURR:DC:NPLC": "assumed",
        "CURR:DC:RANG": "assumed",
        "CURR:DC:RES": "assumed",
        "FRES:NPLC": "assumed",
        "FRES:RANG": "assumed",
        "FRES:RES": "assumed",
        "FUNC": "assumed",
        "FUNC?": "assumed",
        "READ?": "assumed",
        "RES:NPLC": "assumed",
        "RES:RANG": "assumed",
        "RES:RES": "assumed",
        "SYST:ERR?": "assumed",
        "VOLT:AC:RANG": "assumed",
        "VOLT:AC:RES": "assumed",
        "VOLT:DC:NPLC": "assumed",
        "VOLT:DC:RANG": "assumed",
        "VOLT:DC:RES": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._nplc = ""  # as it is sent; empty: as the reset leaves it
        self._digits = ""
        self._setup = multimeter.Setup()

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return multimeter.identity(self._link, "*IDN?")

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return multimeter.errors(self._link, "SYST:ERR?")

    def configure(
        self, *, nplc: Number | None = None, autozero: bool | None = None, digits: Number | None = None
    ) -> None:
        """Fix settings for the measurements that follow; what is None stays. They are sent with the next one.

        Args:
            nplc: Integration time in power line cycles, 0.01 to 500; of direct quantities and resistance.
            autozero: It has no command for that: None.
            digits: Resolution, 4.5, 5.5, 6.5, 7.5 or 8.5; the meter itself refuses what a function has not.

        Raises:
            OutOfRange: The meter has no such setting.
        """
        where = self._link.resource
        if autozero is not None:
            raise OutOfRange(f"{where}: an 8588A has no command for autozero. Leave it out.")
        resolution = next(
            (one for one in DIGITS if digits is not None and Decimal(one) == decimal(digits)), ""
        )
        if digits is not None and not resolution:
            raise OutOfRange(f"{where}: no {digits} digits here. There are {', '.join(DIGITS)}.")
        if nplc is not None:
            self._nplc = INTEGRATION.check(nplc, None, where)
        self._digits = resolution or self._digits

    def measure_dc_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.1, 1, 10, 100 or 1000 V.

        Raises:
            OutOfRange: The meter has no such range.
            Overload: It reported 9.9E37: the input is beyond the range.
            DeviceError: It put something in its error queue.
            UnexpectedReply: It sent no number.
        """
        volts = DC_VOLTS.choose(on_range, self._link.resource)
        return self._integrate("V", 'FUNC "VOLT:DC"', f"VOLT:DC:RANG {volts}")

    def measure_ac_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 10 mV, 100 mV … 1000 V; errors as `measure_dc_voltage`."""
        volts = AC_VOLTS.choose(on_range, self._link.resource)
        return self._measure("V", 'FUNC "VOLT:AC"', f"VOLT:AC:RANG {volts}")

    def measure_dc_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 10 uA, 100 uA … 10 A, 30 A; errors as `measure_dc_voltage`."""
        amps = AMPS.choose(on_range, self._link.resource)
        return self._integrate("A", 'FUNC "CURR:DC"', f"CURR:DC:RANG {amps}")

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 10 uA, 100 uA … 10 A, 30 A; errors as `measure_dc_voltage`."""
        amps = AMPS.choose(on_range, self._link.resource)
        return self._measure("A", 'FUNC "CURR:AC"', f"CURR:AC:RANG {amps}")

    def measure_resistance_4w(self, on_range: Number) -> Reading:
        """Take one four-wire reading in Ohm on a range: 1 Ohm … 10 GOhm; errors as `measure_dc_voltage`."""
        ohms = OHMS.choose(on_range, self._link.resource)
        return self._integrate("Ohm", 'FUNC "FRES"', f"FRES:RANG {ohms}")

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Take one two-wire reading in Ohm on a range: 1 Ohm … 10 GOhm; errors as `measure_dc_voltage`."""
        ohms = OHMS.choose(on_range, self._link.resource)
        return self._integrate("Ohm", 'FUNC "RES"', f"RES:RANG {ohms}")

    def measure_capacitance(self, on_range: Number) -> Reading:
        """Take one reading in F on a range: 1 nF, 10 nF … 100 mF; errors as `measure_dc_voltage`."""
        farads = FARADS.choose(on_range, self._link.resource)
        return self._measure("F", 'FUNC "CAP"', f"CAP:RANG {farads}")

    def measure_frequency(self) -> Reading:
        """Take one reading in Hz."""
        return self._take("Hz", SETTLED, 'FUNC "FREQ"')

    def _integrate(self, unit: str, function: str, on_range: str) -> Reading:
        """Measure by a function that has an integration time."""
        nplc = f"{_name(on_range)}:NPLC {self._nplc}" if self._nplc else ""
        seconds = multimeter.reading_time(self._nplc or NPLC_AFTER_RESET)
        return self._take(unit, seconds, function, on_range, self._resolution(on_range), nplc)

    def _measure(self, unit: str, function: str, on_range: str) -> Reading:
        return self._take(unit, SETTLED, function, on_range, self._resolution(on_range))

    def _resolution(self, on_range: str) -> str:
        """Give the resolution for the digits, so many decades below the range: 8.5 digits of 10 V are 100 nV."""
        if not self._digits:
            return ""
        full = Decimal(on_range.partition(" ")[2])
        return f"{_name(on_range)}:RES {plain(full.scaleb(-int(Decimal(self._digits))))}"

    def _take(self, unit: str, seconds: float, *commands: str) -> Reading:
        """Send the settings unless the meter has them; take one reading."""
        name = commands[0].split('"')[1]
        self._setup.send(
            self._link,
            ("*RST", *commands),
            self.read_errors,
            lambda: multimeter.require_function(self._link, "FUNC?", name),
        )
        return self._setup.read(self._link, "READ?", unit, seconds)


def _name(on_range: str) -> str:
    """Give the function in a command for its range: `VOLT:DC` of `VOLT:DC:RANG 10`."""
    return on_range.partition(":RANG ")[0]
