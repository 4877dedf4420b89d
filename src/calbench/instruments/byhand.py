"""A source without a remote interface: a person sets what they are told, and says when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from calbench.documents.measurands import MEASURANDS
from calbench.instruments.reading import Applied, Number, Safe, decimal

_LARGE = Decimal(1000)
_MOST_DECIMALS = 6  # of a value that is said in another unit than the coherent one
_SCALED: Mapping[str, tuple[tuple[str, Decimal, Decimal], ...]] = MappingProxyType(
    {  # unit, from which value on, and what one is in the coherent unit: the first that fits, and divides exactly
        "m^3": (("m^3", Decimal(1), Decimal(1)), ("L", Decimal(0), Decimal("0.001"))),
        "m": (("km", _LARGE, _LARGE),),
        "W": (("kW", _LARGE, _LARGE),),
        "Pa": (("kPa", _LARGE, _LARGE),),
        "J": (("kWh", Decimal(3_600_000), Decimal(3_600_000)), ("Wh", Decimal(3600), Decimal(3600))),
    }
)
_SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "volume": ("Let {value} pass at {flow}, then stop.", "以 {flow} 的流量通过 {value}，然后停止。"),
        "length": ("Drive {value}, then stop.", "行驶 {value}，然后停止。"),
        "energy.active": (
            "Have {value} delivered at {power}, then stop.",
            "以 {power} 的功率输出 {value}，然后停止。",
        ),
        "pulses": (
            "Put out {value} pulses of {voltage} at {frequency}, then stop.",
            "以 {frequency} 输出 {value} 个 {voltage} 脉冲，然后停止。",
        ),
        "count": ("Put item {value} on, and nothing else.", "放上第 {value} 件，取下其他物品。"),
    }
)
_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType({"frequency": ("frequency", "频率")})


@dataclass(frozen=True)
class Handwork:
    """What a person is to do with a source.

    Attributes:
        about: The id of the prompt.
        quantity: What is put out.
        told: All that the source must be told, by name: numbers in the units of the language.
        text: The same as a sentence, by language.
    """

    about: str
    quantity: str
    told: Mapping[str, str]
    text: dict[str, str]


Do = Callable[[Handwork], None]
"""Has a person do it; raises `NotDone` if they do not confirm that they did."""


class HandSource:
    """Every source capability that a person can set: all but `source.power.active`.

    It says that it puts out what it was told to. `about` is the id of the next prompt. What is an amount
    (`Measurand.amount`) is over when the person says so; without a way to a person (`do` is None) nothing is known.
    """

    def __init__(self, do: Do | None) -> None:
        self.about = ""
        self._do = do
        self._under_way = do is None

    def apply_dc_voltage(self, value: Number) -> Applied:
        """Have direct voltage set, in V."""
        return self._applied("voltage.dc", value=value)

    def apply_ac_voltage(self, value: Number, frequency: Number) -> Applied:
        """Have alternating voltage set, in V at a frequency in Hz."""
        return self._applied("voltage.ac", value=value, frequency=frequency)

    def apply_dc_current(self, value: Number) -> Applied:
        """Have direct current set, in A."""
        return self._applied("current.dc", value=value)

    def apply_ac_current(self, value: Number, frequency: Number) -> Applied:
        """Have alternating current set, in A at a frequency in Hz."""
        return self._applied("current.ac", value=value, frequency=frequency)

    def apply_resistance_4w(self, nominal: Number) -> Applied:
        """Have a resistance set, in Ohm."""
        return self._applied("resistance.4w", value=nominal)

    def apply_resistance_2w(self, nominal: Number) -> Applied:
        """Have a resistance set, in Ohm."""
        return self._applied("resistance.2w", value=nominal)

    def apply_capacitance(self, value: Number) -> Applied:
        """Have a capacitance set, in F."""
        return self._applied("capacitance", value=value)

    def apply_pressure(self, value: Number) -> Applied:
        """Have a pressure set, in Pa."""
        return self._applied("pressure", value=value)

    def apply_temperature(self, value: Number) -> Applied:
        """Have a temperature set, in degC."""
        return self._applied("temperature", value=value)

    def apply_volume(self, value: Number, flow: Number) -> Applied:
        """Have a volume pass, in m^3 at a flow in m^3/h."""
        return self._applied("volume", value=value, flow=flow)

    def apply_length(self, value: Number) -> Applied:
        """Have a distance driven, in m."""
        return self._applied("length", value=value)

    def apply_active_energy(self, value: Number, power: Number) -> Applied:
        """Have energy delivered, in J at a power in W."""
        return self._applied("energy.active", value=value, power=power)

    def apply_pulses(self, value: Number, frequency: Number, voltage: Number) -> Applied:
        """Have so many pulses put out, at a frequency in Hz and with a high level in V."""
        return self._applied("pulses", value=value, frequency=frequency, voltage=voltage)

    def apply_count(self, value: Number) -> Applied:
        """Have the item of this number put on."""
        return self._applied("count", value=value)

    def standby(self) -> None:
        """Nothing can be sent to a person who is not asked."""

    def make_safe(self) -> Safe:
        """Say what is known: verified if the person said of all that was asked for that it is over."""
        return Safe.SENT_UNVERIFIED if self._under_way else Safe.VERIFIED

    def _applied(self, quantity: str, **told: Number) -> Applied:
        measurand = MEASURANDS[quantity]
        numbers = {name: decimal(value) for name, value in told.items()}
        if self._do is not None:
            self._under_way = True
            texts = {name: format(value, "f") for name, value in numbers.items()}
            self._do(Handwork(self.about, quantity, texts, sentence(quantity, numbers)))
            self._under_way = not measurand.amount
        value = numbers["value"]
        unit = measurand.unit
        return Applied(value, unit, format(value, "f") if unit == "1" else f"{value:f} {unit}")


def sentence(quantity: str, told: Mapping[str, Decimal]) -> dict[str, str]:
    """Tell a person what to do, with every value, in English and Chinese."""
    shown = {name: spoken(value, MEASURANDS[quantity].told_in(name)) for name, value in told.items()}
    title = MEASURANDS[quantity].title
    further = [name for name in shown if name != "value"]
    en, zh = _SENTENCES.get(quantity, ("", ""))
    if not en:
        en = f"Set {title['en']} to {{value}}" + "".join(f", {_NAMES[one][0]} {{{one}}}" for one in further)
        zh = f"将{title['zh']}调至 {{value}}" + "".join(f"，{_NAMES[one][1]} {{{one}}}" for one in further)
        en, zh = f"{en}.", f"{zh}。"
    return {"en": en.format(**shown), "zh": zh.format(**shown)}


def spoken(value: Decimal, unit: str) -> str:
    """Write a value as people say it: `100 L` for 0.1 m^3. No digit is lost."""
    for name, least, size in _SCALED.get(unit, ()):
        scaled = value / size
        if abs(value) >= least and -int(scaled.normalize().as_tuple().exponent) <= _MOST_DECIMALS:
            return f"{_plain(scaled)} {name}"
    return f"{_plain(value)} {unit}" if unit != "1" else _plain(value)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
