"""`calbench runs`: which runs there are, by what one knows of them, or one of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from calbench.cli import text
from calbench.cli.wording import local, word

if TYPE_CHECKING:
    from calbench.archive import Index, RunRow, UnitRow, Wanted

RUNS = Path("runs")
STATUSES = ("COMPLETED", "STOPPED", "ABORTED", "UNSAFE", "RUNNING", "CRASHED")
VERDICTS = ("pass", "fail", "indeterminate_pass", "indeterminate_fail", "not_evaluated")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("runs")
@click.argument("what", type=click.Path(path_type=Path), default=RUNS, metavar="[DIR|RUN]")
@click.option(
    "--status",
    multiple=True,
    type=click.Choice(STATUSES, case_sensitive=False),
    help="How it ended; may be repeated.",
)
@click.option("--station", default="", help="id of the station.")
@click.option("--procedure", default="", help="id of the procedure.")
@click.option("--serial", default="", help="Part of the serial number of a unit under test.")
@click.option("--customer", default="", help="Part of the name of the customer.")
@click.option("--since", type=_DAY, metavar="DATE", help="Begun on this day (UTC) or later.")
@click.option("--until", type=_DAY, metavar="DATE", help="Begun on this day (UTC) or before.")
@click.option("--verdict", type=click.Choice(VERDICTS), default=None, help="Verdict of a unit under test.")
@click.option(
    "--failed-point", default="", metavar="GLOB", help="A point that fails or may fail: 'dcv/10V/*'."
)
@click.option("--damaged", is_flag=True, help="Only runs of which something is damaged or missing.")
@click.option("--rebuild", is_flag=True, help="Read every run anew.")
@click.option("--json", "for_machines", is_flag=True, help="Write it as JSON.")
def command(what: Path, rebuild: bool, for_machines: bool, **chosen: Any) -> None:  # noqa: FBT001, ANN401 - click hands it over so
    """List the runs in DIR (default: runs), or show RUN: its folder, or its name or id in the folder runs.

    Reads only what changed since the last time. The index, DIR/index.sqlite, may be deleted at any time.
    """
    from calbench.archive import Index  # noqa: PLC0415 - loaded where it is used
    from calbench.archive.looking import is_run  # noqa: PLC0415 - as above

    named = not what.is_dir() and len(what.parts) == 1
    one = named or is_run(what)
    folder = RUNS if named else what.resolve().parent if one else what
    index = Index(folder)
    done = index.rebuild() if rebuild else index.refresh()
    if done.said:
        click.echo(done.said, err=True)
    if one:
        _show_one(index, what.resolve().name if not named else str(what), for_machines=for_machines)
        return
    wanted = _wanted(chosen)
    rows = index.list(wanted)
    if for_machines:
        text.dump([asdict(row) for row in rows])
    else:
        _show(rows, folder, wanted)


def _wanted(chosen: dict[str, Any]) -> Wanted:
    from calbench.archive import Wanted  # noqa: PLC0415 - loaded where it is used

    return Wanted(
        **{
            **chosen,
            "status": tuple(one.upper() for one in chosen["status"]),
            "verdict": chosen["verdict"] or "",
            "since": _day(chosen["since"]),
            "until": _day(chosen["until"]),
        }
    )


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"


def _show(rows: list[RunRow], folder: Path, wanted: Wanted) -> None:
    if not rows:
        click.echo(word("runs.none", folder=str(folder)))
        return
    header = tuple(word(key) for key in ("runs.run", "procedure", "runs.unit", "status", "verdict", "passed"))
    click.echo(text.folded(header, [line for row in rows for line in _lines(row, wanted)]))
    click.echo(f"\n{word('runs.counted', number=str(len(rows)), folder=str(folder))}")
    for row in rows:
        for wrong in row.wrong:
            click.echo(f"{row.folder}: {wrong}", err=True)


def _lines(row: RunRow, wanted: Wanted) -> list[tuple[str, ...]]:
    """Give the line of a run; below that of a run of several units, those of the units that are wanted."""
    several = row.units if len(row.units) > 1 else ()
    return [_row(row), *(_unit(row, one) for one in several if wanted.names(one))]


def _unit(row: RunRow, unit: UnitRow) -> tuple[str, ...]:
    verdict = text.verdict(unit.verdict or "not_evaluated")
    passed = _counted(row, unit) if unit.verdict else f"–/{row.planned}"
    return (f"  {unit.position}", "", _called(unit), "", verdict, passed)


def _counted(row: RunRow, of: RunRow | UnitRow) -> str:
    """Say how many results passed of how many; of a run that completed and judged none, how many there are."""
    if row.status == "COMPLETED" and not (of.passed or of.failed or of.undecided):
        return word("unjudged", number=str(of.points))
    return f"{of.passed}/{of.points}"


def _called(unit: UnitRow) -> str:
    return " ".join(filter(None, (unit.maker, unit.model, unit.serial)))


def _row(row: RunRow) -> tuple[str, ...]:
    several = len(row.units) != 1
    shown = word("runs.units", number=str(len(row.units))) if several else _called(row.units[0])
    if row.simulated:
        shown = f"{shown} ({word('simulated')})"
    verdict = text.verdict(row.verdict) if row.verdict else word("not_evaluated")
    passed = _counted(row, row) if row.points else f"–/{row.planned}"
    return (row.folder, row.procedure, shown, row.status + ("!" if row.wrong else ""), verdict, passed)


def _show_one(index: Index, name: str, *, for_machines: bool) -> None:
    row, results = index.get(name), index.results(name)
    if for_machines:
        text.dump({**asdict(row), "results": [asdict(one) for one in results]})
        return
    outputs = word(row.outputs, names="?") if row.outputs else "—"
    title = f"{local(row.title)} ({row.procedure} {row.version}), {word('station')} {row.station}"
    click.echo(f"{row.folder}{'  ' + word('simulated') if row.simulated else ''}\n{title}")
    closing = word(
        "closing", status=row.status, outputs=outputs, verdict=text.verdict(row.verdict or "not_evaluated")
    )
    click.echo(closing)
    for key, value in _facts(row):
        if value:
            click.echo(f"  {word(key)}: {value}")
    for wrong in row.wrong:
        click.echo(f"  {word('runs.wrong')}: {wrong}", err=True)


def _facts(row: RunRow) -> list[tuple[str, str]]:
    began = f"{row.started[:19]} – {row.ended[:19]} UTC" if row.started else ""
    units = [
        (
            "runs.unit",
            " ".join(
                filter(None, (one.position + ":", one.maker, one.model, one.serial, one.customer, one.order))
            )
            + (f", {text.verdict(one.verdict)} {_counted(row, one)}" if one.verdict else ""),
        )
        for one in row.units
    ]
    issued = [
        (
            "runs.certificate",
            " ".join(
                filter(None, (one.number, one.issued, ", ".join(one.formats), one.signed_by, one.amended))
            ),
        )
        for one in row.certificates
    ]
    return [
        ("runs.when", began),
        ("runs.operator", row.operator),
        *units,
        ("runs.retakes", str(row.retakes or "")),
        ("runs.interruptions", str(row.interruptions or "")),
        ("runs.seal", row.seal),
        *issued,
    ]
