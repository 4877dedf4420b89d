"""The record: results with everything that is needed to compute them again.

Quantities are text in a unit; uncertainties are rounded for print only in `shown` fields, never in the others.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from calbench.documents.deciding import PriorPlan
from calbench.documents.model import Grown, Stored
from calbench.documents.origin import Software
from calbench.documents.plan import Plan
from calbench.documents.point import LocalTexts
from calbench.documents.recorded import OperatingFound, PointCondition
from calbench.documents.stages import Adjustment

Verdict = Literal["pass", "fail", "indeterminate_pass", "indeterminate_fail", "not_evaluated"]
WORST: tuple[Verdict, ...] = ("pass", "indeterminate_pass", "indeterminate_fail", "not_evaluated", "fail")
"""From best to worst: of several verdicts the last of these counts."""
Status = Literal["COMPLETED", "STOPPED", "ABORTED", "UNSAFE"]
OutputState = Literal["verified_off", "no_source", "untouched", "taken", "not_verified", "unknown"]
"""How a run left its sources: each read back as off; there were none; another instrument answered and was left
alone; some could not be read back; or the journal has no end and does not say."""


class Raw(Grown):
    """One reading: the exact reply text, its value in its coherent unit, when, in which pass, and of which input."""

    later: ClassVar[tuple[str, ...]] = ("input",)

    text: str
    value: str
    unit: str
    t_utc: str
    measured_pass: str = "1"  # noqa: S105 - a pass through the points, not a password
    operator_typed: bool = False
    input: str = ""


class Attempt(Grown):
    """One attempt at a point; which one counts is a stated rule: the last complete one that was not discarded."""

    later: ClassVar[tuple[str, ...]] = ("discarded", "conditions", "by", "decided")

    number: int
    complete: bool
    counts: bool
    reason: str = ""
    applied: list[Raw] = []
    readings: list[Raw] = []
    answers: dict[str, str] = {}
    discarded: str = ""
    """Why it does not count although it may be whole: the run was interrupted in a test that is measured in one go."""
    conditions: list[PointCondition] = []
    by: str = ""
    """Who wanted the point taken again, for the reason given, and when (`decided`)."""
    decided: str = ""


class BudgetShown(Grown):
    """A budget line as it is printed: `std` and `contribution` in the result's `error_unit`, `share` in %.

    With a `unit`, `std` is in this one: that of the input which the line moves.
    """

    later: ClassVar[tuple[str, ...]] = ("unit",)

    std: str
    sensitivity: str
    contribution: str
    share: str
    dof: str
    unit: str = ""


class BudgetLine(Grown):
    """One line of a budget, in the coherent unit of the result; `shown` is for print.

    `input` names the inputs of the point that the line moves; then its `std` is in their coherent unit.
    """

    later: ClassVar[tuple[str, ...]] = ("input",)

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
    input: str = ""


class Shown(Grown):
    """What is printed: rounded once, as text without unit.

    Nominal value, reference and indication are in `unit`; error, limits, U and guard band in `error_unit`.
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
    guard_band: str = ""
    accept_lower: str = ""
    accept_upper: str = ""

    later: ClassVar[tuple[str, ...]] = ("guard_band", "accept_lower", "accept_upper")


class Result(Grown):
    """The result of one point, of one whole test, or derived from points; quantities are text in a unit, exact.

    `expanded` is U as it is decided with: at least the laboratory's `cmc`, and then `expanded_computed` is what the
    budget gives. The interval is that of a Monte Carlo evaluation. Risks have four digits, and below 1e-12 they are 0:
    `specific_risk` that the verdict is wrong, given this measurement alone; `pfa` and `pfr` over all items of the kind,
    by the prior that the plan states. `inputs` are the values that it was computed from: means, with corrections.
    `conditions` are those of the room, `operating` those of the procedure: where one of these does not hold, nothing is
    judged.
    """

    id: str
    test: str
    labels: dict[str, str] = {}
    of: Literal["point", "test", "inspection", "derived"]
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
    cmc: str | None = None
    expanded_computed: str | None = None
    coverage_rule: str = "t"
    interval_lower: str | None = None
    interval_upper: str | None = None
    specific_risk: str | None = None
    pfa: str | None = None
    pfr: str | None = None
    conditional_pfa: str | None = None
    stage: str = ""
    conditions: list[PointCondition] = []
    inputs: dict[str, str] = {}
    operating: list[OperatingFound] = []

    later: ClassVar[tuple[str, ...]] = (
        "cmc", "expanded_computed", "coverage_rule", "interval_lower", "interval_upper",
        "specific_risk", "pfa", "pfr", "conditional_pfa", "stage",
        "conditions", "inputs", "operating",
    )  # fmt: skip


class TestResult(Grown):
    """The verdict over a test: the worst of its results."""

    __test__ = False

    later: ClassVar[tuple[str, ...]] = ("stage",)

    id: str
    title: LocalTexts
    verdict: Verdict
    results: int
    passed: int
    stage: str = ""


class StageResult(Stored):
    """The verdict over a stage: the worst of its tests."""

    stage: str
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


class Run(Grown):
    """How the run went; status is not verdict.

    Of one unit of several, `started` and `ended` say when this one was measured, and `reason` why it was left out.
    """

    later: ClassVar[tuple[str, ...]] = ("interruptions", "reason")

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
    reason: str = ""


class JournalRef(Stored):
    """The journal that the record was computed from."""

    lines: int
    head: str


class Decided(Grown):
    """The decision rule that was applied, with what was agreed for it, and the definitions of TUR and risks."""

    rule: str
    version: str
    coverage: str
    tur_definition: str
    guard_ratio: str | None = None
    prior: PriorPlan | None = None
    risk_definition: str = ""

    later: ClassVar[tuple[str, ...]] = ("guard_ratio", "prior", "risk_definition")


class Record(Grown):
    """The record; its verdict is that of the last of its `stages`, if it has any."""

    later: ClassVar[tuple[str, ...]] = ("stages", "adjustment")

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
    stages: list[StageResult] = []
    adjustment: Adjustment | None = None
