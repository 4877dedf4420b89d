"""Prepackaged goods of one lot, which a person puts on a balance one by one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device


class Packages(Device):
    """Terminal: `item`, wired to the pan of a balance. Masses are conventional, as a balance shows them.

    Truth, logged when an item is put on: `mass` (kg) of its content, `tare` (kg) of its wrapping.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "number": "(1) of packages; default 100",
            "content": "(kg) mean content; default 0.5",
            "spread": "(kg) standard deviation of the contents; default 0.003",
            "tare": "(kg) mean wrapping; default 0.012",
            "tare_spread": "(kg) standard deviation of the wrappings; default 0.0001",
            "short": "(1) number of the first package that is short, with every tenth after it; default none",
            "short_by": "(kg) what those packages lack of the mean content; default 0.02",
            "empty": "(1) number of empty wrappings, that follow the packages; default 10",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        settings = bench.settings
        number, empty = int(settings.get("number", 100)), int(settings.get("empty", 10))
        mean, spread = settings.get("content", 0.5), settings.get("spread", 0.003)
        tare, tare_spread = settings.get("tare", 0.012), settings.get("tare_spread", 1e-4)
        first, lack = int(settings.get("short", 0)), settings.get("short_by", 0.02)
        draw = bench.rng.gauss
        self._contents = [
            max(0.0, draw(mean - (lack if first and n >= first and (n - first) % 10 == 0 else 0.0), spread))
            for n in range(1, number + 1)
        ] + [0.0] * empty
        self._tares = [max(0.0, draw(tare, tare_spread)) for _ in self._contents]
        self._packages = number

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def apply_by_hand(self, quantity: str, told: Mapping[str, float]) -> None:
        """Put a package on the balance (`count`: its number from 1), and nothing else; 0 takes everything off.

        Raises:
            UsageError: Something else is asked for, or a number that no package has.
        """
        number = told["value"]
        if quantity != "count" or number not in range(len(self._contents) + 1):
            raise UsageError(
                f"The simulated lot {self.bench.name!r} has items 1 to {len(self._contents)} (empty wrappings from "
                f"{self._packages + 1} on), not {quantity} {number:g}."
            )
        index = int(number) - 1
        content, tare = (self._contents[index], self._tares[index]) if index >= 0 else (0.0, 0.0)
        load = content + tare
        self.bench.terminal("item").emit("load", lambda _: load)
        self.bench.truth("mass", content)
        self.bench.truth("tare", tare)
