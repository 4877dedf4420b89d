"""Review and release of records, and the files of runs."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from calbench.approval.reviewing import Shown
from calbench.documents.releasing import LONGEST, Entry
from calbench.server.api.acting import Acting, Actor
from calbench.server.api.looking import RunId, by_name
from calbench.server.api.problems import responses
from calbench.server.api.shapes import In, Text
from calbench.server.releasing.deciding import RELEASERS, REVIEWERS, Decision, Wish
from calbench.server.releasing.files import file_of, files_of
from calbench.server.releasing.sight import position_of, sight
from calbench.server.views.files import saved, zipped
from calbench.workflow.reviews import State
from calbench.workflow.storing import Place

router = APIRouter(prefix="/api/v1", generate_unique_id_function=by_name)
Position = Annotated[str, StringConstraints(max_length=200)]
Statement = Annotated[str, StringConstraints(max_length=LONGEST)]
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}


class UnitOut(BaseModel):
    """How the review of one record stands; `number` is that of the certificate in force."""

    position: str
    state: State
    by: str
    at: str
    number: str
    amended: bool
    damaged: str


class ReviewRow(BaseModel):
    """A run that completed."""

    id: str
    units: list[UnitOut]


class ReviewRows(BaseModel):
    """Some of them, and how many there are."""

    runs: list[ReviewRow]
    all: int


class CheckOut(BaseModel):
    """What a verification found; `holds` is null for what could not be looked at."""

    name: str
    holds: bool | None
    found: str


class CertificateOut(BaseModel):
    """A certificate that was issued."""

    number: str
    issued: str
    signatory: str
    reviewed_by: str
    authorised_by: str
    in_force: bool
    replaces: str


class ReviewNow(BaseModel):
    """A record under review; `record_sha256` and `entries` (their number) are given back with a decision."""

    position: str
    state: State
    record_sha256: str
    verdict: str
    made_by: list[str]
    checks: list[CheckOut]
    entries: list[Entry]
    certificates: list[CertificateOut]


class About(In):
    """What was looked at: another record or another entry meanwhile, and nothing is written."""

    position: Position = ""
    record_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    entries: Annotated[int, Field(ge=0, le=2**31)]


class ReviewIn(About):
    """A review; `again` says what is to be done with what is sent back."""

    did: Literal["accepted", "sent_back"]
    statement: Statement
    again: Literal["", "evaluate", "measure"] = ""


class ReleaseIn(About):
    """A release; the key is one of this machine, made out in the name of the account."""

    key: Text
    passphrase: Text = ""
    statement: Statement = ""
    formats: list[Literal["pdf", "dcc", "html", "csv", "xlsx"]] = Field(
        default=["pdf", "html", "csv"], min_length=1, max_length=5
    )
    languages: list[Literal["en", "zh"]] = Field(default=["en", "zh"], min_length=1, max_length=2)
    number: Text = ""
    issued: Text = ""
    replaces: Text = ""
    reason: Text = ""
    change: Literal["amended", "substituted"] = "amended"


class FileOut(BaseModel):
    """A file that is handed out; `name` is its name within the run."""

    name: str
    kind: str
    size: int


@router.get("/reviews", responses=responses())
async def reviews(
    actor: Actor,
    state: Literal["", "awaiting_review", "awaiting_release", "released", "sent_back"] = "",
    first: Annotated[int, Query(ge=0, le=2**31)] = 0,
    most: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReviewRows:
    """List the runs that completed, or those of which a unit is in this state."""
    rows, number = await asyncio.to_thread(actor.services.states.rows, state, first, most)
    found = [ReviewRow(id=row.entry.id, units=[UnitOut(**vars(one)) for one in row.units]) for row in rows]
    return ReviewRows(runs=found, all=number)


@router.get("/runs/{run}/review", responses=responses("not-found", "refused"))
async def review(run: RunId, actor: Actor, position: Annotated[str, Query(max_length=200)] = "") -> ReviewNow:
    """Say how the review of a record stands, after verifying everything now."""
    return await _now(run, actor, position)


@router.post("/runs/{run}/review", responses=responses("forbidden", "not-found", "refused"))
async def decide(run: RunId, said: ReviewIn, actor: Actor) -> Entry:
    """Accept a record, or send it back."""
    actor.require(*REVIEWERS)
    place = await _place(run, actor, said.position)
    decision = Decision(said.did, said.statement, said.again)
    return await asyncio.to_thread(actor.services.deciding.review, place, actor.name, decision, _shown(said))


@router.post("/runs/{run}/release", responses=responses("forbidden", "not-found", "refused"))
async def release(run: RunId, wish: ReleaseIn, actor: Actor) -> list[FileOut]:
    """Sign the certificates of a record that was accepted; gives the files that were written."""
    actor.require(*RELEASERS)
    place = await _place(run, actor, wish.position)
    given = wish.model_dump(exclude={"position", "record_sha256", "entries"})
    deciding = actor.services.deciding
    paths = await asyncio.to_thread(deciding.release, place, actor.name, Wish(**given), _shown(wish))
    every = await asyncio.to_thread(files_of, place.run, run)
    return [
        FileOut(name=one.key, kind=one.kind, size=one.size) for one in every.values() if one.path in paths
    ]


@router.get("/runs/{run}/files", responses=responses("not-found"))
async def files(run: RunId, actor: Actor) -> list[FileOut]:
    """List the files of a run."""
    found = await asyncio.to_thread(files_of, actor.services.catalogue.folder_of(run), run)
    return [FileOut(name=one.key, kind=one.kind, size=one.size) for one in found.values()]


@router.get(
    "/runs/{run}/files/{name:path}", response_class=Response, responses={**FILE, **responses("not-found")}
)
async def file(run: RunId, name: Annotated[str, Path(max_length=500)], actor: Actor) -> Response:
    """Hand out a file, by its name on the list."""
    return saved(await asyncio.to_thread(file_of, actor.services.catalogue.folder_of(run), run, name))


@router.get(
    "/runs/{run}/zip",
    response_class=Response,
    responses={**ZIP, **responses("not-found", "busy", "refused")},
)
async def whole(run: RunId, actor: Actor) -> Response:
    """Hand out every file of a run as a ZIP."""
    return await zipped(actor.services, run)


async def _place(run: str, actor: Acting, position: str) -> Place:
    return await asyncio.to_thread(position_of, actor.services.catalogue.folder_of(run), position)


def _shown(said: About) -> Shown:
    return Shown(said.record_sha256, said.entries)


async def _now(run: str, actor: Acting, position: str) -> ReviewNow:
    place = await _place(run, actor, position)
    seen = await actor.services.looking(sight, place, "en")
    return ReviewNow(
        position=place.position,
        state=seen.reviews.state,
        record_sha256=seen.reviews.record_sha256,
        verdict=seen.record.verdict,
        made_by=list(seen.made_by),
        checks=[CheckOut(**vars(one)) for one in seen.checks],
        entries=list(seen.entries),
        certificates=[
            CertificateOut(
                number=one.number,
                issued=one.issued,
                signatory=one.signatory.name,
                reviewed_by=one.release.reviewed_by if one.release else "",
                authorised_by=one.release.authorised_by if one.release else "",
                in_force=one == seen.current,
                replaces=one.replaces.number if one.replaces else "",
            )
            for one in seen.issues
        ],
    )
