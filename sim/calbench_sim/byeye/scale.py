"""A scale or balance that is read by eye, once it is at rest."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.weighing.balance import SETTINGS, Balance


class Scale(Device):
    """By default Max 15 kg, d = 1 g. Pan: `pan`. Truth: as `Balance`."""

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._balance = Balance(bench, capacity=15.0, step=1e-3, unit="kg", timeout=60.0)

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def press(self, key: str) -> None:
        """Wait for rest, and set zero or tare.

        Raises:
            UsageError: It has no such key, or refuses.
        """
        self.clock.sleep(min(self._balance.wait(), self._balance.timeout))
        done = {"zero": self._balance.set_zero, "tare": self._balance.set_tare}.get(key, lambda: False)()
        if not done:
            raise UsageError(f"The simulated scale {self.bench.name!r} did nothing at the key {key!r}.")

    def shown(self, quantity: str) -> str:
        """Wait for rest, and read the display.

        Raises:
            UsageError: It is asked for something else than mass, it does not come to rest, or it shows no number.
        """
        name, balance = self.bench.name, self._balance
        if quantity != "mass":
            raise UsageError(f"The simulated scale {name!r} shows mass, not {quantity}.")
        wait = balance.wait()
        if wait > balance.timeout:
            raise UsageError(
                f"The simulated scale {name!r} does not come to rest within {balance.timeout:g} s."
            )
        self.clock.sleep(wait)
        gross = balance.gross()
        if balance.beyond(gross):
            raise UsageError(
                f"The simulated scale {name!r} shows no number: {gross:.3f} kg is beyond its range."
            )
        return f"{balance.display.text(balance.net(gross))} {balance.display.unit}"
