"""Errors as answers: a page for people, a problem for programs."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from calbench.errors import CalbenchError
from calbench.server.api import problems
from calbench.server.api.problems import ApiProblem
from calbench.server.releasing.files import NoSuchFile
from calbench.server.releasing.zipping import Busy
from calbench.server.runs.catalogue import NoSuchRun
from calbench.server.security.gate import MOST
from calbench.server.views.rendering import open_page
from calbench.server.views.visiting import Forbidden, SignInNeeded, StaleForm, spoken_by
from calbench.server.wording import Speaker

_log = logging.getLogger("calbench.server")
SHOWN = 10
NO_JSON, NOT_FOUND, TOO_LARGE, INVALID, FAULT, BUSY = 400, 404, 413, 422, 500, 503


def answer_errors(app: FastAPI) -> None:
    """Have every error answered."""
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(Forbidden, _forbidden)
    app.add_exception_handler(StaleForm, _stale)
    app.add_exception_handler(ApiProblem, _problem)
    app.add_exception_handler(ClientDisconnect, _endless)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(CalbenchError, _refused)
    app.add_exception_handler(HTTPException, _other)
    app.add_exception_handler(Exception, _fault)


def _failed(request: Request, status: int, text: str) -> Response:
    if request.url.path.startswith(problems.PREFIX):  # FastAPI says 400 for a body that is no JSON
        return problems.of_status(INVALID if status == NO_JSON else status, text)
    template = "said.html" if "hx-request" in request.headers else "failed.html"
    return open_page(request, template, status, text=text, accepted=False)


def _say(request: Request) -> Speaker:
    return Speaker(spoken_by(request))


def _sign_in(request: Request, _error: Exception) -> Response:
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    if request.method != "GET" or request.headers.get("accept", "").startswith("text/event-stream"):
        return _failed(request, 401, _say(request)("signin.title"))
    return RedirectResponse(f"/sign-in?next={request.url.path}", 303)


def _forbidden(request: Request, error: Exception) -> Response:
    say = _say(request)
    roles = ", ".join(say(f"role.{role}") for role in error.roles) if isinstance(error, Forbidden) else ""
    return _failed(request, 403, say("error.forbidden", roles=roles))


def _stale(request: Request, _error: Exception) -> Response:
    return _failed(request, 403, _say(request)("error.form"))


def _problem(_request: Request, error: Exception) -> Response:
    found = error if isinstance(error, ApiProblem) else ApiProblem("fault", "")
    return problems.answer(found.kind, found.detail, found.reasons)


def _endless(request: Request, _error: Exception) -> Response:
    answer = _failed(request, TOO_LARGE, f"A request holds at most {MOST} bytes.")
    answer.headers["connection"] = "close"
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors()[:SHOWN] if isinstance(error, RequestValidationError) else []
    reasons = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in found]
    if request.url.path.startswith(problems.PREFIX):
        return problems.answer("invalid", reasons[0] if reasons else "", reasons)
    return _failed(request, INVALID, "\n".join(reasons))


def _refused(request: Request, error: Exception) -> Response:
    missing = isinstance(error, NoSuchRun | NoSuchFile)
    status = NOT_FOUND if missing else BUSY if isinstance(error, Busy) else 409
    text = error.with_help() if isinstance(error, CalbenchError) else str(error)
    return _failed(request, status, text)


def _other(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else FAULT
    text = _say(request)("error.not.found") if status == NOT_FOUND else getattr(error, "detail", "")
    answer = _failed(request, status, str(text))
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _fault(request: Request, error: Exception) -> Response:
    _log.error("A fault while answering %s", request.url.path, exc_info=error)
    if request.url.path.startswith(problems.PREFIX):
        return problems.answer("fault", "The server's terminal says where it is.")
    return _failed(request, FAULT, _say(request)("error.fault"))
