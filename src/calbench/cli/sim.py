"""`calbench sim serve`: simulated instruments for other programs, on loopback sockets."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import click

from calbench import library
from calbench.cli import text
from calbench.clock import RealClock
from calbench.workflow import stage_of

if TYPE_CHECKING:
    from calbench.simulation.staging import Stage


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
@click.option(
    "--protocol",
    type=click.Choice(["raw", "auto"]),
    default="raw",
    help="raw: a socket for each; auto: what the link of each suggests (Prologix, HiSLIP, VXI-11, serial lines).",
)
@click.option("--json", "for_machines", is_flag=True, help="Write the addresses as one line of JSON.")
def serve(
    station: str,
    seed: int | None,
    virtual_time: bool,  # noqa: FBT001 - click hands it over so
    seconds: float,
    protocol: str,
    for_machines: bool,  # noqa: FBT001 - as above
) -> None:
    """Serve the simulated instruments of STATION on 127.0.0.1, and print their resource names; Ctrl-C ends it."""
    skin = "sockets" if protocol == "raw" else "unserved"
    stage = stage_of(library.find("stations", station), seed=seed, skin=skin, real_time=not virtual_time)
    try:
        found = _addresses(stage) if protocol == "raw" else _offers(stage)
        if for_machines:
            # One line, so that a program that starts this can read it and go on.
            click.echo(json.dumps(found.by_name))
        else:
            click.echo(text.table(found.head, found.rows))
            click.echo(f"Serving for {text.duration(seconds)} at most; Ctrl-C ends it.")
        sys.stdout.flush()
        RealClock().sleep(seconds)
    except KeyboardInterrupt:
        click.echo("")
    finally:
        stage.world.close()


class _Found(NamedTuple):
    """What there is to print: a table, and the same for machines."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    by_name: Mapping[str, object]


def _addresses(stage: Stage) -> _Found:
    rows: list[tuple[str, ...]] = [(name, one.address) for name, one in stage.addresses.items()]
    return _Found(
        ("instrument", "resource"), rows, {name: one.address for name, one in stage.addresses.items()}
    )


def _offers(stage: Stage) -> _Found:
    from calbench.simulation.servers.offering import offer  # noqa: PLC0415 - loaded where it is used

    _, offers = offer(stage.world, stage.links)
    by_name: dict[str, dict[str, str]] = {}
    for one in offers:
        by_name.setdefault(one.name, {})[one.protocol] = one.address
    rows: list[tuple[str, ...]] = [(one.name, one.protocol, one.address) for one in offers]
    return _Found(("instrument", "protocol", "resource"), rows, by_name)
