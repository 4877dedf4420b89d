"""Signing in and out, and the choice of the language."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from calbench.server.views.rendering import open_page
from calbench.server.views.visiting import LANGUAGE, Has, Visiting, form_of, spoken_by
from calbench.server.wording import LANGUAGES, Speaker

router = APIRouter(include_in_schema=False)
YEAR = 31_536_000


@router.get("/sign-in")
def show(request: Request, has: Has, next: str = "/") -> Response:  # noqa: A002 - as the address says it
    """Show the form."""
    return open_page(
        request, "signin.html", next=_local(next), wrong="", name="", none_yet=not has.register.all()
    )


@router.post("/sign-in")
async def sign_in(request: Request, has: Has) -> Response:
    """Check name and password; the answer to a wrong one does not say which of them it was."""
    fields = await form_of(request)
    name, target = fields.get("name", ""), _local(fields.get("next", "/"))
    address = request.client.host if request.client else ""
    found = await asyncio.to_thread(has.signing_in.sign_in, name, fields.get("password", ""), address)
    if found.account is None:
        wrong = Speaker(spoken_by(request))(found.refused, wait=found.wait)
        status = 429 if found.wait else 401
        return open_page(
            request, "signin.html", status, next=target, wrong=wrong, name=name[:64], none_yet=False
        )
    has.sessions.close(request.cookies.get(has.settings.cookie, ""))  # nobody can sign out of it any more
    answer = RedirectResponse(target, 303)
    answer.set_cookie(
        has.settings.cookie,
        has.sessions.open(found.account),
        httponly=True,
        samesite="strict",
        secure=has.settings.https,
        path="/",
    )
    return answer


@router.post("/sign-out")
async def sign_out(visit: Visiting) -> Response:
    """End the session."""
    await visit.form()
    cookie = visit.services.settings.cookie
    visit.services.sessions.close(visit.request.cookies[cookie])
    visit.services.audit.note("signed out", visit.name)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(
        cookie, path="/", secure=visit.services.settings.https, httponly=True, samesite="strict"
    )
    return answer


@router.post("/language")
async def language(request: Request, has: Has) -> Response:
    """Read the page in another language from now on."""
    fields = await form_of(request)
    chosen = fields.get("language", "")
    session = has.sessions.find(request.cookies.get(has.settings.cookie, ""))
    answer = RedirectResponse(_local(fields.get("next", "/")), 303)
    if chosen in LANGUAGES:
        answer.set_cookie(LANGUAGE, chosen, max_age=YEAR, httponly=True, samesite="strict", path="/")
        if session is not None:
            has.register.set_language(session.account.name, chosen)
    return answer


def _local(target: str) -> str:
    """Give an address of this page only: a link to the form must not lead elsewhere after it."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if plain and target.isprintable() and not any(one.isspace() for one in target) else "/"
