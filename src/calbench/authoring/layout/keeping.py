"""The proof that a file says what it said: the same model, the same scalars as they were written, every comment."""

from __future__ import annotations

from collections import Counter

from calbench.authoring.layout.comments import comments_of
from calbench.authoring.layout.parts import Part, parts_of
from calbench.authoring.source import Source
from calbench.authoring.validation import read
from calbench.documents.model import Authored
from calbench.errors import InvalidFile, UsageError


def require_same(before: Source, after: Source, model: type[Authored]) -> None:
    """Refuse a layout that changed anything but the layout; the same text says the same and is not read again.

    Raises:
        UsageError: With what would have changed.
    """
    lost = _lost(before, after, model) if after.text != before.text else ""
    if lost:
        raise UsageError(
            f"{before.file} cannot be laid out without changing {lost}. It was left as it is: write by hand."
        )


def _lost(before: Source, after: Source, model: type[Authored]) -> str:
    try:
        now = read(after, model).model
    except InvalidFile as invalid:
        return f"it into one that is not valid ({invalid.problems[0].message})"
    if read(before, model).model.model_dump_json() != now.model_dump_json():
        return "what it means"
    old, new = parts_of(before), parts_of(after)
    if Counter(_scalars(old)) != Counter(_scalars(new)):
        return "how its values are written"
    if Counter(one.text for one in comments_of(before, old)) != Counter(
        one.text for one in comments_of(after, new)
    ):
        return "its comments"
    return ""


def _scalars(part: Part) -> list[tuple[str, ...]]:
    """Give every scalar as it is written, but for the white space at which its lines begin."""
    own = [tuple(line.strip() for line in part.text.split("\n"))] if part.kind in ("scalar", "alias") else []
    for item in part.items:
        own += [*(_scalars(item.key) if item.key is not None else []), *_scalars(item.value)]
    return own
