"""A simulated station that is open: its drivers talk to its simulated instruments, in virtual time, without a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from calbench.documents.station import Station
from calbench.errors import UsageError
from calbench.instruments import LinkSpec, catalog, open_driver
from calbench.simulation.staging import Stage
from calbench.simulation.world import World


@dataclass(frozen=True)
class OpenBench:
    """The instruments of a station, with its leads connected."""

    station: Station
    stage: Stage

    @property
    def world(self) -> World:
        """The world in which they are: its clock, its ambient, and the truth."""
        return self.stage.world

    def driver(self, name: str) -> Any:  # noqa: ANN401 - a class of some driver
        """Open an instrument or position by the driver that the station names.

        Raises:
            UsageError: There is none of this name that has a line; lists those that there are.
            InstrumentError: It does not answer, or another model does.
        """
        if name not in self.stage.addresses:
            known = ", ".join(self.stage.addresses)
            raise UsageError(f"Station {self.station.station} has no line to {name!r}. There are: {known}.")
        one = self.station.instruments.get(name) or self.station.positions[name]
        assert one.driver is not None  # noqa: S101 - only what has a driver has an address
        found: type[Any] = catalog.find(one.driver)
        return open_driver(found, LinkSpec(**asdict(self.stage.addresses[name])))
