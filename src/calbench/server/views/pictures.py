"""Pictures of prompts: of the files that the procedure of a run names, and of no others."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi import APIRouter, Response

from calbench.documents.origin import picture_names
from calbench.documents.plan import Plan
from calbench.errors import CalbenchError
from calbench.server.views.visiting import Visiting
from calbench.workflow import SOURCES
from calbench.workflow.requesting import kept_request

router = APIRouter(include_in_schema=False)
KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
MOST = 8 * 1024 * 1024


@router.get("/runs/{name}/pictures/{seq}")
async def picture(name: str, seq: int, visit: Visiting) -> Response:
    """Give the picture of an open prompt, by the number of the prompt: no path comes from the request."""
    watch = await visit.services.watches.watch(visit.services.catalogue.folder_of(name))
    prompt = watch.projection.prompts.get(seq)
    if prompt is None or prompt.ask.picture is None:
        return Response(status_code=404)
    found = await asyncio.to_thread(_read, watch.folder, watch.projection.plan, prompt.ask.picture)
    if found is None:
        return Response(status_code=404)
    content, kind = found
    headers = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
    return Response(content, media_type=kind, headers=headers)


def _read(folder: Path, plan: Plan, named: str) -> tuple[bytes, str] | None:
    """Read a picture that the run keeps, or one beside the procedure of a run of before; None if there is none."""
    try:
        kept = picture_names(plan.sources).get(named)
        beside = (folder / SOURCES if kept else Path(kept_request(folder).procedure).parent).resolve()
        path = (beside / (kept or named)).resolve()
        kind = KINDS.get(path.suffix.lower())
        if kind is None or not path.is_relative_to(beside) or path.stat().st_size > MOST:
            return None
        return path.read_bytes(), kind
    except (OSError, ValueError, CalbenchError):
        return None
