"""`calbench clear`: say that the outputs of a run that ended UNSAFE were looked at."""

from __future__ import annotations

from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.wording import word
from calbench.workflow import clear


@click.command("clear")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--by", required=True, help="Who has looked at the instruments.")
@click.option("--reason", required=True, help="What was found and done.")
@click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")
def command(run: Path, by: str, reason: str, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Write into the journal of RUN (a folder), which ended UNSAFE, that a person has made sure of its outputs."""
    record = clear(run, by, reason)
    if for_machines:
        text.dump({"run": record.run.id, "status": record.run.status, "cleared_by": by})
    else:
        click.echo(word("cleared", by=by))
