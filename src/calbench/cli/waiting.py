"""Waiting for instruments that another run has: the option, and who is told."""

from __future__ import annotations

import click

from calbench.cli import text
from calbench.cli.wording import word
from calbench.workflow import Waiting

waiting = click.option(
    "--wait",
    type=click.FloatRange(0, 604_800),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for instruments that another run has.",
)


def patience(seconds: float) -> Waiting:
    """Give what a run is told of its waiting; people read it on the error stream, so that JSON stays JSON."""
    return Waiting(
        seconds,
        lambda why, folder: click.echo(
            word("waiting", why=why, seconds=text.duration(seconds), folder=str(folder)), err=True
        ),
    )
