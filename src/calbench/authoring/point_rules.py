"""Rules for the points of a test: labels, passes, and names of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import View
from calbench.documents.procedure import Procedure
from calbench.documents.varying import EntryStated, condition_of, label_of

LABELS = ("position", "nominal", "load", "weights", "range", "frequency", "direction", "repeat", "pass")
_UNSAFE = re.compile(r"[^\w.+\-µμΩ%]+")  # as planning.expansion names points


def names(findings: Findings[Procedure], view: View) -> None:
    """Check labels, and that no two points of a test get the same name (as planning names them)."""
    test = view.test
    if test.for_each is not None:
        _labels(findings, view, test.for_each)
    for index, one in enumerate(test.passes or []):
        if one in (test.passes or [])[:index]:
            findings.add(
                view.path("passes", index),
                "P019",
                f"the pass {shown(one)} is there twice",
                "remove one, or rename it",
            )
    if test.passes == []:
        findings.add(
            view.path("passes"), "P019", "there are no passes", "write [rising, falling], or remove the key"
        )
    for name, values in (test.for_each or {}).items():
        _distinct(findings, view, list(_axis(view, name, values)))
    for name, entries in (test.vary or {}).items():
        varied = [
            (_compact(label_of(one)), view.path("vary", name, place)) for place, one in _always(entries)
        ]
        _distinct(findings, view, varied)
    _distinct(findings, view, list(_values(view)))


def _distinct(findings: Findings[Procedure], view: View, named: list[tuple[str, Path]]) -> None:
    seen: dict[str, Path] = {}
    for name, path in named:
        if name in seen:
            line = findings.document.located.place(seen[name]).line
            message = f"the point {shown(f'{view.own.test}/{name}')} is there twice (first at line {line})"
            findings.add(path, "P012", message, "remove it; for repeated readings write times: or readings:")
        seen.setdefault(name, path)


def _labels(findings: Findings[Procedure], view: View, for_each: dict[str, list[str] | str]) -> None:
    parameters = findings.document.model.parameters
    if not for_each:
        findings.add(
            view.path("for_each"),
            "P018",
            "for_each names nothing",
            "write {spot: [left, right]}, or remove it",
        )
    for name, values in for_each.items():
        path = view.path("for_each", name)
        if name in LABELS:
            message = f"{shown(name)} is what texts call something else, and no name for for_each"
            findings.add(path, "P018", message, "give it another name", part="key")
        if isinstance(values, list):
            if not values:
                findings.add(
                    path, "P018", f"for_each: {shown(name)} has no values", "write at least one value"
                )
        elif not values.startswith("$"):
            findings.add(
                path,
                "P018",
                f"{shown(values)} is one word; a list is needed",
                f"write [{values}], or $name of a parameter that is a list",
            )
        elif values[1:] not in parameters:
            findings.unknown(path, "P021", "parameter", values[1:], list(parameters))
        elif parameters[values[1:]].type != "list":
            findings.add(path, "P018", f"the parameter {shown(values[1:])} is no list", "make its type list")


def _axis(view: View, name: str, values: list[str] | str) -> Iterator[tuple[str, Path]]:
    for index, value in enumerate(values if isinstance(values, list) else []):
        yield _UNSAFE.sub("-", value.strip()).strip("-"), view.path("for_each", name, index)


def _values(view: View) -> Iterator[tuple[str, Path]]:
    test = view.test
    if test.ranges is not None:
        for index, one in enumerate(test.ranges):
            for place, entry in _always(one.points):
                parts = [one.range, *([] if one.frequency is None else [one.frequency]), label_of(entry)]
                yield "/".join(_compact(part) for part in parts), view.path("ranges", index, "points", place)
    elif isinstance(test.points, dict):
        for direction, points in test.points.items():
            for place, entry in _always(points):
                yield f"{direction}/{_compact(label_of(entry))}", view.path("points", direction, place)
    elif test.points is not None:
        for place, entry in _always(test.points):
            yield _compact(label_of(entry)), view.path("points", place)


def _always(entries: Sequence[str | EntryStated]) -> Iterator[tuple[int, str | EntryStated]]:
    """Give the entries without a condition: of two with one, perhaps only one is there."""
    return ((place, entry) for place, entry in enumerate(entries) if condition_of(entry) is None)


def _compact(text: str) -> str:
    bare = text.lstrip("-")
    return "-" * (len(text) - len(bare)) + _UNSAFE.sub("-", bare.replace(" ", "")).strip("-")
