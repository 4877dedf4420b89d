"""The application: gate, views and interface for programs, put together."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.staticfiles import StaticFiles

from calbench import __version__
from calbench.errors import CalbenchError
from calbench.server.runs.catalogue import NoSuchRun
from calbench.server.security.gate import MOST
from calbench.server.services import services_of
from calbench.server.settings import Settings
from calbench.server.views import journal, pictures, recovering, runs, signing_in, starting, streaming
from calbench.server.views.rendering import STATIC, open_page
from calbench.server.views.visiting import Forbidden, SignInNeeded, StaleForm, spoken_by
from calbench.server.wording import Speaker

_log = logging.getLogger("calbench.server")
NOT_FOUND = 404
ROUTERS = (
    signing_in.router,
    runs.router,
    streaming.router,
    starting.router,
    pictures.router,
    journal.router,
    recovering.router,
)


def application(settings: Settings) -> FastAPI:
    """Make the application of a server; what serves it puts the gate before it.

    Raises:
        UsageError: The file of accounts cannot be used.
    """
    has = services_of(settings)

    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await has.watches.stop()
        has.database.close()

    app = FastAPI(
        title="calbench",
        version=__version__,
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.services = has
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC))
    _answer_errors(app)
    return app


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(SignInNeeded)
    def sign_in(request: Request, _error: Exception) -> Response:
        if "hx-request" in request.headers:
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        if request.method != "GET" or request.headers.get("accept", "").startswith("text/event-stream"):
            return _failed(request, 401, Speaker(spoken_by(request))("signin.title"))
        return RedirectResponse(f"/sign-in?next={request.url.path}", 303)

    @app.exception_handler(Forbidden)
    def forbidden(request: Request, error: Forbidden) -> Response:
        say = Speaker(spoken_by(request))
        roles = ", ".join(say(f"role.{role}") for role in error.roles)
        return _failed(request, 403, say("error.forbidden", roles=roles))

    @app.exception_handler(StaleForm)
    def stale(request: Request, _error: Exception) -> Response:
        return _failed(request, 403, Speaker(spoken_by(request))("error.form"))

    @app.exception_handler(ClientDisconnect)
    def endless(request: Request, _error: Exception) -> Response:
        answer = _failed(request, 413, f"A request holds at most {MOST} bytes.")
        answer.headers["connection"] = "close"
        return answer

    @app.exception_handler(NoSuchRun)
    def missing(request: Request, error: NoSuchRun) -> Response:
        return _failed(request, 404, str(error))

    @app.exception_handler(CalbenchError)
    def refused(request: Request, error: CalbenchError) -> Response:
        return _failed(request, 409, str(error))

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> Response:
        say = Speaker(spoken_by(request))
        return _failed(
            request,
            error.status_code,
            say("error.not.found") if error.status_code == NOT_FOUND else error.detail,
        )

    @app.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> Response:
        _log.error("A fault while answering %s", request.url.path, exc_info=error)
        return _failed(request, 500, Speaker(spoken_by(request))("error.fault"))


def _failed(request: Request, status: int, text: str) -> Response:
    template = "said.html" if "hx-request" in request.headers else "failed.html"
    return open_page(request, template, status, text=text, accepted=False)
