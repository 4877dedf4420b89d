"""What the archive tells of runs: rows, and what is wanted of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from calbench.documents.record import Verdict

OPEN = "OPEN"
"""The journal has no end: the run is RUNNING, or CRASHED. Only its process can say which, so the index does not."""


@dataclass(frozen=True)
class UnitRow:
    """One unit under test of a run, from its record, or from the plan where there is none yet.

    `points` are results that are judged, a series as one; `undecided` those with an indeterminate verdict. Without a
    record `verdict` is empty and `retakes` None.
    """

    position: str
    maker: str = ""
    model: str = ""
    serial: str = ""
    customer: str = ""
    order: str = ""
    verdict: Verdict | Literal[""] = ""
    completeness: str = ""
    points: int = 0
    passed: int = 0
    failed: int = 0
    undecided: int = 0
    retakes: int | None = None


@dataclass(frozen=True)
class CertificateRow:
    """One issue of a certificate, or files that nobody signed: then `number`, `issued` and `signed_by` are empty.

    `in_force` is false once another issue has replaced it; `amended` is what it replaces itself, and why.
    """

    number: str
    issued: str
    formats: tuple[str, ...]
    signed_by: str
    amended: str
    in_force: bool
    position: str = ""


@dataclass(frozen=True)
class ResultRow:
    """One result: exact text with its unit, and the same as a number in the coherent unit, to sort by."""

    position: str
    id: str
    test: str
    verdict: str
    error: str | None
    expanded: str | None
    lower: str | None
    upper: str | None
    error_value: float | None
    expanded_value: float | None
    lower_value: float | None
    upper_value: float | None


@dataclass(frozen=True)
class RunRow:
    """One run.

    Attributes:
        folder: Its name in the folder of runs; one of a kind, while `id` may come twice.
        status: COMPLETED, STOPPED, ABORTED, UNSAFE; RUNNING or CRASHED where the journal has no end; empty if unknown.
        state: What a running run is doing, in the words of `calbench.documents.states`.
        outputs: As `calbench.documents.record.OutputState`; of a run without an end what its guard found.
        planned: Points of the plan; `points` are those of the records.
        verdict: The worst of its units; empty without a record.
        cleared: Whether somebody has looked at the outputs of a run that ended UNSAFE.
        seal: What the seal says of itself, not verified: `measurement`, `simulated`, …; empty without a seal.
        head: SHA-256 of the last line of the journal.
        made: When its plan was written, by the time of the file, UTC; simulated runs are ordered by it.
        wrong: What is damaged or missing, a sentence each.
    """

    folder: str
    id: str = ""
    station: str = ""
    procedure: str = ""
    version: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False
    created: str = ""
    started: str = ""
    ended: str = ""
    operator: str = ""
    status: str = ""
    state: str = ""
    outputs: str = ""
    cleared: bool = False
    completeness: str = ""
    verdict: str = ""
    planned: int = 0
    points: int = 0
    passed: int = 0
    failed: int = 0
    undecided: int = 0
    retakes: int | None = None
    interruptions: int = 0
    seal: str = ""
    head: str = ""
    lines: int = 0
    made: str = ""
    wrong: tuple[str, ...] = ()
    units: tuple[UnitRow, ...] = ()
    certificates: tuple[CertificateRow, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some of the runs that are wanted, and how many are; `stations` and `procedures` are those of all runs."""

    runs: tuple[RunRow, ...]
    number: int
    stations: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """Which runs are wanted; what is empty asks for nothing.

    Attributes:
        status: Any of these, in capitals.
        station: id of the station.
        procedure: id of the procedure.
        serial: Part of the serial number of a unit; capitals do not count.
        customer: Part of the name of the customer; as `serial`.
        since: Begun on this day or later: `2026-01-05`, UTC.
        until: Begun on this day or before.
        verdict: Verdict of a unit.
        failed_point: Pattern of a point (`dcv/10V/*`) that fails, or may fail: `fail`, `indeterminate_fail`.
        text: Part of anything that names the run, its procedure, station, operator or one of its units; as `serial`.
        damaged: Only runs of which something is wrong.
    """

    status: tuple[str, ...] = ()
    station: str = ""
    procedure: str = ""
    serial: str = ""
    customer: str = ""
    since: str = ""
    until: str = ""
    verdict: str = ""
    failed_point: str = ""
    text: str = ""
    damaged: bool = False

    def names(self, unit: UnitRow) -> bool:
        """Tell whether what is wanted of a unit fits this one of a run."""
        return (
            self.serial.casefold() in unit.serial.casefold()
            and self.customer.casefold() in unit.customer.casefold()
            and self.verdict in ("", unit.verdict)
        )
