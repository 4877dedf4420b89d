"""Fluke 5522A and 5520A multi-product calibrators: DC and AC voltage and current, resistance, capacitance.

Written from protocols.md, section 2.1 (5500A, 5520A and 5522A manuals); ranges and
specifications as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench_sim.parts.behaviour.model_choice import chosen_model
from calbench_sim.parts.sources import calibrator_functions
from calbench_sim.parts.sources.calibrator import SETTINGS, VoltageRange
from calbench_sim.parts.sources.calibrator_functions import frequency_text
from calbench_sim.parts.sources.calibrator_remote import Calibrator, Characteristics
from calbench_sim.parts.sources.fluke_5500_ranges import FREQUENCY_SPECIFICATION, SIGNALS
from calbench_sim.parts.sources.fluke_syntax import Refused

_HIVOLT = 1 << 7
_COMPENSATED_BELOW = 110e3  # Ohm
_SCALES = {"": "1", "N": "1E-9", "U": "1E-6", "M": "1E-3", "K": "1E3"}
_NAMES = {11.0: "R_11OHM", 33.0: "R_33OHM", 110.0: "R_110OHM", 330.0: "R_330OHM", 1.1e3: "R_1_1KOHM",
          3.3e3: "R_3_3KOHM", 11e3: "R_11KOHM", 33e3: "R_33KOHM", 110e3: "R_110KOHM", 330e3: "R_330KOHM",
          1.1e6: "R_1_1MOHM", 3.3e6: "R_3_3MOHM", 11e6: "R_11MOHM", 33e6: "R_33MOHM", 110e6: "R_110MOHM",
          330e6: "R_330MOHM", 1.1e9: "R_1100MOHM"}  # fmt: skip


def _units() -> dict[str, tuple[str, Decimal]]:
    """Units and multipliers: M is milli, but mega in MOHM and MHZ."""
    units = {s + u: (u, Decimal(f)) for u in ("V", "A", "OHM", "HZ", "F") for s, f in _SCALES.items()}
    units |= {"MOHM": ("OHM", Decimal("1E6")), "MHZ": ("HZ", Decimal("1E6")), "PF": ("F", Decimal("1E-12"))}
    return units | {"CEL": ("CEL", Decimal(1)), "FAR": ("FAR", Decimal(1))}


_VOLTAGE = (
    VoltageRange("DC330MV", 0.3299999, 1e-7, 2e-5, 1e-6, 3.0),
    VoltageRange("DC3_3V", 3.299999, 1e-6, 1.1e-5, 2e-6, 2.0),
    VoltageRange("DC33V", 32.99999, 1e-5, 1.2e-5, 2e-5, 2.0),
    VoltageRange("DC330V", 329.9999, 1e-4, 1.8e-5, 1.5e-4, 4.0),
    VoltageRange("DC1000V", 1020.0, 1e-3, 1.8e-5, 1.5e-3, 5.0),
)
_RESISTANCES = MappingProxyType(
    {
        11.0: 4e-5, 33.0: 3e-5, 110.0: 2.8e-5, 330.0: 2.8e-5, 1.1e3: 2.8e-5, 3.3e3: 2.8e-5, 11e3: 2.8e-5,
        33e3: 2.8e-5, 110e3: 2.8e-5, 330e3: 3.2e-5, 1.1e6: 3.2e-5, 3.3e6: 6e-5, 11e6: 1.3e-4,
        33e6: 2.5e-4, 110e6: 5e-4, 330e6: 3e-3, 1.1e9: 1.5e-2,
    }
)  # fmt: skip
_CHARACTERISTICS = Characteristics(
    _units(), _VOLTAGE, _RESISTANCES, SIGNALS, FREQUENCY_SPECIFICATION, high=33.0
)


class F5522A(Calibrator):
    """Fluke 5522A: 330 mV to 1020 V DC, 1 mV to 1020 V AC, 20.5 A DC and AC, any R up to 1100 MOhm, 220 pF to 110 mF.

    The 5520A has the same ranges and another identity.
    """

    IDENTITY = "FLUKE,{model},{serial},1.3+1.1+1.0+*"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | calibrator_functions.SETTINGS | {"model": "5522A or 5520A; default 5522A"}
    )

    def __init__(self, bench: Bench) -> None:
        self._compensation = "NONE"
        self._low = {"LOWS": "TIED", "EARTH": "TIED"}
        super().__init__(bench, chosen_model(bench, "5522A", "5520A"), _CHARACTERISTICS)
        self.commands |= {
            "ERR?": self.none(self.errors.pop_reply),
            "ISCR0?": self.none(lambda: str(self.read_changes(rising=True, falling=False))),
            "ISCR1?": self.none(lambda: str(self.read_changes(rising=False, falling=True))),
            "ISCE0": lambda parameters: self.enable_changes(parameters, rising=True, falling=False),
            "ISCE1": lambda parameters: self.enable_changes(parameters, rising=False, falling=True),
            "FUNC?": self.none(lambda: self.function),
            "RANGE?": self.none(lambda: f"{self._range_name()},0"),
            "RANGELCK?": self.none(lambda: "ON" if self.range_locked else "OFF"),
            "EXTGUARD?": self.none(lambda: "ON" if self.external_guard else "OFF"),
            "ZCOMP": self.choice(self._compensate, "NONE", "WIRE2", "WIRE4"),
            "ZCOMP?": self.none(lambda: self._compensation),
            "LOWS": self.choice(lambda word: self._low.update(LOWS=word), "OPEN", "TIED"),
            "LOWS?": self.none(lambda: self._low["LOWS"]),
            "EARTH": self.choice(lambda word: self._low.update(EARTH=word), "OPEN", "TIED"),
            "EARTH?": self.none(lambda: self._low["EARTH"]),
            "DC_OFFSET?": self.none(lambda: "+0.00000E+00"),
            "CAL_SW?": self.none(lambda: "0"),
            "ONTIME?": self.none(lambda: str(int(self.clock.monotonic() - self._power_on) // 60)),
        }
        self._power_on = self.clock.monotonic()

    def instrument_status(self) -> int:
        """Give the 5500A's status bits (5500A manual, p. 189)."""
        high = self.unit == "V" and abs(self.nominal) > _CHARACTERISTICS.high
        return super().instrument_status() | (_HIVOLT if high else 0)

    def reset(self) -> None:
        """Do `*RST`."""
        self._compensation = "NONE"
        self._low = {"LOWS": "TIED", "EARTH": "TIED"}
        super().reset()

    def resistance_step(self, ohms: float) -> float:
        """Give the range (Ohm) that a resistance is made on."""
        found = next((top for top in _RESISTANCES if 0 <= ohms < top), None)
        if found is None:
            raise Refused(507)
        return found

    def output_reply(self) -> str:
        """Answer `OUT?`: two amplitudes with their units, and the frequency."""
        return f"{self.nominal:.6E},{self.unit},0E+00,0,{frequency_text(self.frequency)}"

    def output_changed(self) -> None:
        """Lead compensation ends where it cannot be."""
        if not self._can_compensate():
            self._compensate("NONE")

    def _can_compensate(self) -> bool:
        return self.unit == "OHM" and self.nominal < _COMPENSATED_BELOW

    def _compensate(self, word: str) -> None:
        if word != "NONE" and not self._can_compensate():
            raise Refused(539)
        self._compensation = word
        self.sensed = word != "NONE"

    def _range_name(self) -> str:
        return self.range.name if self.unit != "OHM" else _NAMES[self.resistance_step(self.nominal)]
