"""What may be judged: what was measured as the procedure wants it, and rests on nothing that was not.

Results that rest on ballast need the test that it requires to pass; a point needs its operating conditions, and so does
every result that is computed of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from calbench.documents.plan import Plan, TestPlan
from calbench.documents.point import Point
from calbench.documents.record import Result
from calbench.documents.remarks import BEYOND_FOR_BALLAST, ON_BALLAST, RESTS_OUTSIDE
from calbench.documents.stages import unstaged
from calbench.metrology.composition import looked_at


class Permitting:
    """The points of a plan that rest on ballast or have operating conditions, and what has to hold for them.

    `results` gives the results of a test by its id, without what is decided here; `outside` tells of a point whether it
    was measured outside of its conditions.
    """

    def __init__(
        self,
        plan: Plan,
        results: Callable[[TestPlan], Iterable[Result]],
        outside: Callable[[str], bool],
    ) -> None:
        self._tests = {test.id: test for test in plan.tests}
        self._points = {point.id: point for point in plan.points}
        self._required = {one.requires for one in plan.points if one.all_ballast} & self._tests.keys()
        self._conditioned = {point.id for point in plan.points if point.operating}
        self._results = results
        self._outside = outside
        self._passed: dict[str, bool] = {}
        self._beyond: dict[str, bool] = {}

    def point(self, result: Result) -> Result:
        """Give the result of a point as it counts."""
        own = self._points[result.id]
        result = self._counted(result, [own])
        lacking = [one.says for one in result.operating if not one.holds]
        result = _undecided(result, " ".join(lacking)) if lacking else result
        return self._resting(result, self._behind([own]))

    def group(self, result: Result, points: Iterable[str]) -> Result:
        """Give a result that follows from points, or a series of them, as it counts."""
        own = [self._points[name] for name in points if name in self._points]
        return self._resting(
            self._counted(result, own), {**dict.fromkeys(one.id for one in own), **self._behind(own)}
        )

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

    def _resting(self, result: Result, points: Iterable[str]) -> Result:
        """Leave a result undecided that is computed of points which were measured outside of their conditions."""
        missed = [name for name in points if self._is_outside(name)]
        return _undecided(result, RESTS_OUTSIDE.format(names=", ".join(missed))) if missed else result

    def _is_outside(self, name: str) -> bool:
        if name not in self._beyond:
            self._beyond[name] = name in self._conditioned and self._outside(name)
        return self._beyond[name]

    def _behind(self, points: Iterable[Point]) -> dict[str, None]:
        """Name the points with conditions that points rest on, directly or through others, but not these themselves."""
        if not self._conditioned:
            return {}
        own = list(points)
        known = {one.id for one in own}
        found: dict[str, None] = {}
        while own:
            one = own.pop()
            for name in self._used(one):
                if name not in known:
                    known.add(name)
                    found[name] = None
                    own.append(self._points[name])
        return {name: None for name in self._points if name in found and name in self._conditioned}

    def _used(self, point: Point) -> Iterable[str]:
        """Name the points that a point rests on: of tests that its expressions look at, and of its ballast."""
        test = self._tests[point.test]
        stated = [(one.std, one.half_width, one.expanded, one.k, one.dof) for one in point.contributions]
        texts = [test.indication, test.reference, *(text or "" for each in stated for text in each)]
        wanted = looked_at(*texts)
        tests = [one for one in self._tests.values() if one.stage == test.stage and one.id != test.id]
        names = [name for one in tests if unstaged(one.id, test.stage) in wanted for name in one.points]
        return [name for name in (*names, *point.all_ballast) if name in self._points]


def _undecided(result: Result, why: str) -> Result:
    remark = " ".join(text for text in (result.remark, why) if text)
    return result.model_copy(update={"verdict": "not_evaluated", "remark": remark})
