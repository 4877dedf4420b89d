"""Rules for tables, of limits and of values: their bands, columns, choices and factors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, check, computed
from calbench.authoring.suggestions import listed, mend, shown
from calbench.documents.procedure import Procedure
from calbench.documents.tables import JOINED, Ends, Table
from calbench.quantities import Shape

Labels = Collection[str]
"""What a column may be chosen by beside parameters: names of labels of points."""


def structure(findings: Findings[Procedure], path: Path, table: Table, scope: Names, labels: Labels) -> None:
    """Check what a table consists of; what it gives is checked where it is used."""
    _parts(findings, path, table)
    for index, row in enumerate(table.rows):
        _end(findings, (*path, "bands", index), row, last=index == len(table.rows) - 1)
    _ascending(findings, path, table, scope)
    _columns(findings, path, table, labels)
    _factors(findings, path, table)


def expressions(
    findings: Findings[Procedure], path: Path, table: Table, known: Names, wanted: Shape | None
) -> Shape | None:
    """Check the expressions of a table where it is used; gives the shape of what it gives, None if unclear.

    Without `wanted`, every cell must be of the kind of the first.
    """
    shape = check(findings, (*path, "variable"), table.variable, known)
    for index, row in enumerate(table.rows):
        for key in ("up_to", "below"):
            check(findings, (*path, "bands", index, key), getattr(row, key), known, shape)
    for where, text in cells(path, table):
        given = check(findings, where, text, known, wanted)
        wanted = given if wanted is None else wanted
    return wanted


def cells(path: Path, table: Table) -> Iterator[tuple[Path, str]]:
    """Give every cell that holds something, with its path."""
    for word, text in table.choices.items():
        if text is not None:
            yield (*path, "choices", word), text
    for index, row in enumerate(table.rows):
        where = (*path, "bands", index, row.key)
        for key, text in row.cell.items() if isinstance(row.cell, Mapping) else [("", row.cell)]:
            if text is not None:
                yield ((*where, key) if isinstance(row.cell, Mapping) else where), text


def columns(table: Table) -> set[str]:
    """Give every column that a table has anywhere, and every choice."""
    return {*table.choices, *(key for row in table.rows if isinstance(row.cell, Mapping) for key in row.cell)}


def is_cell(path: Path) -> bool:
    """Tell whether a path is that of a cell, which may say `~`: that the regulation gives nothing there."""
    if path[:1] == ("tables",):
        return len(path) == len(("tables", "name", 1, 1)) and path[2] != 0
    if path[:1] not in (("limits",), ("values",)) or len(path) < len(("values", "name", "choices", "word")):
        return False
    if path[2] == "choices":
        return len(path) == len(("values", "name", "choices", "word"))
    return path[2] == "bands" and path[4:5] in (("limit",), ("value",))


def _parts(findings: Findings[Procedure], path: Path, table: Table) -> None:
    if findings.damaged(path):
        return
    if table.rows and table.choices:
        help_ = "remove one; a column for each choice stands in the bands"
        findings.add((*path, "choices"), "P068", "a table has bands or choices, not both", help_, part="key")
    elif not table.rows and not table.choices:
        help_ = "add variable: and bands:, or selected_by: and choices:"
        findings.add(path, "P068", "this table is empty", help_, part="key")
    elif table.rows and table.variable is None:
        help_ = "add variable:, as in variable: abs(load)"
        findings.add(path, "P068", "nothing says in which band a point lies", help_, part="key")
    elif table.choices and table.variable is not None:
        message = "a variable has no effect on choices"
        findings.add((*path, "variable"), "P068", message, "remove it, or write bands:", part="key")


def _end(findings: Findings[Procedure], path: Path, row: Ends, *, last: bool) -> None:
    if row.up_to is not None and row.below is not None:
        message = "a band has one end: up to and including a value, or below it"
        findings.add((*path, "below"), "P068", message, "remove up_to or below", part="key")
    if row.up_to is None and row.below is None and not last and not findings.damaged(path):
        message = "only the last band may be without an end"
        findings.add(path, "P068", message, "add up_to: or below:", part="key")


def _ascending(findings: Findings[Procedure], path: Path, table: Table, scope: Names) -> None:
    ends = [(row.up_to or row.below or "", row.up_to is not None) for row in table.rows]
    for index in range(1, len(ends)):
        (before, closed), (here, own) = ends[index - 1], ends[index]
        first, second = computed(before, scope), computed(here, scope)
        if first is None or second is None or first.dimension != second.dimension:
            continue
        single = first.value == second.value and own and not closed  # below 5 A, then up to 5 A: 5 A alone
        if second.value <= first.value and not single:
            message = f"this band ends at {here}, and the one before it at {before}"
            key = "up_to" if own else "below"
            findings.add((*path, "bands", index, key), "P039", message, "write the bands in ascending order")


def _columns(findings: Findings[Procedure], path: Path, table: Table, labels: Labels) -> None:
    """Check that columns and choices are chosen by something, and are among what that may be."""
    if not table.columned:
        return
    names, where = table.selectors, (*path, "selected_by")
    if not names:
        if not findings.damaged(path):
            message = "nothing says which column holds"
            findings.add(path, "P072", message, "add selected_by: a parameter of type choice", part="key")
        return
    each = [_allowed(findings, where, name, labels) for name in names]
    if not all(each):
        return
    name, known = JOINED.join(names), list(each[0]) if len(each) == 1 else []
    maps = [((*path, "choices"), table.choices)] if table.choices else []
    maps += [
        ((*path, "bands", index, row.key), dict(row.cell))
        for index, row in enumerate(table.rows)
        if isinstance(row.cell, Mapping)
    ]
    for base, columns in maps:
        for key in columns:
            if not _can_be(key, each):
                message = f"{shown(key)} is nothing that {shown(name)} can be"
                findings.add(
                    (*base, key),
                    "P072",
                    message,
                    mend(key, known) if known else f"write a word of each of {name}",
                    part="key",
                )


def _can_be(key: str, each: Sequence[Sequence[str]]) -> bool:
    """Tell whether a choice is made of a word of each parameter, in their order."""
    if len(each) == 1:
        return key in each[0]
    starts = [f"{word}{JOINED}" for word in each[0]]
    return any(key.startswith(one) and _can_be(key.removeprefix(one), each[1:]) for one in starts)


def _allowed(findings: Findings[Procedure], where: Path, name: str, labels: Labels) -> Sequence[str]:
    declared = findings.document.model.parameters
    if name in labels:
        return ()  # a table may have more columns than a test has labels; that none lacks is looked at there
    if name not in declared:
        known = [*(one for one in declared if declared[one].type == "choice"), *labels]
        findings.unknown(where, "P072", "parameter", name, known)
        return ()
    if declared[name].type != "choice":
        message = f"the parameter {shown(name)} is no choice"
        findings.add(where, "P072", message, "make its type choice")
    return declared[name].choices or []


def _factors(findings: Findings[Procedure], path: Path, table: Table) -> None:
    for key, factor in table.multiply_by.items():
        findings.plain((*path, "multiply_by", key), factor, "P041", what="a factor", sign="positive")
    name = table.factor_by
    if not table.multiply_by and findings.damaged(path):
        return  # what could not be read may be the columns that it selects
    key = "multiplied_by" if table.multiplied_by is not None or table.columned else "selected_by"
    where = (*path, key)
    if name is None:
        if table.multiply_by and not findings.damaged(path):
            help_ = f"add {key}: a parameter"
            findings.add((*path, "multiply_by"), "P040", "nothing says which factor holds", help_, part="key")
        return
    declared = findings.document.model.parameters
    if name not in declared:
        findings.unknown(where, "P040", "parameter", name, list(declared))
        return
    if declared[name].type != "choice":
        findings.add(where, "P040", f"the parameter {shown(name)} is no choice", "make its type choice")
        return
    choices = declared[name].choices or []
    missing = [choice for choice in choices if choice not in table.multiply_by]
    extra = [one for one in table.multiply_by if one not in choices]
    for one in extra:
        message = f"{shown(one)} is no choice of {shown(name)}"
        findings.add((*path, "multiply_by", one), "P041", message, mend(one, missing or choices), part="key")
    if missing and choices and not extra and not findings.damaged(path):
        there = findings.written((*path, "multiply_by"))
        message = f"there is no factor for {listed([shown(one) for one in missing], 'and')}"
        findings.add(
            (*path, "multiply_by") if there else where, "P041", message, f"add {missing[0]}: 1", part="key"
        )
