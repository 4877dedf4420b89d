"""`calbench prove`: many simulated runs with known truth; does E ± U cover the true error as claimed?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calbench.cli import NOT_COMPLETED, text
from calbench.cli.wording import language as spoken_here
from calbench.cli.writing import check_writable, write
from calbench.errors import NotSimulated, UsageError
from calbench.workflow import Options, Prepared, prepare

if TYPE_CHECKING:
    from calbench.proof.report import Report
    from calbench.proof.wording import Language


@click.command("prove")
@click.argument("procedure")
@click.argument("station")
@click.option("--runs", default=1200, show_default=True, help="Simulated runs, each with another truth.")
@click.option("--seed", default=1, show_default=True, help="What the seeds of all runs are derived from.")
@click.option(
    "--population",
    "drawn",
    default="normal 0.5",
    show_default=True,
    help="Errors of the units under test in terms of the MPE: 'normal S', 'uniform S', 'edge S' or 'none'.",
)
@click.option(
    "--promise",
    "promised",
    help="Largest false accept rate, 'specific P %' or 'global P %'; else what the decision rule promises.",
)
@click.option("--executor", default="local", show_default=True, help="local, or dask://HOST:PORT.")
@click.option("--workers", type=int, help="Local processes; one for each processor if not given.")
@click.option("--position", help="Position of the unit under test, if several fit.")
@click.option("--only", multiple=True, metavar="PATTERN", help="Only these points, such as 'dcv/10V/*'.")
@click.option("--sim", "simulate", is_flag=True, help="Use the station's simulated twin.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the procedure.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as a page.")
@click.option("--language", default="en", show_default=True, help="Of the page: en or zh.")
@click.option("--json", "for_machines", is_flag=True, help="Write the report as canonical JSON.")
def command(
    procedure: str,
    station: str,
    runs: int,
    seed: int,
    drawn: str,
    promised: str | None,
    executor: str,
    workers: int | None,
    position: str | None,
    only: tuple[str, ...],
    simulate: bool,  # noqa: FBT001 - as click hands it over
    settings: tuple[str, ...],
    html: Path | None,
    language: str,
    for_machines: bool,  # noqa: FBT001 - as above
) -> None:
    """Prove the budgets of PROCEDURE on the simulated bench of STATION.

    Exit code 0: every budget is honest, or wasteful because of rounding alone, and promises are kept; 1: a budget is
    optimistic or wasteful, a promise is broken, the runs are too few to say, or nothing was proven, for no uncertainty
    is stated; 2: bad usage; 3: a run did not complete.
    """
    from calbench.cli.choosing import pairs  # noqa: PLC0415 - loaded where it is used
    from calbench.proof import population, promise, prove  # noqa: PLC0415 - as above
    from calbench.proof.page import page  # noqa: PLC0415 - as above
    from calbench.proof.wording import spoken  # noqa: PLC0415 - as above

    tongue = spoken(language)
    if html is not None:
        check_writable(html)
    units = population(drawn)
    most = None if promised is None else promise(promised)
    options = Options(
        settings=pairs("--set", settings), position=position, simulate=simulate, seed=seed, only=only
    )
    prepared = _prepared(procedure, station, options)
    quiet = for_machines or not sys.stderr.isatty()

    def progress(done: int) -> None:
        if not quiet:
            click.echo(f"\r{done:,} of {runs:,} runs", err=True, nl=done == runs)

    proof = prove(
        prepared,
        runs,
        seed=seed,
        population=units,
        promise=most,
        executor=executor,
        workers=workers,
        progress=progress,
    )
    if html is not None:
        write(html, page(proof.report, tongue).encode())
    if for_machines:
        click.echo(proof.data.decode())
    else:
        click.echo(_shown(proof.report))
        if html is not None:
            click.echo(f"\n{html}")
    if proof.report.stopped:
        sys.exit(NOT_COMPLETED)
    sys.exit(0 if proof.report.good else 1)


def _prepared(procedure: str, station: str, options: Options) -> Prepared:
    """Make the plan; what is said of a station that is not simulated speaks of proofs, not of options of `run`."""
    try:
        return prepare(procedure, station, options)
    except NotSimulated as error:
        remedy = (
            "add --sim, which takes its simulated twin"
            if error.has_twin
            else "name a simulated station, or describe the simulation of this one in its file"
        )
        raise UsageError(
            f"A proof needs a simulated bench, and station {station} is not simulated: {remedy}."
        ) from None


def _shown(report: Report) -> str:
    """Set a report for the terminal, in its language."""
    from calbench.proof import telling  # noqa: PLC0415 - loaded where it is used
    from calbench.proof.wording import word  # noqa: PLC0415 - as above

    tongue: Language = "zh" if spoken_here() == "zh" else "en"
    grids = [telling.points(report, tongue), telling.tests(report, tongue), telling.decisions(report, tongue)]
    parts = ["\n".join(telling.heading(report, tongue))]
    parts += [
        f"{grid.title}\n{text.table(grid.header, grid.rows, right=grid.right)}" for grid in grids if grid.rows
    ]
    parts += ["\n".join(f"- {line}" for line in lines) for lines in (telling.notes(report, tongue),) if lines]
    conclusion = f"{word('conclusion', tongue)}: {telling.conclusion(report, tongue)}"
    return "\n\n".join([*parts, conclusion])
