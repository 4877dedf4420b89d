"""What a procedure may ask of an instrument: small roles. Their names in procedures stand in `capabilities`.

A driver fills a role by having its methods; it inherits nothing from here. Values are handed over in the
coherent SI unit and come back as exact decimals. No method clips or rounds: a value that the instrument does
not have raises `OutOfRange`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol

from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified

LINES = ("GPIB", "USB", "LAN", "socket", "RS-232", "RS-485", "optical", "Modbus RTU", "Modbus TCP")
"""What an instrument can be connected by. LAN is VXI-11 and HiSLIP; an optical head is a serial line too."""
ANY_MODEL = "*"
"""In `MODELS`: any model, because the protocol is the same for all that speak it (MT-SICS)."""


class Driver(Protocol):
    """What every driver has: its line, the models it is for, what it provides, and the commands it sends.

    `LINKS` names what the instrument can be connected by, of `LINES`.
    """

    LINE: ClassVar[LineFormat]
    LINKS: ClassVar[tuple[str, ...]]
    MODELS: ClassVar[tuple[str, ...]]
    PROVIDES: ClassVar[tuple[str, ...]]
    COMMANDS: ClassVar[Mapping[str, Verified]]

    def __init__(self, link: Link) -> None:
        """Take the line; send nothing."""

    def identify(self) -> Identity:
        """Ask who it is."""


def accepts(driver: Driver | type[Driver], model: str) -> bool:
    """Tell whether a driver is for this model, as the instrument names it."""
    return model in driver.MODELS or ANY_MODEL in driver.MODELS


class Source(Protocol):
    """Anything that puts energy out."""

    def standby(self) -> None:
        """Take the output off its terminals; settings stay."""

    def make_safe(self) -> Safe:
        """Make the outputs harmless, read back whether they are, and say what is known; idempotent.

        It has 4 s in all, unless the driver has another number in `SAFE_WITHIN`.
        """


class OutputQuery(Protocol):
    """A source that can be asked whether its output is on, before anything is sent that changes it."""

    def output_is_on(self) -> bool:
        """Ask whether anything is on its terminals; nothing is changed."""


class OutputWitness(Protocol):
    """Measures at the terminals of a source that cannot say itself whether it is off (`safe: {seen_by: …}`)."""

    def sees_output(self) -> bool:
        """Tell whether voltage or current is there now; what is no reading raises, and is never taken for nothing."""


class DCVoltageSource(Source, Protocol):
    """Puts out direct voltage."""

    def apply_dc_voltage(self, value: Number) -> Applied:
        """Put out `value` volts, wait until the source is settled, and give what it says it puts out."""


class FourWireResistanceSource(Source, Protocol):
    """Puts out resistance to be measured in four-wire connection."""

    def apply_resistance_4w(self, nominal: Number) -> Applied:
        """Put out the resistor of `nominal` ohms and give the value that the source has for it."""


class TwoWireResistanceSource(Source, Protocol):
    """Puts out resistance to be measured in two-wire connection."""

    def apply_resistance_2w(self, nominal: Number) -> Applied:
        """Put out the resistor of `nominal` ohms and give the value that the source has for it."""


class ACVoltageSource(Source, Protocol):
    """Puts out sinusoidal voltage."""

    def apply_ac_voltage(self, value: Number, frequency: Number) -> Applied:
        """Put out `value` volts (rms) at `frequency` hertz, settled; give what the source says it puts out."""


class DCCurrentSource(Source, Protocol):
    """Puts out direct current."""

    def apply_dc_current(self, value: Number) -> Applied:
        """Put out `value` amperes, settled; give what the source says it puts out."""


class ACCurrentSource(Source, Protocol):
    """Puts out sinusoidal current."""

    def apply_ac_current(self, value: Number, frequency: Number) -> Applied:
        """Put out `value` amperes (rms) at `frequency` hertz, settled; give what the source says it puts out."""


class CapacitanceSource(Source, Protocol):
    """Puts out capacitance."""

    def apply_capacitance(self, value: Number) -> Applied:
        """Put out `value` farads and give what the source says it puts out."""


class PowerSource(Source, Protocol):
    """Puts out voltage and current of an electricity supply together."""

    def apply_power(
        self,
        voltage: Number,
        current: Number,
        angle: Number,
        frequency: Number,
        phases: int,
        loaded: str = "abc",
    ) -> Applied:
        """Put out balanced voltages on so many phases, and current in those that are loaded, settled.

        Args:
            voltage: Of each phase against neutral, in V (rms).
            current: Of each phase that is loaded, in A (rms); the others have none.
            angle: By which current lags the voltage of its own phase, in degrees; negative: it leads.
            frequency: In Hz.
            phases: 1 or 3.
            loaded: `abc`: all of the phases; `a`, `b` or `c`: this one alone. A system of one phase has only a.

        Returns:
            The active power of all phases together, in W.
        """


class PressureSource(Source, Protocol):
    """Controls pressure."""

    def apply_pressure(self, value: Number) -> Applied:
        """Control the pressure to `value` pascals, wait until it is within limits, and give its reading."""


class TemperatureSource(Source, Protocol):
    """Controls the temperature of a well, bath or surface."""

    def apply_temperature(self, value: Number) -> Applied:
        """Control to `value` degC, wait until the instrument calls it stable, and give its own reading."""


class VolumeSource(Source, Protocol):
    """Lets liquid or gas pass, and stops."""

    def apply_volume(self, value: Number, flow: Number) -> Applied:
        """Let `value` cubic metres pass at `flow` cubic metres per hour, stop, and give what it says has passed."""


class DistanceSource(Source, Protocol):
    """Drives a distance, on the road or on rollers, and stops."""

    def apply_length(self, value: Number) -> Applied:
        """Drive `value` metres, stop, and give what it says was driven."""


class EnergySource(Source, Protocol):
    """Has electrical energy delivered, and stops."""

    def apply_active_energy(self, value: Number, power: Number) -> Applied:
        """Have `value` joules delivered at `power` watts, stop, and give what it says was delivered."""


class PulseSource(Source, Protocol):
    """Puts out pulses, as a flow sensor does, and stops."""

    def apply_pulses(self, value: Number, frequency: Number, voltage: Number) -> Applied:
        """Put out exactly `value` pulses at `frequency` hertz, between 0 V and `voltage` volts; give how many it was.

        It ends when the last is over. Nothing but these goes out: no edge before them, and none after.
        """


class ItemSource(Source, Protocol):
    """Puts one item of several where it is measured."""

    def apply_count(self, value: Number) -> Applied:
        """Put the item of number `value` (from 1) on, and nothing else; gives the number."""


class DCVoltmeter(Protocol):
    """Measures direct voltage."""

    def measure_dc_voltage(self, on_range: Number) -> Reading:
        """Take one reading in V on the range of exactly `on_range` volts."""


class FourWireOhmmeter(Protocol):
    """Measures resistance in four-wire connection."""

    def measure_resistance_4w(self, on_range: Number) -> Reading:
        """Take one reading in Ohm on the range of exactly `on_range` ohms."""


class TwoWireOhmmeter(Protocol):
    """Measures resistance in two-wire connection."""

    def measure_resistance_2w(self, on_range: Number) -> Reading:
        """Take one reading in Ohm on the range of exactly `on_range` ohms."""


class ACVoltmeter(Protocol):
    """Measures sinusoidal voltage."""

    def measure_ac_voltage(self, on_range: Number) -> Reading:
        """Take one reading (rms) in V on the range of exactly `on_range` volts."""


class DCAmmeter(Protocol):
    """Measures direct current."""

    def measure_dc_current(self, on_range: Number) -> Reading:
        """Take one reading in A on the range of exactly `on_range` amperes."""


class ACAmmeter(Protocol):
    """Measures sinusoidal current."""

    def measure_ac_current(self, on_range: Number) -> Reading:
        """Take one reading (rms) in A on the range of exactly `on_range` amperes."""


class CapacitanceMeter(Protocol):
    """Measures capacitance."""

    def measure_capacitance(self, on_range: Number) -> Reading:
        """Take one reading in F on the range of exactly `on_range` farads."""


class FrequencyMeter(Protocol):
    """Measures frequency."""

    def measure_frequency(self) -> Reading:
        """Take one reading in Hz."""


class PulseCounter(Protocol):
    """Counts pulses, such as those of a meter's test output."""

    def count_pulses(self, seconds: Number) -> Reading:
        """Count for that many seconds, and give how many pulses came, in 1."""


