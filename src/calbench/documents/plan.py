"""The plan: one procedure bound to one station, everything expanded; immutable and hashed.

Quantities are text in a unit (`100 mV`), exact as they were written or computed; expressions keep their text and
are evaluated in `scope`. Texts for people are maps from language to text.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from calbench.documents.asking import QuestionPlan
from calbench.documents.canonical import digest
from calbench.documents.conduct import ConditionPlan, PolicyPlan
from calbench.documents.deciding import DecisionPlan, MonteCarloPlan
from calbench.documents.formulas import FormulaPlan
from calbench.documents.model import Grown, Stored
from calbench.documents.origin import ParameterValue, ProcedureRef, Software, Source, Standard
from calbench.documents.parting import of_assets, with_own
from calbench.documents.point import LimitPlan, LocalTexts, Point
from calbench.documents.regulating import RegulatedPlan
from calbench.documents.releasing import ReleasePlan
from calbench.documents.sharing import SharingPlan


class Binding(Grown):
    """Who plays a role: an instrument with a driver, a person at the keyboard, or an asset handled by a person.

    `also` are further sets of weights in the same role. `seen_by` is the instrument that sees whether a source is off
    which cannot say so itself.
    """

    role: str
    instrument: str
    driver: str = ""
    link: dict[str, str] = {}
    needs: list[str]
    asset: str = ""
    hazard: bool = False
    expect_serial: str = ""
    later: ClassVar[tuple[str, ...]] = ("also", "seen_by")
    also: list[str] = []
    seen_by: str = ""


class GroupPlan(Stored):
    """One result that follows from points of another test, and is not measured: these points, and how it is judged.

    `names` says which of them a name before a dot means (`up` in `up.error`). `scope` holds what all of them have in
    common; `nominal` is None where they have several. `unit` is that of the result, `resolution` its last place.
    """

    id: str
    labels: dict[str, str] = {}
    points: list[str]
    names: dict[str, str] = {}
    nominal: str | None = None
    unit: str
    resolution: str | None = None
    limit: LimitPlan | None = None
    scope: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}


class TestPlan(Grown):
    """One test: what its points have in common, and a result over the whole test if there is one.

    One that is derived has no points: its `groups` follow from those of the test `of`, taken together `across` a label
    (or `all`; empty: each point by itself). `sources` are the tables that it rests on, and how sure each is. With
    inputs, `indication` and perhaps `reference` are expressions of them. `unit` is that of error, limit and U; empty
    where they have that of what is measured. `stated` is what was written of expressions with formulas, by key.
    """

    __test__ = False

    id: str
    title: LocalTexts
    kind: Literal["points", "series", "inspection", "derived"]
    procedure: str
    procedure_version: str
    connection: str = ""
    atomic: bool = False
    value: str = "error"
    model: str = "indication - reference"
    judge_on: Literal["raw", "rounded"] = "raw"
    rounding: str | None = None
    rounding_of: Literal["reading", "error"] = "error"
    scale_unit: LocalTexts = {}
    scale_value: str | None = None
    limit: LimitPlan | None = None
    points: list[str]
    monte_carlo: MonteCarloPlan | None = None
    stage: str = ""
    of: str = ""
    across: str = ""
    groups: list[GroupPlan] = []
    sources: dict[str, str] = {}
    indication: str = ""
    reference: str = ""
    unit: str = ""
    stated: dict[str, str] = {}

    later: ClassVar[tuple[str, ...]] = (
        "monte_carlo",
        "stage",
        "of",
        "across",
        "groups",
        "sources",
        "indication",
        "reference",
        "unit",
        "stated",
    )

    def group(self, name: str) -> GroupPlan | None:
        """Give the group of this name; None if there is none."""
        return next((one for one in self.groups if one.id == name), None)


class ConnectionPlan(Stored):
    """How leads are connected."""

    id: str
    title: LocalTexts
    text: LocalTexts
    picture: str | None = None
    confirm: list[LocalTexts] = []


class Step(Grown):
    """One step of the run, in order; the fields that its kind does not use stay empty.

    Among several units, a step of setup is done for `each`, or once for all; how they share the points says `sharing`.
    `adjust` decides whether the unit is adjusted; steps of the stage `adjust` do it.
    """

    later: ClassVar[tuple[str, ...]] = ("each", "stage")

    id: str
    kind: Literal[
        "identify", "warm_up", "configure", "prompt", "preload", "wait", "connect", "measure", "adjust"
    ]
    role: str = ""
    seconds: str = "0"
    settings: dict[str, str] = {}
    compare_with: str = ""
    title: LocalTexts = {}
    text: LocalTexts = {}
    picture: str | None = None
    questions: list[QuestionPlan] = []
    connection: str = ""
    point: str = ""
    measured_pass: str = "1"  # noqa: S105 - a pass through the points, not a password
    load: str = ""
    place: list[str] = []
    times: int = 1
    stage: str = ""
    each: bool = False


class Simulated(Stored):
    """The mark of a simulated run: it is hashed with the plan and cannot be dropped."""

    seed: int
    clock: Literal["virtual", "real"]


class Uut(Stored):
    """The unit under test as the work order names it; fields that were not given are not there."""

    position: str
    given: dict[str, str]


class Unit(Stored):
    """One of several units under test of a run: its place, what its work order says, who plays roles for it alone.

    `points`, `connections` and `steps` are those of the plan that are others for this unit: where it has standards of
    its own, or a text names its position. `weights` are those of its own sets.
    """

    position: str
    given: dict[str, str]
    bindings: list[Binding]
    points: list[Point] = []
    connections: list[ConnectionPlan] = []
    steps: list[Step] = []
    weights: dict[str, str] = {}


class Plan(Grown):
    """The plan; `not_in_effect` are keys of its files that this version of the program reads and does not act on.

    The plan of a run of several has `units`, and in `uut` what its work order says of all of them. What concerns one of
    them is a plan of its own (`at`), which names the run's by its hash (`of_run`). `values` are what the procedure
    computes from its parameters, `formulas` those that its expressions were written out with.
    """

    later: ClassVar[tuple[str, ...]] = (
        "units",
        "sharing",
        "of_run",
        "release",
        "values",
        "regulated",
        "formulas",
    )

    format: Literal["calbench.plan/1"] = "calbench.plan/1"
    software: Software
    created: str
    simulated: Simulated | None
    operator: str
    laboratory: dict[str, str]
    procedure: ProcedureRef
    station: str
    sources: list[Source]
    parameters: list[ParameterValue]
    uut: Uut
    bindings: list[Binding]
    standards: list[Standard]
    weights: dict[str, str]
    conditions: list[ConditionPlan]
    connections: list[ConnectionPlan]
    tests: list[TestPlan]
    points: list[Point]
    steps: list[Step]
    decision: DecisionPlan
    policy: PolicyPlan
    safe_order: list[str]
    partial: bool
    not_in_effect: list[str] = []
    estimate_s: int
    units: list[Unit] = []
    sharing: SharingPlan | None = None
    of_run: str = ""
    release: ReleasePlan = ReleasePlan()
    values: list[ParameterValue] = []
    regulated: RegulatedPlan | None = None
    formulas: list[FormulaPlan] = []

    @property
    def positions(self) -> list[str]:
        """The positions of the units under test; of a run of one unit its own."""
        return [unit.position for unit in self.units] or [self.uut.position]

    @property
    def all_bindings(self) -> list[Binding]:
        """What plays any role in the run: what the units share, and what each has for itself."""
        return [*self.bindings, *(one for unit in self.units for one in unit.bindings)]

    def at(self, position: str, run: str = "") -> Plan:
        """Give the plan of one unit; that of a run of one unit is the run's own.

        Args:
            position: Where the unit is; KeyError if there is none in this run.
            run: The digest of this plan, if it is known.
        """
        if not self.units:
            if position != self.uut.position:
                raise KeyError(position)
            return self
        unit = next((one for one in self.units if one.position == position), None)
        if unit is None:
            raise KeyError(position)
        own = {one.role for one in unit.bindings}
        bindings = [*(one for one in self.bindings if one.role not in own), *unit.bindings]
        assets = {name for one in bindings for name in (one.asset, *one.also)}
        return self.model_copy(
            update={
                "uut": Uut(position=position, given={**self.uut.given, **unit.given}),
                "sources": of_assets(self.sources, assets),
                "bindings": bindings,
                "standards": [one for one in self.standards if one.id in assets],
                "weights": {**self.weights, **unit.weights},
                "connections": with_own(self.connections, unit.connections),
                "points": with_own(self.points, unit.points),
                "steps": with_own(self.steps, unit.steps),
                "units": [],
                "sharing": None,
                "of_run": run or digest(self),
            }
        )

    def point(self, name: str) -> Point:
        """Give the point of this name; KeyError if there is none."""
        return next(point for point in self.points if point.id == name)

    def judges(self, test: TestPlan) -> bool:
        """Tell whether anything that a test finds is judged; else its results are stated, or others judge them."""
        if test.kind == "derived":
            return any(one.limit is not None for one in test.groups)
        names = set(test.points)
        limited = any(one.limit is not None for one in self.points if one.id in names)
        return limited or test.limit is not None or test.kind == "inspection"

    def derived_from(self, test: str) -> list[TestPlan]:
        """Give the tests whose results follow from the points of a test, and are not measured."""
        return [one for one in self.tests if one.kind == "derived" and one.of == test]
