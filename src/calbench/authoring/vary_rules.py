"""Rules for `vary`, and for entries with a condition: names, kinds of values, conditions."""

from __future__ import annotations

from collections.abc import Sequence

from calbench.authoring.findings import Findings, shape_name
from calbench.authoring.frequency_rules import frequencies
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check
from calbench.authoring.parameter_rules import taken
from calbench.authoring.point_rules import LABELS
from calbench.authoring.suggestions import shown
from calbench.authoring.testview import View, views
from calbench.documents.procedure import Procedure
from calbench.documents.varying import EntryStated, Variation, at_of, condition_of, label_of, word_of
from calbench.quantities import TRUTH, Celsius, Dimension, Shape, Word

_RULE = "P071"


def of_test(findings: Findings[Procedure], view: View, scope: Names) -> Names:
    """Check what a test varies, and give the names in scope at its points."""
    if view.test.vary == {}:
        findings.add(
            view.path("vary"), _RULE, "vary names nothing", "write {current: [5 A, 1 A]}, or remove it"
        )
    shapes: dict[str, Shape] = {}
    lost = set(findings.keys(view.path("vary"))) - set(view.test.vary or {})
    unclear = {*lost, *(f"${name}" for name in lost)}
    for name, entries in (view.test.vary or {}).items():
        _name(findings, view, name)
        shape = _values(findings, view, name, entries, scope)
        if shape is None:
            unclear |= {name, f"${name}"}
        else:
            shapes |= {name: shape, f"${name}": shape}
    known = scope.with_(shapes, unclear=frozenset(unclear))
    for name, entries in (view.test.vary or {}).items():
        conditions(findings, view.path("vary", name), entries, known)
    return known


def conditions(
    findings: Findings[Procedure], path: Path, entries: Sequence[str | EntryStated], known: Names
) -> None:
    """Check the conditions of entries."""
    for index, entry in enumerate(entries):
        check(findings, (*path, index, "only_if"), condition_of(entry), known, TRUTH)


def place_of(path: Path, entry: str | EntryStated) -> Path:
    """Give where the value of an entry stands: at the path of the entry, or below it."""
    return (*path, "at") if isinstance(entry, EntryStated) else path


def labels_of(view: View) -> dict[str, list[tuple[Path, str]]]:
    """Give the labels that a test gives its points by `vary` and `for_each`, by name, each with its place."""
    found = {
        name: [(view.path("for_each", name, index), text) for index, text in enumerate(given)]
        for name, given in (view.test.for_each or {}).items()
        if isinstance(given, list)
    }
    for name, entries in (view.test.vary or {}).items():
        found[name] = [(view.path("vary", name, index), label_of(one)) for index, one in enumerate(entries)]
    return found


def names(procedure: Procedure) -> frozenset[str]:
    """Give the names of labels of all tests: a column may be chosen by one."""
    return frozenset(
        name for view in views(procedure) for name in [*(view.test.vary or {}), *(view.test.for_each or {})]
    )


def _name(findings: Findings[Procedure], view: View, name: str) -> None:
    path, procedure = view.path("vary", name), findings.document.model
    what = taken(name)
    free = name == "frequency" and not frequencies(view.test)
    if name in procedure.parameters or name in procedure.values:
        kind = "a parameter" if name in procedure.parameters else "a value of the procedure"
        message = f"{shown(name)} is also {kind}"
    elif name in (view.test.for_each or {}):
        message = f"{shown(name)} is also in for_each"
    elif what or (name in LABELS and not free):
        message = f"{shown(name)} is {what or 'what texts call something else'}, and no name for vary"
    else:
        return
    findings.add(path, _RULE, message, "give it another name", part="key")


def _values(
    findings: Findings[Procedure], view: View, name: str, entries: Sequence[Variation], scope: Names
) -> Shape | None:
    """Check the values of one name; gives their shape, None if it is unclear."""
    if not entries:
        findings.add(
            view.path("vary", name), _RULE, f"{shown(name)} has no values", "write at least one value"
        )
    kinds = [_shape(findings, view, name, index, entry, scope) for index, entry in enumerate(entries)]
    if not kinds or None in kinds:
        return None
    words = tuple(label for one in kinds if isinstance(one, Word) for label in one.choices)
    for index, kind in enumerate(kinds):
        if isinstance(kind, Word) != isinstance(kinds[0], Word) or (
            not isinstance(kind, Word) and kind != kinds[0]
        ):
            where = place_of(view.path("vary", name, index), entries[index])
            first, here = at_of(entries[0]), at_of(entries[index])
            message = f"{shown(here)} is {_called(kind)}, and {shown(first)} is {_called(kinds[0])}"
            help_ = (
                "write values of one kind; a word that looks like a quantity stands in two quotes: \"'0.5L'\""
            )
            findings.add(where, _RULE, message, help_)
            return None
    return Word(words) if words else kinds[0]


def _shape(
    findings: Findings[Procedure], view: View, name: str, index: int, entry: Variation, scope: Names
) -> Shape | None:
    where, text = place_of(view.path("vary", name, index), entry), at_of(entry)
    said = {*scope.shapes, *scope.unclear}
    word = word_of(text, said)
    if word is not None:
        return Word((word,))
    if word_of(str(text), said) is not None:
        message = f"{shown(text)} is neither a name in scope nor a unit"
        findings.add(
            where, _RULE, message, f'if it is a word write it in quotes: "{text}"', offset=0, length=len(text)
        )
        return None
    shape = check(findings, where, text, scope)
    if isinstance(shape, Word):
        return Word((text.strip().strip("'"),))
    if shape is not None and not isinstance(shape, Dimension | Celsius):
        message = f"{shown(text)} is {_called(shape)}; one quantity or word is needed"
        findings.add(where, _RULE, message, "write a value such as 5 A", offset=0, length=len(text))
        return None
    return shape


def _called(shape: Shape | None) -> str:
    return "nothing" if shape is None else shape_name(shape)
