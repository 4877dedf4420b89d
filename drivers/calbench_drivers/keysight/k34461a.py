"""Keysight Truevolt 34460A, 34461A (operating and service guide p. 188, 208, 223, 246, 281; command list)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from calbench.errors import OutOfRange
from calbench.instruments import multimeter
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.multimeter import Integration, Ranges
from calbench.instruments.reading import Identity, Number, Reading, Verified

DC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "1000")
AC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "750")
AMPS = Ranges("A", "0.0001", "0.001", "0.01", "0.1", "1", "3", "10")  # p. 246
OHMS = Ranges("Ohm", *(str(10**power) for power in range(2, 9)))
FARADS = Ranges("F", "1E-9", "1E-8", "1E-7", "1E-6", "1E-5", "1E-4")  # p. 281
INTEGRATION = Integration({"4.5": "0.02", "5.5": "0.2", "6.5": "10"}, ("0.02", "0.2", "1", "10", "100"))
FUNCTIONS = {"VOLT:DC": "VOLT", "CURR:DC": "CURR"}  # as `FUNC?` names them; the others by their own header
NPLC_AFTER_CONF = "10"
SETTLED = 20.0  # s; AC filters, frequency gates and capacitance take their own time, 2.5 s at most
TEN_AMPERES = "10"  # the range with terminals of its own


class K34461A:
    """A 34460A or 34461A on fixed ranges.

    `CONF` brings integration time and autozero back to their defaults (10 PLC, on). So what `configure` has
    fixed is sent again after every `CONF`, and `CONF` is sent only when function or range change.
    Alternating quantities, frequency and capacitance have neither integration time nor autozero; they are
    measured as `CONF` leaves them (filter 20 Hz, gate 0.1 s). The 10 A range is on terminals of its own, which
    the 34460A does not have.

    Assumed: the headers of settings, except those of pages 188, 223 and 246; the 750 V range.
    Verified on: manual pages and command tables only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0)
    LINKS: ClassVar[tuple[str, ...]] = (
        "LAN",
        "USB",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("34460A", "34461A")
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
        "CONF:CAP": "manual",
        "CONF:CURR:AC": "manual",
        "CONF:CURR:DC": "manual",
        "CONF:FREQ": "manual",
        "CONF:FRES": "manual",
        "CONF:RES": "manual",
        "CONF:VOLT:AC": "manual",
        "CONF:VOLT:DC": "manual",
        "CURR:DC:NPLC": "assumed",
        "CURR:DC:ZERO:AUTO": "assumed",
        "FRES:NPLC": "assumed",
        "FUNC?": "peer",
        "READ?": "manual",
        "RES:NPLC": "assumed",
        "RES:ZERO:AUTO": "assumed",
        "SYST:ERR?": "assumed",
        "VOLT:DC:NPLC": "assumed",
        "VOLT:DC:ZERO:AUTO": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._nplc = ""  # as it is sent; empty: as `CONF` leaves it
        self._autozero = ""
        self._model = ""  # asked when it matters
        self._setup = multimeter.Setup()

    def identify(self) -> Identity:
        """Ask `*IDN?`.

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
        """Take one reading in A on a range: 100 uA … 3 A, 10 A; errors as `measure_dc_voltage`."""
        return self._measure("A", f"CONF:CURR:DC {self._amps(on_range)}", *self._fixed("CURR:DC"))

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 100 uA … 3 A, 10 A; errors as `measure_dc_voltage`."""
        return self._measure("A", f"CONF:CURR:AC {self._amps(on_range)}", timeout=SETTLED)

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

    def measure_capacitance(self, on_range: Number) -> Reading:
        """Take one reading in F on a range: 1 nF, 10 nF … 100 uF; errors as `measure_dc_voltage`."""
        farads = FARADS.choose(on_range, self._link.resource)
        return self._measure("F", f"CONF:CAP {farads}", timeout=SETTLED)

    def measure_frequency(self) -> Reading:
        """Take one reading in Hz of an alternating voltage, which is ranged by itself."""
        return self._measure("Hz", "CONF:FREQ", timeout=SETTLED)

    def _amps(self, on_range: Number) -> str:
        amps = AMPS.choose(on_range, self._link.resource)
        if amps == TEN_AMPERES:
            self._model = self._model or self.identify().model
        if amps == TEN_AMPERES and self._model == "34460A":
            raise OutOfRange(f"{self._link.resource}: a 34460A has no 10 A terminals. Use the 3 A range.")
        return amps

    def _fixed(self, function: str) -> tuple[str, str]:
        """Give what `configure` has fixed for a function; empty: as `CONF` leaves it."""
        return (
            f"{function}:NPLC {self._nplc}" if self._nplc else "",
            f"{function}:ZERO:AUTO {self._autozero}" if self._autozero else "",
        )

    def _measure(self, unit: str, *commands: str, timeout: float | None = None) -> Reading:
        """Send the settings unless the meter has them; take one reading."""
        function = FUNCTIONS.get(name := commands[0].split(" ")[0].removeprefix("CONF:"), name)
        self._setup.send(
            self._link,
            commands,
            self.read_errors,
            lambda: multimeter.require_function(self._link, "FUNC?", function),
        )
        seconds = timeout or multimeter.reading_time(self._nplc or NPLC_AFTER_CONF)
        return self._setup.read(self._link, "READ?", unit, seconds)
