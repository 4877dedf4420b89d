"""A station without a remote interface: a person reads displays and types them in, and sets sources as told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

from calbench.errors import UnexpectedReply
from calbench.instruments.byhand import Do, HandSource
from calbench.instruments.capabilities import CAPABILITIES
from calbench.instruments.reading import Number, Reading, decimal
from calbench.quantities.typed import SCALES, typed_value


class Keyboard(HandSource):
    """Every measuring and environment capability, read by a person, and every source that a person can set.

    `ask(prompt, unit)` shows a prompt and gives what was typed: a number in `unit`, or a number with its own
    unit (`200.01 g`, `10.0003 mV`), which is converted exactly. The reading keeps the typed text. `do` has a person
    set a source.
    """

    PROVIDES: ClassVar[tuple[str, ...]] = tuple(
        name
        for name, one in CAPABILITIES.items()
        if one.kind in {"source", "measure", "environment"} and name != "source.power.active"
    )

    def __init__(self, ask: Callable[[str, str], str], do: Do | None = None) -> None:
        super().__init__(do)
        self._ask = ask

    def measure_dc_voltage(self, on_range: Number) -> Reading:
        """Ask for the indicated direct voltage."""
        return self._reading(f"DC voltage on the {decimal(on_range)} V range", "V")

    def measure_ac_voltage(self, on_range: Number) -> Reading:
        """Ask for the indicated alternating voltage."""
        return self._reading(f"AC voltage on the {decimal(on_range)} V range", "V")

    def measure_dc_current(self, on_range: Number) -> Reading:
        """Ask for the indicated direct current."""
        return self._reading(f"DC current on the {decimal(on_range)} A range", "A")

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Ask for the indicated alternating current."""
        return self._reading(f"AC current on the {decimal(on_range)} A range", "A")

    def measure_capacitance(self, on_range: Number) -> Reading:
        """Ask for the indicated capacitance."""
        return self._reading(f"Capacitance on the {decimal(on_range)} F range", "F")

    def measure_resistance_4w(self, on_range: Number) -> Reading:
        """Ask for the resistance indicated in four-wire connection."""
        return self._reading(f"4-wire resistance on the {decimal(on_range)} Ohm range", "Ohm")

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Ask for the resistance indicated in two-wire connection."""
        return self._reading(f"2-wire resistance on the {decimal(on_range)} Ohm range", "Ohm")

    def read_mass(self) -> Reading:
        """Ask for the indicated mass once it is stable."""
        return self._reading("Stable indication of the weighing instrument", "kg", stable=True)

    def zero(self) -> None:
        """Ask the person to set the indication to zero."""
        self._ask("Set the weighing instrument to zero, then confirm", "")

    def tare(self) -> Reading:
        """Ask the person to tare, and for the tare value."""
        return self._reading("Tare the weighing instrument; tare value", "kg")

    def measure_frequency(self) -> Reading:
        """Ask for the indicated frequency."""
        return self._reading("Frequency", "Hz")

    def read_pressure(self) -> Reading:
        """Ask for the indicated pressure."""
        return self._reading("Pressure", "Pa")

    def read_active_power(self) -> Reading:
        """Ask for the indicated active power, the sum of all phases."""
        return self._reading("Active power", "W")

    def read_reactive_power(self) -> Reading:
        """Ask for the indicated reactive power, the sum of all phases."""
        return self._reading("Reactive power", "var")

    def read_apparent_power(self) -> Reading:
        """Ask for the indicated apparent power, the sum of all phases."""
        return self._reading("Apparent power", "VA")

    def read_active_energy(self) -> Reading:
        """Ask for the register of active energy."""
        return self._reading("Register of active energy", "J")

    def measure_energy_error(self, constant: Number, pulses: int) -> Reading:
        """Ask for the error that a calculator shows, set to the constant of the meter and to so many of its pulses."""
        return self._reading(
            f"Error of the meter, {decimal(constant):f} pulses/kWh, over {pulses} pulses", "%"
        )

    def count_pulses(self, seconds: Number) -> Reading:
        """Ask for a number of pulses."""
        return self._reading(f"Pulses counted in {decimal(seconds)} s", "1")

    def measure_clock_error(self, seconds: Number) -> Reading:
        """Ask for the daily error that a tester of clocks shows."""
        return self._reading(f"Daily error of the clock, measured in {decimal(seconds)} s", "s/day")

    def read_heat(self) -> Reading:
        """Ask for the register of thermal energy."""
        return self._reading("Register of thermal energy", "J")

    def read_volume(self) -> Reading:
        """Ask for the register of volume."""
        return self._reading("Register of volume", "m^3")

    def read_volume_flow(self) -> Reading:
        """Ask for the indicated flow."""
        return self._reading("Volume flow", "m^3/h")

    def read_length(self) -> Reading:
        """Ask for the indicated distance."""
        return self._reading("Distance", "m")

    def read_time(self) -> Reading:
        """Ask for the indicated time: seconds, or a time of day like 08:30:05."""
        return self._reading("Time", "s")

    def read_count(self) -> Reading:
        """Ask for the indicated count."""
        return self._reading("Count", "1")

    def read_temperature(self) -> Reading:
        """Ask for the indicated temperature."""
        return self._reading("Temperature", "degC")

    def read_humidity(self) -> Reading:
        """Ask for the indicated relative humidity."""
        return self._reading("Relative humidity", "%RH")

    def _reading(self, prompt: str, unit: str, *, stable: bool | None = None) -> Reading:
        """Ask, and turn what was typed into a reading in `unit`."""
        typed = self._ask(prompt, unit)
        return Reading(_value(typed, unit), unit, typed, stable)


def _value(typed: str, unit: str) -> Decimal:
    """Read a typed number, exactly.

    Raises:
        UnexpectedReply: It is no number, or its unit does not fit.
    """
    value = typed_value(typed, unit)
    if value is None:
        raise UnexpectedReply(
            f"{typed!r} is not a number in {unit}. Type digits with a decimal point, like 10.0003, or with "
            f"one of the units {', '.join(SCALES[unit])}."
        )
    return value
