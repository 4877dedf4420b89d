"""The report of a proof, as it is written for machines: numbers as text, the same bytes for the same proof."""

from __future__ import annotations

from typing import Literal

from calbench.documents.model import Stored
from calbench.documents.origin import Software
from calbench.documents.point import LocalTexts

Verdict = Literal["optimistic", "too_few_runs", "wasteful", "honest", "not_proven"]
"""From the worst to the best; `not_proven`: no uncertainty is stated, or the truth is not known."""
Keeping = Literal["broken", "too_few_runs", "kept", "not_proven"]
"""What is said of a promise, from the worst to the best; `not_proven`: nothing is decided that could break it."""
_SEVERITY = ("kept", "honest", "not_proven", "wasteful", "too_few_runs", "optimistic", "broken")


class Rate(Stored):
    """How often something happened: `count` of `trials`, as a share, with its exact 95 % interval."""

    count: int
    trials: int
    share: str
    low: str
    high: str


class Risk(Stored):
    """Decisions against the truth, each as a share of all that were decided.

    `accepted_wrongly` is the false accept rate; `among_accepted` the same among what was accepted, `at_the_edge` among
    what was accepted within U/2 of an acceptance limit. Indeterminate is neither accepted nor rejected.
    """

    nonconforming: Rate
    accepted_wrongly: Rate
    rejected_wrongly: Rate
    indeterminate: Rate
    among_accepted: Rate | None = None
    at_the_edge: Rate | None = None
    promise: Keeping | None = None


class Covered(Stored):
    """E ± U against the true error; of a test over all its points. Lengths in `unit`, of a test in terms of U.

    `bias` is the mean of E minus true error, `bias_u` its standard uncertainty; `spread` the standard deviation; `u`
    the mean standard uncertainty U/k. `excess` is by what every U can be divided and still cover the claim.

    `negligible` counts results whose U is zero, or less than a thousandth of the deviation. What would be divided by
    such a U, or by a spread that is nothing beside U, is None: lengths of a test, `ratio`, `excess`.
    """

    rate: Rate
    effective: str
    unit: str
    bias: str | None
    bias_u: str | None
    spread: str | None
    u: str
    expanded: str
    ratio: str | None
    excess: str | None
    rounding: str
    negligible: int = 0


class PointProof(Stored):
    """One point: what was found of it, and what is said of its budget."""

    id: str
    covered: Covered | None = None
    risk: Risk | None = None
    verdict: Verdict
    expected: bool = False


class TestProof(Stored):
    """One test, over all its points; `histogram` counts (E - true error) / U in steps of `step` from `start`."""

    __test__ = False

    id: str
    title: LocalTexts
    verdict: Verdict
    expected: bool = False
    covered: Covered | None = None
    risk: Risk | None = None
    points: list[PointProof]
    start: str = "-2"
    step: str = "0.1"
    histogram: list[int] = []
    below: int = 0
    above: int = 0


class Promise(Stored):
    """What is promised of false accepts, and by whom: the decision rule, or whoever asked for the proof.

    `verdict` is the worst of all tests.
    """

    by: str
    kind: Literal["specific", "global"]
    most: str
    verdict: Keeping = "not_proven"


class Stopped(Stored):
    """A run that did not complete: nothing of it counts."""

    index: int
    reason: str


class Draw(Stored):
    """What is drawn in each run: an influence with standard uncertainty (SI) and shape; one draw for each family."""

    influence: str
    family: str
    u: str
    shape: str
    dof: str = "inf"


class Report(Stored):
    """The whole report."""

    format: Literal["calbench.proof/1"] = "calbench.proof/1"
    software: Software
    procedure: str
    procedure_version: str
    title: LocalTexts
    station: str
    parameters: dict[str, str]
    plan_sha256: str
    runs: int
    completed: int
    seed: int
    derivation: str
    claim: str
    population: str
    not_shifted: list[str] = []
    draws: list[Draw]
    rule: str
    promise: Promise | None = None
    excess_limit: str
    margin: str
    error_rate: str
    runs_needed: int
    stopped: list[Stopped] = []
    tests: list[TestProof]
    verdict: Verdict
    expected: bool = False

    @property
    def good(self) -> bool:
        """Whether every budget is honest, or wasteful for rounding alone, each promise kept, and each run complete.

        Where no budget and no promise was proven, nothing is: that is not good.
        """
        promise = "not_proven" if self.promise is None else self.promise.verdict
        budgets = self.verdict == "honest" or (self.verdict == "wasteful" and self.expected)
        fine = budgets or (self.verdict == "not_proven" and promise == "kept")
        return fine and promise in ("kept", "not_proven") and not self.stopped

    @property
    def worst(self) -> Verdict | Keeping:
        """The worse of what is said of the budgets and of the promise."""
        said = [self.verdict, *([] if self.promise is None else [self.promise.verdict])]
        return max(said, key=_SEVERITY.index)
