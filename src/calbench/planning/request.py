"""What a plan is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from calbench.documents.asset import Asset
from calbench.documents.loaded import Loaded
from calbench.documents.origin import Software
from calbench.documents.plan import Simulated
from calbench.documents.procedure import Procedure
from calbench.documents.station import Station


@dataclass(frozen=True)
class Request:
    """Everything that planning may know; it reads no file, no clock and no instrument.

    `used` holds sub-procedures by the text of their `use:`; `drivers` the capabilities of each driver by name;
    `created` the time of planning (simulated time for a simulated run); `only` patterns of point names. `uut` is what
    the work order says of all units, `units` what it says of each, by position; `positions` ("all",) are all that fit.
    `pictures` are the hashes of all pictures, by their paths as the procedures name them.
    """

    procedure: Loaded[Procedure]
    used: Mapping[str, Loaded[Procedure]]
    station: Loaded[Station]
    assets: Mapping[str, Loaded[Asset]]
    drivers: Mapping[str, tuple[str, ...]]
    software: Software
    created: datetime
    operator: str = ""
    simulated: Simulated | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    uut: Mapping[str, str] = field(default_factory=dict)
    positions: tuple[str, ...] = ()
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)

    def given(self, position: str) -> dict[str, str]:
        """Give what the work order says of the unit at a position."""
        return {**self.uut, **self.units.get(position, {})}
