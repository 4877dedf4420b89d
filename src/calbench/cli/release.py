"""`calbench release`: sign the certificates of a record that was reviewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from calbench.approval.releasing import Release, release
from calbench.cli import text
from calbench.cli.choosing import listed
from calbench.cli.running import FORMATS, schemas
from calbench.cli.signing import said_of, signing_of, signing_options
from calbench.errors import UsageError
from calbench.trust.keyfiles import key_folder
from calbench.trust.ring import Ring
from calbench.verification import Means


@click.command("release")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--by", required=True, help="Who releases: the name that the key of --sign is for.")
@click.option("--statement", default="", help="What is to be said of the release.")
@click.option("--format", "formats", default="pdf,html,csv", help="Which: pdf, html, csv, xlsx, dcc.")
@click.option("--language", "languages", default="en,zh", help="Which: en, zh.")
@click.option(
    "--schemas",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with the schemas of the DCC.",
)
@click.option(
    "--trust",
    "trusted",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Trust the certificates of signatories in this file too.",
)
@signing_options
@click.option("--json", "for_machines", is_flag=True, help="Write the paths as JSON.")
def command(
    run: Path,
    by: str,
    statement: str,
    formats: str,
    languages: str,
    folder: Path | None,
    trusted: tuple[Path, ...],
    for_machines: bool,  # noqa: FBT001 - click hands it over so
    **signed: Any,  # noqa: ANN401 - the options of signing
) -> None:
    """Release the record of RUN (a folder), which somebody accepted: sign its certificates, and write down who did."""
    signing = signing_of(**signed)
    if signing is None:
        raise UsageError("A release signs: say with whose key, --sign NAME.")
    wanted = listed("--format", formats, FORMATS)
    means = Means(Ring(key_folder()), trusted=trusted, schemas=schemas(wanted, folder))
    chosen = Release(by, signing, wanted, listed("--language", languages, ("en", "zh")), statement)
    paths = release(run, chosen, means)
    click.echo(said_of(signing, wanted, run), err=True)
    if for_machines:
        text.dump([str(path) for path in paths])
    else:
        for path in paths:
            click.echo(str(path))
