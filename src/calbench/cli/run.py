"""`calbench run`: plan, run, evaluate, certify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from calbench.cli import text
from calbench.cli.asking import operator_of, prompts_option
from calbench.cli.choosing import options, shared
from calbench.cli.ending import exit_code, summarise
from calbench.cli.running import FORMATS, conduct, write_certificates
from calbench.cli.signing import said_of
from calbench.cli.waiting import patience, waiting
from calbench.execution.controlling import Control
from calbench.traffic import Traffic
from calbench.workflow import prepare


@click.command("run")
@click.argument("procedure")
@click.argument("station")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("runs"), help="Folder for runs."
)
@click.option("--format", "formats", default="pdf,html,csv", help="Certificates to write; '' for none.")
@click.option(
    "--record-traffic",
    type=click.Path(path_type=Path),
    help="Record the traffic of all instruments into this cassette.",
)
@click.option("--mask-serials", is_flag=True, help="Replace serial numbers in the cassette.")
@click.option("--mask", "masks", multiple=True, metavar="REGEX", help="Replace matches in the cassette.")
@click.option(
    "--announce",
    type=click.Path(path_type=Path),
    help="Write the folder of the run into this file once it is there, as JSON.",
)
@prompts_option
@waiting
@shared
def command(
    procedure: str,
    station: str,
    out: Path,
    formats: str,
    record_traffic: Path | None,
    mask_serials: bool,  # noqa: FBT001 - as click hands it over
    masks: tuple[str, ...],
    announce: Path | None,
    prompts: str | None,
    wait: float,
    **chosen: Any,  # noqa: ANN401 - as above
) -> None:
    """Run PROCEDURE on STATION, with live progress; writes plan, journal, record and certificates."""
    wanted = [word for word in formats.split(",") if word]
    unknown = sorted(set(wanted) - set(FORMATS))
    if unknown:
        raise click.BadParameter(
            f"{', '.join(unknown)}: formats are {', '.join(FORMATS)}", param_hint="--format"
        )
    if record_traffic is None and (mask_serials or masks):
        raise click.BadParameter("there is nothing to mask; add --record-traffic FILE", param_hint="--mask")
    quiet = chosen["for_machines"]
    traffic = None if record_traffic is None else Traffic(record_traffic, mask_serials, masks)
    prepared = prepare(procedure, station, options(chosen))
    simulated = prepared.plan.simulated is not None
    person = operator_of(prompts, simulated=simulated, answers=chosen["answers"], name=chosen["operator"])
    finished = conduct(
        prepared,
        out,
        quiet=quiet,
        operator=person,
        traffic=traffic,
        control=Control(),
        waiting=patience(wait),
        announce=announce,
    )
    paths = write_certificates(finished, wanted)
    if paths:
        click.echo(said_of(None, wanted, finished.folder), err=True)
    if quiet:
        text.dump(summarise(finished, paths))
    sys.exit(exit_code(*finished.records.values()))
