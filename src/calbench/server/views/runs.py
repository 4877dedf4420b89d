"""The list of runs, and the page of one."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from calbench.errors import UsageError
from calbench.server.runs.commanding import VERBS, answer, command, roles_for
from calbench.server.runs.finding import STATUSES, VERDICTS, Sought
from calbench.server.runs.frames import counts, head
from calbench.server.runs.recovering import may_clear, may_resume
from calbench.server.runs.rows import groups
from calbench.server.views.rendering import page
from calbench.server.views.showing import figures, words
from calbench.server.views.visiting import ITEM, Visit, Visiting

router = APIRouter(include_in_schema=False)
A_PAGE = 50


@router.get("/")
def home() -> Response:
    """Lead to the runs."""
    return RedirectResponse("/runs", 303)


@router.get("/runs")
async def listed(visit: Visiting, sought: Annotated[Sought, Depends()], first: int = 0) -> Response:
    """Show the runs that are looked for, newest first."""
    first = min(max(0, first), 2**31)
    found = await asyncio.to_thread(visit.services.catalogue.page, first, A_PAGE, sought.wanted)
    return page(
        visit,
        "runs.html",
        found=found,
        sought=sought,
        first=first,
        a_page=A_PAGE,
        statuses=STATUSES,
        verdicts=VERDICTS,
    )


@router.get("/runs/{name}")
async def shown(name: str, visit: Visiting) -> Response:
    """Show a run as it stands; the script keeps it up to date."""
    entry = await asyncio.to_thread(visit.services.catalogue.entry, name)
    watch = await visit.services.watches.watch(entry.folder)
    projection = watch.projection
    return page(
        visit,
        "run.html",
        entry=entry,
        run=name,
        plan=projection.plan,
        words=words(visit.say),
        groups=groups(projection.plan),
        units=projection.units,
        points=json.dumps([row.id for row in projection.rows], ensure_ascii=False),
        names_width=24 + 8 * max(len(row.id) for row in projection.rows),  # pixels
        whole=json.dumps([row.number for row in projection.rows if row.whole]),
        judged=[row.number for row in projection.rows if row.judged],
        places=json.dumps(projection.plan.positions, ensure_ascii=False),
        figures=lambda cell: figures(cell, visit.say),
        cells=projection.cells,
        head=head(projection, visit.say, watch.lost),
        counts=counts(projection),
        prompts=watch.prompts,
        lines=[line for _, line in projection.lines],
        elapsed=visit.say.duration(projection.head.elapsed_s),
        verbs=[verb for verb in VERBS if verb != "abort"],
        may={verb: visit.session.account.may(*roles_for(verb)) for verb in VERBS},
        broken=watch.broken,
        seq=projection.seq,
        refused="",
        override="",
        simulated=projection.plan.simulated is not None,
        may_resume=may_resume(entry.standing),
        may_clear=may_clear(entry.standing),
    )


@router.get("/runs/{name}/prompts")
async def prompts(name: str, visit: Visiting) -> Response:
    """Show the open prompts of a run: a part of its page."""
    watch = await visit.services.watches.watch(visit.services.catalogue.folder_of(name))
    return page(visit, "prompts.html", run=name, prompts=watch.prompts)


@router.post("/runs/{name}/verb")
async def verb(name: str, visit: Visiting) -> Response:
    """Tell a run a verb."""
    fields = await visit.form()
    wanted, reason = fields.get("verb", ""), fields.get("reason", "")
    visit.require(*roles_for(wanted))
    folder = visit.services.catalogue.folder_of(name)
    visit.services.audit.note("verb", visit.name, run=name, verb=wanted, reason=reason)
    try:
        reply = await command(folder, wanted, visit.name, reason)
        return _said(visit, name, reply.text, accepted=reply.accepted)
    except UsageError as error:
        return _said(visit, name, str(error), accepted=False)


@router.post("/runs/{name}/answer")
async def answered(name: str, visit: Visiting) -> Response:
    """Answer an open prompt."""
    fields = await visit.form()
    visit.require("operator")
    folder, text = visit.services.catalogue.folder_of(name), fields.get("answer", fields.get(ITEM, ""))
    prompt = fields.get("prompt", "")
    visit.services.audit.note("answer", visit.name, run=name, prompt=prompt, answer=text)
    try:
        reply = await answer(folder, int(prompt) if prompt.isdecimal() else 0, text, visit.name)
        return _said(visit, name, reply.text, accepted=reply.accepted)
    except UsageError as error:
        return _said(visit, name, str(error), accepted=False)


def _said(visit: Visit, name: str, text: str, *, accepted: bool) -> Response:
    """Say what a run answered: as a part for the script, else on its page."""
    status = 200 if accepted else 409
    if visit.partly:
        return page(visit, "said.html", status, text=text, accepted=accepted)
    return page(visit, "answered.html", status, text=text, accepted=accepted, run=name)
