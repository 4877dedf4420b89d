"""Errors for programs: application/problem+json (RFC 9457), each with a type that a program can go by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from fastapi.responses import JSONResponse
from pydantic import BaseModel

Kind = Literal[
    "not-signed-in", "forbidden", "not-found", "refused", "too-large", "invalid", "plan-refused", "busy", "fault",
]  # fmt: skip
PREFIX = "/api/"
STATUS: dict[Kind, int] = {
    "not-signed-in": 401, "forbidden": 403, "not-found": 404, "refused": 409, "too-large": 413, "invalid": 422,
    "plan-refused": 409, "busy": 503, "fault": 500,
}  # fmt: skip
_KINDS: dict[int, Kind] = {
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    413: "too-large",
    422: "invalid",
    503: "busy",
}
_TITLES: dict[Kind, str] = {
    "not-signed-in": "A token is needed: Authorization: Bearer TOKEN. calbench accounts token NAME makes one.",
    "forbidden": "The account has none of the roles that this needs.",
    "not-found": "There is nothing of this name.",
    "refused": "It cannot be done as things stand.",
    "too-large": "The request is too large.",
    "invalid": "The request is not as the OpenAPI document says.",
    "plan-refused": "The plan cannot be made.",
    "busy": "Too many at once.",
    "fault": "A fault of the program. Runs are not harmed by it.",
}


class Problem(BaseModel):
    """An error: `type` tells programs what it is, `detail` tells people; `reasons` are all that were found."""

    type: Kind
    title: str
    status: int
    detail: str
    reasons: list[str] = []


class ApiProblem(Exception):  # noqa: N818 - it is raised as an answer
    """Raised to answer with a problem."""

    def __init__(self, kind: Kind, detail: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.reasons = kind, detail, list(reasons)


def answer(kind: Kind, detail: str, reasons: Sequence[str] = (), status: int | None = None) -> JSONResponse:
    """Make the answer of a problem."""
    status = status or STATUS[kind]
    content = Problem(type=kind, title=_TITLES[kind], status=status, detail=detail, reasons=list(reasons))
    headers = {"WWW-Authenticate": "Bearer"} if status == STATUS["not-signed-in"] else {}
    return JSONResponse(content.model_dump(), status, headers=headers, media_type="application/problem+json")


def of_status(status: int, detail: str) -> JSONResponse:
    """Make the answer of an error that has only a status."""
    return answer(_KINDS.get(status, "refused"), detail, status=status)


def responses(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a request may be answered with, for the OpenAPI document."""
    found: dict[int | str, dict[str, Any]] = {}
    everywhere: tuple[Kind, ...] = ("not-signed-in", "invalid")
    for kind in (*everywhere, *kinds):
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        before = found.get(STATUS[kind], {}).get("description")
        text = f"{before} Or: {_TITLES[kind]}" if before else _TITLES[kind]
        found[STATUS[kind]] = {"description": text, "content": content}
    return found
