"""Server-sent events: what changed in a run, to everybody who watches it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Response
from starlette.types import Receive, Scope, Send

from calbench.server.runs.frames import FULL, frame
from calbench.server.runs.watching import Watch
from calbench.server.views.visiting import Visit, Visiting

router = APIRouter(include_in_schema=False)
QUIET = 5.0
"""Seconds after which a viewer is told that nothing happened, and the session is looked at again."""
TAKE_WITHIN = 15.0
"""Seconds within which a viewer must have taken a frame; a slower one is dropped and connects again."""
VIEWERS = 64
"""Viewers of one run."""


@router.get("/runs/{name}/stream")
async def stream(name: str, visit: Visiting) -> Response:
    """Send a whole frame, then what changed; the id of each is the number of the last event that it shows.

    Whoever connects again, with or without Last-Event-ID, gets a whole frame: nothing can be lost between two.
    """
    watch = await visit.services.watches.watch(visit.services.catalogue.folder_of(name))
    if watch.viewers >= VIEWERS:
        return Response("Too many viewers of this run.\n", 503, media_type="text/plain")
    return EventStream(_frames(watch, visit))


async def _frames(watch: Watch, visit: Visit) -> AsyncIterator[bytes]:
    seen, projection = FULL, watch.projection
    watch.viewers += 1
    watch.follow()
    try:
        while _still_in(visit):
            if await watch.change(seen, QUIET):
                content = frame(projection, seen, visit.say, watch.lost) | (
                    {"broken": watch.broken} if watch.broken else {}
                )
                seen = projection.revision
                text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
                yield f"id: {projection.seq}\ndata: {text}\n\n".encode()
            else:
                yield b": nothing new\n\n"
        yield b"event: over\ndata: {}\n\n"
    finally:
        watch.viewers -= 1


def _still_in(visit: Visit) -> bool:
    cookie = visit.request.cookies.get(visit.services.settings.cookie, "")
    return visit.services.sessions.find(cookie) is not None


class EventStream(Response):
    """An answer without end, that ends when its reader goes or does not keep up."""

    media_type = "text/event-stream"

    def __init__(self, parts: AsyncIterator[bytes]) -> None:
        super().__init__()
        self._parts = parts
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        """Send part by part."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, TimeoutError, OSError):
                    await task
            with contextlib.suppress(RuntimeError):
                await self._parts.aclose()  # type: ignore[attr-defined] # a generator

    async def _send(self, send: Send) -> None:
        async for part in self._parts:
            message = {"type": "http.response.body", "body": part, "more_body": True}
            await asyncio.wait_for(send(message), TAKE_WITHIN)
        await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
