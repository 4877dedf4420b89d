"""Listing and showing authored files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from calbench import library
from calbench.authoring import read
from calbench.authoring.kinds import KINDS, kind_of
from calbench.authoring.source import open_source
from calbench.cli import text
from calbench.cli.wording import word


def listed(
    kind: library.Kind, row: Callable[[Path], tuple[str, ...]], header: tuple[str, ...]
) -> click.Command:
    """Make the command that lists the files of a kind, or shows the text of one."""

    @click.command(kind)
    @click.argument("name", required=False)
    @click.option("--json", "for_machines", is_flag=True, help="Write it as JSON.")
    def command(name: str | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
        if name is not None:
            _show(library.find(kind, name), for_machines=for_machines)
            return
        paths = library.available(kind)
        if for_machines:
            text.dump([str(path) for path in paths])
        else:
            heads = [word(f"listed.{one}") for one in header]
            click.echo(text.folded(heads, [row(path) for path in paths]))

    command.help = f"List the {kind}, or show the file NAME."
    return command


def _show(path: Path, *, for_machines: bool) -> None:
    if for_machines:
        model = KINDS[kind_of(open_source(path)) or "procedure"]
        text.dump(read(path, model).model.model_dump(mode="json", exclude_defaults=True, by_alias=True))
    else:
        click.echo(f"# {path}\n{path.read_text(encoding='utf-8')}", nl=False)
