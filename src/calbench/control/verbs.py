"""The verbs: what a person may tell a run, the same on the command line, a page and for programs."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from calbench.documents.model import Grown
from calbench.documents.prompt import OpenPrompt

Verb = Literal["pause", "go-on", "finish", "stop", "abort", "state", "prompts", "answer"]
"""`state` and `prompts` change nothing: they ask what the run is doing, and what it asks."""

Name = Annotated[str, Field(max_length=200)]
LONGEST_ANSWER = 2000
"""Characters of an answer or a reason: a few sentences."""
Sentence = Annotated[str, Field(max_length=LONGEST_ANSWER)]


class Command(Grown):
    """A verb with who wants it and why; `answer` is the answer to the open prompt with the number `prompt`."""

    later: ClassVar[tuple[str, ...]] = ("prompt", "answer")

    verb: Verb
    by: Name = ""
    reason: Sentence = ""
    prompt: int = 0
    answer: Sentence = ""


class Reply(Grown):
    """What the run did with it: `accepted` or not, in which state it is, and a sentence for people.

    `prompts` are the open prompts, where they were asked for.
    """

    later: ClassVar[tuple[str, ...]] = ("prompts",)

    accepted: bool
    state: str
    text: str
    prompts: tuple[OpenPrompt, ...] = ()
