"""`calbench keys`: the keys that sign."""

from __future__ import annotations

import click

from calbench.cli import signatorykeys


@click.group("keys")
def command() -> None:
    """Make keys for those who sign certificates, and say whose certificates are trusted."""


@command.group("new")
def new() -> None:
    """Make a key with its certificate."""


new.add_command(signatorykeys.signatory)
new.add_command(signatorykeys.authority)
command.add_command(signatorykeys.imported)
command.add_command(signatorykeys.request)
command.add_command(signatorykeys.trust)
