"""The journal of a run, line by line."""

from __future__ import annotations

import asyncio
from typing import get_args

from fastapi import APIRouter, Response

from calbench.documents.journal import EventType
from calbench.server.runs.reading import Wanted, after
from calbench.server.views.rendering import page
from calbench.server.views.visiting import Visiting

router = APIRouter(include_in_schema=False)
A_PAGE = 100


@router.get("/runs/{name}/journal")
async def journal(
    name: str,
    visit: Visiting,
    since: int = 0,
    type: str = "",  # noqa: A002 - as the address says it
    point: str = "",
    position: str = "",
) -> Response:
    """Show the lines of a journal after number `since`, of one type, point or position if wanted."""
    watch = await visit.services.watches.watch(visit.services.catalogue.folder_of(name))
    wanted = Wanted(frozenset({type} if type else ()), point, position)
    since = min(max(since, 0), watch.journal.lines)
    part = await asyncio.to_thread(after, watch.journal, since, A_PAGE, wanted)
    return page(
        visit,
        "journal.html",
        run=name,
        plan=watch.projection.plan,
        part=part,
        lines=watch.journal.lines,
        since=since,
        a_page=A_PAGE,
        wanted={"type": type, "point": point, "position": position},
        types=sorted(get_args(EventType)),
    )
