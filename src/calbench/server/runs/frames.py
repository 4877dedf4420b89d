"""Frames: what changed since a revision, as small JSON that the page's script puts in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from calbench.server.runs.projection import Projection
from calbench.server.runs.standing import Standing
from calbench.server.runs.viewmodel import Cell, Head, Outputs
from calbench.server.wording import Speaker

FULL = -1
"""The revision of a viewer who has nothing yet."""


def frame(
    projection: Projection, since: int, say: Speaker, lost: Standing | None = None
) -> dict[str, object]:
    """Give what is newer than revision `since`, in one language.

    `cells` are lists: number of the position, number of the point, state, verdict, attempts, error, lower and upper
    limit, U, unit, deviation and U in parts of the limit. `open` are the numbers of the open prompts. Parts that did
    not change are not there.
    """
    places = {place: number for number, place in enumerate(projection.plan.positions)}
    points = {point.id: number for number, point in enumerate(projection.plan.points)}
    found: dict[str, object] = {"seq": projection.seq, "revision": projection.revision, "full": since == FULL}
    cells = [
        [places[place], points[point], *_cell(cell, say)]
        for (place, point), cell in projection.cells.items()
        if cell.revision > max(since, 0)
    ]
    if cells:
        found["cells"] = cells
    if projection.head.revision > since:
        found["head"] = head(projection.head, say, lost)
    if projection.prompts_revision > since or since == FULL:
        found["open"] = [] if lost is not None else list(projection.prompts)
    lines = [line for revision, line in projection.lines if revision > since]
    if lines:
        found["lines"] = [
            {
                "seq": line.seq,
                "at": line.t_utc[11:19],
                "sort": line.sort,
                "text": say.line(line.key, line.values),
            }
            for line in lines
        ]
    found["elapsed"] = say.duration(projection.head.elapsed_s)
    found["counts"] = counts(projection.cells)
    return found


def head(shown: Head, say: Speaker, lost: Standing | None = None) -> dict[str, object]:
    """Give the header of a run, in words; `lost` is how it stands where its process is gone."""
    if lost is not None:
        shown = replace(
            shown, state=lost.state, outputs=cast("Outputs", lost.outputs), in_doubt=lost.in_doubt
        )
    return {
        "state": shown.state,
        "state_text": say(f"state.{shown.state}"),
        "state_help": say(f"state.{shown.state}.help"),
        "why": shown.why,
        "outputs": shown.outputs,
        "outputs_text": say(f"outputs.{shown.outputs}", names=", ".join(shown.in_doubt)),
        "in_doubt": list(shown.in_doubt),
        "doing": shown.doing,
        "conditions": ", ".join(shown.conditions.values()),
        "cleared": shown.cleared,
    }


def counts(cells: Mapping[tuple[str, str], Cell]) -> dict[str, int]:
    """Count the points that are done, and those that did not pass."""
    done = [cell for cell in cells.values() if cell.state == "measured"]
    return {
        "done": len(done),
        "all": len(cells),
        "failed": sum(cell.verdict in ("fail", "indeterminate_fail") for cell in done),
    }


def _cell(cell: Cell, say: Speaker) -> list[object]:
    return [
        cell.state,
        cell.verdict,
        cell.attempts,
        cell.error,
        cell.lower,
        cell.upper,
        cell.expanded,
        say.local(cell.unit),
        _short(cell.deviation),
        _short(cell.spread),
    ]


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")  # for a picture; the texts have every digit
