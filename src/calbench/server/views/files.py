"""The files of a run: the list, one of them, all as a ZIP."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, StreamingResponse

from calbench.server.releasing.files import HEADERS, Handed, attachment, file_of, files_of, safe
from calbench.server.services import Services
from calbench.server.views.rendering import page
from calbench.server.views.visiting import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/runs/{name}/files")
async def listed(name: str, visit: Visiting) -> Response:
    """Show which files there are."""
    folder = visit.services.catalogue.folder_of(name)
    found = await asyncio.to_thread(files_of, folder, name)
    return page(visit, "files.html", run=name, files=list(found.values()))


@router.get("/runs/{name}/files/{key:path}")
async def handed(name: str, key: str, visit: Visiting) -> Response:
    """Hand out one of them, by its name on the list."""
    return saved(await asyncio.to_thread(file_of, visit.services.catalogue.folder_of(name), name, key))


@router.get("/runs/{name}/zip")
async def whole(name: str, visit: Visiting) -> Response:
    """Hand out all of them."""
    return await zipped(visit.services, name)


def saved(found: Handed) -> Response:
    """Answer with a file that the browser saves and never shows."""
    headers = {**HEADERS, "content-disposition": attachment(found.saved_as)}
    return FileResponse(found.path, media_type=found.kind, headers=headers)


async def zipped(has: Services, name: str) -> Response:
    """Answer with every file of a run as a ZIP.

    Raises:
        UsageError: They are too large, or too many ZIPs are being made.
    """
    found = await asyncio.to_thread(files_of, has.catalogue.folder_of(name), name)
    headers = {**HEADERS, "content-disposition": attachment(safe(f"{name}.zip"))}
    return StreamingResponse(has.zipping.begin(found.values()), media_type="application/zip", headers=headers)
