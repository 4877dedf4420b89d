"""`calbench new lab`: a repository for the procedures and stations of a laboratory, with tests that pass at once."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from calbench import __version__
from calbench.cli import text
from calbench.cli.wording import word
from calbench.errors import UsageError

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
FILES = {
    "README.md": "readme.txt",
    "pyproject.toml": "pyproject.txt",
    "requirements.txt": "requirements.txt",
    "calbench.toml": "calbench.txt",
    "procedures/meter-10v.yaml": "procedure.txt",
    "stations/bench.yaml": "station.txt",
    "stations/assets/CAL-0001.yaml": "asset.txt",
    "golden/meter-10v.bench.json": "golden.txt",
    "tests/test_meter_10v.py": "test.txt",
    ".github/workflows/test.yml": "github.txt",
    ".gitlab-ci.yml": "gitlab.txt",
    ".gitignore": "gitignore.txt",
}
"""What is written, and from which template."""


@click.command("lab")
@click.argument("name")
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path(), help="Where its folder is made; default: here."
)
@click.option("--json", "for_machines", is_flag=True, help="Write the paths as JSON.")
def lab(name: str, into: Path, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Write a repository NAME for procedures and stations of a laboratory; its tests pass at once."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"{name!r} is no name of a repository. Write lower-case letters, digits and single '-', beginning with a "
            f"letter, like voltage-lab."
        )
    folder = into / name
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"There is {folder} already, and it is not empty. Choose another name, or move it away."
        )
    templates = files("calbench.cli").joinpath("templates", "lab")
    for path, template in FILES.items():
        source = Template(templates.joinpath(template).read_text(encoding="utf-8"))
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.substitute(name=name, version=__version__), encoding="utf-8", newline="\n")
    written = [folder / path for path in FILES]
    if for_machines:
        text.dump([str(path) for path in written])
        return
    click.echo("\n".join(word("wrote", path=str(path)) for path in written))
    click.echo(f"\n{word('lab.next', folder=str(folder))}")
