"""Loads that are larger than the weights: ballast takes their place, and what it weighs is found by comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING

from calbench.documents.plan import TestPlan
from calbench.documents.point import Point
from calbench.documents.procedure import Test
from calbench.documents.readings import InputPlan
from calbench.documents.stages import staged
from calbench.planning import weighing
from calbench.planning.binding import Bound
from calbench.planning.expansion import Words, scope_of
from calbench.planning.limits import quantity
from calbench.planning.refusal import Reasons
from calbench.planning.setting import Setting
from calbench.planning.weighing import Picked
from calbench.quantities import Quantity, Value, names, parse

SCOPE = "substitutions"
"""How many pieces of ballast lie on the pan: a name of expressions at a point with such weights."""
_CALLED = {"en": "ballast {n}", "zh": "替代载荷 {n}"}


@dataclass(frozen=True)
class MadeUp:
    """What makes up a load: weights, and ballast by the point that finds what it weighs, with its nominal mass.

    `behind` are the weights that the ballast stands for, each as often as it does.
    """

    picked: list[Picked] = field(default_factory=list)
    ballast: Mapping[str, str] = field(default_factory=dict)
    behind: list[Picked] = field(default_factory=list)

    @property
    def all(self) -> list[Picked]:
        """The weights that the value of the load rests on, each as often as it counts."""
        return [*self.behind, *self.picked]

    @property
    def place(self) -> list[str]:
        """The ids of the weights on the pan."""
        return [one.weight.id for one in self.picked]

    @property
    def ids_behind(self) -> list[str]:
        """The ids of those that the ballast stands for."""
        return [one.weight.id for one in self.behind]

    def said(self, language: str = "en") -> str:
        """Say what lies on the pan."""
        return " + ".join(lying(self.ballast, self.place, language)) or "—"

    def words(self, words: Words) -> Words:
        """Give the words of a procedure, with a translation of what lies on the pan."""
        if not self.ballast:
            return words
        own = {language: {self.said(): self.said(language)} for language in _CALLED if language != "en"}
        return {name: {**words.get(name, {}), **own.get(name, {})} for name in {*words, *own}}


def lying(ballast: Mapping[str, str], place: Sequence[str], language: str) -> list[str]:
    """Name what lies on the pan: ballast by its number, then the weights."""
    called = _CALLED.get(language, _CALLED["en"])
    return [*(called.format(n=name.rpartition("/")[2]) for name in ballast), *place]


def made_up(one: Bound, load: Quantity, setting: Setting) -> MadeUp | None:
    """Make up a load of the weights of a role, and of ballast above what they are; None if they cannot.

    Raises:
        ValueError: The load that ballast takes the place of is no mass above zero.
    """
    number, full = _number(one, load, setting)
    behind = weighing.pick(one.assets, full) if number else []
    picked = weighing.pick(one.assets, load - full * number if number else load)
    if picked is None or behind is None:
        return None
    return MadeUp(picked, _named(one, number, full, setting), behind * number)


def substituted(one: Bound, load: Quantity, setting: Setting) -> MadeUp:
    """Make up a load of ballast alone, in whole loads that it takes the place of.

    Raises:
        ValueError: The load is not so many of them, or the role has no substitution.
    """
    number, full = _number(one, load, setting)
    if one.role.substitution is None or full * (number + 1) != load:
        raise ValueError(
            f"a load of {load} is no whole number of the loads that ballast takes the place of, {full}"
        )
    return MadeUp([], _named(one, number + 1, full, setting), [])


def lacks(one: Bound, load: Quantity, setting: Setting) -> str:
    """Say why the weights of a role cannot make up a load, and what to do."""
    sets = " and ".join(asset.asset for asset in one.assets)
    number, full = _number(one, load, setting)
    times = Counter(weight.nominal for asset in one.assets for weight in asset.weights)
    there = ", ".join(name if n == 1 else f"{n} of {name}" for name, n in times.items())
    if number:
        return (
            f"the weights of {sets} cannot be put together to {full}, in place of which ballast is put, and to the "
            f"rest of {load - full * number}; they are {there}. Take another load to substitute, or a set that has "
            "these"
        )
    other = "" if one.role.substitution is None else ", or ballast in place of weights"
    return (
        f"the weights of {sets} cannot be put together to {load}; it has {there}. Take another load, or a set that has "
        f"it{other}"
    )


@dataclass(frozen=True)
class OfPoint:
    """What a point says of its ballast: names for expressions, and the test that has to pass, if its mass counts."""

    scope: Mapping[str, Value] = field(default_factory=dict)
    requires: str = ""


def of_point(test: Test, made: MadeUp, inputs: Sequence[InputPlan], setting: Setting) -> OfPoint:
    """Give what a point says of the ballast of its load and of its inputs."""
    roles = [test.place, *(one.place_role for one in inputs)]
    stated = [setting.bound[role].role.substitution for role in roles if role and role in setting.bound]
    found = [one for one in stated if one is not None]
    if not found:
        return OfPoint()
    number = max(len(one) for one in (made.ballast, *(each.ballast for each in inputs)))
    named = next((one.requires for one in found if one.requires is not None), "")
    counts = made.ballast or any(one.ballast and f"{one.name}.load" in _used(test) for one in inputs)
    return OfPoint({SCOPE: Quantity.of(number)}, staged(named, setting.stage) if counts and named else "")


def _used(test: Test) -> set[str]:
    """Give the names that the result of a test is computed from."""
    texts = (test.indication, test.reference, test.model)
    return {name for text in texts if text for name in names(parse(text))}


def hold_least(setting: Setting, reasons: Reasons) -> None:
    """Add a reason for each role whose ballast would take the place of fewer weights than are needed."""
    known = scope_of(setting.parameters)
    for name, one in setting.bound.items():
        stated = one.role.substitution
        if stated is None or stated.least is None:
            continue
        load, least = quantity(stated.load, known), quantity(stated.least, known)
        if load.value < least.value:
            reasons.add(
                f"Role '{name}': ballast would take the place of weights of {load} ({stated.load}), and weights of at "
                f"least {least} ({stated.least}) are needed for that. Use more weights, and give what they are "
                "together."
            )


def hold(points: Sequence[Point], reasons: Reasons) -> None:
    """Add a reason for each piece of ballast that no point before its first use finds."""
    before: set[str] = set()
    lacking: dict[str, str] = {}
    for point in points:
        own = {name for one in point.inputs if one.certified is None for name in one.ballast}
        for name in point.all_ballast:
            if name not in before and name not in own:
                lacking.setdefault(name, point.id)
        before.add(point.id)
    for name, first in lacking.items():
        reasons.add(
            f"{first}: its load needs ballast whose mass the point {name} finds, and the plan has no such point before "
            "it. Have larger weights, or add that point to the test that substitutes."
        )


def needed_for(points: Sequence[Point], tests: Sequence[TestPlan]) -> set[str]:
    """Name the tests on which the ballast of points rests: those that find what it weighs, and that have to pass."""
    found = {name.rpartition("/")[0] for point in points for name in point.all_ballast}
    passing = {point.requires for point in points if point.all_ballast} - {""}
    return found | passing | {test.of for test in tests if test.id in passing and test.of}


def _number(one: Bound, load: Quantity, setting: Setting) -> tuple[int, Quantity]:
    """Give how many pieces of ballast lie there, and the load of each."""
    stated = one.role.substitution
    if stated is None:
        return 0, load
    full = quantity(stated.load, scope_of(setting.parameters))
    if full.value <= 0 or full.dimension != load.dimension:
        raise ValueError(f"substitution: '{stated.load}' is {full}, which is no mass above zero")
    if load.value <= full.value:
        return 0, full
    return int((load.value / full.value).to_integral_value(ROUND_CEILING)) - 1, full


def _named(one: Bound, number: int, full: Quantity, setting: Setting) -> dict[str, str]:
    stated = one.role.substitution
    if stated is None:
        return {}
    by = staged(stated.by, setting.stage)
    return {f"{by}/{each}": full.text() for each in range(1, number + 1)}
