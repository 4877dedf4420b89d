"""Keithley DMM6500 multimeter (reference manual DMM6500-901-01, SCPI command reference)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from calbench.errors import DeviceError, LinkError, OutOfRange, UnexpectedReply
from calbench.instruments import multimeter
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.multimeter import Integration, Ranges
from calbench.instruments.reading import Identity, Number, Reading, Verified

DC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "1000")
AC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "750")
DC_AMPS = Ranges("A", "1E-5", "1E-4", "0.001", "0.01", "0.1", "1", "3", "10")
AC_AMPS = Ranges("A", "0.001", "0.01", "0.1", "1", "3", "10")
OHMS_2W = Ranges("Ohm", *(str(10**power) for power in range(1, 9)))
OHMS_4W = Ranges("Ohm", *(str(10**power) for power in range(9)))
FARADS = Ranges("F", "1E-9", "1E-8", "1E-7", "1E-6", "1E-5", "1E-4", "0.001")
INTEGRATION = Integration(
    {"3.5": "0.0005", "4.5": "0.01", "5.5": "0.1", "6.5": "1"}, least="0.0005", most="12"
)
NPLC_AFTER_RESET = "1"
SETTLED = 20.0  # s; AC filters, frequency gates and capacitance take their own time
TEN_AMPERES = "10"  # the range that only the rear terminals have


class KDMM6500:
    """A DMM6500 on fixed ranges, speaking SCPI.

    It can also be set to speak TSP or the language of other meters, in which the settings here mean something
    else. So it is asked for its language (`*LANG?`) before it is reset (`*RST`) for the first measurement. What
    `configure` has fixed goes with voltage, current and resistance that are not alternating.

    Assumed: all commands, which are known from an independent program; the longest integration time, which is
    that of 50 Hz; which integration time gives which digits.
    Verified on: a command list only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0)  # raw socket: port 5025
    LINKS: ClassVar[tuple[str, ...]] = (
        "LAN",
        "USB",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("MODEL DMM6500", "DMM6500")
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
        "*LANG?": "assumed",
        "*RST": "assumed",
        ":READ?": "assumed",
        ":SENS:CAP:RANG": "assumed",
        ":SENS:CAP:RANG:AUTO": "assumed",
        ":SENS:CURR:AC:RANG": "assumed",
        ":SENS:CURR:AC:RANG:AUTO": "assumed",
        ":SENS:CURR:AZER": "assumed",
        ":SENS:CURR:NPLC": "assumed",
        ":SENS:CURR:RANG": "assumed",
        ":SENS:CURR:RANG:AUTO": "assumed",
        ":SENS:FRES:AZER": "assumed",
        ":SENS:FRES:NPLC": "assumed",
        ":SENS:FRES:RANG": "assumed",
        ":SENS:FRES:RANG:AUTO": "assumed",
        ":SENS:FUNC": "assumed",
        ":SENS:FUNC?": "assumed",
        ":SENS:RES:AZER": "assumed",
        ":SENS:RES:NPLC": "assumed",
        ":SENS:RES:RANG": "assumed",
        ":SENS:RES:RANG:AUTO": "assumed",
        ":SENS:VOLT:AC:RANG": "assumed",
        ":SENS:VOLT:AC:RANG:AUTO": "assumed",
        ":SENS:VOLT:AZER": "assumed",
        ":SENS:VOLT:NPLC": "assumed",
        ":SENS:VOLT:RANG": "assumed",
        ":SENS:VOLT:RANG:AUTO": "assumed",
        ":SYST:ERR?": "assumed",
        "ROUT:TERM?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._nplc = ""  # as it is sent; empty: as the reset leaves it
        self._autozero = ""
        self._speaks_scpi = False
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
            nplc: Integration time in power line cycles, 0.0005 to 12.
            autozero: Whether every reading is corrected by a zero reading.
            digits: The resolution that is needed, 3.5, 4.5, 5.5 or 6.5. It comes from an integration time of
                at least 0.0005, 0.01, 0.1 or 1 power line cycles. So this is checked, not sent.

        Raises:
            OutOfRange: The meter has no such setting, or the integration time is too short for the digits.
        """
        cycles = nplc if nplc is not None else self._nplc or NPLC_AFTER_RESET
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
            DeviceError: It put something in its error queue, or speaks another language than SCPI.
            UnexpectedReply: It sent no number.
        """
        volts = DC_VOLTS.choose(on_range, self._link.resource)
        settings = (':SENS:FUNC "VOLT:DC"', f":SENS:VOLT:RANG:AUTO 0;:SENS:VOLT:RANG {volts}")
        return self._measure("V", *settings, *self._fixed("VOLT"))

    def measure_ac_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.1, 1, 10, 100 or 750 V; errors as `measure_dc_voltage`."""
        volts = AC_VOLTS.choose(on_range, self._link.resource)
        settings = (':SENS:FUNC "VOLT:AC"', f":SENS:VOLT:AC:RANG:AUTO 0;:SENS:VOLT:AC:RANG {volts}")
        return self._measure("V", *settings)

    def measure_dc_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 10 uA … 3 A, 10 A (rear); errors as `measure_dc_voltage`."""
        amps = self._reachable(DC_AMPS.choose(on_range, self._link.resource))
        settings = (':SENS:FUNC "CURR:DC"', f":SENS:CURR:RANG:AUTO 0;:SENS:CURR:RANG {amps}")
        return self._measure("A", *settings, *self._fixed("CURR"))

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 1 mA … 3 A, 10 A (rear); errors as `measure_dc_voltage`."""
        amps = self._reachable(AC_AMPS.choose(on_range, self._link.resource))
        settings = (':SENS:FUNC "CURR:AC"', f":SENS:CURR:AC:RANG:AUTO 0;:SENS:CURR:AC:RANG {amps}")
        return self._measure("A", *settings)

    def measure_resistance_4w(self, on_range: Number) -> Reading:
        """Take one four-wire reading in Ohm on a range: 1 Ohm … 100 MOhm; errors as `measure_dc_voltage`."""
        ohms = OHMS_4W.choose(on_range, self._link.resource)
        settings = (':SENS:FUNC "FRES"', f":SENS:FRES:RANG:AUTO 0;:SENS:FRES:RANG {ohms}")
        return self._measure("Ohm", *settings, *self._fixed("FRES"))

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Take one two-wire reading in Ohm on a range: 10 Ohm … 100 MOhm; errors as `measure_dc_voltage`."""
        ohms = OHMS_2W.choose(on_range, self._link.resource)
        settings = (':SENS:FUNC "RES"', f":SENS:RES:RANG:AUTO 0;:SENS:RES:RANG {ohms}")
        return self._measure("Ohm", *settings, *self._fixed("RES"))

    def measure_capacitance(self, on_range: Number) -> Reading:
        """Take one reading in F on a range: 1 nF, 10 nF … 1 mF; errors as `measure_dc_voltage`."""
        farads = FARADS.choose(on_range, self._link.resource)
        settings = (':SENS:FUNC "CAP"', f":SENS:CAP:RANG:AUTO 0;:SENS:CAP:RANG {farads}")
        return self._measure("F", *settings)

    def measure_frequency(self) -> Reading:
        """Take one reading in Hz of an alternating voltage, which is ranged by itself."""
        return self._measure("Hz", ':SENS:FUNC "FREQ:VOLT"')

    def _fixed(self, function: str) -> tuple[str, str]:
        """Give what `configure` has fixed for a function; empty: as the reset leaves it."""
        return (
            f":SENS:{function}:NPLC {self._nplc}" if self._nplc else "",
            f":SENS:{function}:AZER {self._autozero}" if self._autozero else "",
        )

    def _reachable(self, amps: str) -> str:
        """Refuse the range of 10 A while the front terminals are chosen."""
        if amps != TEN_AMPERES:
            return amps
        self._need_scpi()
        terminals = self._link.query("ROUT:TERM?").strip()
        if terminals == "FRON":
            raise OutOfRange(
                f"{self._link.resource}: the 10 A range is on the rear terminals only, and the front is chosen. "
                "Press TERMINALS, or use the 3 A range."
            )
        if terminals != "REAR":
            raise UnexpectedReply(
                f"{self._link.resource}: after `ROUT:TERM?` the instrument replied {terminals!r}, not FRON or REAR."
            )
        return amps

    def _need_scpi(self) -> None:
        if self._speaks_scpi:
            return
        language = self._link.query("*LANG?").strip()
        if language != "SCPI":
            raise DeviceError(
                f"{self._link.resource}: `*LANG?` gave {language!r}; this driver speaks SCPI. Set the command set "
                "to SCPI in the meter's menu, and switch it off and on."
            )
        self._speaks_scpi = True

    def _measure(self, unit: str, *function: str) -> Reading:
        """Send the settings unless the meter has them; take one reading."""
        self._need_scpi()
        commands = ["*RST", *function]
        name = function[0].split('"')[1]
        self._setup.send(
            self._link,
            commands,
            self.read_errors,
            lambda: multimeter.require_function(self._link, ":SENS:FUNC?", name),
        )
        seconds = multimeter.reading_time(self._nplc or NPLC_AFTER_RESET) + SETTLED
        try:
            return self._setup.read(self._link, ":READ?", unit, seconds)
        except (LinkError, UnexpectedReply):
            self._speaks_scpi = False  # it may have been switched off and on, with another language
            raise
