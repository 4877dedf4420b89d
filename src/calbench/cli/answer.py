"""`calbench answer`: answer an open prompt of a running run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.telling import REFUSED, login
from calbench.cli.wording import told, word
from calbench.control.channel import tell
from calbench.control.verbs import LONGEST_ANSWER, Command
from calbench.errors import UsageError


@click.command("answer")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("seq", type=click.IntRange(1))
@click.argument("value", nargs=-1, required=True)
@click.option("--by", default="", help="Who answers; your login name if not given.")
@click.option("--json", "for_machines", is_flag=True, help="Write what became of it as JSON.")
def command(run: Path, seq: int, value: tuple[str, ...], by: str, for_machines: bool) -> None:  # noqa: FBT001 - as click hands it over
    """Answer the prompt SEQ of RUN (a folder) with VALUE; SEQ is its number in `calbench prompts`.

    A confirmation is answered yes or no, a choice with the words of the choice, a checklist with each ticked item as a
    VALUE of its own, or all.
    """
    answer = "\n".join(value)
    if len(answer) > LONGEST_ANSWER:
        raise UsageError(f"An answer has at most {LONGEST_ANSWER} characters; this one has {len(answer)}.")
    reply = tell(run, Command(verb="answer", prompt=seq, answer=answer, by=by or login()))
    if for_machines:
        text.dump(reply.model_dump(mode="json"))
    else:
        said = told(reply.text)
        click.echo(said if reply.accepted else word("told.refused", why=said), err=not reply.accepted)
    sys.exit(0 if reply.accepted else REFUSED)
