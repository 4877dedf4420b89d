"""Starting runs, telling them verbs, answering their prompts, resuming and clearing."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Path

from calbench.control.verbs import Reply
from calbench.documents.plan import Plan
from calbench.documents.prompt import OpenPrompt
from calbench.server.api.acting import Acting, Actor
from calbench.server.api.looking import RunId, by_name
from calbench.server.api.problems import ApiProblem, responses
from calbench.server.api.shapes import Answered, Began, Clear, Resume, Said, Why, Wish
from calbench.server.runs.choosing import Choice
from calbench.server.runs.commanding import answer as answer_run
from calbench.server.runs.commanding import command, roles_for
from calbench.server.runs.previewing import preview
from calbench.server.runs.recovering import cleared
from calbench.server.runs.recovering import resume as resume_run

router = APIRouter(prefix="/api/v1", generate_unique_id_function=by_name)


@router.post("/plans", responses=responses("forbidden", "plan-refused"))
async def plan(wish: Wish, actor: Actor) -> Plan:
    """Make the plan of what could be run; nothing is touched. A refusal has every reason."""
    actor.require("operator")
    return await _plan(wish, actor)


@router.post("/runs", status_code=201, responses=responses("forbidden", "plan-refused", "refused"))
async def start(wish: Wish, actor: Actor) -> Began:
    """Start a run."""
    actor.require("operator")
    await _plan(wish, actor)
    run = await actor.services.launcher.run(_choice(wish), actor.name)
    actor.services.audit.note(
        "run started", actor.name, run=run, procedure=wish.procedure, station=wish.station
    )
    return Began(id=run)


@router.get("/runs/{run}/prompts", responses=responses("not-found"))
async def prompts(run: RunId, actor: Actor) -> list[OpenPrompt]:
    """List the open prompts of a run."""
    watch = await actor.services.watches.watch(actor.services.catalogue.folder_of(run))
    return watch.prompts


@router.post("/runs/{run}/prompts/{seq}/answer", responses=responses("forbidden", "not-found", "refused"))
async def answer(
    run: RunId, seq: Annotated[int, Path(ge=1, le=2**53 - 1)], given: Answered, actor: Actor
) -> Said:
    """Answer an open prompt, by its number; it is taken once."""
    actor.require("operator")
    folder = actor.services.catalogue.folder_of(run)
    actor.services.audit.note("answer", actor.name, run=run, prompt=str(seq), answer=given.answer)
    return _said(await answer_run(folder, seq, given.answer, actor.name))


@router.post("/runs/{run}/verbs/{verb}", responses=responses("forbidden", "not-found", "refused"))
async def tell(
    run: RunId, verb: Literal["pause", "go-on", "finish", "stop", "abort"], why: Why, actor: Actor
) -> Said:
    """Tell a run a verb; every account may abort."""
    actor.require(*roles_for(verb))
    folder = actor.services.catalogue.folder_of(run)
    actor.services.audit.note("verb", actor.name, run=run, verb=verb, reason=why.reason)
    return _said(await command(folder, verb, actor.name, why.reason))


@router.post("/runs/{run}/resume", responses=responses("forbidden", "not-found", "refused"))
async def resume(run: RunId, how: Resume, actor: Actor) -> Began:
    """Go on with a run that did not complete, after every check."""
    actor.require("operator")
    folder = actor.services.catalogue.folder_of(run)
    actor.services.audit.note("resume", actor.name, run=run, override=how.override)
    launcher, simulated = actor.services.launcher, how.answering == "simulated"
    return Began(
        id=await resume_run(launcher, folder, actor.name, how.override, simulated_operator=simulated)
    )


@router.post("/runs/{run}/clear", responses=responses("forbidden", "not-found", "refused"))
async def clear(run: RunId, found: Clear, actor: Actor) -> Began:
    """Say that the outputs of a run that ended UNSAFE were looked at."""
    actor.require("operator", "head")
    folder = actor.services.catalogue.folder_of(run)
    actor.services.audit.note("clear", actor.name, run=run, reason=found.reason)
    await cleared(folder, actor.name, found.reason)
    return Began(id=run)


async def _plan(wish: Wish, actor: Acting) -> Plan:
    found = await asyncio.to_thread(preview, _choice(wish), actor.name)
    if found.plan is None:
        raise ApiProblem("plan-refused", found.reasons[0], found.reasons)
    return found.plan


def _choice(wish: Wish) -> Choice:
    return Choice(**{**wish.model_dump(), "positions": tuple(wish.positions)})


def _said(reply: Reply) -> Said:
    if not reply.accepted:
        raise ApiProblem("refused", reply.text)
    return Said(state=reply.state, text=reply.text)
