"""The verbs: what a person may tell a run, the same on the command line, a page and for programs."""

from __future__ import annotations

from typing import Literal

from calbench.documents.model import Stored

Verb = Literal["pause", "go-on", "finish", "stop", "abort", "state"]
"""`state` changes nothing: it asks what the run is doing."""


class Command(Stored):
    """A verb with who wants it and why."""

    verb: Verb
    by: str = ""
    reason: str = ""


class Reply(Stored):
    """What the run did with it: `accepted` or not, in which state it is, and a sentence for people."""

    accepted: bool
    state: str
    text: str
