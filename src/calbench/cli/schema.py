"""`calbench schema`: the JSON Schema of an authored file, for editors."""

from __future__ import annotations

import click

from calbench.authoring.schemas import schemas


@click.command("schema")
@click.argument("kind", type=click.Choice(["procedure", "station", "asset", "answers", "budget", "units"]))
def command(kind: str) -> None:
    """Print the JSON Schema of a KIND of file."""
    click.echo(schemas()[f"{kind}.schema.json"], nl=False)
