"""Telling a run something: verbs and answers, with the name of who is signed in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from calbench.control.channel import tell
from calbench.control.verbs import LONGEST_ANSWER, Command, Reply, Verb
from calbench.errors import UsageError
from calbench.server.accounts.register import Role

VERBS = tuple(one for one in get_args(Verb) if one in ("pause", "go-on", "finish", "stop", "abort"))
ROLES: tuple[Role, ...] = ("operator",)
ANYBODY: tuple[Role, ...] = ("operator", "reviewer", "head")
"""Who may abort: switching everything off must not wait for the right person."""
REASON = 500  # characters


def roles_for(verb: str) -> tuple[Role, ...]:
    """Give the roles of which an account needs one to use a verb."""
    return ANYBODY if verb == "abort" else ROLES


async def command(folder: Path, verb: str, by: str, reason: str) -> Reply:
    """Tell a run a verb.

    Raises:
        UsageError: There is no such verb, or no process runs the run.
    """
    if verb not in VERBS:
        raise UsageError(f"'{verb[:40]}' is no verb: {', '.join(VERBS)}.")
    asked = Command(verb=verb, by=by, reason=" ".join(reason.split())[:REASON])
    return await asyncio.to_thread(tell, folder, asked)


async def answer(folder: Path, prompt: int, text: str, by: str) -> Reply:
    """Answer a prompt, which counts once: the run refuses an answer to one that is not open any more.

    Raises:
        UsageError: No process runs the run, or the answer is too long.
    """
    try:
        asked = Command(verb="answer", prompt=prompt, answer=text, by=by)
    except ValidationError:
        raise UsageError(f"An answer has at most {LONGEST_ANSWER} characters.") from None
    return await asyncio.to_thread(tell, folder, asked)
