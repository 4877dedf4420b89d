"""The semantic difference between two documents: what a run would do, find or judge otherwise; not when or from where.

Whether a run may be resumed, and what `calbench diff` tells, both rest on this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from calbench.documents.origin import picture_names
from calbench.documents.plan import Plan

IGNORED = ("created", "operator", "sources")
KEYS = (
    ("id",),
    ("role",),
    ("name",),
    ("quantity",),
    ("position",),
    ("influence",),
    ("test", "use"),
    ("range",),
)
UNORDERED = ("points",)
STEPS = ("setup", "adjust")

Same = Callable[[object, object], bool]


@dataclass(frozen=True)
class Change:
    """One thing that differs; `where` are the names that lead to it, None is what one of the two does not have."""

    where: tuple[str, ...]
    before: object
    now: object

    def __str__(self) -> str:
        """Give it as a line: `where: before → now`."""
        return f"{'.'.join(self.where)}: {shown(self.before)} → {shown(self.now)}"


def differences(old: Plan, new: Plan) -> list[str]:
    """Give what differs between two plans, each as `where: before → now`; none: the same work, judged the same.

    The hash of an authored file is none of it: a comment changes the hash, and nothing else. That of a picture is.
    """
    return [str(one) for one in plan_changes(old, new)]


def plan_changes(old: Plan, new: Plan, same: Same | None = None) -> list[Change]:
    """Give what differs between two plans; see `differences`."""
    before, now = old.model_dump(mode="json"), new.model_dump(mode="json")
    found = [one for one in changes(before, now, same) if one.where[0] not in IGNORED]
    return [*found, *_pictures(old, new)]


def changes(old: Mapping[str, object], new: Mapping[str, object], same: Same | None = None) -> list[Change]:
    """Give what differs between two documents as JSON has them.

    Args:
        old: The one of before.
        new: The one of now.
        same: Tells whether two scalars that are written differently are one.
    """
    keys = [*old, *(key for key in new if key not in old)]
    return [one for key in keys for one in _differ((key,), old.get(key), new.get(key), same)]


def _pictures(old: Plan, new: Plan) -> list[Change]:
    """Give the prompts' pictures that are others now; plans of before had none, and say nothing of them."""
    before, now = picture_names(old.sources), picture_names(new.sources)
    return list(_differ(("pictures",), before, now, None)) if before else []


def _differ(where: tuple[str, ...], old: object, new: object, same: Same | None) -> Iterator[Change]:
    if old == new or (same is not None and _scalars(old, new) and same(old, new)):
        return
    one, other = _comparable(where, old, new)
    if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        yield Change(where, old, new)
        return
    for key in [*one, *(key for key in other if key not in one)]:
        yield from _differ((*where, str(key)), one.get(key), other.get(key), same)
    kept, stayed = [key for key in one if key in other], [key for key in other if key in one]
    if isinstance(old, list) and kept != stayed:
        yield Change((*where, "order"), kept, stayed)


def _scalars(old: object, new: object) -> bool:
    return not isinstance(old, Mapping | list | None) and not isinstance(new, Mapping | list | None)


def _comparable(where: tuple[str, ...], old: object, new: object) -> tuple[object, object]:
    """Turn lists whose parts have names, or as many parts, into maps, so that one more does not move the others."""
    if not (isinstance(old, list | None) and isinstance(new, list | None)):
        return old, new
    before, now = old or [], new or []
    one, other = _keyed(where[-1], before), _keyed(where[-1], now)
    if before == now or None in (one, other):
        alike = len(before) == len(now) and any(isinstance(part, Mapping) for part in before)
        return (_numbered(before), _numbered(now)) if alike else (old, new)
    return one, other


def _keyed(what: str, values: list[object]) -> dict[str, object] | None:
    """Give the parts of a list by their names; None if they have none."""
    if what in STEPS:
        return _by_kind(values)
    if what in UNORDERED and _unique(values):
        return {str(one): one for one in values}
    names = _names(values)
    return None if names is None else dict(zip(names, values, strict=True))


def _unique(values: list[object]) -> bool:
    return all(isinstance(one, str) for one in values) and len(set(values)) == len(values)


def _by_kind(steps: list[object]) -> dict[str, object]:
    """Name steps, each of which has one key, by their kinds: `prompt`, and `prompt 2` if there is another."""
    found: dict[str, object] = {}
    for kind, inner in [pair for step in steps if isinstance(step, Mapping) for pair in step.items()]:
        number = sum(1 for name in found if name.split()[0] == kind)
        found[f"{kind} {number + 1}" if number else kind] = inner
    return found


def _numbered(values: list[object]) -> dict[str, object]:
    return {str(index): one for index, one in enumerate(values, start=1)}


def _names(values: list[object]) -> list[str] | None:
    """Give the names of the parts of a list; None where some have none, or two the same."""
    for keys in KEYS:
        names = [_name(one, keys) for one in values if isinstance(one, Mapping)]
        if len(names) == len(values) and len(set(names)) == len(names) and all(names):
            return [name for name in names if name]
    return [] if not values else None


def _name(part: Mapping[str, object], keys: tuple[str, ...]) -> str | None:
    value = next((part[key] for key in keys if part.get(key) is not None), None)
    if isinstance(value, Mapping):
        value = value.get("en") or next(iter(value.values()), None)
    return value if isinstance(value, str) else None


def shown(value: object) -> str:
    """Write what stood or stands there, in short."""
    if value is None:
        return "nothing"
    if isinstance(value, list) and value and not any(isinstance(one, Mapping | list) for one in value):
        return ", ".join(str(one) for one in value)
    if isinstance(value, Mapping | list):
        return f"({len(value)} entries)"
    return str(value)
