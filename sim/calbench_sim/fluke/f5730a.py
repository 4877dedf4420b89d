"""Fluke 5730A multifunction calibrator, DC voltage and resistance.

Written from protocols.md, section 2.2, and the 5700A Series II manual (p. 158-178 language, p. 201 status
bits); ranges and specifications as published for the 5730A.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench_sim.calibrator import SETTINGS, VoltageRange
from calbench_sim.calibrator_remote import Calibrator
from calbench_sim.fluke_syntax import Refused

_EXGARD, _EXSENS, _RCOMP, _RLOCK = 1 << 1, 1 << 2, 1 << 4, 1 << 5

_CARDINALS: Final[Mapping[float, float]] = MappingProxyType(  # Ohm -> 1-year specification of the true value
    {
        0.0: 0.0, 1.0: 8.5e-5, 1.9: 8.5e-5, 10.0: 2.3e-5, 19.0: 2.3e-5, 100.0: 1e-5, 190.0: 1e-5, 1e3: 8e-6,
        1.9e3: 8e-6, 1e4: 8e-6, 1.9e4: 8e-6, 1e5: 9e-6, 1.9e5: 9e-6, 1e6: 1.3e-5, 1.9e6: 1.4e-5, 1e7: 3.1e-5,
        1.9e7: 3.9e-5, 1e8: 1e-4,
    }
)  # fmt: skip
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


class F5730A(Calibrator):
    """Fluke 5730A: 220 mV to 1100 V DC and the eighteen resistors from 0 Ohm to 100 MOhm."""

    IDENTITY = "FLUKE,5730A,{serial},1.21"
    HIGH_VOLTAGE = 22.0
    UNITS = MappingProxyType(_units())
    RESISTANCES = _CARDINALS
    RANGES = (
        VoltageRange("220 mV", 0.22, 1e-8, 6e-6, 4e-7, 3.0),
        VoltageRange("2.2 V", 2.2, 1e-7, 4e-6, 7e-7, 2.0),
        VoltageRange("11 V", 11.0, 1e-6, 3.5e-6, 2.5e-6, 1.5),
        VoltageRange("22 V", 22.0, 1e-6, 3.5e-6, 4e-6, 2.0),
        VoltageRange("220 V", 220.0, 1e-5, 5e-6, 4e-5, 4.0),
        VoltageRange("1100 V", 1100.0, 1e-4, 6.5e-6, 4e-4, 5.0),
    )
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | {"characterised": "(1) deviation of every resistor's stated value from nominal"}
    )

    def __init__(self, bench: Bench) -> None:
        draws = {ohms: bench.rng.gauss(0.0, _CHARACTERISED_SPREAD) for ohms in _CARDINALS}
        self._deviation = {ohms: bench.settings.get("characterised", d) for ohms, d in draws.items()}
        self._external_sense = self._two_wire_compensation = False
        super().__init__(bench)
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
        if ohms not in _CARDINALS:
            raise Refused(507)
        return ohms

    def characterised(self, ohms: float) -> float:
        """Give the value that the instrument states for one of its resistors."""
        return float(f"{ohms * (1 + self._deviation[ohms]):.7E}")

    def output_reply(self) -> str:
        """Answer `OUT?`: amplitude, unit, frequency; of a resistor its characterised value."""
        value = self.nominal if self.unit == "V" else self.characterised(self.nominal)
        return f"{value:.7E},{self.unit},0.00E+00"

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
