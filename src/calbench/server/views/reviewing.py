"""Review and release of a record, and the list of what waits for them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from calbench.approval.releasing import FORMATS
from calbench.approval.reviewing import Shown
from calbench.certificates.content import Plot
from calbench.certificates.digital import has_country
from calbench.certificates.svg import drawing, marker
from calbench.documents.record import Verdict
from calbench.documents.releasing import LONGEST, Again, Did
from calbench.errors import CalbenchError
from calbench.server.releasing.deciding import RELEASERS, REVIEWERS, Decision, Wish, own_keys
from calbench.server.releasing.sight import Sight, position_of, sight
from calbench.server.views.rendering import page
from calbench.server.views.visiting import Visit, Visiting
from calbench.workflow.reviews import STATES, same

router = APIRouter(include_in_schema=False)
A_PAGE = 50
LANGUAGES = ("en", "zh")
_DECISIONS: dict[str, tuple[Did, Again]] = {
    "accept": ("accepted", ""),
    "measure": ("sent_back", "measure"),
    "evaluate": ("sent_back", "evaluate"),
}


@router.get("/reviews")
async def listed(visit: Visiting, state: str = "", first: int = 0) -> Response:
    """Show the runs that completed, or those of which a unit waits for somebody."""
    wanted, first = state if state in STATES else "", max(0, first)
    rows, number = await asyncio.to_thread(visit.services.states.rows, wanted, first, A_PAGE)
    return page(
        visit,
        "reviews.html",
        rows=rows,
        number=number,
        first=first,
        a_page=A_PAGE,
        wanted=wanted,
        states=STATES,
    )


@router.get("/runs/{name}/review")
async def shown(name: str, visit: Visiting, position: str = "") -> Response:
    """Show a record with all that a reviewer has to see; everything is verified now."""
    return await _page(visit, name, position)


@router.post("/runs/{name}/review")
async def reviewed(name: str, visit: Visiting) -> Response:
    """Write down a review."""
    fields = await visit.form()
    visit.require(*REVIEWERS)
    did, again = _DECISIONS.get(fields.get("decision", ""), ("released", ""))
    said, position = (
        Decision(did, fields.get("statement", ""), again),
        fields.get("position", ""),
    )
    place = await asyncio.to_thread(position_of, visit.services.catalogue.folder_of(name), position)
    try:
        await asyncio.to_thread(visit.services.deciding.review, place, visit.name, said, _shown(fields))
    except CalbenchError as error:
        return await _page(visit, name, position, refused=str(error), given=fields)
    return _back(name, position)


@router.post("/runs/{name}/release")
async def released(name: str, visit: Visiting) -> Response:
    """Sign the certificates of a record that was accepted."""
    fields = await visit.form()
    visit.require(*RELEASERS)
    position = fields.get("position", "")
    place = await asyncio.to_thread(position_of, visit.services.catalogue.folder_of(name), position)
    wish = Wish(
        key=fields.get("key", ""),
        passphrase=fields.pop("passphrase", ""),
        statement=fields.get("remark", "")[:LONGEST],
        formats=[one for one in FORMATS if f"format.{one}" in fields],
        languages=[one for one in LANGUAGES if f"language.{one}" in fields],
        number=fields.get("number", "").strip(),
        issued=fields.get("issued", "").strip(),
        replaces=fields.get("replaces", ""),
        reason=fields.get("reason", ""),
    )
    try:
        await asyncio.to_thread(visit.services.deciding.release, place, visit.name, wish, _shown(fields))
    except CalbenchError as error:
        return await _page(visit, name, position, refused=str(error), given=fields)
    return _back(name, position)


def _shown(fields: dict[str, str]) -> Shown:
    entries = fields.get("entries", "")
    return Shown(fields.get("record", ""), int(entries) if entries.isdecimal() and len(entries) < 10 else -1)  # noqa: PLR2004 - more digits are no number of lines


def _back(name: str, position: str) -> Response:
    where = f"?position={quote(position, safe='')}" if position else ""
    return RedirectResponse(f"/runs/{quote(name, safe='')}/review{where}", 303)


async def _page(
    visit: Visit, name: str, position: str, *, refused: str = "", given: dict[str, str] | None = None
) -> Response:
    folder = visit.services.catalogue.folder_of(name)
    place = await asyncio.to_thread(position_of, folder, position)
    language = "zh" if visit.say.language == "zh" else "en"
    seen: Sight = await visit.services.looking(sight, place, language)  # type: ignore[arg-type] # one of both
    account, accepted = visit.session.account, seen.reviews.accepted
    maker = any(same(visit.name, one) for one in seen.made_by)
    sections = [
        replace(one, blocks=[each for each in one.blocks if each.kind not in ("signatures", "code")])
        for one in seen.content.sections
    ]
    return page(
        visit,
        "review.html",
        409 if refused else 200,
        run=name,
        seen=seen,
        units=await asyncio.to_thread(visit.services.states.of, folder),
        sections=[one for one in sections if one.blocks],
        drawing=_drawn,
        marker=_marked,
        refused=refused,
        given=given or {},
        maker=maker,
        may_review=account.may(*REVIEWERS) and not maker,
        may_release=account.may(*RELEASERS) and not maker,
        by_other=accepted is not None
        and not seen.record.plan.release.by_reviewer
        and same(accepted.by, visit.name),
        keys=own_keys(visit.name) if account.may(*RELEASERS) else [],
        formats=[one for one in FORMATS if one != "dcc" or has_country(seen.record)],
        languages=LANGUAGES,
        longest=LONGEST,
        same=same,
    )


def _drawn(plot: Plot) -> Markup:
    return Markup(drawing(plot))  # noqa: S704 - it escapes every text of the plot


def _marked(verdict: Verdict) -> Markup:
    return Markup(marker(verdict))  # noqa: S704 - drawn by us, of one of five verdicts
