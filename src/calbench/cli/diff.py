"""`calbench diff`: what changed between two procedures, or since a run, in a metrologist's words."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping

import click

from calbench.cli import text
from calbench.cli.choosing import pairs
from calbench.cli.wording import word
from calbench.workflow.comparing import Told, compare
from calbench.workflow.differing import shown

_NAMED = 3  # points that a line names, before it counts


@click.command("diff")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--station", metavar="STATION", help="Compare the plans that both give on this station.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter, with --station.")
@click.option("--json", "for_machines", is_flag=True, help="Write the changes as JSON.")
def command(
    one: str,
    other: str,
    station: str | None,
    settings: tuple[str, ...],
    for_machines: bool,  # noqa: FBT001 - click hands it over so
) -> None:
    """Tell what changed from A to B: two procedures, or a procedure and the folder of a run.

    Exit code 0 if nothing did, 1 if something did, 2 if they cannot be compared.
    """
    found = compare(one, other, station, pairs("--set", settings))
    if for_machines:
        text.dump({"same": not found, "changes": [_plain(change) for change in found]})
    elif not found:
        click.echo(word("diff.same"))
    else:
        click.echo("\n".join(_lines(found)))
    sys.exit(1 if found else 0)


def _plain(told: Told) -> dict[str, object]:
    change = told.change
    return {
        "kind": told.kind,
        "where": list(change.where),
        "at": told.at,
        "before": change.before,
        "now": change.now,
    }


def _lines(found: list[Told]) -> list[str]:
    lines = []
    for kind, changes in itertools.groupby(found, key=lambda one: one.kind):
        lines.append(
            click.style(word(f"diff.{kind}"), bold=True) if text.coloured() else word(f"diff.{kind}")
        )
        lines += [f"  {_line(one)}" for one in changes]
    return lines


def _line(told: Told) -> str:
    change, where = told.change, ".".join(told.change.where)
    named = ", ".join(told.at[:_NAMED])
    if len(told.at) > _NAMED:
        named = word("diff.more", names=named, number=str(len(told.at) - _NAMED))
    head = f"{named}: {where}" if named else where
    if told.kind == "wording":
        return head
    if change.before is None:
        return word("diff.added", what=head, now=_brief(change.now)).rstrip(" :：")
    if change.now is None:
        return word("diff.removed", what=head, before=_brief(change.before)).rstrip(" :：")
    return f"{head}: {shown(change.before)} → {shown(change.now)}"


def _brief(value: object) -> str:
    """Write what came or went; of a point its value and limit."""
    if not isinstance(value, Mapping):
        return shown(value)
    limit = value.get("limit")
    facts = [value.get("nominal"), limit.get("text") if isinstance(limit, Mapping) else None]
    return ", ".join(str(fact) for fact in facts if fact)
