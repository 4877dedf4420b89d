"""Going on with a run that did not complete, and saying that the outputs of one that is unsafe were looked at."""

from __future__ import annotations

import asyncio
from pathlib import Path

from calbench.errors import UsageError
from calbench.server.runs.launching import Launcher
from calbench.server.runs.standing import RESUMABLE, Standing
from calbench.workflow import clear, stored_plan


async def resume(
    launcher: Launcher, folder: Path, by: str, override: str, *, simulated_operator: bool
) -> str:
    """Resume a run after every check; gives its id.

    Raises:
        LaunchFailed: A check did not pass; says which.
        UsageError: A run with real instruments cannot be answered for by a simulated operator.
    """
    plan = await asyncio.to_thread(stored_plan, folder)
    if simulated_operator and plan.simulated is None:
        raise UsageError("This run has real instruments: people answer its questions.")
    return await launcher.resume(folder, by, override, remote=not simulated_operator)


async def cleared(folder: Path, by: str, reason: str) -> None:
    """Write into the journal that a person has made sure of the outputs.

    Raises:
        UsageError: The run is going on, is not unsafe, or the reason is missing.
    """
    await asyncio.to_thread(clear, folder, by, reason)


def may_resume(found: Standing) -> bool:
    """Tell whether a run can be tried to be resumed; whether it can is checked then."""
    return found.state in RESUMABLE or (found.state == "UNSAFE" and found.cleared)


def may_clear(found: Standing) -> bool:
    """Tell whether somebody has to look at the outputs first."""
    left_on = found.state == "CRASHED" and found.outputs == "not_verified"
    return (found.state == "UNSAFE" or left_on) and not found.cleared
