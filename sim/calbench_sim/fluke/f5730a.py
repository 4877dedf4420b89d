"""Fluke 5730A and 5720A multifunction calibrators: DC and AC voltage and current, resistance.

Written from protocols.md, section 2.2, and the 5700A Series II manual (p. 158-178 language, p. 201 status
bits); ranges and specifications as published for the 5730A.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench_sim.parts.behaviour.model_choice import chosen_model
from calbench_sim.parts.sources import calibrator_functions
from calbench_sim.parts.sources.calibrator import SETTINGS
from calbench_sim.parts.sources.calibrator_functions import frequency_text
from calbench_sim.parts.sources.calibrator_remote import Calibrator, Characteristics
from calbench_sim.parts.sources.fluke_5700_ranges import (
    FREQUENCY_SPECIFICATION,
    RESISTANCES,
    SIGNALS,
    VOLTAGE,
)
from calbench_sim.parts.sources.fluke_syntax import Refused

_EXGARD, _EXSENS, _RCOMP, _RLOCK = 1 << 1, 1 << 2, 1 << 4, 1 << 5

_CHARACTERISED_SPREAD = 2e-5  # how far a unit's resistors are from nominal, one standard deviation


def _units() -> dict[str, tuple[str, Decimal]]:
    """Units and multipliers: MA is mega but in front of nothing, where MA means milliampere."""
    scales = {
        "": Decimal(1),
        "K": Decimal(1000),
        "M": Decimal("0.001"),
        "U": Decimal("0.000001"),
        "MA": Decimal(1000000),
    }
    units = {s + u: (u, f) for u in ("V", "A", "OHM", "HZ") for s, f in scales.items()}
    units |= {"MOHM": ("OHM", Decimal(1000000)), "MHZ": ("HZ", Decimal(1000000))}
    return units | {u: (u, Decimal(1)) for u in ("DB", "DBM", "PCT", "PPM")}


_MODELS: Final = MappingProxyType(
    {
        model: Characteristics(
            _units(), VOLTAGE[model], RESISTANCES[model], SIGNALS, FREQUENCY_SPECIFICATION, high=22.0
        )
        for model in VOLTAGE
    }
)


class F5730A(Calibrator):
    """Fluke 5730A: 1100 V DC and AC, 2.2 A DC and AC, and the eighteen resistors from 0 Ohm to 100 MOhm.

    The 5720A has the same ranges, specifications of its own and another identity.
    """

    IDENTITY = "FLUKE,{model},{serial},1.21"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            name: text
            for name, text in (SETTINGS | calibrator_functions.SETTINGS).items()
            if name != "capacitance_gain"
        }
        | {
            "characterised": "(1) deviation of every resistor's stated value from nominal",
            "model": "5730A or 5720A; default 5730A",
        }
    )

    def __init__(self, bench: Bench) -> None:
        model = chosen_model(bench, "5730A", "5720A")
        draws = {ohms: bench.rng.gauss(0.0, _CHARACTERISED_SPREAD) for ohms in RESISTANCES[model]}
        self._deviation = {ohms: bench.settings.get("characterised", d) for ohms, d in draws.items()}
        self._external_sense = self._two_wire_compensation = False
        super().__init__(bench, model, _MODELS[model])
        self.commands |= {
            "ADJOUT?": self.none(self.output_reply),
            "EXTSENSE": self.choice(self._sense, "ON", "OFF"),
            "RCOMP": self.choice(self._compensate, "ON", "OFF"),
            "CUR_POST": self.choice(lambda _: None, "NORMAL", "AUX", "IB5725"),
        }

    def instrument_status(self) -> int:
        """Give the 5700A's status bits."""
        bits = _EXGARD if self.external_guard else 0
        bits |= _EXSENS if self._external_sense else 0
        bits |= _RCOMP if self._two_wire_compensation else 0
        return super().instrument_status() | bits | (_RLOCK if self.range_locked else 0)

    def reset(self) -> None:
        """Do `*RST`."""
        self._external_sense = self._two_wire_compensation = False
        super().reset()

    def resistance_step(self, ohms: float) -> float:
        """Give the resistor with this nominal value; there are no others."""
        if ohms not in self._deviation:
            raise Refused(507)
        return ohms

    def characterised(self, ohms: float) -> float:
        """Give the value that the instrument states for one of its resistors."""
        return float(f"{ohms * (1 + self._deviation[ohms]):.7E}")

    def output_reply(self) -> str:
        """Answer `OUT?`: amplitude, unit, frequency; of a resistor its characterised value."""
        value = self.characterised(self.nominal) if self.unit == "OHM" else self.nominal
        return f"{value:.7E},{self.unit},{frequency_text(self.frequency)}"

    def wording(self, text: str) -> str:
        """This family writes its fault texts in capitals."""
        return text.upper()

    def output_changed(self) -> None:
        """Two-wire compensation ends where it cannot be."""
        if not self._can_compensate():
            self._two_wire_compensation = False
        self._update()

    def _can_compensate(self) -> bool:
        return self.unit == "OHM" and self.nominal <= 1.9e4  # noqa: PLR2004 - compensated up to 19 kOhm

    def _sense(self, word: str) -> None:
        self._external_sense = word == "ON"
        self._update()

    def _compensate(self, word: str) -> None:
        if word == "ON" and not self._can_compensate():
            raise Refused(539)
        self._two_wire_compensation = word == "ON"
        self._update()

    def _update(self) -> None:
        self.sensed = self._external_sense or self._two_wire_compensation
