"""`calbench scan`: what is connected, asked for bus by bus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import click

from calbench.cli import text
from calbench.instruments import scanning
from calbench.instruments.opening import LinkSpec
from calbench.workflow.sparing import leased


@click.command("scan")
@click.argument("where", type=click.Choice(["gpib", "usb", "serial", "lan"]))
@click.argument("hosts", nargs=-1)
@click.option("--library", default="", help="VISA library, as pyvisa names it; of gpib and usb only.")
@click.option("--identify", is_flag=True, help="Ask each instrument on the bus for *IDN? (gpib and usb).")
@click.option(
    "--port", "ports", type=click.IntRange(1, 65535), multiple=True, help="TCP port; default 5025 and 3490."
)
@click.option("--json", "for_machines", is_flag=True, help="Write the list as JSON.")
def command(
    where: str,
    hosts: Sequence[str],
    library: str,
    identify: bool,  # noqa: FBT001 - click hands it over so
    ports: Sequence[int],
    for_machines: bool,  # noqa: FBT001 - as above
) -> None:
    """Look for instruments on one bus: WHERE is gpib, usb, serial, or lan with the HOSTS to ask.

    Nothing is broadcast. Serial ports are listed, never opened. On the network only the named hosts are asked. An
    instrument that a run has is not asked: it is listed as in use.
    """
    if (where == "lan") != bool(hosts):
        raise click.UsageError("Name the hosts after lan, and after lan only: calbench scan lan 192.168.0.7")
    found = _found(where, hosts, library, identify=identify, ports=ports or scanning.PORTS)
    if for_machines:
        text.dump([asdict(one) for one in found])
        return
    if not found:
        click.echo(f"Nothing found: {where} {' '.join(hosts)}".rstrip())
        return
    rows = [(one.address, one.identity or one.problem or one.about) for one in found]
    click.echo(text.table(("address", "what is there"), rows))


def _found(
    where: str, hosts: Sequence[str], library: str, *, identify: bool, ports: Sequence[int]
) -> list[scanning.Found]:
    if where == "serial":
        return scanning.serial_ports()
    if where == "lan":
        return list(scanning.hosts(hosts, ports, in_use=leased()))
    there = scanning.bus("GPIB" if where == "gpib" else "USB", library)
    if not identify:
        return there
    in_use = leased()
    return [scanning.ask(LinkSpec("visa", one.address, library), in_use=in_use) for one in there]
