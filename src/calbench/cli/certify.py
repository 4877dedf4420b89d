"""`calbench certify`: the certificates of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from calbench.cli import text
from calbench.cli.choosing import listed
from calbench.cli.running import FORMATS, schemas
from calbench.cli.signing import said_of, signing_of, signing_options
from calbench.workflow import certify
from calbench.workflow.storing import place_of


@click.command("certify")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--format", "formats", default="pdf,html,csv", help="Which: pdf, html, csv, xlsx, dcc.")
@click.option("--language", "languages", default="en,zh", help="Which: en, zh.")
@click.option(
    "--schemas",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with the schemas of the DCC, to validate the digital certificate against.",
)
@click.option(
    "--position", "positions", multiple=True, metavar="NAME", help="Of a run of several units, only these."
)
@signing_options
@click.option("--json", "for_machines", is_flag=True, help="Write the paths as JSON.")
def command(
    run: Path,
    formats: str,
    languages: str,
    folder: Path | None,
    positions: tuple[str, ...],
    for_machines: bool,  # noqa: FBT001 - click hands it over so
    **signed: Any,  # noqa: ANN401 - the options of signing
) -> None:
    """Write the certificates of RUN (a folder) from its record; signed, if --sign says by whom.

    Of a run of several units those of each, beside its record; RUN may be the folder of one of them.
    """
    wanted = listed("--format", formats, FORMATS)
    found = schemas(wanted, folder)
    signing = signing_of(**signed)
    chosen = listed("--language", languages, ("en", "zh"))
    places = [place_of(run).at(position).folder for position in positions] or [run]
    paths = [path for place in places for path in certify(place, wanted, chosen, found, signing)]
    click.echo(said_of(signing, wanted, run), err=True)
    if found is not None:
        click.echo(f"The digital certificate is valid by the schema of the DCC in {found}.", err=True)
    if for_machines:
        text.dump([str(path) for path in paths])
    else:
        for path in paths:
            click.echo(str(path))
