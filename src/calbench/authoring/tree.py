"""From the events of the YAML parser to a tree of nodes; the rules are listed in `yamlfile`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from calbench.authoring.located import Node, Place
from calbench.authoring.source import Source
from calbench.authoring.suggestions import shown
from calbench.documents.scalars import PlainScalar
from calbench.errors import Problem

MOST_VALUES = 100_000
DEEPEST = 100

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_SIGNS = frozenset("+-.")
_NUMERIC = frozenset("+-0123456789")


class Stop(Exception):  # noqa: N818 - not an error: the problem is already noted
    """Nothing after this place can be read."""


class Reader:
    """Builds the tree from events."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self.many_lined: list[tuple[int, int]] = []  # scalars over lines: the second, and the first after it
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._values = 0
        self._documents = 0
        self._on: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: lambda event: self._begin(event, {}),
            yaml.SequenceStartEvent: lambda event: self._begin(event, []),
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.DocumentStartEvent: self._document,
        }

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the parser."""
        handle = self._on.get(type(event))
        if handle is not None:
            handle(event)

    def note(self, rule: str, place: Place, message: str, mend: str) -> None:
        """Keep a problem."""
        self.problems.append(
            Problem(self.source.file, place.line, place.column, rule, message, mend, max(place.length, 1))
        )

    def _document(self, event: Any) -> None:  # noqa: ANN401 - the stubs leave the fields of events open
        place = _place(event)
        self._documents += 1
        if self._documents > 1:
            self.note(
                "Y006", place, "a second document begins here", "one file holds one document: split the file"
            )
            raise Stop
        if event.version and tuple(event.version) != (1, 2):
            version = ".".join(str(part) for part in event.version)
            self.note("Y016", place, f"%YAML {version}: files are read as YAML 1.2", "remove this line")
        if event.tags:
            self.note("Y010", place, "%TAG: tags are not used here", "remove this line")

    def _scalar(self, event: Any) -> None:  # noqa: ANN401 - as above
        text: str = event.value
        place = _place(event)
        if event.end_mark.line != event.start_mark.line:
            last = event.end_mark.line + (2 if event.end_mark.column else 1)
            self.many_lined.append((place.line + 1, last))
            place = place._replace(length=len(self.source.line(place.line)) - place.column + 1)
        if event.tag is not None:
            self._refuse_tag(event, place)
        if event.anchor:  # the value begins after it
            before = _PROPERTIES.match(self.source.line(place.line), place.column - 1)
            skipped = min(len(before[0]), place.length) if before else 0
            place = Place(place.line, place.column + skipped, place.length - skipped)
        value: str | None = text
        if not event.style:  # None, or "" from libyaml
            plain = PlainScalar(text)
            value = None if text in _NULLS else plain
            if text[:1] in _SIGNS and _NOT_FINITE.fullmatch(text):
                self.note("Y015", place, f"{shown(text)} is no value that can be measured", "write a number")
        elif event.style == '"' and _HIDDEN.search(text):
            self.note("Y002", place, "the text holds a control character", "remove the escape")
        node = Node(value, place, event.style or None)
        self._count(1, place)
        if event.anchor:
            self._anchors[event.anchor] = node
        self._add(node, text)

    def _alias(self, event: Any) -> None:  # noqa: ANN401 - as above
        name, place = event.anchor, _place(event)
        target = self._anchors.get(name)
        if target is None:
            why = "stands within its own anchor" if name in self._anchors else "has no anchor before it"
            self.note("Y011", place, f"the alias {shown('*' + name)} {why}", "write the value itself")
            target = Node(None, place)
        self._check_depth(len(self._open) + target.height, place)
        node = Node(target.value, place, "*")
        node.children, node.keys = target.children, target.keys
        node.size, node.height = target.size, target.height
        self._count(node.size, place)
        self._add(node, target.value if isinstance(target.value, str) else None)

    def _begin(self, event: Any, value: dict[str, Any] | list[Any]) -> None:  # noqa: ANN401 - as above
        place = _place(event)
        if event.tag is not None:
            self._refuse_tag(event, place)
        self._check_depth(len(self._open) + 1, place)
        self._count(1, place)
        if event.anchor:
            self._anchors[event.anchor] = None
        node = Node(value, place)
        node.children, node.keys = {}, {}
        self._open.append(_Open(node, event))

    def _end(self, event: Any) -> None:  # noqa: ANN401 - as above
        opened = self._open.pop()
        node = opened.node
        start, end = opened.event.start_mark, event.end_mark
        if start.line == end.line:
            node.place = node.place._replace(length=max(1, end.column - start.column))
        elif not opened.event.flow_style and node.keys:
            first = next(iter(node.keys.values()))
            node.place = node.place._replace(length=first.length if first.line == node.place.line else 1)
        else:
            node.place = node.place._replace(length=1)
        if opened.event.anchor:
            self._anchors[opened.event.anchor] = node
        self._add(node, None)

    def _add(self, node: Node, text: str | None) -> None:
        """Put a finished value where it belongs; `text` is what it is as a key."""
        if not self._open:
            self.root = node
            return
        opened = self._open[-1]
        parent = opened.node
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if isinstance(parent.value, list):
            parent.children[len(parent.value)] = node
            parent.value.append(node.value)
        elif not opened.in_value:
            opened.key, opened.place = self._key(opened, node, text), node.place
            opened.in_value = True
        else:
            opened.in_value = False
            if opened.key is not None:
                parent.children[opened.key] = node
                parent.keys[opened.key] = opened.place
                parent.value[opened.key] = node.value

    def _key(self, opened: _Open, node: Node, text: str | None) -> str | None:
        """Give the key as text, or None if this entry cannot be kept."""
        if text is None or (text == "" and node.style is None):
            what = node.kind if text is None else "nothing"
            self.note(
                "Y008", node.place, f"{what} stands where a key is needed", "write a name before the ':'"
            )
            return None
        plain = isinstance(node.value, PlainScalar) or node.value is None
        if text == "<<" and plain:
            self.note("Y009", node.place, "merge keys '<<' are not used here", "write the keys out")
            return None
        key = PlainScalar(text) if plain else text
        number = key.resolved if isinstance(key, PlainScalar) and text[:1] in _NUMERIC else None
        meant = str(number) if type(number) is int else text  # a model may read `01` and `1` as one key
        first = opened.given.setdefault(meant, node.place)
        if first is not node.place:
            message = f"duplicate key {shown(text)} (first at line {first.line})"
            self.note("Y007", node.place, message, "remove one of the two")
            return None
        return key

    def _refuse_tag(self, event: Any, place: Place) -> None:  # noqa: ANN401 - as above
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        self.note("Y010", place, f"the tag {shown(tag)} is not used here", "remove it; write text in quotes")

    def _check_depth(self, depth: int, place: Place) -> None:
        if depth > DEEPEST:
            message = f"the file is nested deeper than {DEEPEST} levels, the most that is read"
            self.note("Y013", place, message, "check for brackets that are not closed")
            raise Stop

    def _count(self, values: int, place: Place) -> None:
        self._values += values
        if self._values > MOST_VALUES:
            message = f"the file holds more than {MOST_VALUES:,} values (aliases expanded)"
            self.note("Y012", place, message, "split the file, or write the aliases out")
            raise Stop


class _Open:
    """A collection that has not ended, and the key that waits for its value."""

    __slots__ = ("event", "given", "in_value", "key", "node", "place")

    def __init__(self, node: Node, event: Any) -> None:  # noqa: ANN401 - the stubs leave the fields of events open
        self.node = node
        self.event = event
        self.given: dict[str, Place] = {}
        self.in_value = False
        self.key: str | None = None
        self.place = node.place


def _place(event: Any) -> Place:  # noqa: ANN401 - as above
    start, end = event.start_mark, event.end_mark
    same = start.line == end.line
    return Place(start.line + 1, start.column + 1, end.column - start.column if same else 1)
