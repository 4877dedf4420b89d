"""One point of the plan: what is applied or placed, what is read, how it is judged and with which uncertainty.

Quantities are text in a unit; expressions keep their text and are evaluated in `scope`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from calbench.documents.asking import QuestionPlan
from calbench.documents.conduct import NearLimitPlan
from calbench.documents.model import Grown, Stored
from calbench.documents.readings import InputPlan, StabilityPlan

LocalTexts = dict[str, str]


class ContributionPlan(Stored):
    """One uncertainty contribution: expressions, to be evaluated with the readings; or fixed by a certificate.

    `influence` is the stable id of the influence quantity: the same id is the same quantity everywhere. `input` is
    what it moves: `indication`, `reference`, an input of the point, or the weights of one (`dL.load`).
    """

    name: LocalTexts
    influence: str
    kind: Literal["A", "B"]
    std: str | None = None
    half_width: str | None = None
    expanded: str | None = None
    k: str | None = None
    shape: str = "normal"
    dof: str | None = None
    input: str
    source: str = ""


class CorrelationPlan(Stored):
    """The coefficient r of correlation between two influences of a point, by their ids."""

    one: str
    other: str
    r: str


class LimitPlan(Stored):
    """A limit on the judged value: expressions of `rdg`, `rng` and what else is in scope; None is no limit."""

    lower: str | None
    upper: str | None
    text: str
    nominal_lower: str | None
    nominal_upper: str | None


class OperatingPlan(Stored):
    """A condition that must hold while a point is measured: what is looked at, and from where to where it may lie."""

    name: LocalTexts
    value: str
    limit: LimitPlan


class Prediction(Grown):
    """What is expected before anything is measured: standard's U (k of the certificate), U of the result, TUR.

    `standard_mpe` is |MPE| of the standard, where it is held against the limit.
    `guard_band` is w of the decision rule; `limit_risk` the probability that an item is beyond its limits whose value
    lies just on an acceptance limit, None where nothing can pass; `pfa` and `pfr` are global, where a prior is stated.
    """

    standard_u: str | None = None
    u: str | None = None
    tur: str | None = None
    standard_tur: str | None = None
    guard_band: str | None = None
    limit_risk: str | None = None
    pfa: str | None = None
    pfr: str | None = None
    standard_mpe: str | None = None

    later: ClassVar[tuple[str, ...]] = ("guard_band", "limit_risk", "pfa", "pfr", "standard_mpe")


class Point(Grown):
    """One point: what is applied or placed, what is read, how it is judged.

    One with `inputs` takes these readings, in their order; `read_role`, `read` are then those of the unit under test,
    and `readings` counts all. `frequency` is that of an alternating stimulus. `words` are translations, by language, of
    its labels and of the answers to its questions. `cmc` is the smallest U that the laboratory states there. `stimulus`
    is what a source is told that takes several quantities, by their names; `nominal` then is what they make.
    `told` is what the instrument that is read must be told beside a range, by name, as quantities. If it is `enclosed`
    the source goes to standby before anything is read. `ballast` and `behind` are as those of an input; what rests on
    ballast is evaluated if the test `requires` passes. It is judged if all that is in `operating` holds.
    """

    id: str
    test: str
    labels: dict[str, str] = {}
    quantity: str
    unit: str
    nominal: str | None = None
    frequency: str | None = None
    range: str | None = None
    reference: Literal["applied", "weights", "nominal", "read", "none"]
    apply_role: str = ""
    apply: str = ""
    place_role: str = ""
    place: list[str] = []
    certified: str | None = None
    read_role: str = ""
    read: str = ""
    passes: list[str] = ["1"]
    readings: int = 1
    settle: str | None = None
    stable: StabilityPlan | None = None
    zero_before: bool = False
    resolution: str | None = None
    limits_of: Literal["reference", "indication"] = "reference"
    limit: LimitPlan | None = None
    corrections: dict[str, str] = {}
    contributions: list[ContributionPlan] = []
    scope: dict[str, str] = {}
    hazard: bool = False
    prompt: LocalTexts = {}
    picture: str | None = None
    questions: list[QuestionPlan] = []
    words: dict[str, dict[str, str]] = {}
    predicted: Prediction = Prediction()
    cmc: str | None = None
    correlations: list[CorrelationPlan] = []
    stage: str = ""
    near_limit: NearLimitPlan | None = None
    stimulus: dict[str, str] = {}
    inputs: list[InputPlan] = []
    told: dict[str, str] = {}
    enclosed: bool = False
    ballast: dict[str, str] = {}
    behind: list[str] = []
    requires: str = ""
    operating: list[OperatingPlan] = []

    later: ClassVar[tuple[str, ...]] = (
        "frequency",
        "cmc",
        "correlations",
        "stage",
        "near_limit",
        "stimulus",
        "inputs",
        "told",
        "enclosed",
        "ballast",
        "behind",
        "requires",
        "operating",
    )

    def range_of(self, one: InputPlan) -> str:
        """Give the range of a reading: its own, that of the point for the unit under test, or what is expected."""
        if not one.name:
            return self.range or self.nominal or "0"
        own = self.range if (one.role, one.read) == (self.read_role, self.read) else None
        return one.range or own or one.expected or "0"

    @property
    def reads(self) -> list[InputPlan]:
        """What is read, in order: the inputs, or the one reading; nothing where nothing is measured."""
        if self.inputs or not self.read_role:
            return self.inputs
        one = InputPlan(
            role=self.read_role,
            read=self.read,
            readings=self.readings,
            stable=self.stable,
            resolution=self.resolution,
        )
        return [one]

    @property
    def all_ballast(self) -> dict[str, str]:
        """All ballast that lies on the pan in the course of it, with its nominal mass."""
        found = dict(self.ballast)
        for one in self.inputs:
            found |= one.ballast
        return found

    @property
    def roles(self) -> list[str]:
        """The roles that it uses, each once: what is applied, placed and read."""
        placed = [self.place_role, *(one.place_role for one in self.inputs)]
        found = [self.apply_role, *placed, self.read_role, *(one.role for one in self.inputs)]
        return list(dict.fromkeys(role for role in found if role))
