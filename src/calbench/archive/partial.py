"""The parts of plan and record that the archive tells of: everything else in them is skipped, which is fast.

Whether a record is what it was says `calbench verify`; here it only must hold what is listed.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from calbench.documents.plan import Uut
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


class PlanPart(_Part):
    """A plan; one of several units may name them in `units` instead of in `uut`."""

    created: str
    simulated: dict[str, object] | None
    operator: str
    procedure: ProcedurePart
    station: str
    uut: Uut | None = None
    units: list[Uut] = []
    points: list[_Named]

    def every_unit(self) -> list[Uut]:
        """Give the units under test, in their order."""
        return self.units or ([] if self.uut is None else [self.uut])


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
    uut: Uut | None = None


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
