"""`calbench new procedure`: a copy of one that works, under an id of one's own."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import click

from calbench import library
from calbench.authoring.copying import copied, has_id
from calbench.authoring.loading import check, head_of
from calbench.cli import text
from calbench.cli.wording import local, word
from calbench.errors import InvalidFile, UsageError
from calbench.workflow import surroundings


@click.command("procedure")
@click.argument("name", required=False)
@click.option("--from", "original", metavar="ID", help="The procedure that is copied, by its id.")
@click.option("--list", "listing", is_flag=True, help="List what can be copied.")
@click.option("--version", default="0.1.0", help="The version of the copy; default 0.1.0.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("procedures"),
    help="The folder; default: procedures.",
)
@click.option("--json", "for_machines", is_flag=True, help="Write the paths, or the list, as JSON.")
def procedure(
    name: str | None,
    original: str | None,
    listing: bool,  # noqa: FBT001 - click hands it over so
    version: str,
    into: Path,
    for_machines: bool,  # noqa: FBT001 - as above
) -> None:
    """Write the procedure NAME (an id, folders before it as in mass/our-scale): a copy of another with its pictures.

    Its first line says where it is from. It passes `check` at once, and is yours to change.
    """
    if listing:
        _list(for_machines=for_machines)
        return
    if name is None or original is None:
        raise UsageError(
            "Write what is begun, and from what: calbench new procedure NAME --from ID (see --list)."
        )
    path = into.joinpath(*PurePosixPath(name).parent.parts, f"{PurePosixPath(name).name}.yaml")
    written = _write(path, PurePosixPath(name).name, _found(original), version)
    problems, _ = check([path], surroundings())
    if problems:
        raise InvalidFile(problems)
    if for_machines:
        text.dump([str(one) for one in written])
        return
    click.echo("\n".join(word("wrote", path=str(one)) for one in written))
    click.echo(f"\n{word('new.procedure', path=str(path), original=original)}")


def _list(*, for_machines: bool) -> None:
    rows, around = [], surroundings()
    for path in library.every("procedures"):
        model = head_of(path, around)
        regulation = f"{model.regulation.id}:{model.regulation.year}" if model.regulation else ""
        rows.append((model.id, model.version, regulation, local(model.procedure), str(path)))
    if for_machines:
        keys = ("id", "version", "regulation", "title", "path")
        text.dump([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        heads = [word(f"listed.{one}") for one in ("id", "version", "regulation", "title")]
        click.echo(text.folded(heads, [row[:4] for row in rows]))


def _found(original: str) -> Path:
    """Find a procedure by its id, or by what else names a file of the library."""
    named = [path for path in library.every("procedures") if has_id(path, original)]
    return named[0] if named else library.find("procedures", original)


def _write(path: Path, name: str, original: Path, version: str) -> list[Path]:
    """Write the copy and its pictures; nothing if one of them would replace a file of another content."""
    taken = next((one for one in library.every("procedures") if has_id(one, name)), None)
    if taken is not None or path.exists():
        raise UsageError(f"There is {taken or path} already. Choose another name.")
    made = copied(original, name, version)
    files = {path: made.text.encode("utf-8")}
    files |= {path.parent / picture: file.read_bytes() for picture, file in made.pictures.items()}
    other = [one for one, data in files.items() if one.exists() and one.read_bytes() != data]
    if other:
        raise UsageError(f"There is another {', '.join(map(str, other))}. Choose another folder with --into.")
    new = [one for one in files if not one.exists()]
    for one in new:
        one.parent.mkdir(parents=True, exist_ok=True)
        one.write_bytes(files[one])
    return new
