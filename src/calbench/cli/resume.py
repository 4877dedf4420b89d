"""`calbench resume`: go on with a run that did not complete."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.announcing import announced
from calbench.cli.asking import operator_of, prompts_option
from calbench.cli.ending import exit_code, summarise
from calbench.cli.running import FORMATS, passphrase, say, watching, write_certificates
from calbench.cli.waiting import patience, waiting
from calbench.execution.controlling import Control
from calbench.execution.reopening import read_tail
from calbench.workflow import JOURNAL, Conducting, Resuming, resume, stored_plan


@click.command("resume")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--operator", default="", help="Who goes on with it; the operator of the run if not given.")
@click.option(
    "--override", default="", metavar="REASON", help="Go on although the files would give another plan now."
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File that answers the prompts.",
)
@click.option("--format", "formats", default="pdf,html,csv", help="Certificates to write; '' for none.")
@click.option(
    "--gap", type=click.FloatRange(0), default=60.0, help="Seconds gone by, for a run in virtual time."
)
@click.option(
    "--announce",
    type=click.Path(path_type=Path),
    help="Write the folder of the run into this file once it goes on, as JSON.",
)
@prompts_option
@waiting
@click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")
def command(
    run: Path,
    operator: str,
    override: str,
    answers: Path | None,
    formats: str,
    gap: float,
    announce: Path | None,
    prompts: str | None,
    wait: float,
    for_machines: bool,  # noqa: FBT001 - click hands it over so
) -> None:
    """Go on with RUN (a folder) at its first point that is not final, after every check."""
    wanted = [one for one in formats.split(",") if one]
    if unknown := sorted(set(wanted) - set(FORMATS)):
        raise click.BadParameter(
            f"{', '.join(unknown)}: formats are {', '.join(FORMATS)}", param_hint="--format"
        )
    plan = stored_plan(run)
    simulated = plan.simulated is not None
    person = operator_of(prompts, simulated=simulated, answers=answers, name=operator)
    listeners = watching(plan, quiet=for_machines, earlier=read_tail(run / JOURNAL).events)
    resuming = Resuming(operator, override, answers, gap, passphrase)
    conducting = Conducting(
        operator=person,
        listeners=listeners,
        control=Control(),
        waiting=patience(wait),
        begun=lambda folder: announced(folder, announce),
    )
    finished = resume(run, resuming, conducting)
    if not for_machines:
        say(finished)
    paths = write_certificates(finished, wanted)
    if for_machines:
        text.dump(summarise(finished, paths))
    sys.exit(exit_code(*finished.records.values()))
