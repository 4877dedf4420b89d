"""`calbench new`: the beginning of a driver, of a repository for a laboratory; an asset from a DCC; a procedure."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Literal

import click

from calbench.cli import text
from calbench.cli.newlab import lab
from calbench.cli.newprocedure import procedure
from calbench.cli.wording import word
from calbench.errors import UsageError

_NAME = re.compile(r"(?P<vendor>[a-z][a-z0-9_]*)/(?P<model>[a-z][a-z0-9_]*)", re.ASCII)
KINDS = ("meter", "source", "framed")
_SHIPPED = Path("drivers", "calbench_drivers")


@click.group("new")
def command() -> None:
    """Begin something new from a scaffold that works."""


command.add_command(lab)
command.add_command(procedure)


@command.command("driver")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="meter",
    help="What it is; framed is a meter that speaks in frames of bytes. Default: meter.",
)
@click.option("--model", default="", help="The model as its identity says it; default: from NAME.")
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path(), help="The folder; default: this one."
)
@click.option("--json", "for_machines", is_flag=True, help="Write the paths as JSON.")
def driver(name: str, kind: str, model: str, into: Path, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Write a driver NAME (vendor/model) and its test; both pass at once, and are yours to change.

    In a checkout of calbench they go beside the others; elsewhere they become a small package with an entry point.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise UsageError(
            f"{name!r} is no name of a driver. Write vendor/model in lower-case letters, digits and '_', beginning "
            f"with a letter, like example/ex100."
        )
    vendor, short = found["vendor"], found["model"]
    shipped = (into / _SHIPPED).is_dir()
    module = f"{'calbench_drivers.' if shipped else ''}{vendor}{'' if shipped else '_drivers'}.{short}"
    words = {
        "maker": vendor.replace("_", " ").title(),
        "model": model or short.upper(),
        "name": short.replace("_", "").upper(),
        "module": module,
        "driver": name,
        "package": f"{vendor}_drivers",
    }
    wanted = _in_checkout(into, vendor, short, kind) if shipped else _in_package(into, vendor, short, kind)
    taken = [
        str(path) for path in wanted if path.exists() and path.name not in ("__init__.py", "pyproject.toml")
    ]
    if taken:
        raise UsageError(f"There is {', '.join(taken)} already. Choose another name, or move it away.")
    written = [
        path for path, template in wanted.items() if not path.exists() and _write(path, template, words)
    ]
    if for_machines:
        text.dump([str(path) for path in written])
        return
    click.echo("\n".join(word("wrote", path=str(path)) for path in written))
    tests = next(path for path in written if path.name.startswith("test_"))
    click.echo(f"\n{word('new.driver', tests=str(tests))}")
    if not shipped:
        click.echo(word("new.driver.found"))
        if Path("pyproject.toml") not in [path.relative_to(into) for path in written]:
            click.echo(word("new.driver.entry", line=f'"{name}" = "{module}"'))


@command.command("asset")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--capability",
    "capabilities",
    multiple=True,
    required=True,
    metavar="CAPABILITY[=RESULT]",
    help="What it provides, and the result of the certificate that says so.",
)
@click.option("--id", "name", help="Its id; default: the name of FILE.")
@click.option("--due", required=True, help="The last day on which it may be used: 2027-03-31.")
@click.option(
    "--between",
    type=click.Choice(["linear", "nothing"]),
    default="linear",
    help="What holds between two certified values; default linear.",
)
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="Write it into this folder.")
@click.option("--json", "for_machines", is_flag=True, help="Write path and text as JSON.")
def asset(
    file: Path,
    capabilities: tuple[str, ...],
    name: str | None,
    due: str,
    between: Literal["linear", "nothing"],
    into: Path | None,
    for_machines: bool,  # noqa: FBT001 - click hands it over so
) -> None:
    """Show the asset that a digital calibration certificate (FILE) makes, for review; --into writes it."""
    from calbench.authoring.drafting import Draft, draft  # noqa: PLC0415 - the other verb needs none of it
    from calbench.dcc import read_file  # noqa: PLC0415 - as above
    from calbench.documents.canonical import sha256  # noqa: PLC0415 - as above

    pairs = {key: result for key, _, result in (one.partition("=") for one in capabilities)}
    wanted = Draft(name or file.stem, due, pairs, between)
    made = draft(read_file(file), sha256(file.read_bytes()), wanted)
    path = None if into is None else into / f"{wanted.asset}.yaml"
    if path is not None:
        if path.exists():
            raise UsageError(f"There is {path} already. Move it away, or choose another name with --id.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")
    if for_machines:
        text.dump({"path": None if path is None else str(path), "text": made})
        return
    click.echo(made, nl=False)
    click.echo(word("wrote", path=str(path)) if path else word("new.asset.not"), err=True)


def _in_checkout(into: Path, vendor: str, model: str, kind: str) -> dict[Path, str]:
    return {
        into / _SHIPPED / vendor / "__init__.py": "",
        into / _SHIPPED / vendor / f"{model}.py": f"driver_{kind}",
        into / "tests" / "drivers" / vendor / f"test_{model}.py": f"test_{kind}",
    }


def _in_package(into: Path, vendor: str, model: str, kind: str) -> dict[Path, str]:
    return {
        into / "pyproject.toml": "package",
        into / f"{vendor}_drivers" / "__init__.py": "",
        into / f"{vendor}_drivers" / f"{model}.py": f"driver_{kind}",
        into / "tests" / f"test_{model}.py": f"test_{kind}",
    }


def _write(path: Path, template: str, words: dict[str, str]) -> bool:
    source = f'"""Drivers for instruments made by {words["maker"]}."""\n'
    if template:
        source = files("calbench.cli").joinpath("templates", f"{template}.txt").read_text(encoding="utf-8")
        source = Template(source).substitute(words)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return True
