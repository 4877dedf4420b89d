"""From a template to an answer; everything that is filled in is escaped."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from calbench import __version__
from calbench.server.views import regulated, showing
from calbench.server.views.visiting import Visit, spoken_by
from calbench.server.wording import Speaker

HERE = Path(__file__).resolve().parents[1]
STATIC = HERE / "static"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "version": __version__,
        "asset": asset,
        "signs": showing,
        "limit": showing.limit,
        "engineering": showing.engineering,
        "asked": regulated.asked,
        "unsure": regulated.unsure,
    }
    return made


def make_ready() -> None:
    """Read and compile every template now, so that the first who asks for a page does not wait for it."""
    made = _environment()
    for name in made.list_templates():
        made.get_template(name)


@cache
def asset(name: str) -> str:
    """Give the address of a file of the page, with its hash: another one is loaded anew."""
    return f"/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def page(visit: Visit, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Fill a template for who is signed in."""
    account = visit.session.account
    return _answer(
        template,
        status,
        say=visit.say,
        account=account,
        csrf=visit.session.csrf,
        path=visit.request.url.path,
        **values,
    )


def open_page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Fill a template for anybody."""
    say = Speaker(spoken_by(request))
    return _answer(template, status, say=say, account=None, csrf="", path=request.url.path, **values)


def _answer(template: str, status: int, **values: object) -> HTMLResponse:
    return HTMLResponse(_environment().get_template(template).render(**values), status)
