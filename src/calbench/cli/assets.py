"""`calbench assets`: which standards there are, until when they are valid, and how they drifted."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from calbench import library
from calbench.authoring import load_asset, read
from calbench.cli import text
from calbench.cli.wording import word
from calbench.clock import RealClock
from calbench.documents.asset import Asset
from calbench.errors import InvalidFile, UsageError
from calbench.traceability.validity import URGENCY, days_left, standing

if TYPE_CHECKING:
    from calbench.quantities import Quantity
    from calbench.traceability.history import Change

_COLOURS = {"overdue": "red", "due soon": "yellow", "not yet valid": "yellow"}


@click.command("assets")
@click.argument("name", required=False)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="As it is on this day; today if not given.",
)
@click.option(
    "--soon", type=click.IntRange(0), default=30, show_default=True, help="Days before due that are soon."
)
@click.option(
    "--drift", is_flag=True, help="Of asset NAME: what its history shows, beside the drift that it states."
)
@click.option("--json", "for_machines", is_flag=True, help="Write it as JSON.")
def command(
    name: str | None,
    on: datetime | None,
    soon: int,
    drift: bool,  # noqa: FBT001 - click hands it over so
    for_machines: bool,  # noqa: FBT001 - as above
) -> None:
    """List the standards (assets) with how they stand, the most urgent first; or show the file of asset NAME."""
    paths = _paths()
    if name is None:
        if drift:
            raise UsageError("--drift is for one asset: calbench assets NAME --drift.")
        _list(list(paths.values()), RealClock().utc().date() if on is None else on.date(), soon, for_machines)
        return
    if name not in paths:
        raise UsageError(f"There is no asset '{name}'. There are: {', '.join(paths) or 'none'}.")
    if drift:
        _drift(paths[name], for_machines)
    elif for_machines:
        text.dump(_plain(read(paths[name], Asset).model))
    else:
        click.echo(f"# {paths[name]}\n{paths[name].read_text(encoding='utf-8')}", nl=False)


def _paths() -> dict[str, Path]:
    """Give the files of all assets, those of the project before the shipped ones of the same name."""
    places = dict.fromkeys(path.parent / "assets" for path in library.available("stations"))
    found: dict[str, Path] = {}
    for place in places:
        for path in sorted(place.glob("*.yaml")) if place.is_dir() else ():
            found.setdefault(path.stem, path)
    return found


def _plain(asset: Asset) -> dict[str, Any]:
    return asset.model_dump(mode="json", exclude_defaults=True, by_alias=True)


def _list(paths: list[Path], on: date, soon: int, for_machines: bool) -> None:  # noqa: FBT001 - a fact, not a switch
    found = [(standing(one, on, soon), one) for one in (read(path, Asset).model for path in paths)]
    found.sort(key=lambda item: (URGENCY.index(item[0]), item[1].due, item[1].asset))
    if for_machines:
        text.dump(
            [{**_plain(one), "standing": state, "days_left": days_left(one, on)} for state, one in found]
        )
        return
    rows = [
        (one.asset, one.maker, one.model, one.serial, one.certificate.number, one.due, _coloured(state))
        for state, one in found
    ]
    heads = [word(f"listed.{one}") for one in ("asset", "maker", "model", "serial", "certificate", "due")]
    click.echo(text.folded([*heads, word("listed.on", day=on.isoformat())], rows).replace(text.NO_BREAK, " "))


def _coloured(state: str) -> str:
    wide = state.replace(" ", text.NO_BREAK)
    return click.style(wide, fg=_COLOURS[state]) if state in _COLOURS and text.coloured() else wide


def _drift(path: Path, for_machines: bool) -> None:  # noqa: FBT001 - a fact, not a switch
    from calbench.traceability.history import changes  # noqa: PLC0415 - loaded where it is used

    asset = _with_history(path)
    found = changes(asset)
    if for_machines:
        text.dump([_as_data(one) for one in found])
        return
    if not found:
        why = "no history" if not asset.history else "no value that two certificates in a row have"
        click.echo(f"{asset.asset} has {why}: nothing is known of its drift but what it states.")
        return
    header = ("value", "certificates", "days", "change", "U of it", "per year", "stated", "")
    rows = [
        (
            f"{one.capability} {one.point}",
            f"{one.since} → {one.until}",
            str(one.days),
            _shown(one.change),
            _shown(one.U),
            _shown(one.per_year),
            _stated(one),
            _judged(one),
        )
        for one in found
    ]
    click.echo(text.table(header, rows, right=frozenset({2, 3, 4, 5})))
    if any(one.significant for one in found):
        sys.exit(1)


def _with_history(path: Path) -> Asset:
    """Read an asset; one that is refused for its drift alone is shown, so that its drift can be mended."""
    try:
        return load_asset(path).model
    except InvalidFile as invalid:
        if {problem.rule for problem in invalid.problems} != {"A025"}:
            raise
        from calbench.authoring.dcc_rules import certify  # noqa: PLC0415 - rarely needed

        return certify(read(path, Asset), path)[0].model


def _stated(one: Change) -> str:
    if one.stated is None:
        return "none"
    steady = f"{_shown(one.stated_correction)} ± " if one.stated_correction.value else "± "
    return f"{steady}{_shown(one.stated)}"


def _judged(one: Change) -> str:
    if one.significant:
        return "further than stated"
    return (
        "within" if one.beyond.value <= 0 else "not told from none" if one.stated is None else "within its U"
    )


def _shown(value: Quantity) -> str:
    from calbench.quantities import Quantity, significant  # noqa: PLC0415 - loaded where it is used

    return Quantity(significant(value.value, 3), value.unit).engineering().text() if value.value else "0"


def _as_data(one: Change) -> dict[str, Any]:
    return {
        "capability": one.capability,
        "point": one.point,
        "since": one.since,
        "until": one.until,
        "days": one.days,
        "change": one.change.text(),
        "U": one.U.text(),
        "per_year": one.per_year.text(),
        "stated": None if one.stated is None else one.stated.text(),
        "stated_correction": one.stated_correction.text(),
        "further_than_stated": one.significant,
    }
