"""The checks of a seal: its form, who signed, whether that key was good, and whether what is sealed is what is here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from calbench.documents.canonical import sha256
from calbench.documents.plan import Plan
from calbench.documents.record import Record
from calbench.errors import IntegrityFailure
from calbench.evaluation.verifying import Check
from calbench.trust import signednotes
from calbench.trust.seal import Seal, Sealed, read_seal
from calbench.verification.keys import signatures
from calbench.workflow.growing import begins_with
from calbench.workflow.storing import JOURNAL, RECORD, SEAL, Place, former, read

if TYPE_CHECKING:
    from calbench.trust.ring import Ring
    from calbench.trust.signednotes import Note


@dataclass(frozen=True)
class RunFiles:
    """The bytes of the documents of a run, `records` by position; that of a run of one unit is ""."""

    plan: bytes
    journal: bytes
    records: Mapping[str, bytes]


def verify_run_seal(path: Path, files: RunFiles, ring: Ring) -> list[Check]:
    """Check the seal of a run; `path` is where it should be."""
    plan = _plan(files.plan)
    if not path.is_file():
        return [_missing(path, plan, _ended(files.journal), ring)]
    opened = _opened(path)
    if isinstance(opened, Check):
        return [opened]
    note, seal = opened
    ended = _ended(files.journal)
    return [
        _said(seal),
        *signatures(note, seal, ring, "" if plan is None else plan.station),
        *([] if plan is None else [_of_this(seal, plan, ended)]),
        _journal(seal, files),
        _same("sealed plan", seal.over.plan, files.plan, "plan.json"),
        *_records(seal, plan, files),
    ]


def _records(seal: Seal, plan: Plan | None, files: RunFiles) -> list[Check]:
    """Hold every record against the seal; a seal names the records of all units of its run, and no other."""
    positions = [unit.position for unit in plan.units] if plan is not None else list(seal.over.units)
    if list(seal.over.units) != positions:
        named = ", ".join(seal.over.units) or "one record"
        return [Check("sealed record", False, f"the seal names {named}; the run has {', '.join(positions)}")]
    return [
        _same(f"{unit_prefix(position)}sealed record", seal.over.record_of(position), data, RECORD)
        for position, data in files.records.items()
    ]


def unit_prefix(position: str) -> str:
    """Give what the names of the checks of a unit begin with; nothing for a run of one unit."""
    return f"unit {position}: " if position else ""


def verify_record_seal(path: Path, record: bytes, ring: Ring) -> list[Check]:
    """Check a record that lies alone against a seal; `path` is where that should be."""
    if not path.is_file():
        found = f"not checked: there is no {path.name} beside it. Name a seal with --seal FILE."
        return [Check("seal", None, f"not signed, or {found}")]
    opened = _opened(path)
    if isinstance(opened, Check):
        return [opened]
    note, seal = opened
    try:
        stored = Record.model_validate_json(record)
    except ValidationError:
        return [Check("seal", False, "the record cannot be read, so it is not the sealed one")]
    same = (seal.over.lines, seal.over.head) == (stored.journal.lines, stored.journal.head)
    found = "lines and head in the record are the sealed ones" if same else "the record is of another journal"
    return [
        _said(seal),
        *signatures(note, seal, ring, stored.plan.station),
        _of_this(seal, stored.plan, stored.run.ended),
        Check("sealed journal", same, found),
        _same_hash(
            "sealed plan", seal.over.plan, stored.plan.of_run or stored.plan_sha256, "the plan in the record"
        ),
        _same("sealed record", seal.over.record_of(stored.plan.uut.position), record, "the record"),
    ]


def verify_former(folder: Path, ring: Ring) -> list[Check]:
    """Check the records that were replaced: each is there, was sealed, and is named by the seal after it."""
    path = folder / SEAL
    if not path.is_file():
        return []
    opened = _opened(path)
    if isinstance(opened, Check):
        return []  # said already
    newer = opened[1]
    checks = []
    numbers = sorted(int(text) for one in folder.glob("seal-*.txt") if (text := one.stem[5:]).isdecimal())
    for number in reversed(numbers):
        check, older = _former(folder, number, newer, ring)
        checks.append(check)
        if older is None:
            return checks
        newer = older
    if newer.amendment is not None:
        named = next(iter(newer.amendment.replaced().values()))[:16]
        checks.append(
            Check(
                "former record",
                False,
                f"a record {named}… was replaced, but its seal is not here: taken away",
            )
        )
    return checks


def _former(folder: Path, number: int, newer: Seal, ring: Ring) -> tuple[Check, Seal | None]:
    name = f"former record {number}"
    opened = _opened(folder / former(SEAL, number))
    if isinstance(opened, Check):
        return Check(name, False, opened.found), None
    note, seal = opened
    bad = [one.found for one in signatures(note, seal, ring, seal.over.station) if one.holds is False]
    wrong = bad[0] if bad else _not_replaced(folder, number, newer, note, seal)
    if wrong or newer.amendment is None:
        return Check(name, False, wrong), None
    units = f" of the units {', '.join(newer.amendment.units)}" if newer.amendment.units else ""
    kept = f"{former(RECORD, number)}{units}"
    return Check(name, True, f"{kept}, replaced {newer.sealed}: {newer.amendment.reason}"), seal


def _not_replaced(folder: Path, number: int, newer: Seal, note: Note, seal: Seal) -> str:
    """Say why a former record is not the one that the next seal replaced; empty if it is."""
    over, after = seal.over, newer.over
    if newer.amendment is None or newer.amendment.amends != note.digest():
        return f"{former(SEAL, number)} is not the seal that the next one replaced"
    if after.plan != over.plan or not _grown(folder, over, after):
        return f"{former(SEAL, number)} is of another journal or plan"
    for position, replaced in newer.amendment.replaced().items():
        path, sealed = Place(folder, position).folder / former(RECORD, number), over.record_of(position)
        if not path.is_file():
            return f"{unit_prefix(position)}{path.name} was sealed, but is not there: it was taken away"
        if sha256(read(path)) != sealed or replaced != sealed:
            return f"{unit_prefix(position)}{path.name} is not the record that was sealed: it was altered"
    kept = {
        position: value for position, value in over.units.items() if position not in newer.amendment.units
    }
    changed = [position for position, value in kept.items() if after.record_of(position) != value]
    return f"the record of unit {changed[0]} was replaced, and the seal does not say so" if changed else ""


def _grown(folder: Path, over: Sealed, after: Sealed) -> bool:
    """Tell whether the journal is the same, or that of a resumed run, which begins with what was sealed before."""
    if after.lines == over.lines:
        return after.root == over.root
    return after.lines > over.lines and begins_with(read(folder / JOURNAL), over)


def _opened(path: Path) -> tuple[Note, Seal] | Check:
    try:
        note = signednotes.read(read(path), path.name)
        return note, read_seal(note, path.name)
    except IntegrityFailure as error:
        return Check("seal", False, str(error))


def _said(seal: Seal) -> Check:
    when = {
        "at-end": "at the end of the run",
        "later": "LATER than at the end of the run, by hand",
        "amended": "for an amended record",
    }[seal.when]
    return Check("seal", True, f"{seal.over.station}/{seal.over.run}, sealed {seal.sealed}, {when}")


def _missing(path: Path, plan: Plan | None, ended: str, ring: Ring) -> Check:
    if plan is None:
        return Check("seal", None, "not looked at: the plan cannot be read")
    if list(path.parent.glob("seal-*.txt")):
        return Check("seal", False, f"{path.name} is not there, though a former seal is: it was taken away")
    keys = [one for one in ring.of(plan.station) if not one.demonstration]
    since = min((one.valid_from for one in keys), default="")
    if not keys:
        return Check(
            "seal", None, f"not signed, or the seal was taken away: no key of station {plan.station} is known"
        )
    if plan.simulated is not None:  # its times are simulated: they say nothing about before and after
        return Check(
            "seal", None, f"not signed, or the seal was taken away: station {plan.station} has a key"
        )
    if ended < since:
        return Check(
            "seal", None, f"not signed: the run ended {ended}, before the first key of {plan.station}"
        )
    return Check(
        "seal",
        False,
        f"missing, though station {plan.station} has a key since {since}: it was taken away, or the machine died "
        "before it was written (then: calbench keys seal)",
    )


def _of_this(seal: Seal, plan: Plan, ended: str) -> Check:
    from calbench.evaluation.recording import whole_run_id  # noqa: PLC0415 - loaded where it is used

    run = whole_run_id(plan)
    if (seal.over.station, seal.over.run) != (plan.station, run):
        said = f"{seal.over.station}/{seal.over.run}"
        return Check("seal and run", False, f"the seal of another run: {said}, not {plan.station}/{run}")
    if seal.kind.startswith("simulated") != (plan.simulated is not None):
        return Check("seal and run", False, f"the seal says '{seal.kind}', the plan something else")
    if plan.simulated is None and seal.sealed < ended:
        return Check("seal and run", False, f"sealed {seal.sealed}, before the run ended {ended}")
    kind = "" if plan.simulated is None else ", of a SIMULATED run"
    return Check("seal and run", True, f"the seal is that of this run{kind}")


def _journal(seal: Seal, files: RunFiles) -> Check:
    here = Sealed.over("", "", b"", files.journal, b"")
    if files.journal and not files.journal.endswith(b"\n"):
        return Check("sealed journal", False, "the journal ends within a line: its tail was cut")
    if here.lines < seal.over.lines:
        cut = seal.over.lines - here.lines
        return Check(
            "sealed journal", False, f"{seal.over.lines} lines were sealed, {cut} are missing: cut off"
        )
    if here.lines > seal.over.lines:
        return Check(
            "sealed journal", False, f"{seal.over.lines} lines were sealed, here are {here.lines}: added to"
        )
    if here.root != seal.over.root:
        return Check(
            "sealed journal", False, "the root is another: the journal was altered or replaced as a whole"
        )
    if here.head != seal.over.head:
        return Check("sealed journal", False, "the head is another than the sealed one")
    return Check("sealed journal", True, f"{here.lines} lines, root and head are the sealed ones")


def _same(name: str, wanted: str, data: bytes, what: str) -> Check:
    return _same_hash(name, wanted, sha256(data), what)


def _same_hash(name: str, wanted: str, found: str, what: str) -> Check:
    if wanted == found:
        return Check(name, True, f"{what} is the sealed one")
    return Check(name, False, f"{what} differs from the sealed one ({found[:16]}…, sealed {wanted[:16]}…)")


def _plan(data: bytes) -> Plan | None:
    try:
        return Plan.model_validate_json(data)
    except ValidationError:
        return None


def _ended(journal: bytes) -> str:
    """Give the time of the last line of a journal, to the second; empty if it has none."""
    try:
        return f"{json.loads(journal.splitlines()[-1])['t_utc'][:19]}Z"
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
