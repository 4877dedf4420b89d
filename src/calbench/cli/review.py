"""`calbench review`: accept the record of a run, or send it back; or show how its review stands."""

from __future__ import annotations

from pathlib import Path

import click

from calbench.approval.reviewing import Review, review
from calbench.cli import text
from calbench.cli.verify import MARKS
from calbench.dcc.schemas import schema_folder
from calbench.documents.releasing import Again, Did, Entry
from calbench.errors import UsageError
from calbench.trust.keyfiles import key_folder
from calbench.trust.ring import Ring
from calbench.verification import Means, verify
from calbench.workflow.reviews import entry_sha256, operators_of, reviews_of
from calbench.workflow.storing import only


@click.command("review")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--by", default="", help="Who reviews: nobody who made the run or answered a prompt of it.")
@click.option("--accept", "did", flag_value="accepted", help="The record may be released.")
@click.option(
    "--send-back", "did", flag_value="sent_back", help="It may not: say with --again what is to be done."
)
@click.option(
    "--again",
    type=click.Choice(["evaluate", "measure"]),
    help="What is to be done with what is sent back; measure, if not given.",
)
@click.option("--statement", default="", help="What was looked at, and why it is accepted or not.")
@click.option(
    "--trust",
    "trusted",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Trust the certificates of signatories in this file too.",
)
@click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")
def command(
    run: Path,
    by: str,
    did: Did | None,
    again: Again | None,
    statement: str,
    trusted: tuple[Path, ...],
    for_machines: bool,  # noqa: FBT001 - click hands it over so
) -> None:
    """Review the record of RUN (a folder; of one unit of several its own), after everything was verified.

    Without --accept or --send-back it shows what was written so far, and what is found now.
    """
    means = Means(Ring(key_folder()), trusted=trusted, schemas=schema_folder(None))
    if did is None:
        if by or statement or again:
            raise UsageError("Say what becomes of the record: --accept or --send-back.")
        _show(run, means, for_machines=for_machines)
        return
    wanted: Again = (again or "measure") if did == "sent_back" else (again or "")
    entry = review(run, Review(by, did, statement, wanted), means)
    if for_machines:
        text.dump(entry.model_dump(mode="json"))
    else:
        click.echo(_line(entry))


def _show(run: Path, means: Means, *, for_machines: bool) -> None:
    place = only(run)
    reviews, checks, made = reviews_of(place.folder), verify(place.folder, means), operators_of(place)
    if for_machines:
        text.dump(
            {
                "state": reviews.state,
                "record_sha256": reviews.record_sha256,
                "made_by": made,
                "entries": [one.model_dump(mode="json") for one in reviews.entries],
                "checks": [{"check": one.name, "holds": one.holds, "found": one.found} for one in checks],
            }
        )
        return
    for one in checks:
        click.echo(f"{MARKS[one.holds]} {one.name}: {one.found}")
    for entry in reviews.entries:
        click.echo(_line(entry))
    click.echo(f"Made by {', '.join(made)}. {reviews.state.replace('_', ' ').capitalize()}.")


def _line(entry: Entry) -> str:
    number = f" {entry.number}" if entry.number else ""
    again = f" (to {entry.again} anew)" if entry.again else ""
    said = f": {entry.statement}" if entry.statement else ""
    did = entry.did.replace("_", " ")
    return f"{entry.seq}. {entry.t_utc} {did}{number}{again} by {entry.by}{said} [{entry_sha256(entry)[:16]}]"
