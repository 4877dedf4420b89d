"""Whether the process of a run lives, asked over the channel in its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from calbench.archive.rows import OPEN, RunRow

_WITHIN = 2.0
"""Seconds that a run has for its answer; one that hangs counts as running."""


def living(runs: Path, row: RunRow) -> RunRow:
    """Give a run whose journal has no end as RUNNING, with its state, or as CRASHED; any other as it is."""
    if row.status != OPEN:
        return row
    from calbench.control.channel import FILE, tell  # noqa: PLC0415 - only few runs are open
    from calbench.control.verbs import Command  # noqa: PLC0415 - as above
    from calbench.errors import UsageError  # noqa: PLC0415 - as above

    folder = runs / row.folder
    if not (folder / FILE).is_file():
        return replace(row, status="CRASHED")
    try:
        reply = tell(folder, Command(verb="state"), _WITHIN)
    except UsageError as error:
        hangs = isinstance(error.__cause__, TimeoutError)
        return replace(row, status="RUNNING" if hangs else "CRASHED")
    return replace(row, status="RUNNING" if reply.accepted else "CRASHED", state=reply.state)
