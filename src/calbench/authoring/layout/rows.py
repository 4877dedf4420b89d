"""What stands on one line: scalars and collections in brackets; and lines of one shape as the rows of a table."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from calbench.authoring.layout.parts import Item, Part

WIDEST = 100
"""Columns of a collection in brackets up to which it is joined, if it was written over several lines."""
_ALIGNED = 2  # spaces by which an author shows that a column is meant


def is_one_line(part: Part) -> bool:
    """Tell whether a value stands on the line of its key: it was written so, or is short enough to be."""
    if part.flow:
        return _can_be_one(part) and ("\n" not in part.text or width(rendered(part)) <= WIDEST)
    return _can_be_one(part)


def _can_be_one(part: Part) -> bool:
    if part.flow:
        parts = [one for item in part.items for one in (item.key, item.value) if one is not None]
        return not part.held and all(_can_be_one(one) for one in parts)
    return part.kind in ("scalar", "alias") and "\n" not in part.text


def rendered(part: Part, pads: Sequence[int] = ()) -> str:
    """Write a value that stands on one line; `pads` are spaces more after its entries."""
    if not part.flow:
        return _anchored(part, part.text)
    cells = cells_of(part)
    spaces = [*pads, *[0] * (len(cells) - len(pads))]
    inner = "".join(f"{cell}, {' ' * space}" for cell, space in zip(cells[:-1], spaces, strict=False))
    inner += cells[-1] if cells else ""
    return _anchored(part, f"{{{inner}}}" if part.kind == "map" else f"[{inner}]")


def cells_of(part: Part) -> list[str]:
    """Write each entry of a collection in brackets."""
    return [cell(item) for item in part.items]


def cell(item: Item) -> str:
    """Write one entry of a collection in brackets."""
    value = rendered(item.value)
    return value if item.key is None else f"{rendered(item.key)}:{f' {value}' if value else ''}"


def filled(part: Part) -> list[str] | None:
    """Write the entries of a collection in brackets line by line, each as full as may be; None if lines are its own."""
    if not part.flow or not _can_be_one(part):
        return None
    opening, closing = ("{", "}") if part.kind == "map" else ("[", "]")
    cells = cells_of(part)
    ends = [*["," for _ in cells[1:]], closing]
    lines = [_anchored(part, opening)]
    for index, (one, end) in enumerate(zip(cells, ends, strict=True)):
        piece = f"{' ' if index else ''}{one}{end}"
        if index and width(lines[-1] + piece) > WIDEST:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return lines


def moved(text: str, indent: int) -> list[str]:
    """Write a text of several lines as it stands, with its further lines moved to begin at a column."""
    first, *rest = text.split("\n")
    return [first, *textwrap.indent(textwrap.dedent("\n".join(rest)), " " * indent).split("\n")]


def pads_of(items: Sequence[Item]) -> Iterator[list[int]]:
    """Give, for each line of a block, the spaces by which its cells are padded.

    Lines that follow each other and have the same keys up to a column are a table, so are the lists of a list; if the
    author padded one of them, it is padded up to that column. Otherwise one space stands after each comma.
    """
    rows = [item.value if _is_row(item) and is_one_line(item.value) else None for item in items]
    pads = [[0] * (len(row.items) if row is not None and row.flow else 0) for row in rows]
    _pad(rows, pads, range(len(rows)), 0)
    yield from pads


def _is_row(item: Item) -> bool:
    return item.value.kind == "map" or (item.key is None and item.value.kind == "list" and item.value.flow)


def _pad(rows: list[Part | None], pads: list[list[int]], among: Sequence[int], column: int) -> bool:
    """Pad a column, where it or one behind it is meant to be one; tell whether any is."""
    meant = False
    for group in _groups(rows, among, column):
        items = [row.items[column] for index in group if (row := rows[index]) is not None]
        if _pad(rows, pads, group, column + 1) or any(item.gap >= _ALIGNED for item in items):
            widths = [width(cell(item)) for item in items]
            for index, one in zip(group, widths, strict=True):
                pads[index][column] = max(widths) - one
            meant = True
    return meant


def _groups(rows: list[Part | None], among: Sequence[int], column: int) -> Iterator[list[int]]:
    """Give stretches of lines that have the same key in a column, and something after it."""
    group: list[int] = []
    last = None
    for index in among:
        row = rows[index]
        there = row is not None and len(row.items) > column + 1
        key = row.items[column].key if row is not None and there else None
        named = (
            key.text if key is not None else "" if row is not None and there and row.kind == "list" else None
        )
        if group and (named != last or index != group[-1] + 1):
            if len(group) > 1:
                yield group
            group = []
        if named is not None:
            group.append(index)
        last = named
    if len(group) > 1:
        yield group


def width(text: str) -> int:
    """Give the columns of a text; East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _anchored(part: Part, text: str) -> str:
    return f"&{part.anchor} {text}".rstrip() if part.anchor else text
