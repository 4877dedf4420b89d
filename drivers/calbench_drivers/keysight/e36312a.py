"""Keysight E36312A triple power supply (commands of the E36300 series programming guide E36311-90008)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified, decimal
from calbench_drivers.sourcing import Band, band, fits, numeral, refusal, switch_off

VOLTS = {1: (band("0", "6"),), 2: (band("0", "25"),), 3: (band("0", "25"),)}  # rated, by output
AMPERES = {1: (band("0", "5"),), 2: (band("0", "1"),), 3: (band("0", "1"),)}
ALL_OFF = "OUTP 0, (@1,2,3)"
STEP = Decimal("0.001")  # V or A; with 0.1 % of the value: another setting came back
REGULATION = Decimal("0.02")  # V; with 0.1 % of the value: what it measures is not what it is set to
SETTLING_TIME = 5.0  # s
POLL_INTERVAL = 0.1  # s
SAFE_DEADLINE = 2.0  # s; for each read-back of `make_safe`


class E36312A:
    """An E36312A as source of direct voltage: output 1 (6 V, 5 A) by its role, 2 and 3 (25 V, 1 A) beside it.

    The current limits are what they were set to; `limit_current` changes them. A voltage that does not come,
    because the supply limits the current, is an error. Measurements have no range to choose, so they are
    plain methods.

    Assumed: the queries of settings (`VOLT?`, `CURR?`, `OUTP?` with a channel list, as in pymeasure) and a list
    of three outputs in one `OUTP`; the ratings, from the data sheet as others cite it.

    Verified on: no manual page at hand; the commands are those of public drivers.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0)
    LINKS: ClassVar[tuple[str, ...]] = (
        "LAN",
        "USB",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("E36312A",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.voltage.dc",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "*OPC?": "assumed",
        "CURR": "assumed",
        "CURR?": "assumed",
        "MEAS:CURR?": "assumed",
        "MEAS:VOLT?": "assumed",
        "OUTP": "assumed",
        "OUTP?": "assumed",
        "SYST:ERR?": "assumed",
        "VOLT": "assumed",
        "VOLT?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link

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
        """Put out `value` volts, 0 V to 6 V, at output 1; errors as `apply_voltage`."""
        return self.apply_voltage(1, value)

    def apply_voltage(self, output: int, value: Number) -> Applied:
        """Put out `value` volts at an output, switch it on, and wait until it measures them.

        Args:
            output: 1 (0 V to 6 V), 2 or 3 (0 V to 25 V).
            value: In V.

        Raises:
            OutOfRange: There is no such output or voltage.
            DeviceError: The supply reported an error, stayed off, or does not reach the voltage within 5 s.
            UnexpectedReply: It says that it is set to something else.
        """
        volts = self._within(VOLTS, output, value, "V")
        sent = f"VOLT {numeral(self._link.resource, volts)}, (@{output})"
        self._link.write(sent)
        scpi.refuse_errors(self._link, "SYST:ERR?", sent)
        applied = self._read_back(f"VOLT? (@{output})", volts, "V")
        if not self._is_on(output):
            self._link.write(f"OUTP 1, (@{output})")
            scpi.refuse_errors(self._link, "SYST:ERR?", f"OUTP 1, (@{output})")
        if not scpi.ask(self._link, "*OPC?", scpi.boolean) or not self._is_on(output):
            raise DeviceError(f"{self._link.resource}: output {output} stays off. See what tripped it.")
        self._settle(output, volts)
        return applied

    def limit_current(self, output: int, value: Number) -> Applied:
        """Limit the current of an output to `value` amperes: 5 A at output 1, 1 A at 2 and 3; errors as above."""
        amperes = self._within(AMPERES, output, value, "A")
        sent = f"CURR {numeral(self._link.resource, amperes)}, (@{output})"
        self._link.write(sent)
        scpi.refuse_errors(self._link, "SYST:ERR?", sent)
        return self._read_back(f"CURR? (@{output})", amperes, "A")

    def read_voltage(self, output: int) -> Reading:
        """Measure the voltage of an output, in V.

        Raises:
            OutOfRange: There is no such output.
            Overload: The supply replied 9.9E37 or 9.91E37.
            UnexpectedReply: It sent no number.
        """
        self._refuse_output(output)
        return scpi.ask(self._link, f"MEAS:VOLT? (@{output})", lambda text: scpi.reading(text, "V"))

    def read_current(self, output: int) -> Reading:
        """Measure the current of an output, in A; errors as `read_voltage`."""
        self._refuse_output(output)
        return scpi.ask(self._link, f"MEAS:CURR? (@{output})", lambda text: scpi.reading(text, "A"))

    def standby(self) -> None:
        """Switch all outputs off.

        Raises:
            DeviceError: The supply says that one still is on.
        """
        self._link.write(ALL_OFF)
        for output in VOLTS:
            if self._is_on(output):
                raise DeviceError(f"{self._link.resource}: output {output} is still on. Switch it off there.")

    def make_safe(self) -> Safe:
        """Switch all outputs off and read back each; hazardous unless this is `VERIFIED`."""
        return switch_off(self._link, ALL_OFF, lambda: any(self._is_on(one, SAFE_DEADLINE) for one in VOLTS))

    def _is_on(self, output: int, timeout: float | None = None) -> bool:
        return scpi.ask(self._link, f"OUTP? (@{output})", scpi.boolean, timeout=timeout)

    def _settle(self, output: int, volts: Decimal) -> None:
        deadline = self._link.clock.monotonic() + SETTLING_TIME
        while abs((found := self.read_voltage(output)).value - volts) > volts / 1000 + REGULATION:
            if self._link.clock.monotonic() >= deadline:
                raise DeviceError(
                    f"{self._link.resource}: output {output} measures {found} where {volts} V is set, after "
                    f"{SETTLING_TIME:g} s. The output is ON; it may limit the current: see the load and its limit."
                )
            self._link.wait(POLL_INTERVAL)

    def _read_back(self, query: str, asked: Decimal, unit: str) -> Applied:
        found = scpi.ask(self._link, query, lambda text: scpi.reading(text, unit))
        value, text = found.value, found.text
        if abs(value - asked) > asked / 1000 + STEP:
            raise UnexpectedReply(
                f"{self._link.resource}: `{query}` gave {text!r} where {asked} {unit} was set."
            )
        return Applied(value, unit, text)

    def _within(
        self, ranges: Mapping[int, tuple[Band, ...]], output: int, value: Number, unit: str
    ) -> Decimal:
        self._refuse_output(output)
        asked = decimal(value)
        if not fits(ranges[output], asked, Decimal(0)):
            raise refusal(f"{self._link.resource} output {output}", ranges[output], asked, Decimal(0), unit)
        return asked

    def _refuse_output(self, output: int) -> None:
        if output not in VOLTS:
            raise OutOfRange(f"{self._link.resource}: no output {output!r} here. There are 1, 2 and 3.")
