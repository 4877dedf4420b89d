"""`calbench verify`: is a run or a record what it was, and do its results follow?"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from pydantic import ValidationError

from calbench.cli import text
from calbench.documents.record import Record
from calbench.errors import UsageError
from calbench.evaluation.verifying import (
    Check,
    same_program,
    verify_guard,
    verify_record,
    verify_run,
    verify_sources,
)
from calbench.software import software
from calbench.workflow import GUARD, JOURNAL, PLAN, RECORD, SOURCES

MARKS = {True: "ok ", False: "BAD", None: "-- "}


@click.command("verify")
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.option("--json", "for_machines", is_flag=True, help="Write the checks as JSON.")
def command(what: Path, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Verify WHAT: the folder of a run, or a record.json. Recomputes every result; exit code 4 if anything is bad."""
    checks = _checks(what)
    if for_machines:
        text.dump([{"check": one.name, "holds": one.holds, "found": one.found} for one in checks])
    else:
        for one in checks:
            click.echo(f"{MARKS[one.holds]} {one.name}: {one.found}")
        click.echo("Not checked: signatures (runs of this version have none).")
    sys.exit(4 if any(one.holds is False for one in checks) else 0)


def _checks(what: Path) -> list[Check]:
    if what.is_file():
        data = what.read_bytes()
        return [*_program(data), *verify_record(data)]
    missing = [name for name in (PLAN, JOURNAL, RECORD) if not (what / name).is_file()]
    if missing == [RECORD]:
        raise UsageError(f"{what} has a journal but no record: compute it with calbench evaluate {what}")
    if missing:
        raise UsageError(f"{what} is not the folder of a run: it has no {', '.join(missing)}.")
    plan, journal, record = ((what / name).read_bytes() for name in (PLAN, JOURNAL, RECORD))
    kept = {path.name: path.read_bytes() for path in (what / SOURCES).glob("*.*ml")}
    guard = what / GUARD
    guarded = [verify_guard(guard.read_bytes())] if guard.is_file() else []
    return [*_program(record), verify_sources(plan, kept), *verify_run(plan, journal, record), *guarded]


def _program(record: bytes) -> list[Check]:
    try:
        return [same_program(Record.model_validate_json(record).software, software())]
    except ValidationError:
        return []
