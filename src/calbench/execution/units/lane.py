"""A lane: one of several units under test, with what it is measured with, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from calbench.documents.journal import Event
from calbench.documents.plan import Plan, Step
from calbench.documents.point import Point
from calbench.documents.prompt import Ask
from calbench.execution.journalling import Notes
from calbench.execution.measuring import Measuring
from calbench.execution.setting_up import Setup
from calbench.execution.standing import Standing


@dataclass(eq=False)
class Lane:
    """One unit of a run.

    Attributes:
        position: Where it is.
        do: Measures it: its own instruments and those that are shared, its part of the journal, prompts that name it.
        standing: How far it is.
        state: Whether it takes part; it is `late` until somebody says what becomes of it.
        why: Why it takes no part.
        done: The steps of setup that were done for it in this part of the run.
    """

    position: str
    do: Measuring
    standing: Standing
    state: Literal["in", "late", "dropped"] = "in"
    why: str = ""
    done: set[str] = field(default_factory=set)

    @property
    def plan(self) -> Plan:
        """What is done with it."""
        return self.do.plan

    @property
    def notes(self) -> Notes:
        """The journal, under its position."""
        return self.do.journal

    @cached_property
    def setup(self) -> Setup:
        """Does the steps of setup that concern it."""
        return Setup(self.do)

    @cached_property
    def points(self) -> dict[str, Point]:
        """Its points, by name."""
        return {point.id: point for point in self.plan.points}

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Its steps, by name: a text of one may name its position."""
        return {step.id: step for step in self.plan.steps}

    def attempt(self, step: Step) -> int:
        """Give the number of the attempt that a step begins or goes on with."""
        point = self.points[step.point]
        return self.standing.attempt(point.id) + (1 if step.measured_pass == point.passes[0] else 0)

    def measure(self, step: Step) -> None:
        """Measure one point in one pass, for this unit alone."""
        self.do.point(self.steps[step.id], self.points[step.point], self.attempt(step))

    def ask(self, name: str, en: str, zh: str, choices: list[str]) -> str:
        """Ask what becomes of it."""
        ask = Ask(id=name, kind="choice", text={"en": en, "zh": zh}, choices=choices)
        return self.do.prompter.ask(ask)

    def is_late(self, why: str) -> None:
        """Leave it out for now: what was being measured does not count."""
        self.state, self.why = "late", why
        self.notes.note("unit", {"state": "late", "why": why})
        self.standing.discard(self.notes, why)

    def drop(self, why: str) -> None:
        """Leave it out for the rest of the run."""
        self.state, self.why = "dropped", why
        self.notes.note("unit", {"state": "dropped", "why": why})

    def take_up(self, events: Iterable[Event]) -> None:
        """Know from the earlier part of a run whether it was left out."""
        for event in events:
            if event.type == "unit":
                dropped = event.body["state"] == "dropped"
                self.state, self.why = ("dropped", str(event.body["why"])) if dropped else ("in", "")

    def comes_back(self, why: str) -> None:
        """Take it in again."""
        self.state, self.why = "in", ""
        self.notes.note("unit", {"state": "back", "why": why})
