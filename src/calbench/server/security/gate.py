"""The gate: refuses requests that no page of ours can have sent, before anything reads them.

Three kinds of attack end here: a page of another site that sends a form or a script's request (cross-site request
forgery), one whose name was made to lead to this machine (DNS rebinding), and a body without end.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calbench.server.api import problems
from calbench.server.security.patience import Timely
from calbench.server.settings import Settings

MOST = 256 * 1024
"""Bytes of a body: a form of 48 units is a tenth of that."""
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with "no-referrer" browsers send `Origin: null` with our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), serial=()",
    "cache-control": "no-store",
}


class Gate:
    """An ASGI application before ours."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or hand it on with a bounded body; every answer gets our headers."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no websockets are spoken here

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message)
            await send(message)

        headers = _headers(scope)
        refused = self._refusal(scope, headers)
        if refused is not None:
            await _refusing(scope, *refused)(scope, receive, sending)
            return
        bounded = _Bounded(Timely(receive).receive)
        await self._app(scope, bounded.receive, sending)

    def _refusal(self, scope: Scope, headers: Mapping[str, list[str]]) -> tuple[int, str] | None:
        hosts = headers.get("host", [])
        if len(hosts) != 1 or _name(hosts[0]) not in self._settings.names:
            return 421, "This server does not answer to this name. calbench serve --name adds one."
        origin = f"{'https' if self._settings.https else scope['scheme']}://{hosts[0]}".lower()
        if scope["method"] not in SAFE:
            if not _from_here(headers, origin, program=scope["path"].startswith(problems.PREFIX)):
                return 403, "This request was not sent by a page of this server."
        elif not _may_load(headers):
            return 403, "Only a link may lead here from another site."
        if any(not text.isdigit() or int(text) > MOST for text in headers.get("content-length", [])):
            return 413, f"A request holds at most {MOST} bytes."
        return None


def _from_here(headers: Mapping[str, list[str]], origin: str, *, program: bool) -> bool:
    """Tell whether a request that changes something comes from our own page, or from a program.

    Browsers send Origin with every such request, and newer ones Sec-Fetch-Site; programs send neither. What programs
    use takes tokens alone, and no cookies: whoever has none is told so there.
    """
    origins, sites = headers.get("origin", []), headers.get("sec-fetch-site", [])
    if any(one.lower() != origin for one in origins) or any(one != "same-origin" for one in sites):
        return False
    return bool(origins or sites) or program


def _may_load(headers: Mapping[str, list[str]]) -> bool:
    """Tell whether reading is allowed: other sites may link to a page, not embed it or fetch from it."""
    if all(site in ("same-origin", "none") for site in headers.get("sec-fetch-site", [])):
        return True
    return headers.get("sec-fetch-mode") == ["navigate"] and headers.get("sec-fetch-dest") == ["document"]


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


class _Bounded:
    """Hands a body on until it is too long: then the client counts as gone."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._read = receive, 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self._read > MOST else message


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _add_headers(message: MutableMapping[str, Any]) -> None:
    present = {name.lower() for name, _ in message.get("headers", [])}
    message["headers"] = [
        *message.get("headers", []),
        *((name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in present),
    ]


def _refusing(scope: Scope, status: int, why: str) -> Response:
    headers = {"connection": "close"}
    if scope["path"].startswith(problems.PREFIX):
        answer = problems.of_status(status, why)
        answer.headers.update(headers)
        return answer
    return PlainTextResponse(f"{why}\n", status, headers)
