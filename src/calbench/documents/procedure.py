"""The procedure: what is done, with roles and never with addresses (language version 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, PrivateAttr

from calbench.documents.environment import Environment
from calbench.documents.fields import (
    Capability,
    ExpressionText,
    Identifier,
    Language,
    LocalText,
    Name,
    QuantityText,
    RoleQuantity,
    ScalarText,
    TextList,
    Translations,
    Version,
)
from calbench.documents.formulas import FormulaStated
from calbench.documents.handed import Handed
from calbench.documents.inputs import Input, Stability
from calbench.documents.model import Authored
from calbench.documents.operating import OperatingCondition
from calbench.documents.policy import Policy
from calbench.documents.regulating import IntervalStated, Regulation, SourceStatus, Work
from calbench.documents.scalars import Flag, Text, Whole
from calbench.documents.stages import MeasuredStage
from calbench.documents.tables import NamedLimit, Rows, ValueTable
from calbench.documents.varying import Direction, PointEntry, Variation

Sharing = Literal["parallel", "one_at_a_time", "independent"]


class Parameter(Authored):
    """A value that is asked for at the start, or set with `--set name=value`."""

    type: Literal["integer", "number", "quantity", "choice", "text", "list"]
    default: ScalarText | list[ScalarText] | None = None
    unit: Text | None = None
    min: ScalarText | None = None
    max: ScalarText | None = None
    choices: list[ScalarText] | None = None
    label: LocalText | None = None


class Substitution(Authored):
    """Ballast in place of weights, where a load is larger than they are together (OIML R 76-1, 3.7.3).

    Above `load` each full `load` is ballast, and weights make up the rest. The error at the n-th point of the test `by`
    is what the n-th ballast weighs more than the weights whose place it took. A `load` below `least` is refused.
    `requires` names a test that has to pass for it, such as repeatability there.
    """

    load: ExpressionText
    by: Name
    least: ExpressionText | None = None
    requires: Text | None = None


class Role(Authored):
    """What a procedure needs; the station says which instrument or asset plays it."""

    needs: list[Capability] = Field(min_length=1)
    fallback: Literal["keyboard"] | None = None
    min_tur: ScalarText | None = None
    must_be_in_calibration: Flag = False
    accuracy_class: TextList | None = Field(default=None, alias="class")
    max_error_share: ExpressionText | None = None
    substitution: Substitution | None = None


class Positions(Authored):
    """How many units under test may be verified at once, and how they share the standards: see `SharingPlan`."""

    min: Whole = 1
    max: Whole = 1
    sharing: Literal["parallel", "one_at_a_time", "independent"] = "one_at_a_time"
    order: Literal["point_first", "unit_first"] = "point_first"
    on_late: Literal["ask", "drop"] = "ask"


class Checklist(Authored):
    """Items that must each be ticked; with `optional` at the question, as many of them as apply."""

    checklist: list[Text]


class Plausible(Authored):
    """Within what an answer is likely: outside, it must be given twice. Beyond `min` and `max` none is allowed."""

    min: ScalarText | None = None
    max: ScalarText | None = None


class Question(Authored):
    """One question within a prompt."""

    name: Name
    question: LocalText
    answers: Literal["text", "number"] | list[Text] | Checklist = "text"
    unit: Text | None = None
    min: ScalarText | None = None
    max: ScalarText | None = None
    plausible: Plausible | None = None
    must_be: Text | None = None
    optional: Flag = False


class Prompt(Authored):
    """Something the operator is shown and asked."""

    at: Literal["each", "once"] = "once"
    title: LocalText | None = None
    text: LocalText
    picture: Text | None = None
    ask: list[Question] = []


class Identify(Authored):
    """Ask every unit who it is, and compare."""

    at: Literal["each", "once"] = "each"
    compare_with: Literal["work_order", "name_plate"] | None = None


class Configure(Authored):
    """Settings that a role's driver must take."""

    role: Name
    at: Literal["each", "once"] = "once"
    settings: dict[Name, ScalarText] = Field(alias="with")


