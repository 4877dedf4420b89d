"""`calbench drivers`: what can be driven."""

from __future__ import annotations

import inspect
import sys

import click

from calbench.cli import text
from calbench.instruments import catalog


@click.command("drivers")
@click.argument("name", required=False)
@click.option("--json", "for_machines", is_flag=True, help="Write the list as JSON.")
def command(name: str | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """List the drivers, or show driver NAME: models, capabilities, and how each command was verified."""
    if name is None:
        _list(for_machines=for_machines)
        return
    driver = catalog.find(name)
    manual = (inspect.getdoc(sys.modules[driver.__module__]) or "").splitlines()[0]
    if for_machines:
        text.dump({"driver": name, "manual": manual, "models": driver.MODELS, "provides": driver.PROVIDES,
                   "commands": dict(driver.COMMANDS)})  # fmt: skip
        return
    click.echo(f"{name}: {manual}\n\n{inspect.getdoc(driver)}\n")
    click.echo(f"Models: {', '.join(driver.MODELS)}\nProvides: {', '.join(driver.PROVIDES)}\n")
    rows = [
        (repr(header)[1:-1], how) for header, how in driver.COMMANDS.items()
    ]  # ESC would act on the terminal
    click.echo(text.table(("command", "verified by"), rows))


def _list(*, for_machines: bool) -> None:
    found = {name: catalog.find(name) for name in catalog.names()}
    if for_machines:
        text.dump({name: list(driver.PROVIDES) for name, driver in found.items()})
        return
    rows = [(name, ", ".join(driver.MODELS), ", ".join(driver.PROVIDES)) for name, driver in found.items()]
    click.echo(text.table(("driver", "models", "provides"), rows))
