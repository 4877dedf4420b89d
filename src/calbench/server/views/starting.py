"""The form that starts a run: what can be chosen, what the run would do, and starting it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from calbench.certificates.wording import require_language, term
from calbench.documents.orders import UUT_FIELDS
from calbench.documents.procedure import Parameter, Procedure
from calbench.documents.station import Station
from calbench.errors import CalbenchError
from calbench.server.runs import choosing
from calbench.server.runs.choosing import Choice
from calbench.server.runs.launching import LaunchFailed
from calbench.server.runs.previewing import preview
from calbench.server.views.rendering import page
from calbench.server.views.visiting import Visit, Visiting

router = APIRouter(include_in_schema=False)
SEED_DIGITS = 15
OF_EACH = ("maker", "model", "serial", "asset")
"""What the form asks of each of several units; the rest is asked once, for all."""


@dataclass(frozen=True)
class Chosen:
    """The files that were chosen, read; or why one cannot be."""

    procedure: Procedure | None = None
    station: Station | None = None
    wrong: str = ""

    @property
    def may_simulate(self) -> bool:
        """Whether the station has a simulated twin beside its hardware."""
        return self.station is not None and not self.station.simulated and self.station.simulation is not None

    @property
    def simulated(self) -> bool:
        """Whether the station is a simulated one."""
        return self.station is not None and self.station.simulated


@router.get("/start")
async def form(visit: Visiting, procedure: str = "", station: str = "") -> Response:
    """Show the form; its second part, when procedure and station are chosen."""
    visit.require("operator")
    return await _form(visit, {"procedure": procedure, "station": station})


@router.post("/start/preview")
async def previewed(visit: Visiting) -> Response:
    """Show the plan of what is filled in, or every reason against it."""
    fields = await visit.form()
    visit.require("operator")
    found = await asyncio.to_thread(preview, choice_of(fields), visit.name)
    if visit.partly:
        return page(visit, "preview.html", plan=found.plan, reasons=found.reasons, busy=found.busy)
    return await _form(visit, fields, plan=found.plan, reasons=found.reasons, busy=found.busy)


@router.post("/start")
async def start(visit: Visiting) -> Response:
    """Start the run, and show its page once it is there."""
    fields = await visit.form()
    visit.require("operator")
    choice = choice_of(fields)
    found = await asyncio.to_thread(preview, choice, visit.name)
    if found.plan is None:
        return await _form(visit, fields, 409, reasons=found.reasons)
    try:
        run = await visit.services.launcher.run(choice, visit.name)
    except LaunchFailed as error:
        return await _form(visit, fields, 409, failed=str(error), busy=found.busy)
    visit.services.audit.note(
        "run started", visit.name, run=run, procedure=choice.procedure, station=choice.station
    )
    return RedirectResponse(f"/runs/{run}", 303)


def choice_of(fields: dict[str, str]) -> Choice:
    """Give what a form chooses; empty fields count as not given."""
    seed = fields.get("seed", "").strip()
    return Choice(
        procedure=fields.get("procedure", ""),
        station=fields.get("station", ""),
        settings=_under("set.", fields),
        uut=_known(_under("uut.", fields)),
        positions=tuple(_under("position.", fields)),
        units={
            place: found
            for place in _under("position.", fields)
            if (found := _known(_under(f"unit.{place}.", fields)))
        },
        seed=int(seed) if seed.isdecimal() and len(seed) <= SEED_DIGITS else None,
        simulate="simulate" in fields,
        real_time="real_time" in fields,
        answering=fields.get("answering", "people"),
    )


def default_of(parameter: Parameter) -> str:
    """Write the default of a parameter as it is typed."""
    value = parameter.default
    return "" if value is None else (", ".join(value) if isinstance(value, list) else value)


def choice_text(procedure: Procedure, choice: str, language: str) -> str:
    """Give a choice of a parameter in the words of the procedure, or in those that certificates have for it."""
    told = require_language(language)
    return procedure.words.get(told, {}).get(choice) or term("choice", choice, told)


def _known(fields: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if name in UUT_FIELDS}


def _under(prefix: str, fields: dict[str, str]) -> dict[str, str]:
    found = {
        name.removeprefix(prefix): text.strip() for name, text in fields.items() if name.startswith(prefix)
    }
    return {name: text for name, text in found.items() if text}


async def _form(visit: Visit, fields: dict[str, str], status: int = 200, **values: object) -> Response:
    chosen = await asyncio.to_thread(_chosen, fields.get("procedure", ""), fields.get("station", ""))
    shown = {"plan": None, "reasons": (), "busy": (), "failed": "", **values}
    return page(
        visit,
        "start.html",
        status,
        procedures=await asyncio.to_thread(choosing.offered),
        stations=await asyncio.to_thread(choosing.stations),
        fields=fields,
        chosen=chosen,
        uut_fields=UUT_FIELDS,
        unit_fields=OF_EACH,
        default_of=default_of,
        choice_text=choice_text,
        **shown,
    )


def _chosen(procedure: str, station: str) -> Chosen:
    if not procedure or not station:
        return Chosen()
    try:
        return Chosen(choosing.procedure(procedure), choosing.station(station))
    except CalbenchError as error:
        return Chosen(wrong=error.with_help())
