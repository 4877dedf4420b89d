"""`calbench assets`: which standards there are, and until when they are valid."""

from __future__ import annotations

import click

from calbench import library
from calbench.authoring import read
from calbench.cli import text
from calbench.documents.asset import Asset
from calbench.errors import UsageError


@click.command("assets")
@click.argument("name", required=False)
@click.option("--json", "for_machines", is_flag=True, help="Write it as JSON.")
def command(name: str | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """List the standards (assets), or show the file of asset NAME."""
    places = dict.fromkeys(path.parent / "assets" for path in library.available("stations"))
    paths = {path.stem: path for place in places if place.is_dir() for path in sorted(place.glob("*.yaml"))}
    if name is None:
        assets = [read(path, Asset).model for path in paths.values()]
        if for_machines:
            text.dump(
                [asset.model_dump(mode="json", exclude_defaults=True, by_alias=True) for asset in assets]
            )
            return
        rows = [
            (one.asset, one.maker, one.model, one.serial, one.certificate.number, one.due, one.status)
            for one in assets
        ]
        click.echo(text.folded(("asset", "maker", "model", "serial", "certificate", "due", "status"), rows))
        return
    if name not in paths:
        raise UsageError(f"There is no asset '{name}'. There are: {', '.join(paths) or 'none'}.")
    if for_machines:
        text.dump(
            read(paths[name], Asset).model.model_dump(mode="json", exclude_defaults=True, by_alias=True)
        )
        return
    click.echo(f"# {paths[name]}\n{paths[name].read_text(encoding='utf-8')}", nl=False)
