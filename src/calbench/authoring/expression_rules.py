"""Rules for expressions and quantities of a test: every one gives what its place needs."""

from __future__ import annotations

from collections.abc import Sequence

from calbench.authoring import table_rules, vary_rules
from calbench.authoring.findings import SECOND, Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, Rules, check, computed, count, is_quantity
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.testview import View, before, read, repeated, shape_of, together
from calbench.documents.inputs import Stability
from calbench.documents.measurands import split
from calbench.documents.procedure import Limits, Procedure
from calbench.documents.varying import EntryStated, at_of
from calbench.quantities import (
    ExpressionError,
    QuantityError,
    Shape,
    Vector,
    find_unit,
    parse,
)
from calbench.quantities.syntax import Name, Scaled

ONLY_PER_POINT = "error"
_TIME = Rules(result="P024")


def of_test(findings: Findings[Procedure], view: View, parameters: Names) -> None:
    """Check every expression and quantity of a test but those of its uncertainty."""
    test = view.test
    known = before(view, parameters)
    bare = before(view, parameters, resolution=False)
    count(findings, view.path("readings"), test.readings, parameters)
    count(findings, view.path("times"), test.times, parameters)
    _settle(findings, view, known)
    counted = repeated(view, parameters)
    _points(findings, view, counted)
    check(findings, view.path("load"), test.load, counted, _nominal_shape(view))
    if test.ranges is None:
        check(findings, view.path("resolution"), test.resolution, bare, view.spread)
    limit_of(findings, view.path("mpe"), test.mpe, known, view.result)
    _evaluate(findings, view, parameters, known)
    _model(findings, view, known)
    if test.scale is not None:
        check(findings, view.path("scale", "value"), test.scale.value, known, view.spread)
    if test.rounding is not None:
        check(findings, view.path("rounding", "interval"), test.rounding.interval, known, _rounded(view))
    if test.stable is not None:
        stability(findings, view.path("stable"), test.stable, known, view.spread)


def _rounded(view: View) -> Shape | None:
    """Give the shape of what is rounded: the error, or the mean reading."""
    by_error = view.test.rounding is None or view.test.rounding.of == "error"
    return view.result if by_error else view.spread


def _nominal_shape(view: View) -> Shape | None:
    """Give the shape of nominal values: that of what is read, or of what is applied to be read."""
    if view.inputs:
        return view.nominal if view.test.apply is None else shape_of(split(view.test.apply)[1])
    if view.shape is None and view.test.apply is not None:
        return shape_of(split(view.test.apply)[1])
    return view.shape


def _points(findings: Findings[Procedure], view: View, parameters: Names) -> None:
    test, shape = view.test, _nominal_shape(view)
    for index, one in enumerate(test.ranges or []):
        path = view.path("ranges", index)
        known, bare = before(view, parameters), before(view, parameters, resolution=False)
        if view.spread is not None:
            findings.quantity((*path, "range"), one.range, view.spread, "P024", sign="positive")
        _entries(findings, (*path, "points"), one.points, parameters, shape)
        check(findings, (*path, "resolution"), one.resolution, bare, view.spread)
        limit_of(findings, (*path, "mpe"), one.mpe, known, view.result)
    if isinstance(test.points, dict):
        for direction, points in test.points.items():
            _entries(findings, view.path("points", direction), points, parameters, shape)
    else:
        _entries(findings, view.path("points"), test.points or [], parameters, shape)


def _entries(
    findings: Findings[Procedure],
    path: Path,
    entries: Sequence[str | EntryStated],
    known: Names,
    shape: Shape | None,
) -> None:
    for place, entry in enumerate(entries):
        check(findings, vary_rules.place_of((*path, place), entry), at_of(entry), known, shape)
    vary_rules.conditions(findings, path, entries, known)


def _settle(findings: Findings[Procedure], view: View, known: Names) -> None:
    path, text = view.path("settle"), view.test.settle
    if text is None:
        return
    if is_quantity(text):
        findings.quantity(path, text, SECOND, "P024", sign="not negative")
    elif isinstance(root := parse(text).root, Scaled) and root.name not in known.shapes:
        findings.quantity(path, text, SECOND, "S011")  # 5 sec: it says which unit is meant
    elif check(findings, path, text, known, SECOND, _TIME) is not None:
        value = computed(text, known)
        if value is not None and value.value < 0:
            findings.add(path, "P024", f"{shown(text)} is {value}, which is below zero", "wait zero or more")


def limit_of(
    findings: Findings[Procedure], path: Path, mpe: str | Limits | None, known: Names, wanted: Shape | None
) -> None:
    """Check a limit that is written: one expression, or `lower` and `upper`."""
    if not isinstance(mpe, Limits):
        check(findings, path, mpe, known, wanted)
        return
    if mpe.lower is None and mpe.upper is None and not findings.damaged(path):
        findings.add(
            path, "P053", "a limit needs lower, upper or both", "write {lower: …, upper: …}", part="key"
        )
    check(findings, (*path, "lower"), mpe.lower, known, wanted)
    check(findings, (*path, "upper"), mpe.upper, known, wanted)


