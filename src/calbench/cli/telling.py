"""The verbs for a running run: one command each, with a name and a reason; the run says what it did."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.wording import told, word
from calbench.control.channel import tell
from calbench.control.verbs import Command, Verb

REFUSED = 3


def verb(name: Verb, help_text: str) -> click.Command:
    """Make the command of a verb."""

    @click.command(name, help=help_text)
    @click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
    @click.option("--by", default="", help="Who wants it; your login name if not given.")
    @click.option("--reason", default="", help="Why; it goes into the journal.")
    @click.option("--json", "for_machines", is_flag=True, help="Write the answer as JSON.")
    def command(run: Path, by: str, reason: str, for_machines: bool) -> None:  # noqa: FBT001 - as click hands it over
        reply = tell(run, Command(verb=name, by=by or login(), reason=reason))
        if for_machines:
            text.dump(reply.model_dump(mode="json"))
        else:
            said = told(reply.text)
            click.echo(said if reply.accepted else word("told.refused", why=said), err=not reply.accepted)
        sys.exit(0 if reply.accepted else REFUSED)

    return command


def login() -> str:
    """Give the login name of whoever is here; empty if the system knows none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, or no such table on this system
        return ""
