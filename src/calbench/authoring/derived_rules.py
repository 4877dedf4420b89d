"""Rules for tests that follow from another one: what they follow from, which points go together, what they give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from calbench.authoring import vary_rules
from calbench.authoring.expression_rules import limit_of, named_limit
from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.suggestions import listed, mend, shown
from calbench.authoring.testview import View, after, before, said
from calbench.documents.procedure import Limits, Procedure, Test
from calbench.documents.varying import label_of
from calbench.quantities import Dimension, Shape, Truths, Vector

ALL = "all"
ALLOWED = (
    "test",
    "title",
    "like",
    "of",
    "across",
    "evaluate",
    "resolution",
    "only_if",
    "stages",
    "controls",
    "sources",
    "unit",
)
OF_A_POINT = ("n", "reference")
OF_A_NOMINAL = ("nominal", "load", "rdg")
OF_A_RANGE = ("range", "rng", "resolution")
_NAME = re.compile(r"[^\W\d]\w*")


def of_test(
    findings: Findings[Procedure],
    view: View,
    parameters: Names,
    sources: Mapping[str, View],
    others: Names,
    *,
    found: bool,
) -> None:
    """Check a test with `of`, and that `across` stands in no other.

    Args:
        findings: takes what is wrong.
        view: the test.
        parameters: names of the procedure.
        sources: the tests that measure, by id, those of sub-procedures included.
        others: names that look at other tests.
        found: whether every sub-procedure was found: else one may have the test that is missing.
    """
    test = view.own
    if test.of is None:
        if test.across is not None:
            message = f"{view.name} follows from no other test, so there is nothing to go across"
            findings.add(view.path("across"), "P086", message, "add of: TEST, or remove it", part="key")
        return
    _keys(findings, view)
    if test.evaluate is None and not findings.damaged(view.path()):
        message = f"{view.name} follows from {test.of}, and nothing says how"
        help_ = "add evaluate: {value: …, limit: …}"
        findings.add(view.path("of"), "P088", message, help_, part="key")
    source = sources.get(test.of)
    if source is None:
        _unknown(findings, view, test.of, sources, found=found)
    elif source.shape is not None and _across(findings, view, source, others):
        _value(findings, view, source, parameters, others)


def labels_of(test: Test, parameters: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Give the labels that the points of a test have, each with its values as far as they are known.

    `parameters` are the lists that `for_each` may name, with their defaults.
    """
    labels: dict[str, list[str]] = {}
    for name, values in (test.for_each or {}).items():
        labels[name] = values if isinstance(values, list) else parameters.get(values.removeprefix("$"), [])
    if isinstance(test.points, dict):
        labels["direction"] = list(test.points)
    if test.ranges is not None:
        labels["range"] = [one.range for one in test.ranges]
    if test.frequency is not None or any(one.frequency for one in test.ranges or []):
        labels["frequency"] = []
    if test.times is not None:
        labels["repeat"] = []
    for name, entries in (test.vary or {}).items():
        labels[name] = [label_of(one) for one in entries]
    return labels


def _keys(findings: Findings[Procedure], view: View) -> None:
    for name in sorted(view.own.model_fields_set - set(ALLOWED)):
        key = Test.model_fields[name].alias or name
        message = f"{view.name} follows from another test and measures nothing, so {shown(key)} has no effect"
        findings.add(
            view.path(key), "P087", message, f"allowed are {listed(list(ALLOWED), 'and')}", part="key"
        )


def _unknown(
    findings: Findings[Procedure], view: View, of: str, sources: Mapping[str, View], *, found: bool
) -> None:
    path = view.path("of")
    there = [one for one in findings.document.model.tests if one.test == of]
    if there and there[0].of is not None:
        message = f"{shown(of)} itself follows from {there[0].of}"
    elif there and there[0].ask:
        message = f"{shown(of)} asks questions, and measures nothing that could be evaluated"
    elif there or not found:
        return  # what is wrong with it is told there
    else:
        message = f"there is no test {shown(of)}"
    findings.add(path, "P085", message, mend(of, list(sources)))


def _across(findings: Findings[Procedure], view: View, source: View, others: Names) -> bool:
    """Check what the points go together across; tells whether names can be judged."""
    across, path = view.own.across, view.path("across")
    if across is None or across == ALL:
        return True
    labels = _labels(findings, source)
    if across not in labels:
        message = f"the points of {source.name} have no label {shown(across)}"
        findings.add(path, "P086", message, mend(across, [ALL, *labels]))
        return False
    taken = [one for one in labels[across] if f"{one}.error" in others.shapes]
    if taken:
        message = f"{shown(f'{taken[0]}.error')} could mean the test {taken[0]}, or the points of this label"
        findings.add(path, "P090", message, "rename the test or the label's value")
    return not taken


