"""Who answers the prompts of a run that is started here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from calbench.cli.terminal import TerminalOperator, there_is_a_terminal
from calbench.cli.wording import word
from calbench.documents.prompt import Operator
from calbench.errors import UsageError
from calbench.execution.prompts.operators import RemoteOperator

F = TypeVar("F", bound=Callable[..., Any])


def prompts_option(function: F) -> F:
    """Add the option that says who answers prompts."""
    return click.option(
        "--prompts",
        type=click.Choice(("terminal", "remote", "both")),
        help="Who answers: this terminal, other processes (calbench answer, a page), or whoever is first. Without it, "
        "the terminal where there is one; a simulated run answers itself.",
    )(function)


def operator_of(prompts: str | None, *, simulated: bool, answers: Path | None, name: str) -> Operator | None:
    """Give who answers prompts; None for the answers file or the simulated operator.

    Raises:
        UsageError: A terminal is wanted, and there is none; or there are two who should answer.
    """
    if prompts is None:
        if simulated or answers is not None or not there_is_a_terminal():
            return None
        return TerminalOperator(name or click.prompt(word("your.name")))
    if answers is not None:
        raise UsageError("--answers answers every prompt from a file; leave out --prompts, or the file.")
    if prompts == "remote":
        return RemoteOperator(name)
    if not there_is_a_terminal():
        raise UsageError(
            f"--prompts {prompts} needs a terminal, and there is none here; take --prompts remote."
        )
    return TerminalOperator(name or click.prompt(word("your.name")), remote=prompts == "both")
