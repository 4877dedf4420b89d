"""Strict YAML 1.2: one document of plain data, every value with its place, nothing decided in silence.

The parser is PyYAML's (libyaml where it is there). Only its events are used, one after the other: that keeps
the place of everything, stops at a bomb before it is expanded, and needs no recursion.

| rule | what is refused |
|---|---|
| Y001 | the file is not UTF-8 |
| Y002 | a control character, or one that makes text look other than it is |
| Y003 | a tab in the indentation |
| Y004 | the text is not well-formed YAML |
| Y005 | an empty file |
| Y006 | more than one document |
| Y007 | the same key twice |
| Y008 | a key that is a list, a block of keys, or empty |
| Y009 | a merge key `<<` |
| Y010 | a tag `!…` |
| Y011 | an alias `*name` without its anchor, or within it |
| Y012 | more than 100,000 values, aliases expanded |
| Y013 | more than 100 levels |
| Y014 | more than 2 MiB |
| Y015 | `.inf` and `.nan` |
| Y016 | a directive for another version of YAML |
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from calbench.authoring.located import Node, Place
from calbench.authoring.source import LARGEST, Source
from calbench.authoring.syntax import control_problems, syntax_problems
from calbench.authoring.tree import Reader, Stop
from calbench.errors import Problem


class Parsed(NamedTuple):
    """What a text holds: `root` is None where it could not be read to its end."""

    root: Node | None
    problems: list[Problem]


def parse(source: Source, loader: Any = None) -> Parsed:  # noqa: ANN401 - PyYAML's loaders share no typed base
    """Read a text as strict YAML 1.2; never raises for what the text holds.

    Args:
        source: The text.
        loader: A PyYAML loader class; the C one if this machine has it.
    """
    if len(source.text.encode("utf-8", "surrogatepass")) > LARGEST:
        message = "the file is larger than 2 MiB, the most that is read"
        return Parsed(None, [Problem(source.file, 1, 1, "Y014", message, "split the file")])
    hidden = control_problems(source)
    if hidden:
        return Parsed(None, hidden)
    reader = Reader(source)
    failure: Exception | None = None
    try:
        for event in yaml.parse(source.text, Loader=loader or _loader()):
            reader.take(event)
    except Stop:
        return Parsed(None, reader.problems)
    except (
        yaml.YAMLError,
        ValueError,
        OverflowError,
    ) as error:  # the last two: the pure parser, on wild escapes
        failure = error
    reader.problems += syntax_problems(source, failure, reader.many_lined)
    if failure is None and (reader.root is None or _is_empty(reader.root)):
        reader.note(
            "Y005", Place(1, 1), "the file is empty", "begin with what the file is, as in 'station: lab2'"
        )
        return Parsed(None, reader.problems)
    return Parsed(None if failure else reader.root, reader.problems)


def _loader() -> Any:  # noqa: ANN401 - PyYAML's loaders share no typed base
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _is_empty(root: Node) -> bool:
    return root.value is None and root.place.length == 0
