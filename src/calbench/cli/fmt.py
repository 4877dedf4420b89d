"""`calbench fmt`: authored files in one layout, with every comment and every value as it was written."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.authoring.kinds import kind_of
from calbench.authoring.layout import laid_out
from calbench.authoring.source import open_source
from calbench.cli import text
from calbench.cli.wording import word
from calbench.errors import InvalidFile, UsageError


@click.command("fmt")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 if a file is laid out otherwise.")
@click.option(
    "--json", "for_machines", is_flag=True, help="Write the paths of the files that differ as JSON."
)
def command(paths: tuple[Path, ...], check: bool, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Lay out files, and those in folders: order of keys, indentation, spaces. What they mean never changes.

    No file is written if one of them cannot be read.
    """
    files = [path for name in paths for path in _files(name)]
    new = _laid_out(files)
    wanting = [path for path, one in new.items() if one.encode("utf-8") != path.read_bytes()]
    for path in [] if check else wanting:
        path.write_bytes(new[path].encode("utf-8"))
    if for_machines:
        text.dump({"files": len(files), "differ": [str(path) for path in wanting]})
    else:
        said = "fmt.wanting" if check else "fmt.written"
        for path in wanting:
            click.echo(word(said, path=str(path)))
        click.echo(word("fmt.counted", number=str(len(wanting)), all=str(len(files))))
    sys.exit(1 if check and wanting else 0)


def _files(path: Path) -> list[Path]:
    """Give a file, or those files of a folder that say what they are: others may lie there too."""
    if not path.is_dir():
        return [path]
    found = sorted(one for end in ("yaml", "yml") for one in path.rglob(f"*.{end}"))
    kept = [one for one in found if kind_of(open_source(one)) is not None]
    if not kept:
        raise UsageError(f"{path} holds no procedure, station, asset, budget, units or answers file.")
    return kept


def _laid_out(files: list[Path]) -> dict[Path, str]:
    new, problems = {}, []
    for path in files:
        try:
            new[path] = laid_out(open_source(path))
        except InvalidFile as invalid:
            problems += invalid.problems
    if problems:
        raise InvalidFile(problems)
    return new
