"""Meter that speaks M-Bus (EN 13757-2, -3), written from protocols.md, section 8.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench_sim.parts.frames.bcd import packed
from calbench_sim.parts.meters import electricity_meter, flow_register, mbus_slave
from calbench_sim.parts.meters.electricity_meter import ElectricityMeter, active, counted
from calbench_sim.parts.meters.flow_register import FlowRegister
from calbench_sim.parts.meters.mbus_slave import MEDIA, MBusSlave

_HOUR, _JOULE_PER_KWH = 3600.0, 3.6e6


class Meter(MBusSlave):
    """A meter with variable data structure. Truth: as `FlowRegister`, or for electricity as `ElectricityMeter`.

    Records: volume (03 13, litres), highest flow (DA 02 3B, litres per hour) and energy (8B 60 04, 10 Wh, of a tariff,
    as in the example of EN 13757-3; of a heat meter 0C 04, 10 Wh, of all tariffs); electricity
    has energy (0C 04, 10 Wh) and power (0B 2B, W; negative with F in the highest digit).

    Assumed: as `MBusSlave`; the flow is steady, so that the highest is the present one.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        electricity_meter.SETTINGS
        | flow_register.SETTINGS
        | mbus_slave.SETTINGS
        | {"medium": f"{', '.join(MEDIA)}; default water"}
    )

    def __init__(self, bench: Bench) -> None:
        medium = bench.words.get("medium", "water")
        super().__init__(bench, medium)
        self._records = self._electrical(bench) if medium == "electricity" else self._flowing(bench)

    def records(self) -> bytes:
        """Give the data records, as they are now."""
        return self._records()

    def _flowing(self, bench: Bench) -> Callable[[], bytes]:
        register = FlowRegister(bench)
        plain = bench.words.get("medium") == "heat"

        def energy() -> bytes:
            tens = 100 * register.energy() / _JOULE_PER_KWH
            return b"\x0c\x04" + packed(tens, 0, 4) if plain else b"\x8b\x60\x04" + packed(tens, 0, 3)

        def records() -> bytes:
            litres = round(1e3 * register.volume()) % (1 << 23)
            return (
                b"\x03\x13" + litres.to_bytes(3, "little")
                + b"\xda\x02\x3b" + packed(1e3 * register.flow() * _HOUR, 0, 2)
                + energy()
            )  # fmt: skip

        return records

    def _electrical(self, bench: Bench) -> Callable[[], bytes]:
        meter = ElectricityMeter(bench)

        def records() -> bytes:
            watts = sum(map(active, meter.load()))
            power = bytearray(packed(watts, 0, 3))
            if watts <= -0.5:
                power[-1] |= 0xF0
            return (
                b"\x0c\x04" + packed(counted(meter.registers().forward, 2), 2, 4) + b"\x0b\x2b" + bytes(power)
            )

        return records
