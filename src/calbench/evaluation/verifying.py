"""Verification: is a stored run what it was, and do its results follow from its readings?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from pydantic import ValidationError

from calbench.documents.canonical import canonical, digest, sha256
from calbench.documents.journal import Event, by_position, parse
from calbench.documents.origin import Software, source_name
from calbench.documents.plan import Plan
from calbench.documents.record import Record
from calbench.documents.stages import reached
from calbench.errors import IntegrityFailure
from calbench.evaluation import gathering, replies, stages
from calbench.evaluation.checks import Check
from calbench.evaluation.recording import evaluate_events, evaluate_own
from calbench.evaluation.results import conclude_all

__all__ = ["Check", "same_program", "verify_record", "verify_run", "verify_sources", "verify_units"]


def verify_run(plan: bytes, journal: bytes, record: bytes) -> list[Check]:
    """Verify a run folder: plan, journal chain, that they belong together, and every result anew."""
    checks, compiled, events, head = _belonging(plan, journal)
    if compiled is not None and events:
        checks.append(_recomputed(lambda: evaluate_events(compiled, events, head), record))
        checks.append(_replies(compiled, events))
    else:
        checks.append(Check("results", None, "not recomputed: plan or journal cannot be trusted"))
    return checks


def verify_units(plan: bytes, journal: bytes, found: Mapping[str, bytes]) -> list[Check]:
    """Verify a run of several units: plan and journal once, and the results of each unit whose record is given."""
    checks, compiled, events, head = _belonging(plan, journal)
    if compiled is None or not events:
        return [*checks, Check("results", None, "not recomputed: plan or journal cannot be trusted")]
    run, own = digest(compiled), by_position(events, list(found))
    for position, record in found.items():
        unit = compiled.at(position, run)
        again = partial(evaluate_own, unit, own[position], len(events), head)
        for check in (_recomputed(again, record), _replies(unit, own[position])):
            checks.append(replace(check, name=f"unit {position}: {check.name}"))
    return checks


def _belonging(plan: bytes, journal: bytes) -> tuple[list[Check], Plan | None, list[Event], str]:
    """Verify plan and journal, that they belong together, and that the journal has an end."""
    checks: list[Check] = []
    compiled = _plan(plan, checks)
    events, head = _journal(journal, checks)
    if compiled is not None and events:
        named = events[0].body.get("plan")
        same = named == sha256(plan)  # it is in canonical form
        found = "the journal is the one of this plan" if same else "the journal was written for another plan"
        checks.append(Check("plan and journal", same, found))
    checks.append(_end(events))
    return checks, compiled, events, head


def verify_sources(plan: bytes, kept: Mapping[str, bytes], *, sealed: bool = False) -> Check:
    """Verify the copies of authored files and pictures that a run keeps: `kept` by name, `procedure-dmm-34401a.yaml`.

    A run keeps all that its plan names before it begins: one that is missing was taken away, in a `sealed` run.
    """
    try:
        sources = Plan.model_validate_json(plan).sources
    except ValidationError:
        return Check("sources", None, "not looked at: the plan cannot be read")
    missing = [name for one in sources if (name := source_name(one)) not in kept]
    altered = [
        name for one in sources if (name := source_name(one)) in kept and sha256(kept[name]) != one.sha256
    ]
    if altered:
        return Check("sources", False, f"altered since the plan was made: {', '.join(altered)}")
    if missing and sealed:
        return Check("sources", False, f"the plan names them, but they were taken away: {', '.join(missing)}")
    if missing:
        return Check("sources", None, f"not kept with the run: {', '.join(missing)}")
    return Check("sources", True, f"{len(sources)} authored files are those of the plan")


def verify_guard(data: bytes) -> Check:
    """Verify the file that the guard of a run wrote: its chain, and what it found last."""
    try:
        events, head = parse(data)
    except IntegrityFailure as error:
        return Check("guard", False, f"its file: {error}")
    found = next((str(one.body["text"]) for one in reversed(events) if one.body.get("did") == "acted"), "")
    said = f"it made the outputs safe; {found}" if found else "it had nothing to do"
    return Check("guard", True, f"{len(events)} lines, head {head[:16]}…; {said}")


def same_program(made_by: Software, verified_by: Software) -> Check:
    """Say whether the program that verifies is the one that made the record; results may differ if it is not."""
    if made_by == verified_by:
        return Check("program", True, f"{made_by.name} {made_by.version}, id {made_by.id}, for both")
    return Check(
        "program",
        None,
        f"made by {made_by.name} {made_by.version}, id {made_by.id}; verified by {verified_by.version}, "
        f"id {verified_by.id}",
    )


def verify_record(data: bytes) -> list[Check]:
    """Verify a record by itself: its form, its plan's hash, and every result anew from its raw readings."""
    try:
        record = Record.model_validate_json(data)
    except ValidationError as error:
        return [Check("record", False, f"not a record: {_first(error)}")]
    checks = [
        Check(
            "record",
            canonical(record) == data,
            "canonical form" if canonical(record) == data else "not canonical: altered",
        ),
    ]
    same_plan = digest(record.plan) == record.plan_sha256
    checks.append(
        Check("plan", same_plan, "its hash fits" if same_plan else "the plan in the record was altered")
    )
    checks.append(_results(record))
    checks.append(replies.said(replies.compared(replies.measured(record.plan, record.attempts))))
    checks.append(Check("journal", None, f"not here: a record alone; its head must be {record.journal.head}"))
    return checks


