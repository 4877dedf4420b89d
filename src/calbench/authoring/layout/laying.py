"""Laying out a file: parts, comments, order, lines; and the proof that it says what it said."""

from __future__ import annotations

from typing import Any

from calbench.authoring.kinds import KINDS, kind_of
from calbench.authoring.layout.comments import attach
from calbench.authoring.layout.keeping import require_same
from calbench.authoring.layout.ordering import model_of, order_of, within
from calbench.authoring.layout.parts import Part, parts_of
from calbench.authoring.layout.writing import written
from calbench.authoring.source import Source
from calbench.authoring.validation import read
from calbench.errors import InvalidFile, Problem


def laid_out(source: Source) -> str:
    """Give the text of a file in the layout of the language.

    Line ends stay those of the first line.

    Raises:
        InvalidFile: The file does not say what it is, or breaks a rule of its form (`Y…`, `S…`).
        UsageError: It could not be laid out without changing what it says.
    """
    kind = kind_of(source)
    if kind is None:
        message, mend = (
            "this file does not say what it is",
            "begin it with 'procedure:', 'station:' or 'asset:'",
        )
        raise InvalidFile([Problem(source.file, 1, 1, "F001", message, mend)])
    model = KINDS[kind]
    read(source, model)
    ends = "\r\n" if source.lines and "\r\n" in source.text else "\n"
    plain = Source(source.file, "\n".join(source.lines))
    root = parts_of(plain)
    if not root.is_block:
        return source.text
    _hold(root, plain.text)
    head = attach(plain, root)
    if not _has_anchors(root):
        _order(root, model)
    text = written(root, head)
    require_same(plain, Source(source.file, text), model)
    return text.replace("\n", ends)


def _hold(part: Part, text: str) -> None:
    """Keep what was written in brackets, for the case that it keeps its lines."""
    for item in part.items:
        _hold(item.value, text)
    if part.flow:
        part.text = text[part.start : part.end]


def _has_anchors(part: Part) -> bool:
    return bool(part.anchor) or any(
        _has_anchors(item.value) or (item.key is not None and bool(item.key.anchor)) for item in part.items
    )


def _order(part: Part, annotation: Any) -> None:  # noqa: ANN401 - any annotation of a field
    """Put keys into order, where a model says which; a collection that keeps its lines keeps all of them."""
    if part.held:
        return
    keys = [_name(item.key) for item in part.items if item.key is not None]
    for item in part.items:
        key = None if item.key is None else _name(item.key)
        inner = within(annotation, key, keys) if annotation is not None else None
        _order(item.value, inner)
    model = model_of(annotation, keys) if part.kind == "map" and annotation is not None else None
    if model is None:
        return
    order = order_of(model)
    part.items.sort(key=lambda item: order.index(_name(item.key)) if item.key is not None else 0)


def _name(key: Part) -> str:
    return key.text.strip("'\"")
