"""What may be evaluated: results that rest on ballast, if the test that this requires passed; that test by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from calbench.documents.plan import Plan, TestPlan
from calbench.documents.point import Point
from calbench.documents.record import Result
from calbench.documents.remarks import BEYOND_FOR_BALLAST, ON_BALLAST


class Permitting:
    """The points of a plan that rest on ballast, and the tests that have to pass for it.

    `results` gives the results of a test by its id, without what is decided here.
    """

    def __init__(self, plan: Plan, results: Callable[[TestPlan], Iterable[Result]]) -> None:
        self._tests = {test.id: test for test in plan.tests}
        self._points = {point.id: point for point in plan.points}
        self._required = {one.requires for one in plan.points if one.all_ballast} & self._tests.keys()
        self._results = results
        self._passed: dict[str, bool] = {}

    def point(self, result: Result) -> Result:
        """Give the result of a point as it counts."""
        return self._counted(result, [self._points[result.id]])

    def group(self, result: Result, points: Iterable[str]) -> Result:
        """Give a result that follows from points, or a series of them, as it counts."""
        return self._counted(result, [self._points[name] for name in points if name in self._points])

    def _counted(self, result: Result, points: Iterable[Point]) -> Result:
        if result.test in self._required:
            return _undecided(result, BEYOND_FOR_BALLAST) if result.verdict == "fail" else result
        lacking = {one.requires for one in points if one.all_ballast and one.requires in self._required}
        lacking = {name for name in lacking if not self._pass(name)}
        if not lacking or result.verdict == "not_evaluated":
            return result
        names = ", ".join(sorted(lacking))
        return _undecided(result, ON_BALLAST.format(names=names))

    def _pass(self, name: str) -> bool:
        if name not in self._passed:
            found = list(self._results(self._tests[name]))
            self._passed[name] = bool(found) and all(one.verdict == "pass" for one in found)
        return self._passed[name]


def _undecided(result: Result, why: str) -> Result:
    remark = " ".join(text for text in (result.remark, why) if text)
    return result.model_copy(update={"verdict": "not_evaluated", "remark": remark})
