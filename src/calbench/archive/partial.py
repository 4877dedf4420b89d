"""The parts of plan and record that the archive tells of: everything else in them is skipped, which is fast.

Whether a record is what it was says `calbench verify`; here it only must hold what is listed.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from calbench.documents.record import OutputState, Status, Verdict


class _Part(BaseModel):
    """A document of which only some fields are read."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ProcedurePart(_Part):
    """The procedure of a plan."""

    id: str
    version: str
    title: dict[str, str]


class _Named(_Part):
    id: str


class UnitPart(_Part):
    """A unit under test as the work order names it."""

    position: str
    given: dict[str, str]


class PlanPart(_Part):
    """A plan; in one of several units, `uut` says what its work order says of all of them."""

    created: str
    simulated: dict[str, object] | None
    operator: str
    procedure: ProcedurePart
    station: str
    uut: UnitPart
    units: list[UnitPart] = []
    points: list[_Named]

    def every_unit(self) -> list[UnitPart]:
        """Give the units under test, in their order."""
        general = self.uut.given
        return [UnitPart(position=one.position, given={**general, **one.given}) for one in self.units] or [
            self.uut
        ]


class RunPart(_Part):
    """How the run of a record went."""

    id: str
    status: Status
    completeness: str
    operator: str
    outputs: OutputState
    retakes: int
    interruptions: list[dict[str, object]] = []


class _JournalPart(_Part):
    head: str


class _PlanOfRecord(_Part):
    uut: UnitPart
    of_run: str = ""


class ResultPart(_Part):
    """One result."""

    id: str
    test: str
    verdict: Verdict
    value: str | None = None
    expanded: str | None = None
    lower: str | None = None
    upper: str | None = None


class TestPart(_Part):
    """The count of one test: results that are judged, and those of them that pass."""

    __test__ = False

    results: int
    passed: int


class RecordPart(_Part):
    """A record of one unit."""

    plan_sha256: str
    journal: _JournalPart
    plan: _PlanOfRecord
    run: RunPart
    uut: dict[str, str]
    results: list[ResultPart]
    tests: list[TestPart]
    verdict: Verdict

    @property
    def plan_of_run(self) -> str:
        """SHA-256 of the plan of the run; that of one of several units is a plan of its own, which names it."""
        return self.plan.of_run or self.plan_sha256
