"""What the server says, as typed values; fields that a later server adds are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

ENDED = ("COMPLETED", "STOPPED", "ABORTED", "UNSAFE", "CRASHED")
"""States of a run that no process works on; all but COMPLETED may be resumed."""


@dataclass(frozen=True)
class RunEntry:
    """A run in the list; `title` is by language."""

    id: str
    state: str
    outputs: str
    title: Mapping[str, str]
    procedure: str
    station: str
    uut: str
    units: int
    operator: str
    created: str
    simulated: bool
    points: int


@dataclass(frozen=True)
class Prompt:
    """A question that is open, by the number of the event that asked it; `ask` is all that it says."""

    seq: int
    position: str
    ask: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What is asked for: `confirm`, `choice`, `number`, `text`, `place` or `checklist`."""
        return str(self.ask.get("kind", ""))

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers that can be chosen, or the items of a checklist."""
        return tuple(str(one) for one in self.ask.get("choices", ()))


@dataclass(frozen=True)
class RunNow:
    """A run as it stands after event `seq`; `outputs` says what is known of them, `in_doubt` of which nothing is."""

    id: str
    seq: int
    state: str
    why: str
    outputs: str
    in_doubt: tuple[str, ...]
    doing: str
    elapsed_s: float
    prompts: tuple[Prompt, ...]
    done: int
    all: int
    failed: int

    @property
    def ended(self) -> bool:
        """Whether no process works on it any more."""
        return self.state in ENDED


@dataclass(frozen=True)
class Cell:
    """The result of one point of one unit; numbers as printed, `deviation` and `spread` in parts of the limit."""

    position: str
    point: str
    state: str
    verdict: str
    attempts: int
    error: str
    lower: str
    upper: str
    expanded: str
    unit: Mapping[str, str]
    deviation: float | None
    spread: float | None


@dataclass(frozen=True)
class Said:
    """What a run did with a verb or an answer."""

    state: str
    text: str


Shape = TypeVar("Shape", RunEntry, Prompt, RunNow, Cell, Said)


def shaped(kind: type[Shape], found: Mapping[str, Any]) -> Shape:
    """Make one of these from JSON; KeyError if a field is missing."""
    return kind(**{one.name: found[one.name] for one in fields(kind)})


def run_now(found: Mapping[str, Any]) -> RunNow:
    """Make a run from JSON, with its prompts."""
    prompts = tuple(shaped(Prompt, one) for one in found["prompts"])
    return shaped(RunNow, {**found, "prompts": prompts, "in_doubt": tuple(found["in_doubt"])})
