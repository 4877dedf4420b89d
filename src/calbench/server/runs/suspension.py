"""Why a run is suspended, from the event that says so."""

from __future__ import annotations

from typing import cast, get_args

from calbench.documents.journal import Event
from calbench.server.runs.viewmodel import Cause


def cause_of(event: Event) -> Cause:
    """Give the cause that a `state` event names; empty for any other state, and in journals of before."""
    cause = event.body.get("cause")
    known = event.body.get("state") == "SUSPENDED" and cause in get_args(Cause)
    return cast("Cause", cause) if known else ""
