"""Standing: how far a run is, read from its journal; what is final is not measured again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from calbench.documents.journal import Event
from calbench.documents.plan import Plan, Step, TestPlan
from calbench.documents.point import Point
from calbench.documents.stages import ADJUST
from calbench.execution.journalling import Notes
from calbench.execution.staging import Progress

ON_FAIL, RETAKE, CONDITIONS = "on-fail/", "retake/", "conditions/"
CONTENT, AGAIN, STOP = "continue", "retake", "stop"
SETUP_KEPT = ("warm_up", "wait", "prompt", "preload")
"""What need not be done again in a run that is resumed soon; all else of setup is."""


@dataclass
class _Go:
    """One way through a test, or through some of its points again."""

    started: dict[tuple[str, str], int] = field(default_factory=dict)
    finished: set[tuple[str, str]] = field(default_factory=set)


class Standing:
    """Follows a journal, the one of before and the one being written; a listener of it."""

    def __init__(self, plan: Plan, events: Iterable[Event] = ()) -> None:
        self._tests = {test.id: test for test in plan.tests}
        self._points = {point.id: point for point in plan.points}
        self._attempts: dict[str, int] = {}
        self._goes: dict[str, list[_Go]] = {}
        self._again = {step.id for step in plan.steps if step.kind in SETUP_KEPT and step.stage != ADJUST}
        self.steps: set[str] = set()
        """The steps, other than points, that were done."""
        self.decided: set[str] = set()
        """The tests of which the operator has said that their points stay as they are."""
        self.content: set[str] = set()
        """The tests of which the operator has said that no point is to be taken again that did not fail."""
        self.kept: set[str] = set()
        """The points of which the operator has said that they stay as they are, outside of their conditions."""
        self.again: dict[str, int] = {}
        """How often each point was taken again because it was measured outside of its conditions."""
        self.retakes: dict[str, int] = {}
        """How often each test was taken again, wholly or in part."""
        self.adjustment = Progress()
        """How far the adjustment is, in a run of several stages."""
        for event in events:
            self(event)

    def __call__(self, event: Event) -> None:
        """Take one event."""
        self.adjustment(event)
        if event.type == "attempt_started":
            self._started(event)
        elif event.type == "attempt_finished":
            self._goes[self._points[event.point].test][-1].finished.add(_pass(event))
        elif event.type == "attempt_discarded":
            self._drop(event.point, event.attempt)
        elif event.type == "step_finished":
            self.steps.add(str(event.body["step"]))
        elif event.type == "run_resumed" and event.body["setup_again"] is True:
            self.steps -= (
                self._again
            )  # if that is broken off too, what was done before it does not hold again
        elif event.type == "answered" and str(event.body["id"]).startswith(RETAKE):
            self._wanted(str(event.body["id"]).removeprefix(RETAKE), str(event.body["answer"]))
        elif event.type == "answered" and str(event.body["id"]).startswith(CONDITIONS):
            self._conditions(str(event.body["id"]).removeprefix(CONDITIONS), str(event.body["answer"]))
        elif event.type == "answered" and str(event.body["id"]).startswith(ON_FAIL):
            self._decision(str(event.body["id"]).removeprefix(ON_FAIL), str(event.body["answer"]))

    def attempt(self, point: str) -> int:
        """Give the number of the last attempt at a point; 0 before the first."""
        return self._attempts.get(point, 0)

    def to_do(self, test: TestPlan, steps: list[Step]) -> list[Step]:
        """Give the steps of a test that are to be done (again): of an atomic one all or none."""
        if self.atomic(test):
            return [] if any(self._whole(test, go) for go in self._goes.get(test.id, [])) else steps
        return [step for step in steps if not self._final(self._points[step.point])]

    def atomic(self, test: TestPlan) -> bool:
        """Tell whether a test begins anew when it was interrupted.

        It does if the procedure says so, if it has one result over all its points (repeatability), and if its points
        are gone through in several passes (hysteresis): readings of before and after an interruption are not joined.
        """
        several = any(len(point.passes) > 1 for point in self._of(test))
        return test.atomic or test.kind == "series" or several

    def discard(self, journal: Notes, reason: str) -> None:
        """Write down what no longer counts because the run was interrupted; it stays in the journal as it is.

        That is the attempt that was going on, and in an atomic test all that was measured on the same way through it.
        """
        for name, goes in self._goes.items():
            for go in list(goes):
                if not set(go.started) <= go.finished or self._torn(self._tests[name], go):
                    for point, number in self._lost(self._tests[name], go):
                        journal.note("attempt_discarded", {"reason": reason}, point=point, attempt=number)
                        self._drop(point, number)

    def discard_resting_on(self, journal: Notes, ballast: Iterable[str], reason: str) -> None:
        """Write down that what found this ballast, and all that was measured with it, no longer counts."""
        names = set(ballast)
        for test, goes in list(self._goes.items()):
            own = self._of(self._tests[test])
            resting = {one.id for one in own if one.id in names or names & set(one.all_ballast)}
            gone = {one.id for one in own} if resting and self.atomic(self._tests[test]) else resting
            for point, number in {
                (key[0], number): None for go in goes for key, number in go.started.items() if key[0] in gone
            }:
                journal.note("attempt_discarded", {"reason": reason}, point=point, attempt=number)
                self._drop(point, number)

    def _started(self, event: Event) -> None:
        self._attempts[event.point] = max(event.attempt, self._attempts.get(event.point, 0))
        goes = self._goes.setdefault(self._points[event.point].test, [])
        if not goes or _pass(event) in goes[-1].started:
            goes.append(_Go())
        goes[-1].started[_pass(event)] = event.attempt

    def _drop(self, point: str, number: int) -> None:
        for go in self._goes.get(self._points[point].test, []):
            for key in [key for key, attempt in go.started.items() if (key[0], attempt) == (point, number)]:
                del go.started[key]
                go.finished.discard(key)

    def _lost(self, test: TestPlan, go: _Go) -> list[tuple[str, int]]:
        whole = self.atomic(test)
        lost = {
            (key[0], number): None
            for key, number in go.started.items()
            if whole or not all((key[0], one) in go.finished for one in self._points[key[0]].passes)
        }
        return list(lost)

    def _torn(self, test: TestPlan, go: _Go) -> bool:
        return bool(go.started) and self.atomic(test) and not self._whole(test, go)

    def _whole(self, test: TestPlan, go: _Go) -> bool:
        return all((point.id, one) in go.finished for point in self._of(test) for one in point.passes)

    def _of(self, test: TestPlan) -> list[Point]:
        """Give the points of a test that this run measures; `--only` may have left some out."""
        return [self._points[name] for name in test.points if name in self._points]

    def _final(self, point: Point) -> bool:
        return any(
            all((point.id, one) in go.finished for one in point.passes)
            for go in self._goes.get(point.test, [])
        )

    def _wanted(self, test: str, answer: str) -> None:
        if answer == CONTENT:
            self.content.add(test)
        else:
            self.retakes[test] = self.retakes.get(test, 0) + 1

    def _conditions(self, point: str, answer: str) -> None:
        if answer == CONTENT:
            self.kept.add(point)
        elif answer == AGAIN:
            self.again[point] = self.again.get(point, 0) + 1

    def _decision(self, test: str, answer: str) -> None:
        if test.endswith("/reason"):
            return
        if answer == "continue":
            self.decided.add(test)
        elif answer == "retake":
            self.retakes[test] = self.retakes.get(test, 0) + 1


def _pass(event: Event) -> tuple[str, str]:
    return event.point, str(event.body.get("pass", "1"))
