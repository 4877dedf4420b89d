"""Frames: what changed since a revision, as small JSON that the page's script puts in place."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from calbench.documents.conduct import ConditionPlan
from calbench.quantities import parse_quantity
from calbench.server.runs.projection import Projection
from calbench.server.runs.standing import Standing
from calbench.server.runs.viewmodel import Cell, Outputs
from calbench.server.wording import Speaker

FULL = -1
"""The revision of a viewer who has nothing yet."""


def frame(
    projection: Projection, since: int, say: Speaker, lost: Standing | None = None
) -> dict[str, object]:
    """Give what is newer than revision `since`, in one language.

    `cells` are lists: number of the position, number of the row, state, verdict, attempts, how many of them do not
    count, error, lower and upper limit, U, unit, deviation and U in parts of the limit. `units` are lists: number of
    the position, state, reason. `open` are the numbers of the open prompts. Parts that did not change are not there.
    """
    places = {place: number for number, place in enumerate(projection.plan.positions)}
    numbers = {row.id: row.number for row in projection.rows}
    found: dict[str, object] = {"seq": projection.seq, "revision": projection.revision, "full": since == FULL}
    cells = [
        [places[place], numbers[name], *_cell(cell, say)]
        for (place, name), cell in projection.cells.items()
        if cell.revision > max(since, 0)
    ]
    if cells:
        found["cells"] = cells
    units = [
        [places[place], unit.state, unit.why]
        for place, unit in projection.units.items()
        if unit.revision > max(since, 0)
    ]
    if units:
        found["units"] = units
    if projection.head.revision > since:
        found["head"] = head(projection, say, lost)
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
    if cells or since == FULL:
        found["counts"] = counts(projection)
    return found


def head(projection: Projection, say: Speaker, lost: Standing | None = None) -> dict[str, object]:
    """Give the header of a run, in words; `lost` is how it stands where its process is gone."""
    shown = projection.head
    if lost is not None:
        shown = replace(
            shown, state=lost.state, outputs=cast("Outputs", lost.outputs), in_doubt=lost.in_doubt, cause=""
        )
    return {
        "state": shown.state,
        "state_text": say(f"state.{shown.state}"),
        "state_help": say(f"cause.{shown.cause}") if shown.cause else say(f"state.{shown.state}.help"),
        "why": shown.why,
        "outputs": shown.outputs,
        "outputs_text": say(f"outputs.{shown.outputs}", names=", ".join(shown.in_doubt)),
        "in_doubt": list(shown.in_doubt),
        "doing": shown.doing,
        "conditions": conditions(projection, say),
        "cleared": shown.cleared,
    }


def conditions(projection: Projection, say: Speaker) -> list[dict[str, object]]:
    """Give the conditions of the environment, each with its value, its limits and whether it is outside them."""
    planned = {condition.quantity: condition for condition in projection.plan.conditions}
    found: list[dict[str, object]] = []
    for quantity in dict.fromkeys([*planned, *projection.head.conditions]):
        now, plan = projection.head.conditions.get(quantity), planned.get(quantity)  # type: ignore[call-overload] # any text
        found.append(
            {
                "name": say.known(f"quantity.{quantity}"),
                "value": "–" if now is None else now.value,
                "limits": "" if plan is None else _limits(plan),
                "wrong": now is not None and bool(now.wrong),
            }
        )
    return found


def counts(projection: Projection) -> dict[str, int]:
    """Count the points that are done, and those that did not pass; whole tests do not count as points."""
    whole = {row.id for row in projection.rows if row.whole}
    cells = [
        cell for (_, name), cell in projection.cells.items() if name not in whole and cell.state != "omitted"
    ]
    done = [cell for cell in cells if cell.state == "measured"]
    return {
        "done": len(done),
        "all": len(cells),
        "failed": sum(cell.verdict in ("fail", "indeterminate_fail") for cell in done),
    }


def _limits(plan: ConditionPlan) -> str:
    lower, upper = (None if one is None else parse_quantity(one).text() for one in (plan.lower, plan.upper))
    if lower and upper:
        return f"{lower} … {upper}"
    return f"≥ {lower}" if lower else f"≤ {upper}" if upper else ""


def _cell(cell: Cell, say: Speaker) -> list[object]:
    return [
        cell.state,
        cell.verdict,
        cell.attempts,
        cell.discarded,
        told(cell, say),
        cell.lower,
        cell.upper,
        cell.expanded,
        say.local(cell.unit),
        _short(cell.deviation),
        _short(cell.spread),
    ]


def told(cell: Cell, say: Speaker) -> str:
    """Give what a cell came to: its error, or the answer of a person in this language."""
    return say.local(cell.words) if cell.words else say.known(f"answer.{cell.error}")


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")  # for a picture; the texts have every digit
