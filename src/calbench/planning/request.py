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
    `created` the time of planning (simulated time for a simulated run); `only` patterns of point names.
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
    position: str | None = None
    only: tuple[str, ...] = ()
