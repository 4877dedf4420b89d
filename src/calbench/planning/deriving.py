"""Results that follow from the points of another test: which points go together, and how what they give is judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from calbench.documents.loaded import Loaded
from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import GroupPlan, TestPlan
from calbench.documents.point import LimitPlan, Point
from calbench.documents.procedure import Procedure, Test
from calbench.documents.stages import staged, unstaged
from calbench.planning import error_share, regulation
from calbench.planning.expansion import compacted, scope_of, words_and_quantities
from calbench.planning.limits import quantity
from calbench.planning.point_limits import judged_by
from calbench.planning.points import Setting
from calbench.planning.refusal import Reasons
from calbench.quantities import (
    CELSIUS,
    NUMBER,
    WORD,
    Celsius,
    Dimension,
    Quantity,
    Shape,
    Value,
    Vector,
    coherent_unit,
    dimension_of,
    find_unit,
    names,
    parse,
    parse_quantity,
)
from calbench.quantities.syntax import Call

ALL = "all"
OF_A_POINT = ("n", "reference")
"""What the scope of a point has and a result of several points has not: it is theirs, not its own."""
OF_A_NOMINAL = ("nominal", "load", "rdg")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class _Whole:
    """A derived test, with what it follows from."""

    test: Test
    of: TestPlan
    points: Mapping[str, Point]
    across: str
    setting: Setting
    others: Mapping[str, Shape]
    """Names that look at other tests of the stage."""
    reasons: Reasons


def derive(
    test: Test,
    owner: Loaded[Procedure],
    setting: Setting,
    tests: Sequence[TestPlan],
    points: Sequence[Point],
    reasons: Reasons,
) -> TestPlan | None:
    """Plan a test that measures nothing; None where the test it follows from is not done, or it cannot be planned."""
    name = staged(test.test or "", setting.stage)
    of = next((one for one in tests if one.id == staged(test.of or "", setting.stage)), None)
    if of is None or test.evaluate is None:
        return None
    own = {point.id: point for point in points if point.test == of.id}
    whole = _Whole(test, of, own, test.across or "", setting, _others(tests, points, setting.stage), reasons)
    try:
        groups = [_judged(one, whole) for one in _groups(name, whole)]
    except ValueError as error:
        said = str(error)
        reasons.add(f"Test {name}: {said}{'' if said.endswith('?') else '.'}")
        return None
    if not groups:
        reasons.add(
            f"Test {name}: no points of {of.id} go together: none differ in {test.across} alone"
            " and have all that its value names."
        )
        return None
    return TestPlan(
        id=name,
        title=test.title or {"en": test.test or ""},
        kind="derived",
        procedure=owner.model.id,
        procedure_version=owner.model.version,
        value=test.evaluate.value,
        points=[],
        stage=setting.stage,
        of=of.id,
        across=whole.across,
        groups=groups,
        sources={**setting.sources, **regulation.tables(test, owner.model)},
        stated=test.stated,
    )


def _groups(name: str, whole: _Whole) -> list[GroupPlan]:
    """Put together the points that are alike but for the label; what lacks one that the value names is left out."""
    found: dict[object, list[Point]] = {}
    for point in whole.points.values():
        found.setdefault(_key(point, whole.across), []).append(point)
    made = [_group(name, own, whole) for own in found.values()]
    if whole.across in ("", ALL):
        return made
    known = {one for group in made for one in group.names}
    needed = _named_before_dots(whole.test.evaluate.value if whole.test.evaluate else "") & known
    return [one for one in made if len(one.points) > 1 and needed <= set(one.names)]


def _key(point: Point, across: str) -> object:
    if across == ALL:
        return ALL
    if not across:
        return point.id
    labels = tuple((name, value) for name, value in point.labels.items() if name != across)
    nominal = None if point.nominal is None else parse_quantity(point.nominal)
    return labels, nominal and (nominal.value, nominal.dimension)


def _group(name: str, own: list[Point], whole: _Whole) -> GroupPlan:
    first, across = own[0], whole.across
    nominals = {point.nominal for point in own}
    scope = dict(first.scope)
    for point in own[1:]:
        scope = {key: text for key, text in scope.items() if point.scope.get(key) == text}
    apart = {*OF_A_POINT, *(OF_A_NOMINAL if len(nominals) > 1 else () if across else ("rdg",))}
    scope |= {key: str(value) for key, value in scope_of(whole.setting.parameters).items() if key[0] != "$"}
    labels = {} if across == ALL else {key: text for key, text in first.labels.items() if key != across}
    return GroupPlan(
        id=_id(name, first, whole),
        labels=labels,
        points=[point.id for point in own],
        names=_names(own, whole),
        nominal=first.nominal if len(nominals) == 1 else None,
        unit=first.unit,
        scope={key: text for key, text in scope.items() if key not in apart},
        words=first.words,
    )


def _names(own: Sequence[Point], whole: _Whole) -> dict[str, str]:
    """Give the point that each value of a label names: of the label that they go together across; of all, any label."""
    said = [
        (word, point.id)
        for point in own
        for label, word in point.labels.items()
        if label == whole.across or (whole.across == ALL and f"{word}.error" not in whole.others)
    ]
    words = [word for word, _ in said]
    return {word: name for word, name in said if _NAME.fullmatch(word) and words.count(word) == 1}


def _id(name: str, first: Point, whole: _Whole) -> str:
    """Name a result after its points, without the part that says in what they differ."""
    if whole.across == ALL:
        return f"{name}/{ALL}"
    parts = first.id.removeprefix(f"{whole.of.id}/").split("/")
    label = first.labels.get(whole.across)
    if label is not None:
        last = whole.across == "repeat"  # its number is the last part of a name, the others come before
        order = list(reversed(parts)) if last else parts
        spelled = (compacted(label), label.replace(" ", ""))
        part = next((one for one in order if one in spelled), None)
        if part is not None:
            order.remove(part)
            parts = list(reversed(order)) if last else order
    return "/".join([name, *(parts or ["1"])])


def _named_before_dots(value: str) -> set[str]:
    return {one.partition(".")[0] for one in names(parse(value)) if "." in one}


def _judged(group: GroupPlan, whole: _Whole) -> GroupPlan:
    """Give a group with its unit, last place and limit.

    Raises:
        ValueError: Its value is no single quantity, or its limit cannot be computed.
    """
    test, evaluate = whole.test, whole.test.evaluate
    if evaluate is None:
        raise ValueError("nothing says what is evaluated")
    first = whole.points[group.points[0]]
    scope = words_and_quantities({**({} if whole.across else first.scope), **group.scope})
    root = parse(evaluate.value)
    shape = dimension_of(root, _shapes(group, scope, whole))
    if not isinstance(shape, Dimension):
        raise ValueError(f"{group.id}: '{evaluate.value}' does not reduce to one value")  # noqa: TRY004 - a wrong text
    unit = _unit(shape, first, whole)
    resolution = _resolution(test, first, shape, scope, counted=_counts(root.root))
    limit = _limit(group, whole, scope)
    if not whole.across:
        error_share.hold_group(first, limit, whole.setting.bound, scope, whole.reasons)
    return group.model_copy(update={"unit": unit, "resolution": resolution, "limit": limit})


def _limit(group: GroupPlan, whole: _Whole, scope: Mapping[str, Value]) -> LimitPlan | None:
    if whole.test.evaluate is None:
        return None
    try:
        limit = judged_by(whole.test.evaluate, whole.setting, scope, group.labels)
    except ValueError as error:
        raise ValueError(f"{group.id}: its limit cannot be computed: {error}") from error
    if limit is None:
        return None
    lower, upper = limit.nominal_lower, limit.nominal_upper
    if lower is not None and upper is not None and parse_quantity(lower) > parse_quantity(upper):
        raise ValueError(f"{group.id}: its lower limit, {lower}, is above the upper one, {upper}")
    return limit


def _counts(root: object) -> bool:
    return isinstance(root, Call) and root.function == "count"


def _resolution(
    test: Test, first: Point, shape: Dimension, scope: Mapping[str, Value], *, counted: bool
) -> str | None:
    """Give the last place of a result: what the test says, 1 of a count, else that of the points in its dimension."""
    if test.resolution is not None:
        return quantity(test.resolution, scope).text()
    if counted:
        return "1"
    alike = first.resolution is not None and parse_quantity(first.resolution).dimension == shape
    return first.resolution if alike else None


def _unit(shape: Dimension, first: Point, whole: _Whole) -> str:
    """Give the unit of a result: its own, that of the errors or of the points (K for degC), else the coherent one.

    Raises:
        ValueError: The test says a unit that is none of its value.
    """
    own = whole.test.unit
    if own is not None and find_unit(own).dimension != shape:
        raise ValueError(f"its value is not in {own}")
    if own or (whole.of.unit and find_unit(whole.of.unit).dimension == shape):
        return own or whole.of.unit
    measured = find_unit(first.unit)
    if shape == measured.dimension:
        return "K" if measured.offset else first.unit
    return "" if shape == NUMBER else coherent_unit(shape).symbol


def _others(tests: Sequence[TestPlan], points: Sequence[Point], stage: str) -> dict[str, Shape]:
    """Give the shapes of the names that look at other tests of a stage, as uncertainties may."""
    first = {point.test: point for point in reversed(points)}
    shapes: dict[str, Shape] = {}
    for other in tests:
        if other.stage == stage and other.kind in ("points", "series") and other.id in first:
            one, name = _scalars(first[other.id], other), unstaged(other.id, stage)
            shapes |= {f"{name}.{what}": Vector(one[what]) for what in ("error", "indication")}
            shapes[f"{name}.stdev"] = one["error"]
    return shapes


def _shapes(group: GroupPlan, scope: Mapping[str, Value], whole: _Whole) -> dict[str, Shape]:
    """Give the shapes of all names that the value of a group may use, as evaluation gives their values."""
    shapes: dict[str, Shape] = {
        name: value.dimension if isinstance(value, Quantity) else WORD for name, value in scope.items()
    }
    shapes |= whole.others
    first = whole.points[group.points[0]]
    measured = _scalars(first, whole.of)
    if whole.across:
        nominal = {} if group.nominal is not None else dict.fromkeys(_nominals(first), measured["indication"])
        shapes |= {name: Vector(shape) for name, shape in {**measured, **nominal}.items()}
        named = {f"{label}.{name}": shape for label in group.names for name, shape in measured.items()}
        both = [name for name in named if name in whole.others]
        if both:
            raise ValueError(
                f"'{both[0]}' could mean another test, or the points of this label: rename one of them"
            )
        return {**shapes, **named}
    several = {
        "readings": Vector(measured["indication"]),
        "stdev": measured["error"],
        "rdg": measured["error"],
    }
    return {**shapes, **measured, **several, "n": NUMBER}


def _scalars(point: Point, of: TestPlan) -> dict[str, Dimension | Celsius]:
    """Give what one point has to say, by name: what `calbench.evaluation.deriving` gives the values of."""
    measured = _measured(point.quantity)
    error = find_unit(of.unit or MEASURANDS[point.quantity].unit).dimension
    inputs = {one.name: _measured(one.read) for one in point.inputs}
    return {"indication": measured, "reference": measured, "error": error, **inputs}


def _measured(quantity: str) -> Dimension | Celsius:
    unit = find_unit(MEASURANDS[quantity].unit)
    return CELSIUS if unit.offset else unit.dimension


def _nominals(point: Point) -> Iterable[str]:
    return ("nominal", "load") if point.quantity == "mass" else ("nominal",)
