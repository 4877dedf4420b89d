"""Keysight (Agilent, HP) 3458A multimeter (user's guide 03458-90014, chapter 6, and p. 48 for errors)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange, UnexpectedReply
from calbench.instruments import multimeter, scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.multimeter import Ranges, plain
from calbench.instruments.reading import Identity, Number, Reading, Verified, decimal

IDENTITIES = {"HP3458A": "HP", "Keysight 3458A": "Keysight"}  # reply -> maker; older and newer firmware
BASIS = ("PRESET NORM", "END ALWAYS", "OFORMAT ASCII", "TARM HOLD", "TRIG AUTO", "NRDGS 1,AUTO")
DC_VOLTS = Ranges("V", "0.1", "1", "10", "100", "1000")
AC_VOLTS = Ranges("V", "0.01", "0.1", "1", "10", "100", "1000")
DC_AMPS = Ranges("A", "1E-7", "1E-6", "1E-5", "1E-4", "0.001", "0.01", "0.1", "1")
AC_AMPS = Ranges("A", "1E-4", "0.001", "0.01", "0.1", "1")
OHMS = Ranges("Ohm", *(str(10**power) for power in range(1, 10)))
LEAST_NPLC = {  # resolution in digits -> integration time that gives it
    Decimal(digits): Decimal(cycles)
    for digits, cycles in (("4.5", "1E-4"), ("5.5", "6E-4"), ("6.5", "0.01"), ("7.5", "1"), ("8.5", "10"))
}
STEPS = ((1, Decimal("5E-6")), (10, Decimal(1)), (1000, Decimal(10)))  # up to so many NPLC, steps at 50 Hz
SETTLED = 20.0  # s; on top of the integration time, for the filters and gates of alternating quantities


class K3458A:
    """A 3458A on fixed ranges; it does not speak SCPI.

    Before the first measurement it is preset (`PRESET NORM`) and held (`TARM HOLD`), for it would measure and
    talk by itself. Then each reading is `TARM SGL`. Integration time and autozero are always sent: 10 PLC and
    on, unless `configure` says otherwise. Alternating voltage and current are measured by the analog method
    (`SETACV ANA`, 20 Hz and above); frequency is that of the voltage input, with the gate of 1 s.

    Errors that are in its registers already are told after the first settings.

    Assumed: the order of the settings; which integration time gives which digits.
    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0)  # replies end in CR LF; the CR is stripped here
    LINKS: ClassVar[tuple[str, ...]] = ("GPIB",)
    MODELS: ClassVar[tuple[str, ...]] = ("3458A",)
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
        "ACI": "manual",
        "ACV": "manual",
        "AZERO": "manual",
        "DCI": "manual",
        "DCV": "manual",
        "END": "manual",
        "ERRSTR?": "manual",
        "FREQ": "manual",
        "ID?": "manual",
        "NDIG": "manual",
        "NPLC": "manual",
        "NRDGS": "manual",
        "OFORMAT": "manual",
        "OHM": "manual",
        "OHMF": "manual",
        "PRESET": "manual",
        "TARM": "manual",
        "TRIG": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._nplc = "10"
        self._autozero = True
        self._digits = ""  # as they are shown; empty: as the preset leaves them
        self._setup = multimeter.Setup()

    def identify(self) -> Identity:
        """Hold the meter, and ask `ID?`; it has no serial number for us, and does not know `*IDN?`.

        Raises:
            UnexpectedReply: It answered nothing, or what is no text.
        """
        self._link.write("TARM HOLD")  # after power-on it measures and talks without end
        self._link.write("END ALWAYS")
        text = self._link.query("ID?").strip()
        if not (text and text.isascii() and text.isprintable()):
            raise UnexpectedReply(f"{self._link.resource}: `ID?` gave {text!r}, not the name of a model.")
        if text in IDENTITIES:
            return Identity(IDENTITIES[text], "3458A", "", "", text)
        return Identity("", text, "", "", text)

    def read_errors(self) -> list[str]:
        """Empty the error and auxiliary error registers (`ERRSTR?`, one bit a call), lowest bit first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return multimeter.errors(self._link, "ERRSTR?")

    def configure(
        self, *, nplc: Number | None = None, autozero: bool | None = None, digits: Number | None = None
    ) -> None:
        """Fix settings for the measurements that follow; what is None stays. They are sent with the next one.

        Args:
            nplc: Integration time in power line cycles: 0 to 1, 1 to 10 in steps of 1, to 1000 in steps of 10.
            autozero: Whether every reading is corrected by a zero reading (DC current and four-wire resistance
                always are).
            digits: The resolution that is needed and shown, 4.5, 5.5, 6.5, 7.5 or 8.5. It comes from an
                integration time of at least 0.0001, 0.0006, 0.01, 1 or 10 power line cycles.

        Raises:
            OutOfRange: The meter has no such setting, or the integration time is too short for the digits.
        """
        cycles = decimal(nplc if nplc is not None else self._nplc)
        self._check(cycles, decimal(digits) if digits is not None else None)
        self._nplc = plain(cycles)
        if digits is not None:
            self._digits = str(int(decimal(digits)))
        if autozero is not None:
            self._autozero = autozero

    def measure_dc_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.1, 1, 10, 100 or 1000 V.

        Raises:
            OutOfRange: The meter has no such range.
            Overload: It reported 1.0E+38: the input is beyond the range.
            DeviceError: It set bits in its error registers.
            UnexpectedReply: It sent no number.
        """
        volts = DC_VOLTS.choose(on_range, self._link.resource)
        return self._measure("V", f"DCV {volts}", *self._integrated())

    def measure_ac_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.01, 0.1 … 1000 V; errors as `measure_dc_voltage`."""
        volts = AC_VOLTS.choose(on_range, self._link.resource)
        return self._measure("V", f"ACV {volts}", *self._integrated()[:2], settling=SETTLED)

    def measure_dc_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 100 nA, 1 uA … 1 A; errors as `measure_resistance_4w`."""
        self._need_autozero("DC current")
        amps = DC_AMPS.choose(on_range, self._link.resource)
        return self._measure("A", f"DCI {amps}", *self._integrated())

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 100 uA, 1 mA … 1 A; errors as `measure_dc_voltage`."""
        amps = AC_AMPS.choose(on_range, self._link.resource)
        return self._measure("A", f"ACI {amps}", *self._integrated()[:2], settling=SETTLED)

    def measure_resistance_4w(self, on_range: Number) -> Reading:
        """Take one four-wire reading in Ohm on a range: 10 Ohm, 100 Ohm … 1 GOhm.

        Raises:
            OutOfRange: The meter has no such range; or autozero is configured off, which needs two wires.
            Overload, DeviceError, UnexpectedReply: As `measure_dc_voltage`.
        """
        self._need_autozero("four-wire resistance")
        ohms = OHMS.choose(on_range, self._link.resource)
        return self._measure("Ohm", f"OHMF {ohms}", *self._integrated())

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Take one two-wire reading in Ohm on a range: 10 Ohm … 1 GOhm; errors as `measure_dc_voltage`."""
        ohms = OHMS.choose(on_range, self._link.resource)
        return self._measure("Ohm", f"OHM {ohms}", *self._integrated())

    def measure_frequency(self) -> Reading:
        """Take one reading in Hz of an alternating voltage, which is ranged by itself."""
        return self._measure("Hz", "FREQ", settling=SETTLED)

    def _check(self, cycles: Decimal, digits: Decimal | None) -> None:
        step = next((step for most, step in STEPS if 0 <= cycles <= most), None)
        if step is None or cycles % step:
            raise OutOfRange(
                f"{self._link.resource}: no {cycles} PLC here. There are 0 to 1 in steps of 0.000005, 1 to 10 "
                f"in steps of 1, and 10 to 1000 in steps of 10."
            )
        if digits is None:
            return
        if digits not in LEAST_NPLC:
            raise OutOfRange(
                f"{self._link.resource}: no {digits} digits here. There are 4.5, 5.5, 6.5, 7.5 and 8.5."
            )
        if cycles < LEAST_NPLC[digits]:
            least = plain(LEAST_NPLC[digits])
            raise OutOfRange(
                f"{self._link.resource}: {digits} digits need {least} PLC or more, not {plain(cycles)}."
            )

    def _need_autozero(self, function: str) -> None:
        if not self._autozero:
            raise OutOfRange(f"{self._link.resource}: {function} always has autozero. Configure it on.")

    def _integrated(self) -> tuple[str, str, str]:
        """Give the settings of a function that integrates; the digits may be empty."""
        return (
            f"NPLC {self._nplc}",
            f"NDIG {self._digits}" if self._digits else "",
            "AZERO ON" if self._autozero else "AZERO OFF",
        )

    def _measure(self, unit: str, *function: str, settling: float = 0.0) -> Reading:
        """Send the settings unless the meter has them; trigger and take one reading."""
        self._setup.send_as_one(self._link, (*BASIS, *function), "ERRSTR?", scpi.errors, self.read_errors)
        seconds = multimeter.reading_time(self._nplc) + settling
        return self._setup.read(self._link, "TARM SGL", unit, seconds)