class ClockTester(Protocol):
    """Compares the rate of a clock, by its second pulses, with a time base of its own."""

    def measure_clock_error(self, seconds: Number) -> Reading:
        """Measure for that many seconds, and give what the clock gains in a day, in s/day; a fast one gains."""


class EnergyComparator(Protocol):
    """Compares the energy that a meter counts, by its pulses, with its own."""

    def measure_energy_error(self, constant: Number, pulses: int) -> Reading:
        """Give the relative error of a meter in %, over so many of its pulses.

        Args:
            constant: The constant of the meter under test, in pulses per kWh.
            pulses: How many of its pulses one measurement takes.
        """


class ActivePowerMeter(Protocol):
    """Measures active power."""

    def read_active_power(self) -> Reading:
        """Give the active power now, the sum of all phases, in W."""


class ReactivePowerMeter(Protocol):
    """Measures reactive power."""

    def read_reactive_power(self) -> Reading:
        """Give the reactive power now, the sum of all phases, in var."""


class ApparentPowerMeter(Protocol):
    """Measures apparent power."""

    def read_apparent_power(self) -> Reading:
        """Give the apparent power now, the sum of all phases, in VA."""


class ActiveEnergyMeter(Protocol):
    """Registers active energy."""

    def read_active_energy(self) -> Reading:
        """Give the register of imported active energy, in J (1 kWh is 3.6e6 J)."""


