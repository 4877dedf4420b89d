"""Resuming and clearing, from the page of a run."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from calbench.errors import CalbenchError
from calbench.server.runs.recovering import cleared, may_clear, may_resume, resume
from calbench.server.runs.standing import standing
from calbench.server.views.rendering import page
from calbench.server.views.visiting import Visit, Visiting

router = APIRouter(include_in_schema=False)


@router.get("/runs/{name}/ending")
async def ending(name: str, visit: Visiting) -> Response:
    """Show what can be done with a run that has ended: a part of its page."""
    return await _ending(visit, name)


@router.post("/runs/{name}/resume")
async def resumed(name: str, visit: Visiting) -> Response:
    """Resume a run after every check; the answer says which one did not pass."""
    fields = await visit.form()
    visit.require("operator")
    folder, override = visit.services.catalogue.folder_of(name), " ".join(fields.get("override", "").split())
    visit.services.audit.note("resume", visit.name, run=name, override=override)
    try:
        await resume(
            visit.services.launcher,
            folder,
            visit.name,
            override,
            simulated_operator=fields.get("answering") == "simulated",
        )
    except CalbenchError as error:
        return await _ending(visit, name, refused=str(error), override=override)
    return _back(visit, name)


@router.post("/runs/{name}/clear")
async def clear(name: str, visit: Visiting) -> Response:
    """Say that the outputs of a run were looked at."""
    fields = await visit.form()
    visit.require("operator", "head")
    reason = " ".join(fields.get("reason", "").split())
    visit.services.audit.note("clear", visit.name, run=name, reason=reason)
    try:
        await cleared(visit.services.catalogue.folder_of(name), visit.name, reason)
    except CalbenchError as error:
        return await _ending(visit, name, refused=str(error))
    return _back(visit, name)


async def _ending(visit: Visit, name: str, *, refused: str = "", override: str = "") -> Response:
    folder = visit.services.catalogue.folder_of(name)
    found = await asyncio.to_thread(standing, folder, visit.services.settings.clock)
    watch = await visit.services.watches.watch(folder)
    return page(
        visit,
        "ending.html" if visit.partly else "ended.html",
        409 if refused else 200,
        run=name,
        refused=refused,
        override=override,
        simulated=watch.projection.plan.simulated is not None,
        may_resume=may_resume(found),
        may_clear=may_clear(found),
    )


def _back(visit: Visit, name: str) -> Response:
    if visit.partly:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return RedirectResponse(f"/runs/{name}", 303)
