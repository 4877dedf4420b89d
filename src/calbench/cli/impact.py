"""`calbench impact`: which runs and results used a standard, its certificate or a weight."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calbench.cli import text

if TYPE_CHECKING:
    from calbench.workflow.impact import Affected, Unread

DAMAGED = 4


@click.command("impact")
@click.argument("name")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Folder of runs.",
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only runs of this day (UTC) or later."
)
@click.option("--results", "each", is_flag=True, help="Show every result, not only every run.")
@click.option("--json", "for_machines", is_flag=True, help="Write it as JSON.")
def command(name: str, folder: Path, since: object, each: bool, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Show which runs used NAME: an asset, a certificate (its number or SHA-256), or a weight.

    Reads every record below the folder. Exit code 4 if a record is damaged or missing: the answer may lack it.
    """
    from calbench.workflow.impact import Affected, impact  # noqa: PLC0415 - loaded where it is used

    affected: list[Affected] = []
    unread: list[Unread] = []
    for found in impact(name, folder, None if since is None else f"{since:%Y-%m-%d}"):
        if isinstance(found, Affected):
            affected.append(found)
        else:
            unread.append(found)
    if for_machines:
        text.dump(
            {
                "name": name,
                "runs": [asdict(one) for one in affected],
                "not_read": [asdict(one) for one in unread],
            }
        )
    else:
        _show(name, folder, affected, each=each)
        for one in unread:
            click.echo(f"not read: {one.path}: {one.why}", err=True)
    if any(one.damaged for one in unread):
        sys.exit(DAMAGED)


def _show(name: str, folder: Path, affected: list[Affected], *, each: bool) -> None:
    if not affected:
        click.echo(f"No run in {folder} used {name}.")
        return
    rows = [row for one in affected for row in (_results(one) if each else [_run(one)])]
    third = ("result", "how", "of variance") if each else ("results", "", "largest share")
    header = ("run", "date", "unit under test", *third, "verdict")
    keep = [index for index in range(len(header)) if header[index]]
    shown = [[row[index] for index in keep] for row in rows]
    click.echo(text.table([header[index] for index in keep], shown, right=frozenset({len(keep) - 2})))
    count = sum(len({touched.result for touched in one.results}) for one in affected)
    click.echo(f"\n{_counted(len(affected), 'run')} with {_counted(count, 'result')} used {name}.")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _unit(one: Affected) -> str:
    known = [one.uut.get(key, "") for key in ("maker", "model", "serial")]
    return " ".join(part for part in known if part) + (" (SIMULATED)" if one.simulated else "")


def _run(one: Affected) -> list[str]:
    shares = [each.share for each in one.results if each.share is not None]
    results = len({each.result for each in one.results})
    largest = f"{max(shares):.1f} %" if shares else ""
    return [
        one.run,
        one.started[:10],
        _unit(one),
        f"{results} of {one.of}",
        "",
        largest,
        text.verdict(one.verdict),
    ]


def _results(one: Affected) -> list[list[str]]:
    return [
        [
            one.run,
            one.started[:10],
            _unit(one),
            each.result,
            " + ".join(each.weights) or each.part,
            "" if each.share is None else f"{each.share:.1f} %",
            text.verdict(each.verdict),
        ]
        for each in one.results
    ]
