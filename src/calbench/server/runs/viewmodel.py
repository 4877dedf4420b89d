"""What the page shows of a run: plain data, each part with the revision at which it last changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

CellState = Literal["waiting", "measuring", "measured", "discarded", "late", "dropped", "omitted"]
Outputs = Literal[
    "unknown", "no_source", "verified_off", "may_be_on", "found_on", "not_verified", "untouched",
]  # fmt: skip
Sort = Literal["state", "verb", "warning", "fault", "guard", "prompt", "unit", "note"]
"""What kind of line of the story of a run it is; `warning` and `fault` stand out."""


Cause = Literal["", "environment", "lease", "instrument"]
"""Why a run is suspended: conditions, a lost lease, something shared that does not work; empty if it is not."""


@dataclass
class Cell:
    """One point of one unit, or the result over a whole test of it: what is done there, and what came of it.

    `attempts` are all that were begun, `discarded` those of them that do not count. `deviation` and `spread` (U) are in
    parts of the limit: 1.0 is at the limit; None where there is none. The texts are rounded for print, as on the
    certificate. `words` is `error` in each language, where it is an answer and no figure.
    """

    state: CellState = "waiting"
    verdict: str = ""
    attempts: int = 0
    discarded: int = 0
    error: str = ""
    words: dict[str, str] = field(default_factory=dict)
    lower: str = ""
    upper: str = ""
    expanded: str = ""
    unit: dict[str, str] = field(default_factory=dict)
    deviation: float | None = None
    spread: float | None = None
    revision: int = 0


@dataclass(frozen=True)
class Line:
    """A line of the story of a run: a key of the wording with its values, or a text as it was written."""

    seq: int
    t_utc: str
    sort: Sort
    key: str
    values: dict[str, str]


@dataclass
class Condition:
    """What the environment is now: text of the value as it was printed; `wrong` says what is the matter with it."""

    value: str
    wrong: str = ""


@dataclass
class UnitNow:
    """How a unit takes part: `in`, or `late` or `dropped` with the reason."""

    state: Literal["in", "late", "dropped"] = "in"
    why: str = ""
    revision: int = 0


@dataclass
class Head:
    """How the run stands as a whole; `state` is one of the journal's, `why` the reason that was given for it.

    `adjusted` is what was decided of the unit (of any of several): True if it is adjusted, None before.
    """

    state: str = "LOADED"
    why: str = ""
    cause: Cause = ""
    outputs: Outputs = "unknown"
    in_doubt: tuple[str, ...] = ()
    started: str = ""
    now: str = ""
    elapsed_s: float = 0.0
    doing: str = ""
    point: str = ""
    conditions: dict[str, Condition] = field(default_factory=dict)
    cleared: bool = False
    adjusted: bool | None = None
    revision: int = 0
