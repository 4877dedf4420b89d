"""Writing blocks: two columns deeper at each level, lists below their key, comments where they belong."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from calbench.authoring.layout.comments import tidy
from calbench.authoring.layout.parts import Item, Part
from calbench.authoring.layout.rows import filled, is_one_line, moved, pads_of, rendered, width

STEP = 2
_BEFORE_COMMENT = 2  # spaces, at least


@dataclass
class _Line:
    text: str
    tail: tuple[int, str] | None = None

    def __str__(self) -> str:
        """Write it; a comment stays in its column, unless the line has grown beyond that."""
        text = self.text.rstrip()
        if self.tail is None:
            return text
        column, comment = self.tail
        return f"{text}{' ' * max(_BEFORE_COMMENT, column - len(text))}{comment}"


def written(root: Part, head: Sequence[str]) -> str:
    """Write a file: the lines of its head, and its blocks."""
    lines = [*head, *(str(line) for line in _block(root, 0, first=True))]
    return "\n".join(lines) + "\n"


def _block(part: Part, indent: int, *, first: bool = False) -> list[_Line]:
    lines: list[_Line] = []
    table = list(pads_of(part.items))
    keys = _keys(part.items, table)
    for item, key, pads in zip(part.items, keys, table, strict=True):
        hoisted, tail = _around(item)
        lead = tidy([*item.lead, *hoisted], first=first and not lines)
        lines += [_Line(f"{' ' * indent}{line}" if line else "") for line in lead]
        lines += _entry(item, key, pads, indent, tail)
    return lines + [_Line(f"{' ' * indent}{line}" if line else "") for line in tidy(part.foot)]


def _around(item: Item) -> tuple[list[str], tuple[int, str] | None]:
    """Part the comments at an entry's line into those that must go above it, and the one that stays."""
    stays = item.key is not None or not item.value.is_block  # else it stands between a dash and the first key
    above = item.tails[:-1] if stays else item.tails
    return [comment for _, comment in above], item.tails[-1] if stays and item.tails else None


def _keys(items: Sequence[Item], table: Sequence[Sequence[int]]) -> list[str]:
    """Write keys with their colons and spaces; padded where one of those that belong together is, or its row."""
    names = [f"{rendered(item.key)}:" if item.key is not None else "-" for item in items]
    pads = [0] * len(items)
    at = 0
    for tabular, group in itertools.groupby(items, key=lambda one: one.value.flow and is_one_line(one.value)):
        stretch = list(group)
        for run in _runs(at, stretch) if tabular else []:
            widths = [width(names[index]) for index in run]
            if any(items[index].gap > 1 or any(table[index]) for index in run):
                for index, one in zip(run, widths, strict=True):
                    pads[index] = max(widths) - one
        at += len(stretch)
    return [f"{name} {' ' * pad}" for name, pad in zip(names, pads, strict=True)]


def _runs(at: int, stretch: list[Item]) -> list[list[int]]:
    """Part a stretch of entries with keys where an empty line parts them."""
    runs: list[list[int]] = []
    for index, item in enumerate(stretch, start=at):
        if item.key is None:
            continue
        if not runs or "" in item.lead:
            runs.append([])
        runs[-1].append(index)
    return runs


def _entry(
    item: Item, key: str, pads: Sequence[int], indent: int, tail: tuple[int, str] | None
) -> list[_Line]:
    value, start = item.value, " " * indent + key
    if value.is_block:
        return _nested(item, start.rstrip(), indent, tail)
    texts = _texts(value, indent + STEP, pads)
    lines = [_Line(start + texts[0]), *(_Line(text) for text in texts[1:])]
    if tail is not None:
        lines[-1].tail = tail
    return lines


def _nested(item: Item, start: str, indent: int, tail: tuple[int, str] | None) -> list[_Line]:
    value = item.value
    anchor = f" &{value.anchor}" if value.anchor else ""
    inner = _block(value, indent + STEP, first=True)
    if item.key is None and not anchor:
        above = list(itertools.takewhile(lambda line: line.text.lstrip()[:1] in ("#", ""), inner))
        first, *rest = inner[len(above) :]
        first.text = f"{start} {first.text.lstrip()}"
        return [*(_Line(line.text[STEP:]) for line in above), first, *rest]
    return [_Line(start + anchor, tail), *inner]


def _texts(value: Part, indent: int, pads: Sequence[int]) -> list[str]:
    """Write a value that is no block, line by line; only the first is not indented yet."""
    if is_one_line(value):
        return [rendered(value, pads)]
    anchor = f"&{value.anchor} " if value.anchor else ""
    if value.style in ("|", ">"):
        return _literal(value, anchor, indent)
    texts = filled(value)
    if texts is not None:
        return [texts[0], *(" " * indent + text for text in texts[1:])]
    # a collection begins at its anchor, a scalar behind it
    return moved(value.text if value.flow else anchor + value.text, indent)


def _literal(value: Part, anchor: str, indent: int) -> list[str]:
    """Move the lines of a text in a block; where its header states how deep they are, they stay so deep."""
    header, *lines = value.text.split("\n")
    stated = next((int(char) for char in header.partition("#")[0] if char.isdigit()), None)
    if stated is None:
        had = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    else:
        had, indent = value.indent + stated, indent - STEP + stated
    return [anchor + header, *(" " * indent + line[had:] if len(line) > had else "" for line in lines)]
