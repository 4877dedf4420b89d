"""The measurands of the language: the quantity part of a capability, with its coherent unit and its name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurand:
    """A kind of quantity that is put out or measured.

    Attributes:
        name: As capabilities write it.
        unit: Of its values in documents.
        title: Its name for people.
        stimulus: What a source must be told to put it out, in the order of the driver's method.
        told: What an instrument must be told to measure it, beside a range, in that order; units are in `TOLD`.
        amount: Whether it is an amount, such as a volume, that passes and is over; else it lasts.
        optional: Words that a source may be told after its stimulus, in that order, with those that are allowed; where
            nothing says one, the first holds.
    """

    name: str
    unit: str
    title: dict[str, str]
    stimulus: tuple[str, ...] = ("value",)
    told: tuple[str, ...] = ()
    amount: bool = False
    optional: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def alternating(self) -> bool:
        """Tell whether a value of it holds at a frequency."""
        return self.stimulus == AT_FREQUENCY

    @property
    def whole(self) -> bool:
        """Tell whether it is an amount of things that are whole, such as pulses."""
        return self.amount and self.unit == "1"

    @property
    def is_load(self) -> bool:
        """Tell whether a source must be told more than a value and a frequency to put it out."""
        return not set(self.stimulus) <= set(AT_FREQUENCY)

    def told_in(self, name: str) -> str:
        """Give the unit in which a source is told something of its stimulus."""
        return self.unit if name == "value" else LOAD_UNITS[name]

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """Give the words that are allowed for each of what is optional, by its name."""
        return dict(self.optional)


AT_FREQUENCY = ("value", "frequency")
TOLD = {"constant": "1/kWh", "pulses": "1", "seconds": "s"}
"""What an instrument may have to be told to measure something, with the unit in which its driver takes it."""
LOAD = ("voltage", "current", "angle", "frequency", "phases")
LOADED = ("abc", "a", "b", "c")
"""Which phases carry current: all that have voltage, or one of three alone."""
_FLOWING, _CHARGING, _PULSED = ("value", "flow"), ("value", "power"), ("value", "frequency", "voltage")
LOAD_UNITS = {
    "voltage": "V",
    "current": "A",
    "angle": "deg",
    "frequency": "Hz",
    "phases": "1",
    "flow": "m^3/h",
    "power": "W",
}
"""In which unit a source is told what it takes beside a value; the angle is that by which current lags voltage.

The voltage of pulses is that of their high level, above a low one of 0 V.
"""

MEASURANDS = {
    measurand.name: measurand
    for measurand in (
        Measurand("voltage.dc", "V", {"en": "DC voltage", "zh": "直流电压"}),
        Measurand("voltage.ac", "V", {"en": "AC voltage", "zh": "交流电压"}, AT_FREQUENCY),
        Measurand("current.dc", "A", {"en": "DC current", "zh": "直流电流"}),
        Measurand("current.ac", "A", {"en": "AC current", "zh": "交流电流"}, AT_FREQUENCY),
        Measurand("resistance.2w", "Ohm", {"en": "Resistance, two-wire", "zh": "二线电阻"}),
        Measurand("resistance.4w", "Ohm", {"en": "Resistance, four-wire", "zh": "四线电阻"}),
        Measurand("capacitance", "F", {"en": "Capacitance", "zh": "电容"}),
        Measurand("frequency", "Hz", {"en": "Frequency", "zh": "频率"}),
        Measurand(
            "power.active",
            "W",
            {"en": "Active power", "zh": "有功功率"},
            LOAD,
            optional=(("loaded", LOADED),),
        ),
        Measurand("power.reactive", "var", {"en": "Reactive power", "zh": "无功功率"}),
        Measurand("power.apparent", "VA", {"en": "Apparent power", "zh": "视在功率"}),
        Measurand("energy.active", "J", {"en": "Active energy", "zh": "有功电能"}, _CHARGING, amount=True),
        Measurand(
            "energy.error",
            "%",
            {"en": "Relative error of energy", "zh": "电能相对误差"},
            told=("constant", "pulses"),
        ),
        Measurand(
            "pulses", "1", {"en": "Number of pulses", "zh": "脉冲数"}, _PULSED, ("seconds",), amount=True
        ),
        Measurand(
            "clock.error", "s/day", {"en": "Daily error of a clock", "zh": "日计时误差"}, told=("seconds",)
        ),
        Measurand("energy.heat", "J", {"en": "Thermal energy", "zh": "热量"}),
        Measurand("volume", "m^3", {"en": "Volume", "zh": "体积"}, _FLOWING, amount=True),
        Measurand("volume.flow", "m^3/h", {"en": "Volume flow", "zh": "流量"}),
        Measurand("length", "m", {"en": "Length", "zh": "长度"}, amount=True),
        Measurand("time", "s", {"en": "Time", "zh": "时间"}),
        Measurand("count", "1", {"en": "Count", "zh": "计数"}, amount=True),
        Measurand("pressure", "Pa", {"en": "Pressure", "zh": "压力"}),
        Measurand("mass", "kg", {"en": "Mass", "zh": "质量"}),
        Measurand("temperature", "degC", {"en": "Temperature", "zh": "温度"}),
        Measurand("humidity", "%RH", {"en": "Relative humidity", "zh": "相对湿度"}),
    )
}
KINDS = ("source", "measure", "environment", "standard")


def capability(kind: str, quantity: str) -> str:
    """Name the capability of a kind for a quantity: `measure.voltage.dc`."""
    return f"{kind}.{quantity}"


def split(name: str) -> tuple[str, str]:
    """Split `source.voltage.dc` or `uut.voltage.dc` into what stands before the quantity, and the quantity."""
    first, _, quantity = name.partition(".")
    return first, quantity


def known(name: str) -> bool:
    """Tell whether a capability is one of the language."""
    kind, quantity = split(name)
    return kind in KINDS and quantity in MEASURANDS
