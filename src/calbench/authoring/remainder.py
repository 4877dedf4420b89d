"""What is left of a file when everything that cannot be read is left out, so that the rest can be checked too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from calbench.authoring.located import Located, Path
from calbench.authoring.shorthand import parsed_as
from calbench.authoring.source import Source
from calbench.authoring.tracing import Branch, trace
from calbench.authoring.validation import Document
from calbench.errors import Problem

M = TypeVar("M", bound=BaseModel)
_MOST_ROUNDS = 20
_STAND_INS = {
    **dict.fromkeys(
        ("id", "procedure", "station", "asset", "budget", "kind", "maker", "model", "serial"), "x"
    ),
    "version": "0.0.0",
    "language": "1",
}


def remainder(source: Source, model: type[M], problems: Sequence[Problem]) -> Document[M] | None:
    """Build the model without the keys whose values are wrong; None if too little is left.

    Where a key that is needed is left out, the block that needs it is left out too, and so on upwards; only what
    every file begins with is replaced. The document keeps the places of everything and the problems told already.
    """
    root = parsed_as(source, model).root
    if root is None or not isinstance(root.value, dict):
        return None
    located = Located(source, root)
    for _ in range(_MOST_ROUNDS):
        try:
            built = model.model_validate(root.value)
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=False)
            wrong = {_wrong(model, one["loc"], one["type"]) for one in errors}
            changed = [_mended(located, path) for path in wrong]
            if not any(changed):
                return None
        else:
            return Document(source, built, located, tuple(problems))
    return None


def _wrong(model: type[BaseModel], location: tuple[int | str, ...], kind: str) -> Path:
    """Give the path of a wrong value that is one of a block, or of the block that lacks something."""
    path: list[str | int] = []
    for step in trace(model, location).steps:
        if isinstance(step, Branch):
            break
        path.append(step)
    else:
        if kind == "missing" and len(path) > 1:
            path.pop()
    while path and isinstance(path[-1], int):
        path.pop()
    return tuple(path)


def _mended(located: Located, path: Path) -> bool:
    """Put a stand-in for a wrong value, or leave its key out; tell whether that changed anything."""
    parent = located.node(path[:-1])
    if not path or parent is None or not isinstance(parent.value, dict):
        return False
    key = path[-1]
    if len(path) == 1 and key in _STAND_INS:
        changed = parent.value.get(key) != _STAND_INS[str(key)]
        parent.value[key] = _STAND_INS[str(key)]
        return bool(changed)
    return parent.value.pop(key, parent) is not parent
