"""Fluke 8508A reference multimeter (protocol table 3.3 from public programs; the manual was not at hand)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import OutOfRange, Overload
from calbench.instruments import multimeter, scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.multimeter import Ranges
from calbench.instruments.reading import Identity, Number, Reading, Verified, decimal

BASIS = ("*RST", "*CLS", "INPUT FRONT", "TRG_SRCE EXT")
VOLTS = Ranges("V", "0.2", "2", "20", "200", "1000")
AMPS = Ranges("A", "2E-4", "0.002", "0.02", "0.2", "2", "20")
OHMS = Ranges("Ohm", *(str(2 * 10**power) for power in range(10)))
DIGITS = {"5.5": "RESL5", "6.5": "RESL6", "7.5": "RESL7", "8.5": "RESL8"}
DC_VOLTAGE = RESISTANCE = ("5.5", "6.5", "7.5", "8.5")
DC_CURRENT = ("5.5", "6.5", "7.5")
ALTERNATING = ("5.5", "6.5")
NPLC = {"RESL5": 1, "RESL6": 16, "RESL7": 256, "RESL8": 1024}  # of FAST_OFF, in power line cycles
SETTLED = 30.0  # s; on top, for the filters
OVERLOAD = Decimal("2E35")  # the meter writes 200.0000E+33
ERRORS = {2: "query error", 3: "device error", 4: "execution error", 5: "command error"}  # bits of *ESR?


class F8508A:
    """An 8508A on fixed ranges, at its front terminals, in the dialect of the Datron 1281; it does not speak SCPI.

    Before the first measurement it is reset, and triggered by `X?` from then on. Direct quantities are measured
    with FILT_OFF and FAST_OFF, resistance with normal current (LOI_OFF), alternating quantities from 40 Hz on
    (FILT40HZ). Integration time goes with the digits: 7.5 digits are 256 power line cycles, 8.5 digits 1024.

    Assumed: all commands; that a range is chosen by its name (2 for 2 V); that errors show in `*ESR?`.
    Verified on: public programs only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=10.0)
    LINKS: ClassVar[tuple[str, ...]] = ("GPIB",)
    MODELS: ClassVar[tuple[str, ...]] = ("8508A",)
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "measure.voltage.dc",
        "measure.voltage.ac",
        "measure.current.dc",
        "measure.current.ac",
        "measure.resistance.4w",
        "measure.resistance.2w",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*CLS": "assumed",
        "*ESR?": "assumed",
        "*IDN?": "assumed",
        "*RST": "assumed",
        "ACI": "assumed",
        "ACV": "assumed",
        "DCI": "assumed",
        "DCV": "assumed",
        "INPUT": "assumed",
        "OHMS": "assumed",
        "TRG_SRCE": "assumed",
        "X?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._digits = ""  # empty: 7.5, and 6.5 for alternating quantities
        self._setup = multimeter.Setup()

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return multimeter.identity(self._link, "*IDN?")

    def read_errors(self) -> list[str]:
        """Read and clear the event status register (`*ESR?`), and name its error bits; empty: none.

        Raises:
            UnexpectedReply: The reply is no whole number.
        """
        return scpi.ask(self._link, "*ESR?", _errors)

    def configure(
        self, *, nplc: Number | None = None, autozero: bool | None = None, digits: Number | None = None
    ) -> None:
        """Fix the digits of the measurements that follow; None: as they are. They are sent with the next one.

        Args:
            nplc: It goes with the digits: None.
            autozero: It has no command for that: None.
            digits: Resolution, 5.5, 6.5, 7.5 or 8.5; current has at most 7.5, alternating quantities 6.5.

        Raises:
            OutOfRange: The meter has no such setting.
        """
        where = self._link.resource
        if nplc is not None or autozero is not None:
            raise OutOfRange(
                f"{where}: an 8508A has neither integration time nor autozero to set. Configure digits alone."
            )
        if digits is None:
            return
        found = next((one for one in DIGITS if Decimal(one) == decimal(digits)), "")
        if not found:
            raise OutOfRange(f"{where}: no {digits} digits here. There are {', '.join(DIGITS)}.")
        self._digits = found

    def measure_dc_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.2, 2, 20, 200 or 1000 V.

        Raises:
            OutOfRange: The meter has no such range, or not the digits for this function.
            Overload: It reported 200.0000E+33: the input is beyond the range.
            DeviceError: Its event status register has errors.
            UnexpectedReply: It sent no number.
        """
        volts, digits = VOLTS.choose(on_range, self._link.resource), self._resolution(DC_VOLTAGE, "7.5")
        return self._measure("V", digits, f"DCV {volts},FILT_OFF,{digits},FAST_OFF,TWO_WR")

    def measure_ac_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on a range: 0.2, 2, 20, 200 or 1000 V; errors as `measure_dc_voltage`."""
        volts, digits = VOLTS.choose(on_range, self._link.resource), self._resolution(ALTERNATING, "6.5")
        return self._measure("V", digits, f"ACV {volts},FILT40HZ,{digits},TWO_WR")

    def measure_dc_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 200 uA, 2 mA … 20 A; errors as `measure_dc_voltage`."""
        amps, digits = AMPS.choose(on_range, self._link.resource), self._resolution(DC_CURRENT, "7.5")
        return self._measure("A", digits, f"DCI {amps},FILT_OFF,{digits},FAST_OFF")

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Take one reading in A on a range: 200 uA, 2 mA … 20 A; errors as `measure_dc_voltage`."""
        amps, digits = AMPS.choose(on_range, self._link.resource), self._resolution(ALTERNATING, "6.5")
        return self._measure("A", digits, f"ACI {amps},FILT40HZ,{digits}")

    def measure_resistance_4w(self, on_range: Number) -> Reading:
        """Take one four-wire reading in Ohm on a range: 2 Ohm, 20 Ohm … 2 GOhm; errors as `measure_dc_voltage`."""
        ohms, digits = OHMS.choose(on_range, self._link.resource), self._resolution(RESISTANCE, "7.5")
        return self._measure("Ohm", digits, f"OHMS {ohms},FILT_OFF,{digits},FAST_OFF,FOUR_WR,LOI_OFF")

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Take one two-wire reading in Ohm on a range: 2 Ohm, 20 Ohm … 2 GOhm; errors as `measure_dc_voltage`."""
        ohms, digits = OHMS.choose(on_range, self._link.resource), self._resolution(RESISTANCE, "7.5")
        return self._measure("Ohm", digits, f"OHMS {ohms},FILT_OFF,{digits},FAST_OFF,TWO_WR,LOI_OFF")

    def _resolution(self, there: tuple[str, ...], usual: str) -> str:
        digits = self._digits or usual
        if digits not in there:
            raise OutOfRange(
                f"{self._link.resource}: {digits} digits are configured, which this function does not have. It "
                f"has {', '.join(there)}. Configure the digits before."
            )
        return DIGITS[digits]

    def _measure(self, unit: str, resolution: str, function: str) -> Reading:
        """Send the settings unless the meter has them; trigger and take one reading."""
        commands = [*BASIS, function]
        self._setup.send_as_one(self._link, commands, "*ESR?", _errors, self.read_errors)
        seconds = multimeter.reading_time(NPLC[resolution]) + SETTLED
        reading = self._setup.read(self._link, "X?", unit, seconds)
        if abs(reading.value) >= OVERLOAD:
            raise Overload(
                f"{self._link.resource}: after `X?` the instrument replied {reading.text!r}, which means overload. "
                "Check the connection, or measure on a higher range."
            )
        return reading


def _errors(text: str) -> list[str]:
    """Name the error bits of the event status register."""
    status = scpi.integer(text)
    return [f"{words} (*ESR? bit {bit})" for bit, words in ERRORS.items() if status >> bit & 1]
