"""A pump with a valve that a person opens and closes: water, fuel or air for what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.flow import supply
from calbench_sim.parts.flow.supply import Supply


class FlowSupply(Device):
    """By default water at the temperature of the room and 0.3 MPa. Terminal: `outlet`. Truth: as `Supply`."""

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(supply.SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._supply = Supply(bench, "water", 3e5)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def apply_by_hand(self, quantity: str, told: Mapping[str, float]) -> None:
        """Let a volume pass (`volume`: value in m3, flow in m3/h).

        Raises:
            UsageError: Something else is asked for, nothing, or a flow that it does not have.
        """
        self._supply.let_pass(quantity, told)