class Preload(Authored):
    """Load the scale and unload it, before anything is measured."""

    at: Literal["each", "once"] = "each"
    load: ExpressionText
    times: Whole = 1


class SetupStep(Authored):
    """One step of `setup` or `adjust`: exactly one kind is given."""

    identify: Identify | None = None
    warm_up: dict[Name, QuantityText] | None = None
    configure: Configure | None = None
    prompt: Prompt | None = None
    preload: Preload | None = None
    wait: QuantityText | None = None
    connect: Name | None = None


class Connection(Authored):
    """How leads are connected; asked for once, and again only when it changes."""

    title: LocalText
    text: LocalText
    picture: Text | None = None
    confirm: list[LocalText] = []


class Limits(Authored):
    """An asymmetric limit on the error."""

    lower: ExpressionText | None = None
    upper: ExpressionText | None = None


class Range(Authored):
    """The points of one range, with its limit and resolution; its own frequency goes before that of the test."""

    range: QuantityText
    frequency: ExpressionText | None = None
    points: list[PointEntry] = Field(min_length=1)
    mpe: ExpressionText | Limits
    resolution: ExpressionText
    hazard: Literal["voltage"] | None = None


class Contribution(Authored):
    """One uncertainty contribution: `std`, `half_width` with `shape`, `expanded` with `k`, or `from` a role.

    `input` is `indication`, `reference`, or one of the inputs of the test.
    """

    name: LocalText
    from_: Text | None = Field(default=None, alias="from")
    type: Literal["A", "B"] = "B"
    std: ExpressionText | None = None
    half_width: ExpressionText | None = None
    expanded: ExpressionText | None = None
    k: ExpressionText | None = None
    shape: Literal["rectangular", "triangular", "arcsine", "normal"] | None = None
    dof: ExpressionText | None = None
    input: Name | None = None
    influence: Identifier | None = None
    only_if: ExpressionText | None = None


class Evaluate(Authored):
    """What is judged, and against which limit (a named limit, an expression, or `lower` and `upper`).

    Without a limit a derived result is stated and not judged; a test that measures says `mpe` or nothing instead.
    """

    value: ExpressionText = "error"
    limit: ExpressionText | Limits | None = None


class MonteCarlo(Authored):
    """U by Monte Carlo instead of the law of propagation: how many draws (or `adaptive`), from which seed."""

    draws: ScalarText = "200000"
    seed: ScalarText = "1"
    interval: Literal["symmetric", "shortest"] = "symmetric"


class NearLimit(Authored):
    """More readings of a point whose result, as a share of its limit, lies from one value to another."""

    from_: ScalarText = Field(alias="from")
    to: ScalarText
    readings: Whole


class Scale(Authored):
    """A unit of the unit under test's own scale, such as a scale division, in which results are given."""

    unit: LocalText
    value: ExpressionText


class Rounding(Authored):
    """Round once, half to even, to an interval: the mean reading or the error."""

    interval: ExpressionText
    of: Literal["reading", "error"] = "error"


class TestDefaults(Authored):
    """What holds for every test that does not say otherwise."""

    __test__ = False  # pytest takes classes of this name for tests

    sharing: Sharing | None = None
    order: Literal["unit_first", "point_first"] | None = None
    read: RoleQuantity | None = None
    stable: Stability | None = None
    place: Name | None = None
    settle: ExpressionText | None = None
    readings: ExpressionText | None = None


