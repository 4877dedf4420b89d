"""`calbench evaluate`: the record of a run, computed anew."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.ending import exit_code
from calbench.cli.running import place_of_record
from calbench.documents.canonical import digest
from calbench.workflow import evaluate
from calbench.workflow.storing import place_of


@click.command("evaluate")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--reason", default="", help="Why a record that is sealed may become another.")
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Private key, if it is not in the folder of keys.",
)
@click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")
def command(run: Path, reason: str, key: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Compute the record of RUN (a folder) anew from its plan and journal, and write it.

    If it is another than the sealed one, nothing is written without a reason; with one, the former record and its seal
    are kept, and the new seal names both.
    """
    done = evaluate(run, reason, key=key)
    records = list(done.records.values())
    if for_machines:
        told = [
            {"run": one.run.id, "verdict": one.verdict, "sha256": digest(one), "said": done.said}
            for one in records
        ]
        units = dict(zip(done.records, told, strict=True))
        text.dump({"said": done.said, "units": units} if records[0].plan.of_run else told[0])
    else:
        if done.said:
            click.echo(done.said)
        for one in records:
            place = place_of_record(place_of(run).run, one)
            click.echo(
                f"{place / 'record.json'}: {len(one.results)} results, verdict {text.verdict(one.verdict)}"
            )
            click.echo(f"SHA-256 {digest(one)}")
    sys.exit(exit_code(*records))