class HeatMeter(Protocol):
    """Registers thermal energy."""

    def read_heat(self) -> Reading:
        """Give the register of thermal energy, in J."""


class VolumeMeter(Protocol):
    """Registers the volume of water or gas."""

    def read_volume(self) -> Reading:
        """Give the register, in m^3."""


class FlowMeter(Protocol):
    """Measures volume flow."""

    def read_volume_flow(self) -> Reading:
        """Give the flow, in m^3/h: the mean over the last passage where nothing flows any more."""


class DistanceMeter(Protocol):
    """Measures distance."""

    def read_length(self) -> Reading:
        """Give the distance, in m."""


class Timepiece(Protocol):
    """Shows the time of day, or measures a duration."""

    def read_time(self) -> Reading:
        """Give the duration, or the time since midnight, in s."""


class Counter(Protocol):
    """Counts."""

    def read_count(self) -> Reading:
        """Give the count."""


class PressureMeter(Protocol):
    """Measures pressure."""

    def read_pressure(self) -> Reading:
        """Give the pressure now, in Pa, gauge or absolute as the instrument is set."""


class ErrorQueue(Protocol):
    """Keeps the errors that it finds in a queue."""

    def read_errors(self) -> list[str]:
        """Empty the queue and give its entries, oldest first; an empty list means none."""


class Configurable(Protocol):
    """A multimeter with settings that a procedure may fix."""

    def configure(
        self, *, nplc: Number | None = None, autozero: bool | None = None, digits: Number | None = None
    ) -> None:
        """Set integration time (in power line cycles), autozero, digits; what is None stays."""


class WeighingInstrument(Protocol):
    """Indicates mass."""

    def read_mass(self) -> Reading:
        """Give the indication of this moment in kg; `stable` says whether the instrument calls it stable."""

    def zero(self) -> None:
        """Set the indication to zero."""

    def tare(self) -> Reading:
        """Tare, and give the tare value in kg."""


class Thermometer(Protocol):
    """Indicates temperature."""

    def read_temperature(self) -> Reading:
        """Give the temperature in degC."""


class Hygrometer(Protocol):
    """Indicates relative humidity."""

    def read_humidity(self) -> Reading:
        """Give the relative humidity in %RH."""
