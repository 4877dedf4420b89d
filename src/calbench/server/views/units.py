"""The page of one unit of a run."""

from __future__ import annotations

from fastapi import APIRouter, Response

from calbench.documents.orders import UUT_FIELDS
from calbench.server.runs.catalogue import NoSuchRun
from calbench.server.runs.frames import told
from calbench.server.runs.units import unit_view
from calbench.server.views.rendering import page
from calbench.server.views.showing import limits
from calbench.server.views.visiting import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/runs/{name}/units/{place}")
async def unit(name: str, place: str, visit: Visiting) -> Response:
    """Show one unit: what it is, and every point with its value, U, limits, verdict and attempts."""
    watch = await visit.services.watches.watch(visit.services.catalogue.folder_of(name))
    await watch.concluded()
    found = unit_view(watch.projection, place)
    if found is None:
        raise NoSuchRun(f"Run {name} has no unit in position '{place[:80]}'.")
    return page(visit, "unit.html", run=name, unit=found, fields=UUT_FIELDS, limits=limits, told=told)