def _labels(findings: Findings[Procedure], source: View) -> dict[str, list[str]]:
    declared = findings.document.model.parameters
    lists = {name: one.default for name, one in declared.items() if isinstance(one.default, list)}
    return labels_of(source.test, lists)


def _value(findings: Findings[Procedure], view: View, source: View, parameters: Names, others: Names) -> None:
    evaluate, across = view.own.evaluate, view.own.across
    if evaluate is None:
        return
    parameters = _varied(findings, source, parameters, across)
    fixed = before(source, parameters) if across is None else _fixed(source, parameters, across)
    names = (
        after(source, parameters, others)
        if across is None
        else _together(findings, source, fixed, across, others)
    )
    path = view.path("evaluate", "value")
    written = path if findings.written(path) else view.path("evaluate")
    shape = check(findings, written, evaluate.value, names)
    if shape is None:
        return
    if not isinstance(shape, Dimension):
        findings.add(written, "P089", *_not_one(evaluate.value, shape), offset=0, length=len(evaluate.value))
        return
    check(findings, view.path("resolution"), view.own.resolution, fixed, shape)
    if evaluate.limit is not None:
        _limit(findings, replace(view, shape=shape), evaluate.limit, fixed)


def _limit(findings: Findings[Procedure], view: View, limit: str | Limits, known: Names) -> None:
    path: Path = view.path("evaluate", "limit")
    if isinstance(limit, Limits):
        limit_of(findings, path, limit, known, view.spread)
    else:
        named_limit(findings, view, path, limit, known, view.result)


def _not_one(text: str, shape: Shape) -> tuple[str, str]:
    if isinstance(shape, Vector):
        return (
            f"{shown(text)} gives a value for each point",
            "make one value of it, as in max(error) - min(error)",
        )
    if isinstance(shape, Truths):
        return (
            f"{shown(text)} says of each point whether it holds",
            "count how often, as in count(error > 1 g)",
        )
    return (
        f"{shown(text)} gives {shape}; a quantity is judged",
        "write a difference, or count(…) of a condition",
    )


def _varied(findings: Findings[Procedure], source: View, parameters: Names, across: str | None) -> Names:
    """Add the names that the source varies, where they are the same for all points that go together."""
    known = vary_rules.of_test(Findings(findings.document), source, parameters)
    gone = set(source.test.vary or {}) if across == ALL else {across}
    gone |= {f"${name}" for name in gone}
    return replace(known, shapes={name: shape for name, shape in known.shapes.items() if name not in gone})


def _fixed(source: View, parameters: Names, across: str) -> Names:
    """Give the names that are the same for all points that go together, before anything is measured."""
    known = before(source, parameters)
    apart = {*OF_A_POINT, *source.values, *(f"${name}" for name in source.values)}
    if across == ALL and _several(source.test):
        apart |= {*OF_A_NOMINAL}
    if across in (ALL, "range"):
        apart |= {*OF_A_RANGE}
    shapes = {
        name: shape for name, shape in known.shapes.items() if name not in apart or name in parameters.shapes
    }
    return replace(known, shapes=shapes)


def _several(test: Test) -> bool:
    """Tell whether the points of a test have more than one nominal value."""
    if test.load is not None:
        return False
    given = test.points.values() if isinstance(test.points, dict) else [test.points or []]
    texts = [text for points in given for text in points]
    return len({*texts, *(text for one in test.ranges or [] for text in one.points)}) > 1


def _together(findings: Findings[Procedure], source: View, fixed: Names, across: str, others: Names) -> Names:
    """Give the names of a value over several points: vectors, and what a label's value stands before."""
    each = said(source)
    labels = _labels(findings, source)
    values = [one for several in labels.values() for one in several] if across == ALL else labels[across]
    values = [one for one in values if f"{one}.error" not in others.shapes]
    shapes: dict[str, Shape] = {name: Vector(shape) for name, shape in each.items()}
    shapes |= {
        f"{one}.{name}": shape for one in values if _NAME.fullmatch(one) for name, shape in each.items()
    }
    if across == ALL and _several(source.test):
        shapes |= dict.fromkeys(
            ("nominal", *(("load",) if source.quantity == "mass" else ())), shapes["indication"]
        )
    return fixed.with_({**others.shapes, **shapes}, frozenset(), others.unclear)
