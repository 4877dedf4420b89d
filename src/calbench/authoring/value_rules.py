"""Rules for values: their names, what they are computed from, and what they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from calbench.authoring import table_rules
from calbench.authoring.findings import Findings, shape_name
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check, computed
from calbench.authoring.parameter_rules import taken
from calbench.authoring.suggestions import listed, shown
from calbench.documents.procedure import Procedure
from calbench.documents.tables import ValueTable
from calbench.quantities import Celsius, Dimension, QuantityError, Shape, find_unit, names, parse

_RULE = "P069"


def values(findings: Findings[Procedure], scope: Names) -> Names:
    """Check all values, and give the names in scope with them."""
    stated = findings.document.model.values
    lost = frozenset(findings.keys(("values",))) - stated.keys()
    known = scope.with_({"load": find_unit("kg").dimension}, unclear=_both(lost))
    waiting = {name: _looks_at(one) & stated.keys() for name, one in stated.items()}
    for name in stated:
        _name(findings, name)
    while ready := [name for name, needs in waiting.items() if not needs & waiting.keys()]:
        for name in ready:
            known = _one(findings, name, stated[name], known)
            del waiting[name]
    for name in waiting:
        _endless(findings, name, sorted(waiting))
    return _apart(known.with_({}, unclear=_both(frozenset(waiting))), _of_load(stated))


def _of_load(stated: Mapping[str, str | ValueTable]) -> set[str]:
    """Give the values that look at the load, directly or through others."""
    found: set[str] = set()
    while more := {
        name for name, one in stated.items() if name not in found and _looks_at(one) & {"load", *found}
    }:
        found |= more
    return found


def _apart(known: Names, later: Collection[str]) -> Names:
    """Give the names without those that look at the load: they stand at points with one, and nowhere else."""
    apart = frozenset({"load", "$load", *_both(frozenset(later))})
    kept = {name: shape for name, shape in known.shapes.items() if name not in apart}
    own = {name: shape for name, shape in known.shapes.items() if name in _both(frozenset(later))}
    return replace(known, shapes=kept, later=known.later | frozenset(own), of_load=own)


def _one(findings: Findings[Procedure], name: str, value: str | ValueTable, known: Names) -> Names:
    path: Path = ("values", name)
    if isinstance(value, str):
        shape = check(findings, path, value, known)
    else:
        table_rules.structure(findings, path, value, known, ())
        shape = table_rules.expressions(findings, path, value, known, None)
    if shape is not None and not isinstance(shape, Dimension | Celsius):
        message = "a value is one quantity"
        findings.add(
            path, "P022", f"{message}, and this is {shape_name(shape)}", "write an expression of quantities"
        )
        shape = None
    if shape is None:
        return known.with_({}, unclear=_both({name}))
    shapes: dict[str, Shape] = {name: shape, f"${name}": shape}
    found = computed(value, known) if isinstance(value, str) else None
    return known.with_(shapes).valued({} if found is None else {name: found, f"${name}": found})


def _name(findings: Findings[Procedure], name: str) -> None:
    path: Path = ("values", name)
    what = taken(name)
    if name in findings.document.model.parameters:
        findings.add(
            path, _RULE, f"{shown(name)} is also a parameter", "give one of them another name", part="key"
        )
    elif what:
        findings.add(
            path,
            _RULE,
            f"{shown(name)} is {what}, and no name for a value",
            "give it a longer name",
            part="key",
        )


def _endless(findings: Findings[Procedure], name: str, all_: list[str]) -> None:
    message = f"{listed([shown(one) for one in all_], 'and')} need each other, so none of them has a value"
    findings.add(("values", name), _RULE, message, "compute one of them from parameters alone", part="key")


def _both(names_: frozenset[str] | set[str]) -> frozenset[str]:
    return frozenset(names_) | {f"${name}" for name in names_}


def _looks_at(value: str | ValueTable) -> set[str]:
    """Give the names that a value looks at, without `$`; none for what cannot be read."""
    if isinstance(value, str):
        texts = [value]
    else:
        texts = [text for _, text in table_rules.cells((), value)]
        ends = [end for row in value.rows for end in (row.up_to, row.below)]
        texts += [text for text in (value.variable, *ends) if text is not None]
    try:
        return {name.removeprefix("$") for text in texts for name in names(parse(text))}
    except QuantityError:
        return set()
