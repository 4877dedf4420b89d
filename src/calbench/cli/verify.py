"""`calbench verify`: is a run, a record or a certificate what it was, and do its results follow?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.dcc.schemas import schema_folder
from calbench.trust.keyfiles import key_folder
from calbench.trust.ring import Ring
from calbench.verification import Check, Means, verify

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
@click.option(
    "--trust",
    "trusted",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Trust the certificates of signatories in this file too.",
)
@click.option(
    "--schemas",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with the schemas of the DCC.",
)
@click.option("--json", "for_machines", is_flag=True, help="Write the checks as JSON.")
def command(
    what: Path,
    seal: Path | None,
    sealed: bool,  # noqa: FBT001 - click hands it over so
    keys: Path | None,
    trusted: tuple[Path, ...],
    folder: Path | None,
    for_machines: bool,  # noqa: FBT001 - as above
) -> None:
    """Verify WHAT: the folder of a run, a record.json, or a certificate as XML or PDF. Exit code 4 if anything is bad.

    Recomputes every result. A signature counts if its key or certificate is trusted (calbench keys trust, or --trust).

    ok: looked at, and good; BAD: looked at, and not; --: could not be looked at, and why.
    """
    ring = Ring(keys or key_folder())
    checks = verify(what, Means(ring, seal, sealed, trusted, schema_folder(folder)))
    if for_machines:
        text.dump([{"check": one.name, "holds": one.holds, "found": one.found} for one in checks])
    else:
        for one in checks:
            click.echo(f"{MARKS[one.holds]} {one.name}: {one.found}")
        click.echo(_closing(checks))
    sys.exit(4 if any(one.holds is False for one in checks) else 0)


def _closing(checks: list[Check]) -> str:
    bad, unseen = (sum(one.holds is state for one in checks) for state in (False, None))
    verdict = (
        f"NOT what it must be: {bad} of {len(checks)} checks are bad." if bad else "Nothing bad was found."
    )
    return f"{verdict} Not checked: {unseen} (marked --, each with its reason)." if unseen else verdict
