"""The table of capabilities: what a procedure may ask for, and the method of a driver that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from calbench.documents.measurands import MEASURANDS
from calbench.instruments import roles

Kind = Literal["source", "measure", "environment", "standard"]


@dataclass(frozen=True)
class Capability:
    """One thing that a procedure may ask for.

    Attributes:
        name: As stations and procedures write it.
        method: The driver's method that does it; empty for a passive standard, which has no driver.
        unit: The unit of the value that the method takes or gives.
        kind: `source` puts out, `measure` indicates, `environment` watches the room, `standard` is passive.
        role: The protocol with every method that comes with it; None for a passive standard.
        arguments: What the method is handed, in order: what a stimulus takes (`value`, `flow`, …), `on_range`, or what
            its measurand must be `told`. What is optional comes behind them, and only where the plan says it.
    """

    name: str
    method: str
    unit: str
    kind: Kind
    role: type | None
    arguments: tuple[str, ...] = ()


_SOURCES = (
    ("voltage.dc", "apply_dc_voltage", "V", roles.DCVoltageSource),
    ("voltage.ac", "apply_ac_voltage", "V", roles.ACVoltageSource),
    ("current.dc", "apply_dc_current", "A", roles.DCCurrentSource),
    ("current.ac", "apply_ac_current", "A", roles.ACCurrentSource),
    ("resistance.4w", "apply_resistance_4w", "Ohm", roles.FourWireResistanceSource),
    ("resistance.2w", "apply_resistance_2w", "Ohm", roles.TwoWireResistanceSource),
    ("capacitance", "apply_capacitance", "F", roles.CapacitanceSource),
    ("power.active", "apply_power", "W", roles.PowerSource),
    ("pressure", "apply_pressure", "Pa", roles.PressureSource),
    ("temperature", "apply_temperature", "degC", roles.TemperatureSource),
    ("volume", "apply_volume", "m^3", roles.VolumeSource),
    ("length", "apply_length", "m", roles.DistanceSource),
    ("energy.active", "apply_active_energy", "J", roles.EnergySource),
    ("pulses", "apply_pulses", "1", roles.PulseSource),
    ("count", "apply_count", "1", roles.ItemSource),
)
_ON_RANGE = (
    ("voltage.dc", "measure_dc_voltage", "V", roles.DCVoltmeter),
    ("voltage.ac", "measure_ac_voltage", "V", roles.ACVoltmeter),
    ("current.dc", "measure_dc_current", "A", roles.DCAmmeter),
    ("current.ac", "measure_ac_current", "A", roles.ACAmmeter),
    ("resistance.4w", "measure_resistance_4w", "Ohm", roles.FourWireOhmmeter),
    ("resistance.2w", "measure_resistance_2w", "Ohm", roles.TwoWireOhmmeter),
    ("capacitance", "measure_capacitance", "F", roles.CapacitanceMeter),
)
_INDICATIONS = (
    ("frequency", "measure_frequency", "Hz", roles.FrequencyMeter),
    ("mass", "read_mass", "kg", roles.WeighingInstrument),
    ("temperature", "read_temperature", "degC", roles.Thermometer),
    ("humidity", "read_humidity", "%RH", roles.Hygrometer),
    ("pressure", "read_pressure", "Pa", roles.PressureMeter),
    ("power.active", "read_active_power", "W", roles.ActivePowerMeter),
    ("power.reactive", "read_reactive_power", "var", roles.ReactivePowerMeter),
    ("power.apparent", "read_apparent_power", "VA", roles.ApparentPowerMeter),
    ("energy.active", "read_active_energy", "J", roles.ActiveEnergyMeter),
    ("energy.heat", "read_heat", "J", roles.HeatMeter),
    ("volume", "read_volume", "m^3", roles.VolumeMeter),
    ("volume.flow", "read_volume_flow", "m^3/h", roles.FlowMeter),
    ("length", "read_length", "m", roles.DistanceMeter),
    ("time", "read_time", "s", roles.Timepiece),
    ("count", "read_count", "1", roles.Counter),
)
_TOLD = (
    ("energy.error", "measure_energy_error", "%", roles.EnergyComparator),
    ("pulses", "count_pulses", "1", roles.PulseCounter),
    ("clock.error", "measure_clock_error", "s/day", roles.ClockTester),
)
_ROOM = (
    ("temperature", "read_temperature", "degC", roles.Thermometer),
    ("humidity", "read_humidity", "%RH", roles.Hygrometer),
    ("pressure", "read_pressure", "Pa", roles.PressureMeter),
)

_ALL = (
    *(
        Capability(f"source.{name}", do, unit, "source", role, MEASURANDS[name].stimulus)
        for name, do, unit, role in _SOURCES
    ),
    *(
        Capability(f"measure.{name}", do, unit, "measure", role, ("on_range",))
        for name, do, unit, role in _ON_RANGE
    ),
    *(Capability(f"measure.{name}", do, unit, "measure", role) for name, do, unit, role in _INDICATIONS),
    *(
        Capability(f"measure.{name}", do, unit, "measure", role, MEASURANDS[name].told)
        for name, do, unit, role in _TOLD
    ),
    *(Capability(f"environment.{name}", do, unit, "environment", role) for name, do, unit, role in _ROOM),
    Capability("standard.mass", "", "kg", "standard", None),
)

CAPABILITIES: Mapping[str, Capability] = MappingProxyType({one.name: one for one in _ALL})
