"""Where comments and empty lines belong: to the entry below them, to the line they end, or to the foot of a block."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from calbench.authoring.layout.parts import Item, Part
from calbench.authoring.source import Source

_COMMENT = re.compile(r"(?:(?<=\s)|\A)#[^\r\n]*")


@dataclass(frozen=True)
class Comment:
    """A comment: where it begins, and its text with the sign."""

    start: int
    line: int
    column: int
    text: str


@dataclass(frozen=True)
class _Entry:
    """An entry of a block with the blocks that it is in, from the outermost."""

    item: Item
    line: int
    column: int
    within: tuple[tuple[int, Part], ...]


def comments_of(source: Source, root: Part) -> list[Comment]:
    """Give every comment: what begins with `#` after a space, outside of all scalars."""
    found, at = [], 0
    for part in [*sorted(_scalars(root), key=lambda one: one.start), None]:
        end = part.start if part is not None else len(source.text)
        for match in _COMMENT.finditer(source.text, at, end):
            line, column = _position(source, match.start())
            found.append(Comment(match.start(), line, column, match[0].rstrip()))
        at = max(at, part.end if part is not None else at)
    return found


def attach(source: Source, root: Part) -> list[str]:
    """Hang comments and empty lines on the parts; give the lines before the first entry.

    Of several empty lines one is kept.
    """
    entries = list(_entries(source, root, ()))
    comments = comments_of(source, root)
    own = {one.line: one for one in comments if not source.line(one.line)[: one.column - 1].strip()}
    for one in comments:
        holder = _flow_around(root, one.start)
        if holder is not None:
            holder.held = True
        elif one.line not in own:
            _last_before(entries, one.start).item.tails.append((one.column - 1, one.text))
    covered = _covered(source, root)
    lines = [
        number
        for number in range(1, len(source.lines) + 1)
        if number not in covered and (number in own or not source.line(number).strip())
    ]
    _hang(root, entries, [(number, own.get(number)) for number in lines if number > entries[0].line])
    head = [source.line(number).rstrip() for number in range(1, entries[0].line)]
    return tidy(head, first=True)


def tidy(lines: list[str], *, first: bool = False) -> list[str]:
    """Keep one of several empty lines, and none at the start where these are the first."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]) or (not kept and not first):
            kept.append(line)
    return kept


def _hang(root: Part, entries: list[_Entry], lines: list[tuple[int, Comment | None]]) -> None:
    starts = [entry.line for entry in entries]
    for after, run in itertools.groupby(lines, key=lambda one: bisect.bisect_right(starts, one[0])):
        empty = False
        for _, comment in run:
            if comment is None:
                empty = True
                continue
            target = _target(root, entries, after, comment)
            target += ["", comment.text] if empty else [comment.text]
            empty = False
        if empty and after < len(entries):
            entries[after].item.lead.append("")


def _target(root: Part, entries: list[_Entry], after: int, comment: Comment) -> list[str]:
    before = entries[after - 1]
    if before.item.value.start > comment.start and not before.item.value.is_block:
        return before.item.lead  # between a key and its value
    floor = entries[after].column if after < len(entries) else 1
    if after < len(entries) and comment.column <= floor:
        return entries[after].item.lead
    for column, block in reversed(before.within):
        if column <= comment.column and (column > floor or after == len(entries)):
            return block.foot
    return entries[after].item.lead if after < len(entries) else root.foot


def _entries(source: Source, part: Part, within: tuple[tuple[int, Part], ...]) -> Iterator[_Entry]:
    """Give the entries of blocks in the order of the text, the outer before the inner."""
    if not part.is_block:
        return
    for item in part.items:
        line, column = _position(source, item.start)
        item.value.indent = column - 1
        chain = (*within, (column, part))
        yield _Entry(item, line, column, chain)
        yield from _entries(source, item.value, chain)


def _last_before(entries: list[_Entry], start: int) -> _Entry:
    return entries[bisect.bisect_right([entry.item.start for entry in entries], start) - 1]


def _flow_around(part: Part, start: int) -> Part | None:
    while True:
        if part.flow:
            return part if part.start < start < part.end else None
        inner = next((one.value for one in part.items if one.value.start < start < one.value.end), None)
        if inner is None:
            return None
        part = inner


def _scalars(part: Part) -> Iterator[Part]:
    if part.kind in ("scalar", "alias"):
        yield part
    for item in part.items:
        if item.key is not None:
            yield from _scalars(item.key)
        yield from _scalars(item.value)


def _covered(source: Source, part: Part) -> set[int]:
    """Give the lines within scalars and brackets that go over several."""
    if part.is_block:
        return set().union(*(_covered(source, item.value) for item in part.items))
    first, last = _position(source, part.start)[0], _position(source, max(part.start, part.end - 1))[0]
    return set(range(first + 1, last + 1))


def _position(source: Source, index: int) -> tuple[int, int]:
    line = bisect.bisect_right(source.starts, index)
    return line, index - source.starts[line - 1] + 1
