"""From events to what the page shows: pure, without files, clocks or a server.

Events go in one by one; what changed carries the revision at which it did, so that any number of viewers need no
queue of their own: each asks for what changed since the revision that it has.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from calbench.documents.journal import Event
from calbench.documents.plan import Binding, Plan
from calbench.documents.point import Point
from calbench.documents.prompt import OpenPrompt, asked
from calbench.documents.stages import AS_LEFT
from calbench.documents.states import ENDED, Following, about
from calbench.server.runs.rows import Row, rows
from calbench.server.runs.story import line_of
from calbench.server.runs.suspension import cause_of
from calbench.server.runs.viewmodel import Cell, Condition, Head, Line, Outputs, UnitNow

LINES = 200
"""Lines of the story that are kept; the journal has all."""
KEPT = (
    "applied",
    "reading",
    "answered",
    "attempt_started",
    "attempt_finished",
    "attempt_discarded",
    "reading_set_aside",
)
PROMPTING = ("asked", "answered", "withdrawn", "reminded", "escalated")


class Projection:
    """What is shown of one run, after the events so far.

    Attributes:
        seq: Number of the last event.
        revision: Grows with every change.
        cells: By position, and point or test with a result over all of it.
        units: How each unit takes part, by position.
        prompts: Those that are open, by the number of the event that asked.
        identifying: What instruments and people said of the units under test.
        due: Cells that were measured and have no verdict yet, each with a mark for `judged`.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.seq, self.revision = 0, 0
        self.head = Head()
        self.rows = tuple(rows(plan))
        self.cells = {(place, row.id): Cell() for place in plan.positions for row in self.rows}
        self.units = {place: UnitNow() for place in plan.positions}
        self.prompts: dict[int, OpenPrompt] = {}
        self._following = Following()
        self.prompts_revision = 0
        self.lines: deque[tuple[int, Line]] = deque(maxlen=LINES)
        self.due: dict[tuple[str, str], int] = {}
        self.measured: dict[str, dict[str, list[Event]]] = {place: {} for place in plan.positions}
        self.identifying: list[Event] = []
        self._points = {point.id: point for point in plan.points}
        self._resting: dict[str, list[Row]] = {}
        for row in self.rows:
            for name in row.rests_on:
                self._resting.setdefault(name, []).append(row)
        self._sources = {
            one.role: one.instrument
            for one in _bindings(plan)
            if one.driver and any(need.startswith("source.") for need in one.needs)
        }
        if not self._sources:
            self.head.outputs = "no_source"

    def apply(self, event: Event) -> None:
        """Take one event, the next of the journal."""
        self.seq, self.revision = event.seq, self.revision + 1
        self._follow(event)
        said = self._said(event)
        if event.type in PROMPTING:
            self._prompted(event)
        if _identifies(event):
            self.identifying.append(event)
        if event.type == "unit":
            self._unit(event)
        elif event.point in self._points:
            self._at_point(event)
        elif event.type == "adjustment":
            self._adjustment(event)
        elif event.type in ("run_closed", "run_resumed"):
            self._broken_off()
        line = line_of(event)
        if line is not None:
            self.lines.append((self.revision, replace(line, values={**line.values, **said})))

    def reached(self, line: int) -> None:
        """Take note that the journal has come so far, although its last lines are not shown: a sign of life."""
        if line != self.seq:
            self.seq, self.revision = line, self.revision + 1

    def judged(self, key: tuple[str, str], mark: int, cell: Cell | None) -> None:
        """Take what a measured cell came to; None if it comes to nothing.

        `mark` is what `due` said when it was concluded: a cell that was measured anew meanwhile is left alone.
        """
        if self.due.get(key) != mark:
            return
        del self.due[key]
        if cell is None:
            return
        cell.words = _words(self._points.get(key[1]), cell.error)
        self.revision += 1
        before = self.cells[key]
        cell.state, cell.revision = "measured", self.revision
        cell.attempts, cell.discarded = before.attempts, before.discarded
        self.cells[key] = cell

    def corrected(self, cells: Mapping[tuple[str, str], Cell]) -> None:
        """Take the results of a record in place of what was concluded before the run had ended."""
        for key, cell in cells.items():
            before = self.cells[key]
            now = replace(
                cell,
                state=before.state,
                attempts=before.attempts,
                words=_words(self._points.get(key[1]), cell.error),
                revision=before.revision,
            )
            if before.state == "measured" and now != before:
                self.revision += 1
                self.cells[key] = replace(now, revision=self.revision)

    def _follow(self, event: Event) -> None:
        head = self.head
        before = (head.state, head.outputs, head.doing, head.point, head.why)
        self._following(event)
        head.state = self._following.state
        head.started = head.started or event.t_utc
        head.now, head.elapsed_s = event.t_utc, _seconds(head.started, event.t_utc)
        if event.type == "state":
            head.why, head.cause = str(event.body.get("why", "")), cause_of(event)
        elif event.type == "run_closed":
            head.why, head.cause, self.prompts = str(event.body.get("reason", "")), "", {}
            self.prompts_revision, head.doing, head.point = self.revision, "", ""
        elif event.type == "condition":
            head.conditions[str(event.body["quantity"])] = Condition(str(event.body["value"]))
        elif event.type == "violation":
            self._violated(str(event.body["quantity"]), str(event.body.get("message", "")))
        elif event.type == "step_started":
            head.doing, head.point = str(event.body.get("step", "")), ""
        elif event.type == "attempt_started":
            head.doing = head.point = event.point
        elif event.type == "run_resumed":
            head.cleared, self.prompts, self.prompts_revision = False, {}, self.revision
        elif event.type == "cleared":
            head.cleared = True
        self._outputs(event)
        if before != (head.state, head.outputs, head.doing, head.point, head.why) or event.type in (
            "condition",
            "violation",
        ):
            head.revision = self.revision

    def _violated(self, quantity: str, message: str) -> None:
        if quantity in self.head.conditions:  # that of a reading which was taken just before
            self.head.conditions[quantity].wrong = message or "!"

    def _outputs(self, event: Event) -> None:
        """Follow what is known of the outputs: what may be on counts as on until it was read back as off."""
        head, body = self.head, event.body
        if "outputs" in body and event.type in ("state", "run_closed", "guard"):
            head.outputs = cast("Outputs", str(body["outputs"]))
            head.in_doubt = tuple(cast("list[str]", body.get("in_doubt", ())))
        elif event.type == "output" and body.get("on") is True:
            head.outputs = "found_on"
        elif event.type == "safe_state":
            self._made_safe(str(body.get("instrument", "")), verified=body.get("result") == "verified")
        elif event.type == "attempt_started" and self._energises(event.point):
            head.outputs, head.in_doubt = "may_be_on", ()

    def _made_safe(self, instrument: str, *, verified: bool) -> None:
        doubt = [one for one in self.head.in_doubt if one != instrument]
        if not verified:
            doubt.append(instrument)
        self.head.in_doubt = tuple(doubt)
        self.head.outputs = "not_verified" if doubt else "verified_off"

    def _energises(self, name: str) -> bool:
        point = self._points.get(name)
        if point is None:
            return False
        put_out = {point.apply_role, *(one.role for one in point.inputs if one.kind == "source")}
        return bool(put_out & set(self._sources))

    def _said(self, event: Event) -> dict[str, str]:
        """Give an answer in the languages in which the question has words for it."""
        prompt = self.prompts.get(about(event, self.prompts)) if event.type == "answered" else None
        if prompt is None:
            return {}
        answer = str(event.body.get("answer", ""))
        return {f"answer_{one}": words[answer] for one, words in prompt.ask.words.items() if answer in words}

    def _prompted(self, event: Event) -> None:
        self.prompts_revision = self.revision
        if event.type == "asked":
            self.prompts[event.seq] = asked(event)
            return
        seq = about(event, self.prompts)
        if event.type in ("answered", "withdrawn"):
            self.prompts.pop(seq, None)
        elif seq in self.prompts:
            late = {"reminded": True, "escalated_to": str(event.body.get("to", ""))}
            self.prompts[seq] = self.prompts[seq].model_copy(update=late)

    def _at_point(self, event: Event) -> None:
        for place in self._places(event):
            if event.type in KEPT:
                numbered = _numbered(event, place)
                self.measured[place].setdefault(event.point, []).append(numbered)
                self._progress(place, numbered)

    def _progress(self, place: str, event: Event) -> None:
        key, cell, point = (place, event.point), self.cells[place, event.point], self._points[event.point]
        if event.type == "attempt_started":
            if cell.state != "measuring":
                self.cells[key] = cell = Cell(attempts=cell.attempts, discarded=cell.discarded)
            cell.state, cell.attempts = "measuring", max(cell.attempts, event.attempt)
            self.due.pop(key, None)
            self._begun_again(place, event.point)
        elif event.type == "attempt_discarded":
            cell.state, cell.discarded = "discarded", cell.discarded + 1
        elif event.type == "attempt_finished" and event.body.get("pass", _last(point)) == _last(point):
            cell.state = "measured"
            self.due[key] = self.revision
            self._whole(place, event.point)
        else:
            return
        cell.revision = self.revision

    def _whole(self, place: str, point: str) -> None:
        """Have a whole test, and what is derived, concluded once every point is measured that it rests on."""
        for row in self._resting.get(point, []):
            cells = [self.cells.get((place, name)) for name in row.rests_on]
            if all(cell is not None and cell.state == "measured" for cell in cells):
                self.due[place, row.id] = self.revision

    def _begun_again(self, place: str, point: str) -> None:
        """Take back what rests on a point, as it is measured again."""
        for row in self._resting.get(point, []):
            if self.cells[place, row.id].state != "waiting":
                self.cells[place, row.id] = Cell(revision=self.revision)
            self.due.pop((place, row.id), None)

    def _adjustment(self, event: Event) -> None:
        """Follow whether a unit is adjusted; one that is not needs not be measured as left."""
        if event.body.get("did") != "decided":
            return
        adjust = event.body.get("adjust") is True
        self.head.adjusted, self.head.revision = adjust or self.head.adjusted is True, self.revision
        left = [test for test in self.plan.tests if test.stage == AS_LEFT and not adjust]
        names = {name for test in left for name in (test.id, *test.points, *(one.id for one in test.groups))}
        for place in self._places(event):
            for (where, name), cell in self.cells.items():
                if where == place and name in names and cell.state == "waiting":
                    cell.state, cell.revision = "omitted", self.revision

    def _broken_off(self) -> None:
        """Nothing is measured any more: what was begun counts for nothing."""
        for cell in self.cells.values():
            if cell.state == "measuring":
                cell.state, cell.discarded, cell.revision = "discarded", cell.discarded + 1, self.revision

    def _unit(self, event: Event) -> None:
        state = str(event.body.get("state", ""))
        for place in self._places(event):
            if not event.point:
                self._takes_part(place, state, str(event.body.get("why", "")))
            for (where, name), cell in self.cells.items():
                open_still = cell.state in ("waiting", "measuring", "late", "dropped", "discarded")
                if where == place and open_still and event.point in ("", name):
                    cell.state = "waiting" if state == "back" else ("late" if state == "late" else "dropped")
                    cell.revision = self.revision

    def _takes_part(self, place: str, state: str, why: str) -> None:
        if state == "back":
            self.units[place] = UnitNow(revision=self.revision)
        else:
            self.units[place] = UnitNow("late" if state == "late" else "dropped", why, self.revision)

    def _places(self, event: Event) -> list[str]:
        """Give the units that an event is about: its own, those that it names, or all."""
        if event.position:
            return [event.position] if event.position in self.measured else []
        named = event.body.get("for")
        if isinstance(named, Mapping):
            return [one for one in named if one in self.measured]
        return list(self.measured)


def ended(head: Head) -> bool:
    """Tell whether a run has ended."""
    return head.state in ENDED


def _numbered(event: Event, place: str) -> Event:
    named = event.body.get("for")
    if not event.position and isinstance(named, Mapping):
        return event.model_copy(update={"attempt": int(named[place])})
    return event


def _identifies(event: Event) -> bool:
    if event.type == "instrument_opened":
        return event.body.get("role") == "uut"
    return event.type == "answered" and str(event.body.get("id", "")).startswith("identify/")


def _words(point: Point | None, answer: str) -> dict[str, str]:
    """Give an answer at a point in each language that has words for it."""
    words = (
        {} if point is None else {one: words[answer] for one, words in point.words.items() if answer in words}
    )
    return {"en": answer, **words} if words else {}


def _bindings(plan: Plan) -> list[Binding]:
    return [*plan.bindings, *(one for unit in plan.units for one in unit.bindings)]


def _last(point: Point) -> str:
    return point.passes[-1]


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
