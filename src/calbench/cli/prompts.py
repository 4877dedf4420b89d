"""`calbench prompts`: what a running run asks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.telling import REFUSED
from calbench.cli.wording import local, word
from calbench.control.channel import tell
from calbench.control.verbs import Command
from calbench.documents.origin import picture_names
from calbench.documents.prompt import OpenPrompt
from calbench.workflow import SOURCES, stored_plan


@click.command("prompts")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "for_machines", is_flag=True, help="Write the answer as JSON.")
def command(run: Path, for_machines: bool) -> None:  # noqa: FBT001 - as click hands it over
    """List the open prompts of RUN (a folder), each with the number that `calbench answer` names it by."""
    reply = tell(run, Command(verb="prompts"))
    if for_machines:
        text.dump(
            reply.model_dump(mode="json")
            | {"prompts": [one.model_dump(mode="json") for one in reply.prompts]}
        )
    elif reply.accepted:
        pictures = (
            picture_names(stored_plan(run).sources) if any(one.ask.picture for one in reply.prompts) else {}
        )
        for one in reply.prompts:
            show(one)
            if (named := one.ask.picture) is not None:
                kept = run / SOURCES / pictures[named] if named in pictures else named
                click.echo(f"    {word('picture', name=str(kept))}")
        if not reply.prompts:
            click.echo(word("none.open"))
    else:
        click.echo(reply.text, err=True)
    sys.exit(0 if reply.accepted else REFUSED)


def show(one: OpenPrompt) -> None:
    """Show an open prompt: what is asked, what is allowed, and how long it waits."""
    ask = one.ask
    about = ", ".join(part for part in (one.position, one.point, ask.kind, one.asked) if part)
    click.echo(f"{one.seq}  {ask.id} ({about})")
    for line in filter(None, (local(ask.title) if ask.title else "", local(ask.text).rstrip())):
        click.echo(f"    {line}")
    for choice in ask.choices:
        click.echo(f"      - {choice}")
    if ask.unit or ask.minimum or ask.maximum:
        limits = f"{ask.minimum or ''} … {ask.maximum or ''}" if ask.minimum or ask.maximum else ""
        unit = "" if ask.unit is None or ask.unit in limits else ask.unit
        click.echo(f"    {' '.join(filter(None, (unit, limits)))}")
    if one.escalated_to:
        click.echo(f"    {word('waits', to=one.escalated_to)}")
    elif one.reminded:
        click.echo(f"    {word('waits.reminded')}")
