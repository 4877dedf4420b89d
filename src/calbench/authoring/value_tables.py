"""Tables of values by row, as a regulation prints them, written out: each column is a value with its choices.

A cell keeps its place: a mistake in it is told where it stands in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from calbench.authoring.located import Node, Place
from calbench.authoring.suggestions import mend, shown
from calbench.documents.tables import JOINED

RULE = "P160"
Note = Callable[[str, Place, str, str], None]


class _Head(NamedTuple):
    """The first row of a table: the parameters that choose a row, and the values that have a column."""

    chosen_by: list[Node]
    named: list[Node]


def write_out(root: Node, note: Note) -> None:
    """Put the columns of all tables of a procedure among its values, before those that stand there."""
    tables = root.children.get("tables")
    if tables is None or not isinstance(tables.value, dict):
        return
    stated = root.children.get("values")
    if stated is not None and not isinstance(stated.value, dict):
        return
    made = _block(tables.place)
    for name, table in tables.children.items():
        _one(str(name), table, _choices(root), made, note)
    for name, node in {} if stated is None else stated.children.items():
        if name in made.children and stated is not None:
            message = f"{shown(str(name))} is also a column of a table"
            note(RULE, stated.keys[name], message, "remove it here, or rename one of them")
        else:
            _put(made, str(name), node, stated.keys[name] if stated is not None else node.place)
    _put(
        root,
        "values",
        made,
        tables.keys.get("values", tables.place) if stated is None else root.keys["values"],
    )


def _one(name: str, table: Node, choices: Sequence[str], made: Node, note: Note) -> None:
    if not _is_list(table):
        return  # told by the model
    rows = _parts(table)
    if not rows or not rows[0].children:
        note(
            RULE, table.place, f"the table {shown(name)} is empty", "write its columns, as in [class, limit]"
        )
        return
    head = _head(name, _parts(rows[0]), choices, note)
    if head is None:
        return
    if len(rows) == 1:
        note(RULE, rows[0].place, f"the table {shown(name)} has no rows", "add one for each choice")
    columns = {str(node.value): _column(head, node) for node in head.named}
    done: dict[str, Place] = {}
    for row in rows[1:]:
        _row(row, head, columns, done, note)
    for node in head.named:
        text = str(node.value)
        columns[text].size += columns[text].children["choices"].size
        if text in made.children:
            message = f"{shown(text)} has a column already"
            note(RULE, node.place, message, "a value stands in one table, once")
        else:
            _put(made, text, columns[text], node.place)


def _head(name: str, cells: Sequence[Node], choices: Sequence[str], note: Note) -> _Head | None:
    words = [one for one in cells if isinstance(one.value, str)]
    split = next((index for index, one in enumerate(words) if one.value not in choices), len(words))
    if len(words) < len(cells):
        return None  # told by the model
    if split == 0:
        message = (
            f"the first column says the parameter that chooses the row; {shown(words[0].value)} is no choice"
        )
        note(RULE, words[0].place, message, mend(words[0].value, list(choices)))
        return None
    if split == len(words):
        message = f"the table {shown(name)} gives no value"
        note(RULE, words[0].place, message, "name a value for each further column")
        return None
    return _Head(words[:split], words[split:])


def _row(row: Node, head: _Head, columns: Mapping[str, Node], done: dict[str, Place], note: Note) -> None:
    wide = len(head.chosen_by) + len(head.named)
    cells = _parts(row)
    if len(cells) != wide:
        message = f"this row has {len(cells)} cells, and the first one of the table {wide}"
        note(RULE, row.place, message, "write ~ where the regulation gives nothing")
        return
    first = cells[: len(head.chosen_by)]
    word = JOINED.join(str(one.value) for one in first)
    if word in done:
        note(
            RULE, first[0].place, f"there is already a row for {word} (line {done[word].line})", "remove one"
        )
        return
    done[word] = first[0].place
    for node, cell in zip(head.named, cells[len(head.chosen_by) :], strict=True):
        if not isinstance(cell.value, dict | list):  # else told by the model
            _put(columns[str(node.value)].children["choices"], word, cell, first[0].place)


def _column(head: _Head, name: Node) -> Node:
    """Give a value without cells yet, as it stands in `values`."""
    column = _block(name.place)
    selected = head.chosen_by[0]
    if len(head.chosen_by) > 1:
        selected = Node([one.value for one in head.chosen_by], selected.place)
        selected.children = dict(enumerate(head.chosen_by))
    _put(column, "choices", _block(name.place), name.place)
    _put(column, "selected_by", selected, selected.place)
    return column


def _choices(root: Node) -> list[str]:
    """Name the parameters of type choice."""
    declared = root.children.get("parameters")
    if declared is None:
        return []
    kinds = {name: one.children.get("type") for name, one in declared.children.items()}
    return [str(name) for name, kind in kinds.items() if kind is not None and kind.value == "choice"]


def _parts(node: Node) -> list[Node]:
    return [node.children[index] for index in range(len(node.value))]


def _is_list(node: Node) -> bool:
    return isinstance(node.value, list) and all(isinstance(one.value, list) for one in node.children.values())


def _block(place: Place) -> Node:
    node = Node({}, place)
    node.children, node.keys = {}, {}
    return node


def _put(parent: Node, key: str, node: Node, place: Place) -> None:
    parent.children[key], parent.keys[key] = node, place
    parent.value[key] = node.value
    parent.size += node.size
    parent.height = max(parent.height, node.height + 1)


__all__ = ["write_out"]