class Test(TestDefaults):
    """One test, or the `use` of a sub-procedure: exactly one of `test` and `use` is given.

    `with` are the parameters of a sub-procedure; beside `apply`, what a source takes that takes several quantities.
    One with `of` measures nothing: its results follow from the points of that test, taken together `across` a label.
    """

    test: Identifier | None = None
    use: Text | None = None
    like: Identifier | None = None
    with_: Handed = Field(default={}, alias="with")
    title: LocalText | None = None
    of: Identifier | None = None
    across: Text | None = None
    connection: Name | None = None
    apply: RoleQuantity | None = None
    frequency: ExpressionText | None = None
    reading_is: Literal["indication", "reference"] = "indication"
    limits_of: Literal["reference", "indication"] | None = None
    ranges: list[Range] | None = None
    points: list[PointEntry] | dict[str, Direction] | None = None
    vary: dict[Name, list[Variation]] | None = None
    values: dict[Name, ExpressionText] | None = None
    passes: list[Text] | None = None
    load: ExpressionText | None = None
    times: ExpressionText | None = None
    zero_between: Flag = False
    atomic: Flag = False
    enclosed: Flag = False
    for_each: dict[Name, list[ScalarText] | ScalarText] | None = None
    prompt: LocalText | None = None
    picture: Text | None = None
    ask: list[Question] = []
    inputs: dict[Name, Input] | None = None
    indication: ExpressionText | None = None
    reference: ExpressionText | None = None
    model: ExpressionText | None = None
    unit: Text | None = None
    evaluate: Evaluate | None = None
    mpe: ExpressionText | Limits | None = None
    resolution: ExpressionText | None = None
    scale: Scale | None = None
    conditions: list[OperatingCondition] | None = None
    rounding: Rounding | None = None
    judge_on: Literal["raw", "rounded"] | None = None
    uncertainty: list[Contribution] = []
    correlations: list[list[ScalarText]] = []
    monte_carlo: MonteCarlo | None = None
    only_if: ExpressionText | None = None
    controls: list[Text] | None = None
    sources: list[Text] = []
    stages: list[MeasuredStage] | None = None
    near_limit: NearLimit | None = None
    hazard: Literal["voltage"] | None = None
    _stated: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def stated(self) -> dict[str, str]:
        """What formulas were written out of, by key, as the author wrote it; empty in a file as it was read."""
        return self._stated

    def written_out(self, changed: Mapping[str, object], stated: Mapping[str, str]) -> Test:
        """Give the test with formulas written out, which keeps what the author wrote."""
        test = self.model_copy(update=dict(changed))
        test._stated = dict(stated)
        return test


class SafeState(Authored):
    """The order in which roles are made safe; added to every driver's own safe state."""

    order: list[Name] = []


class PriorStated(Authored):
    """How the true values of such items are distributed: exactly one of the first three, and where the middle is."""

    in_tolerance: ScalarText | None = None
    sigma: ExpressionText | None = None
    half_width: ExpressionText | None = None
    mean: ExpressionText | None = None


class Decision(Authored):
    """How conformity is decided, and how U is found and stated.

    `min_tur` is the least TUR of a result: where U is larger nothing is decided.
    """

    rule: ScalarText = "simple"
    guard_ratio: ScalarText | None = None
    prior: PriorStated | None = None
    coverage: ScalarText = "0.95"
    coverage_rule: Literal["t", "fixed", "rectangular", "trapezoidal", "auto"] = "t"
    k: ScalarText | None = None
    digits: ScalarText = "2"
    rounding: Literal["nearest", "up"] = "nearest"
    min_tur: ScalarText | None = None


class Procedure(Authored):
    """A procedure file."""

    procedure: LocalText
    id: Identifier
    version: Version
    language: Language
    applies_to: dict[str, TextList] = {}
    kind: Work | None = None
    regulation: Regulation | None = None
    sources: dict[str, SourceStatus] = {}
    interval: IntervalStated | None = None
    vocabulary: Text | None = None
    formulary: TextList = []
    formulas: dict[Name, FormulaStated] = {}
    words: Translations = {}
    parameters: dict[Name, Parameter] = {}
    tables: dict[Name, Rows] = {}
    values: dict[Name, ExpressionText | ValueTable] = {}
    roles: dict[Name, Role] = Field(min_length=0, default={})
    positions: Positions = Positions()
    limits: dict[Name, NamedLimit] = {}
    environment: Environment = Environment()
    setup: list[SetupStep] = []
    adjust: list[SetupStep] = []
    connections: dict[Name, Connection] = {}
    defaults: TestDefaults = TestDefaults()
    tests: list[Test] = Field(min_length=1)
    decision: Decision = Decision()
    policy: Policy = Policy()
    safe_state: SafeState = SafeState()
