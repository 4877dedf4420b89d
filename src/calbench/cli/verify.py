"""`calbench verify`: is a run or a record what it was, and do its results follow?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.trust.ring import Ring, key_folder
from calbench.workflow.verifying import Means, verify

MARKS = {True: "ok ", False: "BAD", None: "-- "}


@click.command("verify")
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--seal",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The seal, if it lies elsewhere.",
)
@click.option("--sealed", is_flag=True, help="A missing seal, or one by a key that is not trusted, is bad.")
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of keys; default: CALBENCH_KEYS, or .calbench/keys of the user.",
)
@click.option("--json", "for_machines", is_flag=True, help="Write the checks as JSON.")
def command(what: Path, seal: Path | None, sealed: bool, keys: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Verify WHAT: the folder of a run, or a record.json. Recomputes every result; exit code 4 if anything is bad.

    ok: looked at, and good; BAD: looked at, and not; --: could not be looked at, and why.
    """
    checks = verify(what, Means(Ring(keys or key_folder()), seal, sealed))
    if for_machines:
        text.dump([{"check": one.name, "holds": one.holds, "found": one.found} for one in checks])
    else:
        for one in checks:
            click.echo(f"{MARKS[one.holds]} {one.name}: {one.found}")
    sys.exit(4 if any(one.holds is False for one in checks) else 0)
