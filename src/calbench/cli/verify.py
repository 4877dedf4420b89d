"""`calbench verify`: is a run or a record what it was, and do its results follow?"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from pydantic import ValidationError

from calbench.cli import text
from calbench.documents.record import Record
from calbench.errors import UsageError
from calbench.evaluation.verifying import Check, same_program, verify_record, verify_run, verify_sources
from calbench.software import software
from calbench.workflow import JOURNAL, PLAN, RECORD, SOURCES
from calbench.workflow.verifying_certificates import SUFFIXES

MARKS = {True: "ok ", False: "BAD", None: "-- "}


@click.command("verify")
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--trust",
    "trusted",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Trust the certificates in this file too.",
)
@click.option(
    "--schemas",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with the schemas of the DCC.",
)
@click.option("--json", "for_machines", is_flag=True, help="Write the checks as JSON.")
def command(what: Path, trusted: tuple[Path, ...], folder: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Verify WHAT: the folder of a run, a record.json, or a certificate as XML or PDF. Exit code 4 if anything is bad.

    Recomputes every result. A signature counts if its certificate is trusted (calbench keys trust, or --trust).
    """
    certificate = what.is_file() and what.suffix.lower() in SUFFIXES
    checks = _certificate(what, trusted, folder) if certificate else _checks(what)
    if for_machines:
        text.dump([{"check": one.name, "holds": one.holds, "found": one.found} for one in checks])
    else:
        for one in checks:
            click.echo(f"{MARKS[one.holds]} {one.name}: {one.found}")
        click.echo(_closing(checks))
    sys.exit(4 if any(one.holds is False for one in checks) else 0)


def _certificate(what: Path, trusted: tuple[Path, ...], folder: Path | None) -> list[Check]:
    from calbench.dcc.schemas import schema_folder  # noqa: PLC0415 - only certificates need it
    from calbench.trust.ring import read_certificates  # noqa: PLC0415 - as above
    from calbench.trust.signatories import key_folder  # noqa: PLC0415 - as above
    from calbench.trust.signatories import trusted as ring_of  # noqa: PLC0415 - as above
    from calbench.workflow.verifying_certificates import verify_certificate  # noqa: PLC0415 - as above
    from calbench.workflow.verifying_signatories import Against  # noqa: PLC0415 - as above

    ring = ring_of(key_folder()).joined(one for file in trusted for one in read_certificates(file))
    return list(verify_certificate(what, Against(ring, schema_folder(folder))))


def _closing(checks: list[Check]) -> str:
    bad, unseen = (sum(one.holds is state for one in checks) for state in (False, None))
    verdict = (
        f"NOT what it must be: {bad} of {len(checks)} checks are bad." if bad else "Nothing bad was found."
    )
    return f"{verdict} Not checked: {unseen} (marked --, each with its reason)." if unseen else verdict


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
    return [*_program(record), verify_sources(plan, kept), *verify_run(plan, journal, record)]


def _program(record: bytes) -> list[Check]:
    try:
        return [same_program(Record.model_validate_json(record).software, software())]
    except ValidationError:
        return []
