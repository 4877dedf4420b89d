"""How a plan says that U is found and that results are decided."""

from __future__ import annotations

from typing import ClassVar, Literal

from calbench.documents.model import Grown, Stored


class MonteCarloPlan(Stored):
    """U by Monte Carlo: number of draws or `adaptive`, seed of the generator, kind of the coverage interval."""

    draws: str
    seed: str
    interval: Literal["symmetric", "shortest"]
    generator: str


class PriorPlan(Stored):
    """How the true values of such items are distributed; `sigma`, `half_width`, `mean` are expressions of a point."""

    in_tolerance: str | None = None
    sigma: str | None = None
    half_width: str | None = None
    mean: str | None = None


class DecisionPlan(Grown):
    """The decision rule, with its version, and the coverage probability of every U.

    `risk` is the definition by which risks are stated with each result; "" of plans that state none.
    `min_tur` is the least TUR with which anything is decided.
    """

    rule: str
    coverage: str
    coverage_rule: Literal["t", "fixed", "rectangular", "trapezoidal", "auto"] = "t"
    k: str | None = None
    guard_ratio: str | None = None
    prior: PriorPlan | None = None
    digits: str = "2"
    rounding: Literal["nearest", "up"] = "nearest"
    risk: Literal["", "jcgm106/1"] = ""
    min_tur: str | None = None

    later: ClassVar[tuple[str, ...]] = (
        "coverage_rule", "k", "guard_ratio", "prior", "digits", "rounding", "risk", "min_tur",
    )  # fmt: skip
