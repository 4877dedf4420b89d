"""A YAML text as parts: every value with its text as it was written, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from calbench.authoring.source import Source

Kind = Literal["scalar", "alias", "map", "list"]


@dataclass
class Part:
    """One value: `start` and `end` are indices into the text, `text` a scalar as it was written.

    `held` marks a flow collection that keeps its lines as they are, for a comment stands in it; `indent` is the column,
    from 0, of the entry of a block whose value it is.
    """

    kind: Kind
    start: int
    end: int
    flow: bool = False
    style: str = ""
    text: str = ""
    anchor: str = ""
    held: bool = False
    indent: int = 0
    items: list[Item] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Whether it is written as lines of its own: a collection that is not in brackets."""
        return self.kind in ("map", "list") and not self.flow


@dataclass
class Item:
    """One entry of a collection; `gap` is the number of spaces after the comma, or after the colon of a key.

    `lead` are the lines before it: comments, and empty ones. `tails` are comments at the end of its line, each with the
    column where it begins.
    """

    key: Part | None
    value: Part
    start: int
    gap: int = 1
    lead: list[str] = field(default_factory=list)
    tails: list[tuple[int, str]] = field(default_factory=list)


def parts_of(source: Source) -> Part:
    """Read the parts of a text that was found well-formed."""
    text = source.text
    dashes = _dashes(source)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    open_: list[tuple[Part, Part | None]] = []
    root: Part | None = None
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            kind: Kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
            part = Part(
                kind, _index(source, event.start_mark), -1, bool(event.flow_style), anchor=event.anchor or ""
            )
            open_.append((part, None))
            continue
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            part = open_.pop()[0]
            part.end = _index(source, event.end_mark) if part.flow else max(part.start, _last_end(part))
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            part = _scalar(source, event)
        else:
            continue
        if not open_:
            root = part
            continue
        open_[-1] = _added(*open_[-1], part)
    if root is None:
        raise ValueError(f"{source.file} holds no value; it should have been parsed before")
    _place(root, dashes)
    _note_gaps(root, text)
    return root


def _added(parent: Part, key: Part | None, part: Part) -> tuple[Part, Part | None]:
    if parent.kind == "map" and key is None:
        return parent, part
    parent.items.append(Item(key, part, (key or part).start))
    return parent, None


def _scalar(source: Source, event: Any) -> Part:  # noqa: ANN401 - the stubs leave the fields of events open
    start, end = _index(source, event.start_mark), _index(source, event.end_mark)
    anchor = event.anchor or ""
    if isinstance(event, yaml.AliasEvent):
        return Part("alias", start, end, text=source.text[start:end])
    if anchor:  # the event begins at its anchor
        start += len(anchor) + 1
        start += len(source.text[start:end]) - len(source.text[start:end].lstrip())
    text, style = source.text[start:end], event.style or ""
    if style in ("|", ">"):
        keeps = "+" in text.partition("\n")[0].partition("#")[0]
        end = start + len(text if keeps else text.rstrip())  # the parser counts empty lines that follow
        text = text.removesuffix("\n") if keeps else text.rstrip()
    return Part("scalar", start, end, style=style, text=text, anchor=anchor)


def _last_end(part: Part) -> int:
    return max((item.value.end for item in part.items), default=part.start)


def _dashes(source: Source) -> Iterator[int]:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tokens = yaml.scan(source.text, Loader=loader)
    return (_index(source, one.start_mark) for one in tokens if isinstance(one, yaml.BlockEntryToken))


def _place(part: Part, dashes: Iterator[int]) -> None:
    """Let entries of block lists begin at their dashes; both come in the order of the text."""
    open_ = [(part, item) for item in reversed(part.items)]
    while open_:
        parent, item = open_.pop()
        if parent.kind == "list" and not parent.flow:
            item.start = next(dashes)
        open_ += [(item.value, one) for one in reversed(item.value.items)]


def _note_gaps(part: Part, text: str) -> None:
    for item in part.items:
        at = item.value.end if part.flow else item.key.end if item.key is not None else -1
        rest = text[at : at + 200] if at >= 0 else ""
        mark = "," if part.flow else ":"
        if rest.lstrip(" ")[:1] == mark:
            after = rest[rest.index(mark) + 1 :]
            item.gap = len(after) - len(after.lstrip(" "))
        _note_gaps(item.value, text)


def _index(source: Source, mark: Any) -> int:  # noqa: ANN401 - as above
    return source.starts[mark.line] + int(mark.column) if mark.line < len(source.starts) else len(source.text)
