"""A handheld multimeter of 3 1/2 digits that is read by eye; it chooses its ranges by itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow.display import shown
from calbench_sim.parts.multimeters.meter_unit import SETTINGS, MeterUnit, alike

_COUNTS = 2000  # the display goes to 1999
_SECONDS = 0.4  # that one number on the display is the mean of


class _Scale(NamedTuple):
    """One range: its end (in the unit of the quantity), and how the display writes it."""

    top: float
    factor: float
    unit: str


_VOLTS = (_Scale(0.2, 1e3, "mV"), *(_Scale(top, 1.0, "V") for top in (2.0, 20.0, 200.0, 1000.0)))
_AMPERES = (
    _Scale(2e-4, 1e6, "uA"),
    *(_Scale(top, 1e3, "mA") for top in (2e-3, 2e-2, 0.2)),
    *(_Scale(top, 1.0, "A") for top in (2.0, 10.0)),
)
_OHMS = (
    _Scale(200.0, 1.0, "Ohm"),
    *(_Scale(top, 1e-3, "kOhm") for top in (2e3, 2e4, 2e5)),
    *(_Scale(top, 1e-6, "MOhm") for top in (2e6, 2e7)),
)
_SCALES: Mapping[str, tuple[str, tuple[_Scale, ...]]] = MappingProxyType(
    {
        "voltage.dc": ("voltage", _VOLTS),
        "voltage.ac": ("voltage.ac", _VOLTS),
        "current.dc": ("current.dc", _AMPERES),
        "current.ac": ("current.ac", _AMPERES),
        "resistance.2w": ("resistance", _OHMS),
    }
)
_GAINS = {"voltage": 2e-4, "voltage.ac": 2e-3, "current.dc": 2e-3, "current.ac": 3e-3, "resistance": 1e-3}
_OFFSET, _NOISE = 1e-4, 2e-5  # standard deviations, part of range


class Multimeter(Device):
    """Direct and alternating voltage and current, resistance over two wires. Terminal: `input`.

    Truth as in `MeterUnit`.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {name: meaning for name, meaning in SETTINGS.items() if name not in ("capacitance_gain", "timebase")}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        ranges = {
            name: alike([scale.top for scale in scales], _GAINS[name], _OFFSET, _NOISE)
            for name, scales in _SCALES.values()
        }
        self._unit = MeterUnit(bench, ranges, tempco=2e-5)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def shown(self, quantity: str) -> str:
        """Read the display, with its function switch on this quantity.

        Raises:
            UsageError: It has no such function.
        """
        if quantity not in _SCALES:
            raise UsageError(
                f"The simulated multimeter {self.bench.name!r} shows {', '.join(_SCALES)}, not {quantity}."
            )
        name, scales = _SCALES[quantity]
        now = self.clock.monotonic()
        value, resistance = self._unit.look(name)(now, now)
        if resistance is None and name == "resistance":
            return "OL"  # nothing is connected
        seen = (0.0, 0.0) if resistance is None else (value, resistance)
        value = seen[1] if name == "resistance" else seen[0]
        chosen = next((one for one in scales if abs(value) < one.top * (_COUNTS - 1) / _COUNTS), scales[-1])
        if abs(value) > chosen.top:
            return "OL"
        step = chosen.top / _COUNTS
        reading = self._unit.read(name, chosen.top, _SECONDS, step, seen, now)
        return shown(reading * chosen.factor, float(f"{step * chosen.factor:.9g}"), chosen.unit)
