"""`calbench leases`: which instruments of this machine are in use, by which run; and releasing one by hand."""

from __future__ import annotations

import click

from calbench.cli import text
from calbench.cli.wording import word
from calbench.clock import RealClock
from calbench.errors import UsageError
from calbench.leasing.lease import Lease
from calbench.leasing.places import lease_file
from calbench.leasing.table import Table


@click.command("leases")
@click.option("--release", "resource", metavar="RESOURCE", help="Release what a run left behind.")
@click.option("--by", default="", help="Who releases it.")
@click.option("--reason", default="", help="Why; it is kept with the leases.")
@click.option("--force", is_flag=True, help="Release it although its run lives: that run stops.")
@click.option("--json", "for_machines", is_flag=True, help="Write it as JSON.")
def command(resource: str | None, by: str, reason: str, force: bool, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Show which instruments are in use on this machine, by which run; or release one that was left behind."""
    table = Table(lease_file(), RealClock())
    if resource is None:
        if by or reason or force:
            raise UsageError("--by, --reason and --force go with --release RESOURCE.")
        _show(table, for_machines=for_machines)
        return
    found = table.break_off(resource, by, reason, force=force)
    if for_machines:
        text.dump({"released": _said(found)})
    else:
        click.echo(word("leases.released", resource=found.resource, holder=found.holder))


def _show(table: Table, *, for_machines: bool) -> None:
    held = table.held()
    if for_machines:
        log = [
            {
                "utc": one.utc,
                "did": one.did,
                "resource": one.resource,
                "run": one.run,
                "by": one.by,
                "text": one.text,
            }
            for one in table.log()
        ]
        text.dump({"file": str(table.path), "leases": [_said(one) for one in held], "log": log})
    elif not held:
        click.echo(word("leases.none"))
    else:
        heads = (word(f"leases.{name}") for name in ("resource", "by", "who", "since", "state"))
        click.echo(text.table(tuple(heads), [_row(one) for one in held]))


def _row(lease: Lease) -> tuple[str, ...]:
    return (lease.resource, lease.claim.run, lease.claim.who, lease.since, word(f"leases.{_state(lease)}"))


def _state(lease: Lease) -> str:
    if lease.stale:
        return "stale"
    return "guard" if lease.by == "guard" else "in.use"


def _said(lease: Lease) -> dict[str, object]:
    claim = lease.claim
    return {
        "resource": lease.resource,
        "run": claim.run,
        "station": claim.station,
        "who": claim.who,
        "process": claim.pid,
        "by": lease.by,
        "since": lease.since,
        "renewed": lease.renewed,
        "silent_s": round(lease.silent, 1),
        "stale": lease.stale,
    }
