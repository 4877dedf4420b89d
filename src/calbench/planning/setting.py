"""What the points of a test share while they are planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from calbench.documents.deciding import DecisionPlan
from calbench.documents.station import Cmc
from calbench.documents.tables import NamedLimit, ValueTable
from calbench.planning.binding import Bound
from calbench.planning.expansion import Words
from calbench.planning.parameters import Given
from calbench.quantities import Value


@dataclass(frozen=True)
class Setting:
    """What all points of a test share; `parameters` and values of the procedure stand together.

    `earlier` is what its model may use of the tests before it, as far as it can be foreseen. `of_load` are the values
    that look at the load, and so have one at each point. `sources` are the tables on which all tests of a sub-procedure
    rest, by what `use` says beside it.
    """

    bound: Mapping[str, Bound]
    parameters: Mapping[str, Given]
    named_limits: Mapping[str, NamedLimit]
    position: str
    decision: DecisionPlan
    on: date
    cmc: Mapping[str, list[Cmc]] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    stage: str = ""
    earlier: Mapping[str, Value] = field(default_factory=dict)
    of_load: Mapping[str, str | ValueTable] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