def _evaluate(findings: Findings[Procedure], view: View, parameters: Names, known: Names) -> None:
    evaluate = view.test.evaluate
    if evaluate is None:
        return
    path = view.path("evaluate", "value")
    written = path if findings.written(path) else view.path("evaluate")
    shape = check(findings, written, evaluate.value, together(view, parameters))
    if shape is not None and view.result is not None:
        _judged(findings, written, view, evaluate.value, shape)
    if evaluate.limit is None:
        if not findings.damaged(view.path("evaluate")):
            message = f"{view.name} evaluates, and there is no limit to judge by"
            help_ = "add limit: …; a test without a limit needs no evaluate:"
            findings.add(view.path("evaluate"), "P053", message, help_, part="key")
    elif isinstance(evaluate.limit, Limits):
        limit_of(findings, view.path("evaluate", "limit"), evaluate.limit, known, view.result)
    else:
        named_limit(findings, view, view.path("evaluate", "limit"), evaluate.limit, known, view.result)


def _judged(findings: Findings[Procedure], path: Path, view: View, text: str, shape: Shape) -> None:
    """Check the value that is judged: the error of each point, or one value for the whole test."""
    if shape == view.result:
        return
    if not isinstance(shape, Vector):
        message = f"{shown(text)} is no difference of two values that {view.name} reads"
        findings.add(
            path, "P022", message, "write error, or a value such as max(error)", offset=0, length=len(text)
        )
    elif text.strip() != ONLY_PER_POINT:
        message = f"{shown(text)} gives a value for each point, and of a point only its error is judged"
        help_ = "write error and say with model: what the error is; or make one value of it, as in max(…)"
        findings.add(path, "P051", message, help_, offset=0, length=len(text))


def named_limit(
    findings: Findings[Procedure], view: View, path: Path, text: str, known: Names, wanted: Shape | None
) -> None:
    """Check what is a named limit or an expression: the limit of `evaluate`, or the bound of a condition."""
    limits = findings.document.model.limits
    if text in limits:
        _banded(findings, view, path, text, known, wanted)
        return
    if _is_word(text, known):
        if findings.damaged(("limits",)):
            return
        allowed = [*limits, *(name for name in known.shapes if not name.startswith("$"))]
        findings.add(
            path, "P038", f"there is no limit {shown(text)}", mend(text, allowed), offset=0, length=len(text)
        )
        return
    check(findings, path, text, known, wanted)


def _is_word(text: str, known: Names) -> bool:
    """Tell whether a text is one name that nothing in scope and no unit has."""
    try:
        root = parse(text).root
    except ExpressionError:
        return False
    if not isinstance(root, Name) or root.name.startswith("$"):
        return False
    if root.name in known.shapes or root.name in known.unclear | known.later | known.clashing:
        return False
    try:
        find_unit(root.name)
    except QuantityError:
        return True
    return False


def _banded(
    findings: Findings[Procedure], view: View, used: Path, name: str, known: Names, wanted: Shape | None
) -> None:
    limit = findings.document.model.limits[name]
    table_rules.expressions(findings, ("limits", name), limit, known, wanted)
    selected = limit.selected_by
    if (
        not limit.columned
        or not isinstance(selected, str)
        or selected not in vary_rules.names(findings.document.model)
    ):
        return  # a parameter chooses the column, or nothing does, which is told there
    labels = vary_rules.labels_of(view).get(selected, [])
    if not labels and selected not in (view.test.for_each or {}):
        message = (
            f"the limit {shown(name)} has a column for each {selected}, and {view.name} has no {selected}"
        )
        help_ = f"add vary: {{{selected}: […]}}, or take another limit"
        findings.add(used, "P072", message, help_)
        return
    known_columns = table_rules.columns(limit)
    for where, label in labels:
        if label not in known_columns:
            message = f"the limit {shown(name)} has no column {shown(label)}"
            findings.add(where, "P072", message, mend(label, sorted(known_columns)))


def _model(findings: Findings[Procedure], view: View, known: Names) -> None:
    if view.test.model is None or view.shape is None:
        return
    own, unclear = read(view)
    names = known.with_({**own, "indication": view.shape, "reference": view.shape}, frozenset(), unclear)
    check(findings, view.path("model"), view.test.model, names, view.result)


def stability(
    findings: Findings[Procedure], path: Path, stable: Stability, known: Names, spread: Shape | None
) -> None:
    """Check when a reading is stable; `spread` is the shape of differences of readings."""
    check(findings, (*path, "within"), stable.within, known, spread)
    seconds = findings.quantity((*path, "for"), stable.for_, SECOND, "P024", sign="positive")
    timeout = findings.quantity((*path, "timeout"), stable.timeout, SECOND, "P024", sign="positive")
    if seconds is not None and timeout is not None and timeout < seconds:
        message = f"within {stable.timeout} no reading can be stable for {stable.for_}"
        findings.add((*path, "timeout"), "P052", message, "make the timeout longer")
