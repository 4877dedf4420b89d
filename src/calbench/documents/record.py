"""The record: results with everything that is needed to compute them again.

Quantities are text in a unit; uncertainties are rounded for print only in `shown` fields, never in the others.
"""

from __future__ import annotations

from typing import Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from calbench.documents.model import Stored
from calbench.documents.plan import LocalTexts, Plan, Software

Verdict = Literal["pass", "fail", "indeterminate_pass", "indeterminate_fail", "not_evaluated"]
Status = Literal["COMPLETED", "STOPPED", "ABORTED", "UNSAFE"]
OutputState = Literal["verified_off", "no_source", "untouched", "not_verified", "unknown"]
"""How a run left its sources: each read back as off; there were none; another instrument answered and was left
alone; some could not be read back; or the journal has no end and does not say."""


class Raw(Stored):
    """One reading: the exact reply text, its value in the point's coherent unit, when, and in which pass."""

    text: str
    value: str
    unit: str
    t_utc: str
    measured_pass: str = "1"  # noqa: S105 - a pass through the points, not a password
    operator_typed: bool = False


class Attempt(Stored):
    """One attempt at a point; which one counts is a stated rule: the last complete one."""

    number: int
    complete: bool
    counts: bool
    reason: str = ""
    applied: list[Raw] = []
    readings: list[Raw] = []
    answers: dict[str, str] = {}
    discarded: str = ""
    """Why it does not count although it may be whole: the run was interrupted in a test that is measured in one go."""

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what says nothing: records of runs that nothing interrupted keep their bytes."""
        plain: dict[str, object] = write(self)
        if not self.discarded:
            plain.pop("discarded", None)
        return plain


class BudgetShown(Stored):
    """A budget line as it is printed: `std` and `contribution` in the result's `error_unit`, `share` in %."""

    std: str
    sensitivity: str
    contribution: str
    share: str
    dof: str


class BudgetLine(Stored):
    """One line of a budget, in the coherent unit of the result; `shown` is for print."""

    name: LocalTexts
    influence: str
    kind: Literal["A", "B"]
    distribution: str
    std: str
    sensitivity: str
    contribution: str
    share: str
    dof: str
    source: str
    shown: BudgetShown


class Shown(Stored):
    """What is printed: rounded once, as text without unit.

    Nominal value, reference and indication are in `unit`; error, limits and U in `error_unit`.
    """

    unit: LocalTexts
    error_unit: LocalTexts = {}
    nominal: str = ""
    reference: str = ""
    indication: str = ""
    error: str = ""
    lower: str = ""
    upper: str = ""
    expanded: str = ""
    k: str = ""
    std_uncertainty: str = ""
    dof: str = ""


class Result(Stored):
    """The result of one point, or of one whole test; quantities are text in a unit, exact."""

    id: str
    test: str
    labels: dict[str, str] = {}
    of: Literal["point", "test", "inspection"]
    n: int = 0
    reference: str | None = None
    indication: str | None = None
    value: str | None = None
    judged: str | None = None
    lower: str | None = None
    upper: str | None = None
    stdev: str | None = None
    std_uncertainty: str | None = None
    dof: str | None = None
    k: str | None = None
    expanded: str | None = None
    tur: str | None = None
    guard_band: str | None = None
    accept_lower: str | None = None
    accept_upper: str | None = None
    budget: list[BudgetLine] = []
    answer: str = ""
    verdict: Verdict
    shown: Shown
    attempts: int = 1
    remark: str = ""


class TestResult(Stored):
    """The verdict over a test: the worst of its results."""

    __test__ = False

    id: str
    title: LocalTexts
    verdict: Verdict
    results: int
    passed: int


class Identified(Stored):
    """An instrument as it identified itself when it was opened."""

    role: str
    instrument: str
    driver: str
    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    text: str = ""


class ConditionRange(Stored):
    """The environment during the run."""

    quantity: str
    unit: str
    minimum: str
    maximum: str
    mean: str
    samples: int
    violations: int


class Interruption(Stored):
    """A gap in a run: how the part before it ended, from when to when it was, who resumed, and what was different.

    `was` is a status, or CRASHED where the process died. `differences` are those between the plan of the run and the
    one that its files would give at the moment of resuming; `override` is why it was resumed nevertheless.
    `guard_outputs` is what the guard found when it made the outputs safe.
    """

    was: Literal["CRASHED", "STOPPED", "ABORTED", "UNSAFE"]
    interrupted: str
    resumed: str
    gap_s: str
    by: str
    setup_again: bool
    override: str = ""
    differences: list[str] = []
    guard_outputs: str = ""


class Run(Stored):
    """How the run went; status is not verdict."""

    id: str
    status: Status
    completeness: Literal["full", "partial"]
    started: str
    ended: str
    operator: str
    outputs: OutputState
    outputs_in_doubt: list[str] = []
    retakes: int
    interruptions: list[Interruption] = []

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave interruptions out where there were none: such records keep their bytes."""
        plain: dict[str, object] = write(self)
        if not self.interruptions:
            plain.pop("interruptions", None)
        return plain


class JournalRef(Stored):
    """The journal that the record was computed from."""

    lines: int
    head: str


class Decided(Stored):
    """The decision rule that was applied."""

    rule: str
    version: str
    coverage: str
    tur_definition: str


class Record(Stored):
    """The record."""

    format: Literal["calbench.record/1"] = "calbench.record/1"
    software: Software
    plan_sha256: str
    plan: Plan
    journal: JournalRef
    run: Run
    uut: dict[str, str]
    identified: list[Identified]
    environment: list[ConditionRange]
    decision: Decided
    attempts: dict[str, list[Attempt]]
    results: list[Result]
    tests: list[TestResult]
    verdict: Verdict
