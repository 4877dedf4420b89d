"""`calbench sim serve`: simulated instruments for other programs, on loopback sockets."""

from __future__ import annotations

import json
import sys

import click

from calbench import library
from calbench.cli import text
from calbench.clock import RealClock
from calbench.workflow import stage_of


@click.group("sim")
def command() -> None:
    """Simulated instruments for other programs."""


@command.command("serve")
@click.argument("station")
@click.option("--seed", type=int, help="Seed of the simulated bench.")
@click.option("--virtual-time", is_flag=True, help="Jump instead of waiting: readings come at once.")
@click.option(
    "--for", "seconds", type=click.FloatRange(1, 86_400), default=3600.0, help="Stop after so many seconds."
)
@click.option("--json", "for_machines", is_flag=True, help="Write the addresses as one line of JSON.")
def serve(station: str, seed: int | None, virtual_time: bool, seconds: float, for_machines: bool) -> None:  # noqa: FBT001 - click hands them over so
    """Serve the simulated instruments of STATION on 127.0.0.1, and print their resource names; Ctrl-C ends it."""
    stage = stage_of(library.find("stations", station), seed=seed, skin="sockets", real_time=not virtual_time)
    try:
        if for_machines:
            # One line, so that a program that starts this can read it and go on.
            click.echo(json.dumps({name: one.address for name, one in stage.addresses.items()}))
        else:
            click.echo(
                text.table(("instrument", "resource"), [(n, a.address) for n, a in stage.addresses.items()])
            )
            click.echo(f"Serving for {text.duration(seconds)} at most; Ctrl-C ends it.")
        sys.stdout.flush()
        RealClock().sleep(seconds)
    except KeyboardInterrupt:
        click.echo("")
    finally:
        stage.world.close()
