"""Live progress: a reader of the journal that shows each point as it is finished."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import cast

import click

from calbench.cli import text
from calbench.cli.wording import local, word
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.record import Result, Shown

Resulting = Callable[[str, str], Result]
"""Gives the result of a unit, by its position, at a point; or one that is derived from points."""


class Progress:
    """Told of each event; writes a line for each point, with its error, limit, U and verdict.

    On a terminal a status line below shows the step at work; elsewhere only whole lines are written.
    """

    def __init__(self, plan: Plan, resulting: Resulting) -> None:
        self._points = {point.id: point for point in plan.points}
        self._resulting = resulting
        self._units = plan.positions if plan.units else []
        self._of_one = plan.uut.position
        self._all = len(plan.points) * len(plan.positions)
        self._live = sys.stdout.isatty()
        self._done = 0
        self._derived = [one for test in plan.tests for one in test.groups]
        self._measured: set[tuple[str, str]] = set()
        place = max((text.width(name) + 1 for name in self._units), default=0)
        names = [*self._points, *(one.id for one in self._derived)]
        self._width = max((text.width(name) for name in names), default=10) + place
        self._headed = False
        self._suspended = False
        self._guarded = False

    def __call__(self, event: Event) -> None:
        """Show what an event means for the person who waits."""
        if (
            event.type == "attempt_finished"
            and event.body.get("pass") == self._points[event.point].passes[-1]
        ):
            for position in event.body.get("for", [event.position]):  # type: ignore[attr-defined] # a map of positions
                self._finished(event.point, str(position))
        elif event.type in ("step_started", "attempt_started"):
            self._status(str(event.body.get("step", event.point)))
        elif event.type == "adjustment":
            self._adjustment(event)
        elif event.type == "violation" and event.body.get("on_violation") == "suspend":
            self._violated(str(event.body.get("message", "")))
        elif event.type in ("violation", "fault", "retry"):
            self._line(f"! {event.type}: {event.body.get('message', '')}")
        elif event.type in ("reminded", "escalated"):
            self._waits(event)
        elif event.type == "run_resumed":
            gap = text.duration(float(str(event.body["gap_s"])))
            self._line(word("resuming", was=str(event.body["was"]), gap=gap))
        elif event.type == "output" and event.body.get("on") is True:
            self._line(f"! {word('found.on', name=str(event.body['instrument']))}")
        elif event.type == "state":
            self._changed(str(event.body["state"]), event)
        elif event.type == "run_closed":
            self._status("")
        else:
            self._told(event)

    def _told(self, event: Event) -> None:
        """Show what a person, the guard, or one unit of several did."""
        if event.type == "outside":
            where = f"{event.position} {event.point}" if self._units else event.point
            self._line(f"! {where}: {local(cast('dict[str, str]', event.body['says']))}")
        elif event.type == "unit":
            state = word(f"unit.{event.body['state']}", position=event.position)
            self._line(f"! {': '.join(one for one in (state, str(event.body['why'])) if one)}")
        elif event.type == "verb":
            said = (str(event.body["verb"]), str(event.body["by"]), str(event.body["reason"]))
            self._line(f"> {': '.join(one for one in said if one)}. {event.body['did']}")
        elif event.type == "guard":
            if event.body["did"] != "started" or self._guarded:  # that the first one starts is no news
                self._line(f"! {word('guard')} {event.body['did']}")
            self._guarded = True

    def _waits(self, event: Event) -> None:
        """Say which prompt has been open for how long, and who is needed."""
        after = text.duration(float(str(event.body["after_s"])))
        to = str(event.body.get("to", "")) or word("somebody")
        asked = str(event.body["id"])
        if self._units and event.position:
            asked = word("prompt.at", id=asked, position=event.position)
        self._line(f"\a! {word(event.type, id=asked, after=after, to=to)}")

    def _violated(self, message: str) -> None:
        """Say that a condition is violated; while the run is suspended for it, below the lines alone."""
        if self._suspended:
            self._status(f"{message}.")
        else:
            self._line(f"! {message}. {word('suspended')}")

    def _changed(self, state: str, event: Event) -> None:
        """Say in what state run and outputs are now."""
        self._suspended = state == "SUSPENDED"
        if event.body.get("cause") == "lease":
            self._line(f"= {state}. {event.body['why']}")
        elif "outputs" in event.body:
            outputs = word(str(event.body["outputs"]), names="")
            self._line(
                f"= {state}. {word('outputs')}: {outputs}. {word('held') if state == 'HELD' else ''}".rstrip()
            )
        elif state == "SUSPENDED":
            self._line(f"= {state}. {word('settling')}")
        elif state == "SAFING":
            self._line(f"= {word('safing')}")
        else:
            self._line(f"= {state}")

    def _adjustment(self, event: Event) -> None:
        if event.body["did"] == "decided":
            self._line(f"= {word('adjusting' if event.body['adjust'] is True else 'not.adjusting')}")
        elif event.body["did"] == "finished":
            self._line(f"= {word('adjusted')}")

    def _finished(self, name: str, position: str) -> None:
        """Show a point that a unit has behind it."""
        self._done += 1
        if not self._headed:
            self._headed = True
            self._row(word("point"), word("error"), word("limit"), "U", word("unit"), word("verdict"))
        self._result(name, position)
        self._measured.add((position, name))
        for one in self._derived:
            if name in one.points and all((position, each) in self._measured for each in one.points):
                self._result(one.id, position)

    def _result(self, name: str, position: str) -> None:
        """Show what a point of a unit came to, or what follows from its points."""
        result = self._resulting(position if self._units else self._of_one, name)
        shown = result.shown
        cells = (shown.error, _limits(shown), shown.expanded, local(shown.error_unit))
        self._row(f"{position} {name}" if self._units else name, *cells, text.verdict(result.verdict))

    def _row(self, *cells: str) -> None:
        """Write one row of the table of points."""
        name, error, limit, expanded, unit, verdict = cells
        numbers = (
            text.padded(cell, width, right=True) for cell, width in ((error, 12), (limit, 12), (expanded, 10))
        )
        self._line(
            "  ".join((text.padded(name, self._width), *numbers, text.padded(unit, 4), verdict)).rstrip()
        )

    def _line(self, line: str) -> None:
        self._status("")
        click.echo(line)

    def _status(self, what: str) -> None:
        if self._live:
            click.echo(f"\r\x1b[2K{f'  {self._done}/{self._all} {what} …' if what else ''}", nl=False)


def _limits(shown: Shown) -> str:
    """Write limits: `±8.5` where they are symmetric."""
    if shown.upper and shown.lower == f"-{shown.upper.removeprefix('+')}":
        return f"±{shown.upper.removeprefix('+')}"
    return f"{shown.lower}…{shown.upper}" if shown.lower and shown.upper else shown.lower or shown.upper