def _plan(data: bytes, checks: list[Check]) -> Plan | None:
    try:
        plan = Plan.model_validate_json(data)
    except ValidationError as error:
        checks.append(Check("plan", False, f"not a plan: {_first(error)}"))
        return None
    same = canonical(plan) == data
    checks.append(
        Check("plan", same, f"hash {sha256(data)[:16]}…" if same else "not in canonical form: altered")
    )
    return plan if same else None


def _journal(data: bytes, checks: list[Check]) -> tuple[list[Event], str]:
    try:
        events, head = parse(data)
    except IntegrityFailure as error:
        checks.append(Check("journal", False, str(error)))
        return [], ""
    checks.append(Check("journal", bool(events), f"{len(events)} lines, head {head[:16]}…"))
    return events, head


def _end(events: list[Event]) -> Check:
    if not events:
        return Check("end of run", None, "not looked at: there is no journal to trust")
    last = next((one for one in reversed(events) if one.type in ("run_closed", "run_resumed")), events[-1])
    closed = last.type == "run_closed"
    found = (
        str(last.body.get("status", "")) if closed else "the journal has no end: cut off, or the run crashed"
    )
    return Check("end of run", closed, found)


def _recomputed(evaluate: Callable[[], Record], record: bytes) -> Check:
    try:
        again = canonical(evaluate())
    except (IntegrityFailure, ValueError) as error:
        return Check("results", False, f"cannot be recomputed: {error}")
    if again == record:
        return Check("results", True, "record recomputed from the readings, the same to the byte")
    try:
        stored = Record.model_validate_json(record)
    except ValidationError as error:
        return Check("results", False, f"the record is not a record: {_first(error)}")
    return Check("results", False, _difference(stored, Record.model_validate_json(again)))


def _replies(plan: Plan, events: list[Event]) -> Check:
    try:
        values = [
            *replies.measured(plan, gathering.attempts(plan, events)),
            *replies.conditions(plan, events),
        ]
    except (LookupError, ValueError) as error:
        return Check("readings", False, f"cannot be read: {error}")
    return replies.said(replies.compared(values))


def _results(record: Record) -> Check:
    adjusted = record.adjustment.adjusted if record.adjustment else None
    again = conclude_all(record.plan, record.attempts, reached(stages.measured(record.plan), adjusted))
    wrong = [new.id for new, old in zip(again, record.results, strict=False) if new != old]
    if wrong or len(again) != len(record.results):
        return Check(
            "results", False, f"do not follow from the readings: {', '.join(wrong) or 'a result is missing'}"
        )
    return Check("results", True, f"{len(again)} results recomputed from the readings")


def _difference(stored: Record, again: Record) -> str:
    for new, old in zip(again.results, stored.results, strict=False):
        if new != old:
            return f"{new.id}: the record says {old.value} {old.verdict}, the readings give {new.value} {new.verdict}"
    for field in Record.model_fields:
        if getattr(stored, field) != getattr(again, field):
            return f"'{field}' is not what plan and journal give"
    return "the same content in other bytes: the record was rewritten by other means"


def _first(error: ValidationError) -> str:
    one = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(step) for step in one['loc'])}: {one['msg']}"
