"""What a budget file comes to: every number in the unit that it is printed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from calbench.metrology import Reported

LocalTexts = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True)
class Contribution:
    """One line of a budget. `value` and `u` are in `unit`, `contribution` in the unit of the output, `share` in %."""

    input: str
    id: str
    name: LocalTexts
    value: float
    unit: str
    u: float
    u_unit: str
    distribution: str
    kind: str
    dof: float
    sensitivity: float
    sensitivity_unit: str
    contribution: float
    share: float
    source: LocalTexts


@dataclass(frozen=True)
class Propagated:
    """The law of propagation.

    `dof` may be infinite; `u_second_order` is not a number and `linear` None where the second order is not known.
    """

    value: Decimal
    u: float
    dof: float
    k: float
    U: float
    p: float
    rule: str
    low: float
    high: float
    u_second_order: float
    linear: bool | None
    stated: Reported
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True)
class Histogram:
    """How many draws lie in each of equal bins from `low` to `high` (unit of the output), and how many outside."""

    low: float
    high: float
    counts: tuple[int, ...]
    outside: int


@dataclass(frozen=True)
class Drawn:
    """The Monte Carlo method: `value` or `u` is not a number where too few degrees of freedom have none."""

    value: float
    u: float
    low: float
    high: float
    p: float
    interval: str
    draws: int
    adaptive: bool
    seed: int
    generator: str
    histogram: Histogram | None = None


@dataclass(frozen=True)
class Together:
    """A coverage region of all outputs: by which method, of which kind, and its coverage factor (JCGM 102)."""

    method: str
    kind: str
    k: float
    p: float


@dataclass(frozen=True)
class Output:
    """One output by each method that was asked for, in `unit`, its uncertainties in `u_unit`.

    `validated` says whether the law of propagation holds here, by JCGM 101 clause 8; None without both methods.
    """

    name: str
    expression: str
    unit: str
    u_unit: str
    gum: Propagated | None = None
    mc: Drawn | None = None
    validated: bool | None = None


@dataclass(frozen=True)
class Outcome:
    """All outputs; their correlation by each method (rows as in `outputs`) and regions; what a reader should know."""

    title: LocalTexts
    outputs: tuple[Output, ...]
    correlation: dict[str, tuple[tuple[float, ...], ...]]
    regions: tuple[Together, ...]
    notes: tuple[LocalTexts, ...]
