"""What the thousands of runs of the sweeps would compute again and again from the same bytes, computed once.

Only in the processes of the sweeps: plans, which nothing changes; lines of journals; and the folder of drivers.
The functions are those of the program, and are called for all that is new.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel

from calbench.documents import canonical, journal
from calbench.documents.plan import Plan
from calbench.instruments import catalog
from calbench.workflow import Options, Prepared, prepare, resuming

PLANS = 64
LINES = 20_000
_prepared: dict[str, Prepared] = {}


def remember() -> None:
    """Have this process remember from now on."""
    resuming.prepare = _prepare  # type: ignore[assignment,attr-defined] # it has no clock of its own
    journal.event_of = lru_cache(LINES)(journal.event_of)
    catalog._shipped = cache(catalog._shipped)
    for name in ("canonical", "digest"):
        _everywhere(getattr(canonical, name))


def _prepare(procedure: str, station: str, options: Options) -> Prepared:
    wanted = repr((procedure, station, options))
    if wanted not in _prepared:
        _prepared[wanted] = prepare(procedure, station, options)
    return _prepared[wanted]


def _everywhere(function: Callable[[Any], Any]) -> None:
    """Put what remembers plans in the place of a function, in every module that has it."""
    known: dict[int, tuple[Plan, Any]] = {}

    def remembered(content: BaseModel | Mapping[str, object]) -> Any:
        if not isinstance(content, Plan):
            return function(content)
        if (found := known.get(id(content))) is None:
            if len(known) > PLANS:
                known.clear()
            found = known[id(content)] = (
                content,
                function(content),
            )  # kept, so that no other gets its number
        return found[1]

    for name, module in list(sys.modules.items()):
        if name.startswith("calbench.") and getattr(module, function.__name__, None) is function:
            setattr(module, function.__name__, remembered)
