"""`calbench drivers`: what can be driven."""

from __future__ import annotations

import inspect
import shutil
import sys
import textwrap
from collections import Counter
from typing import Any

import click

from calbench.cli import text
from calbench.instruments import catalog

_MARKS = ("manual", "peer", "assumed")


@click.command("drivers")
@click.argument("name", required=False)
@click.option("--json", "for_machines", is_flag=True, help="Write the list as JSON.")
def command(name: str | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """List the drivers, or show driver NAME: models, links, capabilities, and how each command was verified.

    A command is verified by the maker's manual, by a peer (a program that was not written here), or it is assumed.
    """
    if name is None:
        _list(for_machines=for_machines)
        return
    driver = catalog.find(name)
    manual = (inspect.getdoc(sys.modules[driver.__module__]) or "").splitlines()[0]
    if for_machines:
        text.dump(
            {"driver": name, "manual": manual, **_facts(name, driver), "commands": dict(driver.COMMANDS)}
        )
        return
    click.echo(f"{name}: {manual}\n\n{inspect.getdoc(driver)}\n")
    about = (("Models", driver.MODELS), ("Links", driver.LINKS), ("Provides", driver.PROVIDES))
    for title, words in (*about, ("Peers", catalog.peers(name) or ["none"])):
        click.echo(_wrapped(f"{title}: ", ", ".join(words)))
    rows = [
        (repr(header)[1:-1], how) for header, how in driver.COMMANDS.items()
    ]  # ESC would act on the terminal
    click.echo(f"\n{text.table(('command', 'verified by'), rows)}")


def _list(*, for_machines: bool) -> None:
    found = catalog.drivers()
    if for_machines:
        text.dump({name: _facts(name, driver) for name, driver in found.items()})
        return
    for name, driver in found.items():
        marks: Counter[str] = Counter(driver.COMMANDS.values())
        said = ", ".join(f"{marks[mark]} {mark}" for mark in _MARKS if marks[mark])
        peers = ", ".join(catalog.peers(name)) or "none"
        models = "any model" if driver.MODELS == ("*",) else ", ".join(driver.MODELS)
        head = _wrapped(f"{name}: ", models).removeprefix(name)
        click.echo(f"{click.style(name, bold=text.coloured())}{head}")
        facts = (("links", ", ".join(driver.LINKS)), ("commands", said), ("peers", peers))
        for title, words in (*facts, ("provides", ", ".join(driver.PROVIDES))):
            click.echo(_wrapped(f"  {title:9}", words))
    click.echo(f"{len(found)} drivers. calbench drivers NAME shows each command, and what was assumed.")


def _facts(name: str, driver: Any) -> dict[str, Any]:  # noqa: ANN401 - a class of a driver
    marks: Counter[str] = Counter(driver.COMMANDS.values())
    return {
        "models": list(driver.MODELS),
        "links": list(driver.LINKS),
        "provides": list(driver.PROVIDES),
        "verified": {mark: marks[mark] for mark in _MARKS},
        "peers": catalog.peers(name),
    }


def _wrapped(head: str, words: str) -> str:
    width = max(60, shutil.get_terminal_size().columns)
    return textwrap.fill(
        words, width, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    )
