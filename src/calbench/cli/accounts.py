"""`calbench accounts`: who may use the operator page."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from calbench.cli import text
from calbench.cli.wording import word
from calbench.clock import RealClock
from calbench.errors import UsageError

if TYPE_CHECKING:
    from calbench.server.services import Services

PASSWORD = "CALBENCH_PASSWORD"  # noqa: S105 - the name of a variable
ROLES = ("operator", "reviewer", "head")


@click.group("accounts")
def command() -> None:
    """Accounts of the operator page: add them, change them, and see what was done with them."""


def _where(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the accounts lie."""
    for option in (
        click.option("--json", "for_machines", is_flag=True, help="Write the result as JSON."),
        click.option(
            "--runs",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path("runs"),
            help="Folder of runs.",
        ),
        click.option(
            "--state",
            type=click.Path(path_type=Path, file_okay=False),
            help="Folder of accounts; RUNS/.page if not given.",
        ),
    ):
        function = option(function)
    return function


@command.command("add")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    help="May be given several times.",
)
@_where
def add(name: str, roles: tuple[str, ...], runs: Path, state: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Add an account; its password is typed, or in CALBENCH_PASSWORD, or the first line of the input."""
    has = _services(runs, state)
    account = has.register.add(name, roles, _password(), _me())
    _say(
        for_machines,
        {"account": account.name, "roles": list(account.roles)},
        "accounts.added",
        name=account.name,
    )


@command.command("list")
@_where
def list_(runs: Path, state: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - as above
    """List all accounts."""
    found = _services(runs, state).register.all()
    if for_machines:
        text.dump([{"name": one.name, "roles": list(one.roles), "disabled": one.disabled} for one in found])
        return
    rows = [
        (one.name, ", ".join(one.roles), one.created, "disabled" if one.disabled else "") for one in found
    ]
    click.echo(text.table(("name", "roles", "since", ""), rows))


@command.command("password")
@click.argument("name")
@_where
def password(name: str, runs: Path, state: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - as above
    """Give an account another password; its sessions end."""
    _services(runs, state).register.set_password(name, _password(), _me())
    _say(for_machines, {"account": name}, "accounts.changed", name=name)


@command.command("role")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    help="May be given several times.",
)
@_where
def role(name: str, roles: tuple[str, ...], runs: Path, state: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - as above
    """Give an account these roles and no others."""
    _services(runs, state).register.set_roles(name, roles, _me())
    _say(for_machines, {"account": name, "roles": list(roles)}, "accounts.changed", name=name)


@command.command("disable")
@click.argument("name")
@click.option("--again", is_flag=True, help="Open it again.")
@_where
def disable(name: str, again: bool, runs: Path, state: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - as above
    """Close an account, with its sessions and tokens; nothing that it did is forgotten."""
    _services(runs, state).register.disable(name, _me(), disabled=not again)
    _say(for_machines, {"account": name, "disabled": not again}, "accounts.changed", name=name)


@command.command("token")
@click.argument("name")
@click.option("--label", default="", help="What it is for.")
@click.option("--drop", is_flag=True, help="Take all tokens of the account back instead.")
@_where
def token(name: str, label: str, drop: bool, runs: Path, state: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - as above
    """Make a token for a program that acts for an account; it is shown this once."""
    has = _services(runs, state)
    account = has.register.find(name)
    if account is None:
        raise UsageError(f"There is no account '{name}'. calbench accounts list shows all.")
    if drop:
        has.sessions.drop_tokens(account, _me())
        _say(for_machines, {"account": name}, "accounts.changed", name=name)
        return
    made = has.sessions.make_token(account, label, _me())
    if for_machines:
        text.dump({"account": name, "token": made})
    else:
        click.echo(made)


@command.command("audit")
@click.option("--last", type=click.IntRange(1), default=100, help="So many of the newest lines.")
@_where
def audit(last: int, runs: Path, state: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - as above
    """Show what was done, after checking that no line was altered."""
    lines = _services(runs, state).audit.lines(last)
    if for_machines:
        text.dump(lines)
        return
    for line in lines:
        about = line["about"]
        told = ", ".join(f"{key} {value}" for key, value in about.items()) if isinstance(about, dict) else ""
        click.echo(f"{line['t_utc']}  {line['by']}  {line['what']}  {told}".rstrip())


def _services(runs: Path, state: Path | None) -> Services:
    try:
        from calbench.server.services import services_of  # noqa: PLC0415 - its packages are an extra
        from calbench.server.settings import Settings  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        raise UsageError(f"The page needs {error.name}: pip install 'calbench[page]'.") from error
    return services_of(Settings(runs=runs, state=state or runs / ".page", clock=RealClock()))


def _password() -> str:
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt(word("accounts.password"), hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _me() -> str:
    try:
        return f"{getpass.getuser()} (command line)"
    except (OSError, KeyError, ImportError):
        return "command line"


def _say(for_machines: bool, content: dict[str, object], key: str, **values: str) -> None:  # noqa: FBT001 - as click has it
    if for_machines:
        text.dump(content)
    else:
        click.echo(word(key, **values))
