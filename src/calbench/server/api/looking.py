"""Reading runs: the list, one run, its results, its events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.routing import APIRoute

from calbench.archive import Wanted as ArchiveWanted
from calbench.documents.journal import EventType
from calbench.server.api.acting import Acting, Actor
from calbench.server.api.problems import ApiProblem, responses
from calbench.server.api.shapes import CellOut, Events, Known, Me, Results, RunEntry, RunNow, Runs
from calbench.server.runs import choosing
from calbench.server.runs.catalogue import Entry
from calbench.server.runs.finding import LONGEST, ListStatus
from calbench.server.runs.frames import counts
from calbench.server.runs.reading import MOST, Wanted, after
from calbench.server.runs.watching import Watch
from calbench.server.views.streaming import QUIET, VIEWERS, EventStream


def by_name(route: APIRoute) -> str:
    """Give an operation the name of its function: clients are generated from it."""
    return route.name


router = APIRouter(prefix="/api/v1", generate_unique_id_function=by_name)
RunId = Annotated[str, Path(description="Id of a run, as the list gives it.", max_length=200)]
Line = Annotated[int, Query(ge=0, le=2**53 - 1)]


@router.get("/me", responses=responses())
def me(actor: Actor) -> Me:
    """Say for whom the token acts."""
    return Me(name=actor.name, roles=list(actor.account.roles))


@router.get("/procedures", responses=responses())
def procedures(actor: Actor) -> list[Known]:  # noqa: ARG001 - the token is needed
    """List the procedures."""
    return [Known(name=name) for name in choosing.procedures()]


@router.get("/stations", responses=responses())
def stations(actor: Actor) -> list[Known]:  # noqa: ARG001 - as above
    """List the stations."""
    return [Known(name=name) for name in choosing.stations()]


@router.get("/runs", responses=responses())
def runs(
    actor: Actor,
    first: Annotated[int, Query(ge=0, le=2**31)] = 0,
    most: Annotated[int, Query(ge=1, le=200)] = 50,
    text: Annotated[str, Query(max_length=LONGEST)] = "",
    serial: Annotated[str, Query(max_length=LONGEST)] = "",
    status: Annotated[list[ListStatus] | None, Query(max_length=10)] = None,
) -> Runs:
    """List runs, newest first, from number `first` (from 0): of these states, that have these texts in their names."""
    wanted = ArchiveWanted(status=tuple(status or ()), serial=serial, text=text)
    found = actor.services.catalogue.page(first, most, wanted)
    return Runs(runs=[_entry(one) for one in found.entries], all=found.number)


@router.get("/runs/{run}", responses=responses("not-found"))
async def run(run: RunId, actor: Actor) -> RunNow:
    """Say how a run stands, and what it asks."""
    watch = await _watch(run, actor)
    shown, lost = watch.projection.head, watch.lost
    counted = counts(watch.projection)
    return RunNow(
        id=run,
        seq=watch.projection.seq,
        state=shown.state if lost is None else lost.state,
        why=shown.why,
        outputs=shown.outputs if lost is None else lost.outputs,
        in_doubt=list(shown.in_doubt if lost is None else lost.in_doubt),
        doing=shown.doing,
        elapsed_s=shown.elapsed_s,
        prompts=watch.prompts,
        done=counted["done"],
        all=counted["all"],
        failed=counted["failed"],
    )


@router.get("/runs/{run}/results", responses=responses("not-found"))
async def results(run: RunId, actor: Actor) -> Results:
    """Give the results so far, point by point."""
    watch = await _watch(run, actor)
    kinds = {row.id: "derived" if row.derived else "test" for row in watch.projection.rows if row.whole}
    cells = [
        CellOut(
            of=kinds.get(point, "point"),
            position=place,
            point=point,
            state=cell.state,
            verdict=cell.verdict,
            attempts=cell.attempts,
            discarded=cell.discarded,
            error=cell.error,
            lower=cell.lower,
            upper=cell.upper,
            expanded=cell.expanded,
            unit=cell.unit,
            deviation=cell.deviation,
            spread=cell.spread,
        )
        for (place, point), cell in watch.projection.cells.items()
    ]
    return Results(seq=watch.projection.seq, cells=cells)


@router.get("/runs/{run}/events", responses=responses("not-found"))
async def events(
    run: RunId,
    actor: Actor,
    since: Line = 0,
    most: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    kind: Annotated[list[EventType] | None, Query(max_length=50)] = None,
    point: Annotated[str, Query(max_length=200)] = "",
    position: Annotated[str, Query(max_length=200)] = "",
) -> Events:
    """Give the events after number `since`, as they are written; of these kinds, of this point and position."""
    watch = await _watch(run, actor)
    wanted = Wanted(frozenset(kind or ()), point, position)
    part = await asyncio.to_thread(after, watch.journal, since, most, wanted)
    return Events(events=[event for event, _ in part.events], last=part.last, lines=watch.journal.lines)


@router.get(
    "/runs/{run}/stream",
    status_code=200,
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}}, **responses("not-found", "busy")},
)
async def stream(
    run: RunId,
    actor: Actor,
    since: Line = 0,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    """Send every event after number `since` as it is written; its number is the id, for Last-Event-ID."""
    watch = await _watch(run, actor)
    if watch.viewers >= VIEWERS:
        raise ApiProblem("busy", "Too many watch this run.")
    given = int(last_event_id) if last_event_id and last_event_id.isdecimal() else since
    return EventStream(_events(watch, given))


async def _events(watch: Watch, since: int) -> AsyncIterator[bytes]:
    watch.viewers += 1
    watch.follow()
    try:
        while True:
            revision = watch.projection.revision
            part = await asyncio.to_thread(after, watch.journal, since, MOST, Wanted())
            for event, _ in part.events:
                text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
                yield f"id: {event['seq']}\ndata: {text}\n\n".encode()
            since = max(since, part.last)
            if not part.events and not await watch.change(revision, QUIET):
                yield b": nothing new\n\n"
    finally:
        watch.viewers -= 1


async def _watch(run: str, actor: Acting) -> Watch:
    return await actor.services.watches.watch(actor.services.catalogue.folder_of(run))


def _entry(entry: Entry) -> RunEntry:
    return RunEntry(
        id=entry.id,
        state=entry.standing.state,
        outputs=entry.standing.outputs,
        title=entry.title,
        procedure=entry.procedure,
        station=entry.station,
        uut=entry.uut,
        units=entry.units,
        operator=entry.operator,
        created=entry.created,
        simulated=entry.simulated,
        points=entry.points,
        verdict=entry.verdict,
        wrong=list(entry.wrong),
    )
