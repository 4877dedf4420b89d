"""Reading the folder of a run into rows: the same folder always gives the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from calbench.archive.issued import certificates_of
from calbench.archive.journals import Told, guard_found, resumed_in, told_by
from calbench.archive.partial import PlanPart, RecordPart, ResultPart, UnitPart
from calbench.archive.rows import OPEN, CertificateRow, ResultRow, RunRow, UnitRow
from calbench.documents.canonical import sha256
from calbench.documents.record import WORST, Verdict
from calbench.errors import CalbenchError
from calbench.quantities import parse_quantity
from calbench.workflow.storing import GUARD, JOURNAL, PLAN, RECORD, SEAL, UNITS

LARGEST = 256_000_000  # bytes of a document that is read; a record of a thousand points has some 10 MB
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One run as it is listed, with its results."""

    run: RunRow
    results: tuple[ResultRow, ...]


def read_run(folder: Path) -> Entry:
    """Read a run; whatever is damaged or missing is said in `wrong`, and the rest is listed all the same."""
    return _Reading(folder).entry()


class _Reading:
    """Reads one folder, and keeps what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wrong: list[str] = []
        self._hashes: dict[str, str] = {}

    def entry(self) -> Entry:
        plan = self._document(PLAN, PlanPart)
        told = self._sound(lambda: told_by(self._folder / JOURNAL), JOURNAL) or Told(status="")
        if told.status == OPEN:
            found = self._sound(lambda: guard_found(self._folder / GUARD), GUARD, missing="unknown")
            told = replace(told, outputs=found or "unknown")
        records = {} if told.status == OPEN else self._records()  # what is there is of before an interruption
        if not records and told.status:
            told = replace(told, interruptions=resumed_in(self._folder / JOURNAL))
        for record in records.values():
            self._held_together(record, told)
        run = _row(self._folder.name, plan, self._hashes.get(PLAN, ""), told, records)
        certificates = self._certificates(records)
        run = replace(
            run,
            seal=self._seal(told, records),
            certificates=certificates,
            made=self._made(),
            wrong=tuple(self._wrong),
        )
        results = tuple(
            _result(record.plan.uut.position, one) for record in records.values() for one in record.results
        )
        return Entry(run, results)

    def _records(self) -> dict[str, RecordPart]:
        """Give the records by the folder that they lie in: that of the run, or one for each unit."""
        places = [""] if (self._folder / RECORD).exists() or not (self._folder / UNITS).is_dir() else []
        if not places:
            places = sorted(
                f"{UNITS}/{one.name}/" for one in (self._folder / UNITS).iterdir() if one.is_dir()
            )
        found = {place: self._document(f"{place}{RECORD}", RecordPart) for place in places}
        return {place: record for place, record in found.items() if record is not None}

    def _made(self) -> str:
        try:
            at = datetime.fromtimestamp((self._folder / PLAN).stat().st_mtime, UTC)
        except OSError:  # said where it was read
            return ""
        return at.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def _held_together(self, record: RecordPart, told: Told) -> None:
        if told.head and record.journal.head != told.head:
            self._wrong.append("The record was computed from another journal: calbench evaluate it.")
        if record.plan_of_run != self._hashes.get(PLAN, record.plan_of_run):
            self._wrong.append("The record belongs to another plan.")

    def _seal(self, told: Told, records: dict[str, RecordPart]) -> str:
        if not (self._folder / SEAL).exists():
            return ""
        from calbench.trust import signednotes  # noqa: PLC0415 - loaded where it is used
        from calbench.trust.seal import read_seal  # noqa: PLC0415 - as above

        seal = self._sound(lambda: read_seal(signednotes.read(self._read(SEAL), SEAL), SEAL), SEAL)
        if seal is None:
            return "damaged"
        if told.status != OPEN:
            pairs = [(told.head, seal.over.head, JOURNAL), (self._hashes.get(PLAN), seal.over.plan, PLAN)]
            named = ((place, f"{place}{RECORD}") for place in records)
            pairs += [
                (self._hashes[name], seal.over.record_of(_position(place)), name) for place, name in named
            ]
            self._wrong += [
                f"{name} is not what was sealed." for here, there, name in pairs if here and here != there
            ]
        return seal.kind

    def _certificates(self, records: Iterable[str]) -> tuple[CertificateRow, ...]:
        found: list[CertificateRow] = []
        for place in ("", *(one for one in records if one)):
            where = self._folder / place
            issued = self._sound(lambda where=where: certificates_of(where), f"{place}issue.json")  # type: ignore[misc] # bound now
            found += [replace(one, position=_position(place)) for one in issued or ()]
        return tuple(found)

    def _document(self, name: str, model: type[M]) -> M | None:
        def read() -> M:
            data = self._read(name)
            self._hashes[name] = sha256(data)
            return model.model_validate_json(data)

        return self._sound(read, name)

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        if path.stat().st_size > LARGEST:
            raise OSError(f"larger than {LARGEST} bytes")
        return path.read_bytes()

    def _sound(self, read: Callable[[], T], name: str, missing: T | None = None) -> T | None:
        """Read something; None, and a sentence in `wrong`, if it cannot be."""
        try:
            return read()
        except FileNotFoundError:
            if missing is None:
                self._wrong.append(_missing(name))
            return missing
        except OSError as error:
            self._wrong.append(f"{name} cannot be read: {error.strerror or error}.")
        except ValidationError as error:
            one = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(step) for step in one["loc"])
            self._wrong.append(f"{name} is damaged: {where + ': ' if where else ''}{one['msg']}.")
        except (CalbenchError, ValueError) as error:
            self._wrong.append(f"{name} is damaged: {str(error).splitlines()[0]}")
        return None


def _position(place: str) -> str:
    return place.removeprefix(f"{UNITS}/").rstrip("/")


def _missing(name: str) -> str:
    if name.endswith(RECORD):
        return f"{name} is missing: calbench evaluate gives it."
    return f"{name} is missing."


def _row(
    name: str, plan: PlanPart | None, plan_sha256: str, told: Told, records: dict[str, RecordPart]
) -> RunRow:
    several = list(records.values())
    first = several[0].run if several else None
    units = _units(plan, several)
    gone_on = [len(one.run.interruptions) for one in several]
    row = RunRow(
        folder=name,
        id=first.id if first else name,
        started=told.started,
        ended=told.ended,
        status=told.status or (first.status if first else ""),
        outputs=told.outputs if told.status or first is None else first.outputs,
        cleared=told.cleared,
        operator=first.operator if first else "",
        completeness=max((unit.completeness for unit in units), default=""),  # 'partial' comes behind 'full'
        verdict=_worst(unit.verdict for unit in units),
        points=sum(unit.points for unit in units),
        passed=sum(unit.passed for unit in units),
        failed=sum(unit.failed for unit in units),
        undecided=sum(unit.undecided for unit in units),
        retakes=sum(one.run.retakes for one in several) if several else None,
        interruptions=max(gone_on, default=told.interruptions),
        head=told.head,
        lines=told.lines,
        units=units,
    )
    if plan is None:
        return row
    return replace(
        row,
        id=f"{plan.created[:10].replace('-', '')}-{plan_sha256[:8]}",  # as `evaluation.recording.run_id`
        station=plan.station,
        procedure=plan.procedure.id,
        version=plan.procedure.version,
        title=plan.procedure.title,
        simulated=plan.simulated is not None,
        created=plan.created,
        operator=row.operator or plan.operator,
        planned=len(plan.points),
    )


def _units(plan: PlanPart | None, records: list[RecordPart]) -> tuple[UnitRow, ...]:
    """Give the units in the order of the plan; one without a record as its work order names it."""
    recorded = {record.plan.uut.position: _unit(record) for record in records}
    planned = {} if plan is None else {uut.position: _planned(uut) for uut in plan.every_unit()}
    return tuple({**planned, **recorded}.values())


def _unit(record: RecordPart) -> UnitRow:
    counts = [one.verdict for one in record.results]
    return replace(
        _named(record.plan.uut.position, record.uut),
        verdict=record.verdict,
        completeness=record.run.completeness,
        points=sum(one.results for one in record.tests),
        passed=sum(one.passed for one in record.tests),
        failed=counts.count("fail"),
        undecided=sum(one.startswith("indeterminate") for one in counts),
        retakes=record.run.retakes,
    )


def _planned(uut: UnitPart) -> UnitRow:
    return _named(uut.position, uut.given)


def _named(position: str, known: dict[str, str]) -> UnitRow:
    names = ("maker", "model", "serial", "customer", "order")
    return UnitRow(position, **{name: known.get(name, "") for name in names})  # type: ignore[arg-type] # all of them text


def _worst(verdicts: Iterable[Verdict | Literal[""]]) -> str:
    return max((one for one in verdicts if one), key=WORST.index, default="")


def _result(position: str, one: ResultPart) -> ResultRow:
    texts = (one.value, one.expanded, one.lower, one.upper)
    return ResultRow(position, one.id, one.test, one.verdict, *texts, *(_value(text) for text in texts))


def _value(text: str | None) -> float | None:
    """Give a quantity as a number in its coherent unit; None for none."""
    if text is None:
        return None
    number, _, unit = text.partition(" ")
    try:
        return float(number) * _factor(unit)
    except (ValueError, CalbenchError):
        return None


@lru_cache(maxsize=256)
def _factor(unit: str) -> float:
    """Give what one of a unit is in the coherent one; an offset does not matter to an error, which is a difference."""
    return float(parse_quantity(f"1 {unit}").value - parse_quantity(f"0 {unit}").value)
