"""`calbench schema`: the JSON Schema of an authored file, for editors."""

from __future__ import annotations

import click

from calbench.authoring.schemas import schemas

KINDS = (
    "procedure",
    "specification",
    "vocabulary",
    "formulary",
    "station",
    "asset",
    "answers",
    "budget",
    "units",
)


@click.command("schema")
@click.argument("kind", type=click.Choice(KINDS))
def command(kind: str) -> None:
    """Print the JSON Schema of a KIND of file."""
    click.echo(schemas()[f"{kind}.schema.json"], nl=False)
