"""The semantic difference between two plans: what a run would do, find or judge otherwise; not when or from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from calbench.documents.origin import picture_names
from calbench.documents.plan import Plan

IGNORED = ("created", "operator", "sources")
KEYS = ("id", "role", "name", "quantity", "position")


def differences(old: Plan, new: Plan) -> list[str]:
    """Give what differs, each as `where: before → now`; an empty list: the same work, judged the same.

    The hash of an authored file is none of it: a comment changes the hash, and nothing else. That of a picture is.
    """
    before, now = old.model_dump(mode="json"), new.model_dump(mode="json")
    found = [one for key in before if key not in IGNORED for one in _differ(key, before[key], now.get(key))]
    return [*found, *_pictures(old, new)]


def _pictures(old: Plan, new: Plan) -> list[str]:
    """Give the prompts' pictures that are others now; plans of before had none, and say nothing of them."""
    before, now = picture_names(old.sources), picture_names(new.sources)
    return list(_differ("pictures", before, now)) if before else []


def _differ(where: str, old: object, new: object) -> Iterator[str]:
    if old == new:
        return
    old, new = _keyed(old), _keyed(new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _differ(f"{where}.{key}", old.get(key), new.get(key))
        return
    yield f"{where}: {_text(old)} → {_text(new)}"


def _keyed(value: object) -> object:
    """Turn a list of parts that have names into a map, so that one more or less does not move the others."""
    if not isinstance(value, list) or not value:
        return value
    for key in KEYS:
        names = [one.get(key) for one in value if isinstance(one, dict)]
        if (
            len(names) == len(value)
            and len(set(names)) == len(names)
            and all(isinstance(n, str) for n in names)
        ):
            return dict(zip(names, value, strict=True))
    return value


def _text(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping | list):
        return f"({len(value)} entries)"
    return str(value)
