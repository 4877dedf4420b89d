"""What a procedure may ask of an instrument: small roles, and the table of capabilities.

A driver fills a role by having its methods; it inherits nothing from here. Values are handed over in the
coherent SI unit and come back as exact decimals. No method clips or rounds: a value that the instrument does
not have raises `OutOfRange`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, Protocol

from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified

ANY_MODEL = "*"
"""In `MODELS`: any model, because the protocol is the same for all that speak it (MT-SICS)."""


class Driver(Protocol):
    """What every driver has: its line, the models it is for, what it provides, and the commands it sends."""

    LINE: ClassVar[LineFormat]
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
        """Make the outputs harmless, read back whether they are, and say what is known; idempotent."""


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


@dataclass(frozen=True)
class Capability:
    """One thing that a procedure may ask for.

    Attributes:
        name: As stations and procedures write it.
        method: The driver's method that does it; empty for a passive standard, which has no driver.
        unit: The unit of the value that the method takes or gives.
        kind: `source` puts out, `measure` indicates, `environment` watches the room, `standard` is passive.
        role: The protocol with every method that comes with it; None for a passive standard.
    """

    name: str
    method: str
    unit: str
    kind: Literal["source", "measure", "environment", "standard"]
    role: type | None


CAPABILITIES: Mapping[str, Capability] = MappingProxyType(
    {
        capability.name: capability
        for capability in (
            Capability("source.voltage.dc", "apply_dc_voltage", "V", "source", DCVoltageSource),
            Capability(
                "source.resistance.4w", "apply_resistance_4w", "Ohm", "source", FourWireResistanceSource
            ),
            Capability(
                "source.resistance.2w", "apply_resistance_2w", "Ohm", "source", TwoWireResistanceSource
            ),
            Capability("measure.voltage.dc", "measure_dc_voltage", "V", "measure", DCVoltmeter),
            Capability("measure.resistance.4w", "measure_resistance_4w", "Ohm", "measure", FourWireOhmmeter),
            Capability("measure.resistance.2w", "measure_resistance_2w", "Ohm", "measure", TwoWireOhmmeter),
            Capability("measure.mass", "read_mass", "kg", "measure", WeighingInstrument),
            Capability("environment.temperature", "read_temperature", "degC", "environment", Thermometer),
            Capability("environment.humidity", "read_humidity", "%RH", "environment", Hygrometer),
            Capability("standard.mass", "", "kg", "standard", None),
        )
    }
)
