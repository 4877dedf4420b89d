"""The calculator of a heat meter that speaks M-Bus (EN 13757-2, -3); resistances and pulses stand for its sensors.

Written from protocols.md, section 8.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench_sim.parts.flow import heat_calculator
from calbench_sim.parts.flow.heat_calculator import HeatCalculator
from calbench_sim.parts.frames.bcd import packed
from calbench_sim.parts.meters import mbus_slave
from calbench_sim.parts.meters.mbus_slave import MBusSlave

_KWH, _LITRE = 3.6e6, 1e-3  # J, m3
_TENTH_OF_WH, _HUNDREDTH_OF_LITRE = 360.0, 1e-5  # J, m3
_TEMPORARY_ERROR: Final = 0x10
_NEGATIVE: Final = 0xF0  # in the highest digit of a BCD


class Calculator(MBusSlave):
    """A calculator. Terminals: `supply`, `return`, `pulse_input`. Truth: as `HeatCalculator`.

    Records: energy (0C 06, kWh; in test mode 0C 02, 0.1 Wh) and volume (0C 13, litres; in test mode 0C 11, 0.01 L);
    temperature of the supply (0A 5A), of the return (0A 5E) and their difference (0A 62), in 0.1 degC and 0.1 K.
    Its registers cannot be set to zero, and show the nearest step. Where a sensor is missing, broken or shorted its
    status is 10 (temporary error), and no temperatures are sent.

    Assumed: as `MBusSlave`; the difference is that of the temperatures before they are rounded.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        heat_calculator.SETTINGS
        | mbus_slave.SETTINGS
        | {"test_mode": "on or off: whether the registers are sent in small steps; default off"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, "heat")
        mode = bench.words.get("test_mode", "off")
        if mode not in ("on", "off"):
            raise UsageError(f"The calculator {bench.name!r} has the test mode {mode!r}; give on or off.")
        self._testing = mode == "on"
        self._calculator = HeatCalculator(bench)

    def condition(self) -> int:
        """Give the status byte of the header (EN 13757-3)."""
        return 0 if self._calculator.temperatures() else _TEMPORARY_ERROR

    def records(self) -> bytes:
        """Give the data records, as they are now."""
        heat, volume = self._calculator.heat(), self._calculator.volume()
        if self._testing:
            registers = b"\x0c\x02" + packed(heat / _TENTH_OF_WH, 0, 4)
            registers += b"\x0c\x11" + packed(volume / _HUNDREDTH_OF_LITRE, 0, 4)
        else:
            registers = b"\x0c\x06" + packed(heat / _KWH, 0, 4) + b"\x0c\x13" + packed(volume / _LITRE, 0, 4)
        found = self._calculator.temperatures()
        if found is None:
            return registers
        values = ((b"\x0a\x5a", found[0]), (b"\x0a\x5e", found[1]), (b"\x0a\x62", found[0] - found[1]))
        return registers + b"".join(head + _tenths(value) for head, value in values)


def _tenths(value: float) -> bytes:
    """Give a number in tenths as four digits of BCD; a negative one has F in the highest digit."""
    data = bytearray(packed(value, 1, 2))
    if round(10 * value) < 0:
        data[-1] = data[-1] & ~_NEGATIVE | _NEGATIVE
    return bytes(data)
