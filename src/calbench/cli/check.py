"""`calbench check`: validates authored files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.authoring import as_json, render
from calbench.authoring.loading import check
from calbench.cli import text
from calbench.cli.wording import language, told
from calbench.workflow import surroundings


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "for_machines", is_flag=True, help="Write the problems as JSON.")
def command(files: tuple[Path, ...], for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Validate procedures, vocabularies, stations, assets, budgets, units and answers; all problems of all FILES."""
    problems, sources = check(files, surroundings())
    if for_machines:
        text.dump({"problems": as_json(problems), "files": len(files)})
    elif problems:
        click.echo(render(problems, sources, colour=text.coloured(), language=language()), nl=False)
    else:
        click.echo(told(f"{len(files)} file{'s' if len(files) != 1 else ''}: no problems"))
    sys.exit(2 if problems else 0)
