"""Meatest M-142 multifunction calibrator (user manual v54 p. 87, which is also filed under M525)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal
from calbench_drivers.sourcing import Band, band, fits, numeral, refusal, switch_off

DC_VOLTS = (band("-1000", "1000"),)
AC_VOLTS = (band("0.0001", "1000", "20", "50000"),)
DC_AMPERES = (band("-30", "30"),)
AC_AMPERES = (band("0.000001", "30", "20", "10000"),)
OHMS = (band("0", "5E7"),)
FARADS = (band("7E-10", "0.0001"),)

UNITS = {"VOLT?": "V", "CURR?": "A", "RES?": "Ohm", "CAP?": "F"}
SLACK = {"V": Decimal("1E-6"), "A": Decimal("1E-8"), "Ohm": Decimal("0.1"), "F": Decimal("1E-11")}
PART = {"V": Decimal("0.001"), "A": Decimal("0.001"), "Ohm": Decimal("0.01"), "F": Decimal("0.01")}
HERTZ_SLACK = Decimal("0.001")  # of the frequency
SETTLING_TIME = 30.0  # s
POLL_INTERVAL = 0.25  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`


class M142:
    """An M-142 as source of voltage, current, two-wire resistance and capacitance.

    `RES?` and `CAP?` give the calibrated value of what is set. The frequency goes out before the amplitude.

    Assumed: `FUNC DC|SIN` (from a public script), the queries that give settings back, `*OPC?`, `SYST:ERR?`,
    the serial setting, and the bands of amplitude and frequency; the calibrator itself refuses what it has not
    within them, and that is told. The command for four wires is not known: there is no four-wire resistance.

    Verified on: one manual page only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "RS-232",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("M142", "M-142")
    PROVIDES: ClassVar[tuple[str, ...]] = (
        "source.voltage.dc",
        "source.voltage.ac",
        "source.current.dc",
        "source.current.ac",
        "source.resistance.2w",
        "source.capacitance",
    )
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "*OPC?": "assumed",
        "CAP": "assumed",
        "CAP?": "assumed",
        "CURR": "assumed",
        "CURR?": "assumed",
        "FREQ": "assumed",
        "FREQ?": "assumed",
        "FUNC": "assumed",
        "FUNC?": "assumed",
        "OUTP": "manual",
        "OUTP?": "manual",
        "RES": "assumed",
        "RES?": "assumed",
        "SYST:ERR?": "assumed",
        "VOLT": "manual",
        "VOLT?": "assumed",
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
        """Empty the error queue (`SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return scpi.drain_errors(self._link, "SYST:ERR?")

    def apply_dc_voltage(self, value: Number) -> Applied:
        """Put out `value` volts, -1000 V to 1000 V.

        Raises:
            OutOfRange: The calibrator has no such voltage.
            DeviceError: It reported an error, stayed off, or did not complete within 30 s.
            UnexpectedReply: It says that it is set to something else.
        """
        volts = self._within(DC_VOLTS, value, 0, "V")
        self._prepare("voltage", "FUNC DC", f"VOLT {self._numeral(volts)}")
        return self._operate("voltage", "VOLT?", volts, "DC")

    def apply_ac_voltage(self, value: Number, frequency: Number) -> Applied:
        """Put out `value` volts (rms), to 1000 V, at `frequency` hertz; errors as `apply_dc_voltage`."""
        volts, hertz = self._within(AC_VOLTS, value, frequency, "V"), decimal(frequency)
        setting = (f"FREQ {self._numeral(hertz)}", f"VOLT {self._numeral(volts)}")
        self._prepare("alternating voltage", "FUNC SIN", *setting)
        return self._operate("alternating voltage", "VOLT?", volts, "SIN", hertz)

    def apply_dc_current(self, value: Number) -> Applied:
        """Put out `value` amperes, -30 A to 30 A; errors as `apply_dc_voltage`."""
        amperes = self._within(DC_AMPERES, value, 0, "A")
        self._prepare("current", "FUNC DC", f"CURR {self._numeral(amperes)}")
        return self._operate("current", "CURR?", amperes, "DC")

    def apply_ac_current(self, value: Number, frequency: Number) -> Applied:
        """Put out `value` amperes (rms), to 30 A, at `frequency` hertz; errors as `apply_dc_voltage`."""
        amperes, hertz = self._within(AC_AMPERES, value, frequency, "A"), decimal(frequency)
        setting = (f"FREQ {self._numeral(hertz)}", f"CURR {self._numeral(amperes)}")
        self._prepare("alternating current", "FUNC SIN", *setting)
        return self._operate("alternating current", "CURR?", amperes, "SIN", hertz)

    def apply_resistance_2w(self, nominal: Number) -> Applied:
        """Put out `nominal` ohms, 0 to 50 MOhm; give the calibrated value. Errors as `apply_dc_voltage`."""
        ohms = self._within(OHMS, nominal, 0, "Ohm")
        self._prepare("resistance", f"RES {self._numeral(ohms)}")
        return self._operate("resistance", "RES?", ohms)

    def apply_capacitance(self, value: Number) -> Applied:
        """Put out `value` farads, 700 pF to 100 uF; give the calibrated value. Errors as `apply_dc_voltage`."""
        farads = self._within(FARADS, value, 0, "F")
        self._prepare("capacitance", f"CAP {self._numeral(farads)}")
        return self._operate("capacitance", "CAP?", farads)

    def standby(self) -> None:
        """Disconnect the output terminals (`OUTP OFF`).

        Raises:
            DeviceError: The calibrator says that they still are connected.
        """
        self._link.write("OUTP OFF")
        if self._is_on():
            raise DeviceError(f"{self._link.resource}: the output is still on. Switch it off on the panel.")

    def output_is_on(self) -> bool:
        """Ask whether anything is on its terminals; nothing is changed."""
        return self._is_on(SAFE_DEADLINE)

    def make_safe(self) -> Safe:
        """Send `OUTP OFF` and read back (`OUTP?`); the output is hazardous unless this is `VERIFIED`."""
        return switch_off(self._link, "OUTP OFF", self.output_is_on)

    def _prepare(self, function: str, *commands: str) -> None:
        """Send a setting; the output is off where the function changes."""
        if function != self._function:
            self.standby()
        self._function = ""  # unknown until all has gone well
        for command in commands:
            self._link.write(command)
        scpi.refuse_errors(self._link, "SYST:ERR?", "; ".join(commands))

    def _operate(
        self, function: str, query: str, asked: Decimal, shape: str = "", hertz: Decimal = Decimal(0)
    ) -> Applied:
        """Switch on, wait, read back; refuse another setting than the one asked for."""
        if not self._is_on():
            self._link.write("OUTP ON")
            scpi.refuse_errors(self._link, "SYST:ERR?", "OUTP ON")
        self._settle()
        unit = UNITS[query]
        found = scpi.ask(self._link, query, lambda text: scpi.reading(text, unit))
        value, text = found.value, found.text
        if abs(value - asked) > abs(asked) * PART[unit] + SLACK[unit]:
            raise UnexpectedReply(
                f"{self._link.resource}: `{query}` gave {text!r} where {asked} {unit} was set."
            )
        self._check_shape(shape, hertz)
        self._function = function
        return Applied(value, unit, text)

    def _settle(self) -> None:
        """Wait for `*OPC?` to say 1, and for the output to be on."""
        deadline = self._link.clock.monotonic() + SETTLING_TIME
        while not (self._is_complete() and self._is_on()):
            if self._link.clock.monotonic() >= deadline:
                raise DeviceError(
                    f"{self._link.resource}: not ready {SETTLING_TIME:g} s after `OUTP ON`. The output is "
                    f"{'ON' if self._is_on() else 'off'}; errors: {'; '.join(self.read_errors()) or 'none'}."
                )
            self._link.wait(POLL_INTERVAL)

    def _check_shape(self, shape: str, hertz: Decimal) -> None:
        if shape and (text := self._link.query("FUNC?").strip()).upper() != shape:
            raise UnexpectedReply(f"{self._link.resource}: `FUNC?` gave {text!r} where {shape} was set.")
        if hertz and abs((there := scpi.ask(self._link, "FREQ?", scpi.number)) - hertz) > hertz * HERTZ_SLACK:
            raise UnexpectedReply(f"{self._link.resource}: `FREQ?` gave {there} where {hertz} Hz was set.")

    def _is_complete(self) -> bool:
        return scpi.ask(self._link, "*OPC?", scpi.boolean, timeout=SETTLING_TIME)

    def _is_on(self, timeout: float | None = None) -> bool:
        def read(text: str) -> bool:
            return scpi.boolean({"ON": "1", "OFF": "0"}.get(text.upper(), text))  # the manual sets either

        return scpi.ask(self._link, "OUTP?", read, timeout=timeout)

    def _within(self, bands: tuple[Band, ...], value: Number, frequency: Number, unit: str) -> Decimal:
        asked, hertz = decimal(value), decimal(frequency)
        if not fits(bands, asked, hertz):
            raise refusal(self._link.resource, bands, asked, hertz, unit)
        return asked

    def _numeral(self, value: Decimal) -> str:
        return numeral(self._link.resource, value)
