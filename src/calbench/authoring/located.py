"""Where every key and value of a file stands.

A path names a value by the keys of the file and by indices from 0: `("tests", 0, "ranges", 2, "mpe")`. Lines
and columns count characters from 1, as `calbench.errors.Problem` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from calbench.authoring.source import Source
from calbench.documents.scalars import PlainScalar

Path = tuple[str | int, ...]
Part = Literal["value", "key"]


class Place(NamedTuple):
    """A stretch of one line: line and column from 1, length in characters."""

    line: int
    column: int
    length: int = 1


class Node:
    """One value of the file: what it is for pydantic, where it stands, and its parts."""

    __slots__ = ("children", "height", "keys", "place", "size", "style", "value")

    def __init__(self, value: Any, place: Place, style: str | None = None) -> None:  # noqa: ANN401 - any YAML value
        self.value = value  # dict, list, PlainScalar, str or None
        self.place = place
        self.style = style  # of a scalar: ' " | > or None for a plain one; "*" for an alias
        self.children: dict[str | int, Node] = _NO_CHILDREN  # of a collection: its own, made in `tree`
        self.keys: dict[str | int, Place] = _NO_KEYS
        self.size = 1  # values in it, aliases expanded
        self.height = 0  # how deep it goes below itself

    @property
    def kind(self) -> str:
        """What a person would call it."""
        if self.value is None:
            return "nothing"
        if isinstance(self.value, dict):
            return "a block of keys"
        return "a list" if isinstance(self.value, list) else "a text"


_NO_CHILDREN: dict[str | int, Node] = {}  # what all scalars share: two dicts each would double their cost
_NO_KEYS: dict[str | int, Place] = {}


class Located:
    """The positions of one file."""

    def __init__(self, source: Source, root: Node) -> None:
        self.source = source
        self.root = root

    def node(self, path: Sequence[str | int]) -> Node | None:
        """Give what stands at a path, or None."""
        node: Node | None = self.root
        for step in path:
            node = node.children.get(step) if node is not None else None
        return node

    def place(self, path: Sequence[str | int], part: Part = "value") -> Place:
        """Give the place of the value at a path or of its key; if it is not there, of the closest parent.

        An item of a list has no key: its value is given. A value left empty is shown at its key.
        """
        node, key = self.root, None
        for step in path:
            if step not in node.children:
                return key or node.place
            key = node.keys.get(step)
            node = node.children[step]
        return key if key and (part == "key" or node.value is None) else node.place

    def inside(self, path: Sequence[str | int], offset: int, length: int = 1) -> Place:
        """Give the place of character `offset` (from 0) of the scalar at a path.

        Exact for plain and block scalars and for quoted ones without escapes; else the start of the scalar.
        """
        node = self.node(path)
        if node is None or not isinstance(node.value, str):
            return self.place(path)
        if node.style is None and "\n" not in node.value and node.place.length == len(node.value):
            offset = min(max(offset, 0), len(node.value))
            return Place(
                node.place.line, node.place.column + offset, max(1, min(length, len(node.value) - offset))
            )
        return self._matched(node, offset, length) or node.place

    def paths(self) -> Iterator[Path]:
        """Give the path of every value, parents first; what an alias repeats is given once."""
        open_: list[tuple[Path, Node]] = [((), self.root)]
        seen: set[int] = set()
        while open_:
            path, node = open_.pop()
            yield path
            if id(node.children) not in seen:
                seen.add(id(node.children))
                open_.extend(((*path, step), child) for step, child in reversed(node.children.items()))

    def _matched(self, node: Node, offset: int, length: int) -> Place | None:
        """Walk value and source together: folding changes white space only, all else must agree."""
        if node.style == "*":
            return None
        value, text = node.value, self.source.text
        at = self.source.starts[node.place.line - 1] + node.place.column - 1
        if node.style in ("|", ">"):
            at = (
                self.source.starts[node.place.line]
                if node.place.line < len(self.source.starts)
                else len(text)
            )
        elif node.style:
            at += 1
        end = at
        for char in value[:offset]:
            if char.isspace():
                continue
            end = at = _skip_space(text, at)
            if text[at : at + 1] != char:
                return None
            end = at = at + 1
        if offset < len(value) and not value[offset].isspace():
            end = _skip_space(text, at)
            if text[end : end + 1] != value[offset]:
                return None
        line, column = self.source.position(end)
        room = len(self.source.line(line)) - column + 1
        return Place(line, column, max(1, min(length, room)))


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def written(path: Sequence[str | int]) -> str:
    """Write a path for a message: `tests[0].ranges[2].mpe`; "the file" for the whole."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).removeprefix(".") or "the file"


def label(path: Sequence[str | int]) -> str:
    """Write the last key of a path with the indices after it: `points[2]`."""
    start = max((index for index, step in enumerate(path) if isinstance(step, str)), default=0)
    return written(path[start:])


__all__ = ["Located", "Node", "Path", "Place", "PlainScalar", "label", "written"]
