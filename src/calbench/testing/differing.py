"""What differs between a golden record and a run, as who reads it wants it: which point, which field, two values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NEAR = 1e-9
"""How far floating-point numbers may lie apart, relatively: another libm or scipy moves their last digits."""
FLOATING = frozenset(
    {
        "std_uncertainty", "dof", "k", "expanded", "expanded_computed", "guard_band", "accept_lower", "accept_upper",
        "interval_lower", "interval_upper", "specific_risk", "pfa", "pfr", "conditional_pfa",
        "std", "sensitivity", "contribution", "share",
    }
)  # fmt: skip
"""Fields that hold uncertainties and what follows from them; all others are decimals or words, and exact."""
_LISTED = ("results", "tests", "stages")
_KEYS = ("id", "stage", "quantity", "name")
_FIRST = ("verdict", "value", "indication", "reference", "lower", "upper", "expanded")
_PRINTED = "shown"


@dataclass(frozen=True)
class Difference:
    """One field that is another: at which point or part, its name, and both values; None where there is none."""

    where: str
    field: str
    expected: str | None
    got: str | None


def differences(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[Difference]:
    """Give all differences, in the order of the golden record; within a point, what it comes to goes first."""
    found = [_difference(path, one, other) for path, one, other in _walk((), expected, got)]
    places = {one.where: index for index, one in reversed(list(enumerate(found)))}
    return sorted(found, key=lambda one: (places[one.where], _rank(one.field)))


def _rank(field: str) -> int:
    if field.startswith(f"{_PRINTED}."):
        return len(_FIRST) + 1
    return _FIRST.index(field) if field in _FIRST else len(_FIRST)


def _walk(path: tuple[str, ...], expected: Any, got: Any) -> Iterator[tuple[tuple[str, ...], Any, Any]]:  # noqa: ANN401 - JSON
    one, other = _by_key(expected), _by_key(got)
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from _walk((*path, key), one.get(key), other.get(key))
    elif not _same(path, expected, got):
        yield path, expected, got


def _by_key(part: Any) -> Any:  # noqa: ANN401 - JSON
    """Give a list as a map, by what its members are called; so a point that is missing shifts no other."""
    if not isinstance(part, list):
        return part
    names = [_name(one) for one in part]
    if None in names or len(set(names)) < len(names):
        return {f"{number}": one for number, one in enumerate(part, start=1)}
    return dict(zip(names, part, strict=True))


def _name(one: Any) -> str | None:  # noqa: ANN401 - JSON
    if not isinstance(one, dict):
        return None
    said = next((one[key] for key in _KEYS if key in one), None)
    return said.get("en") if isinstance(said, dict) else said


def _same(path: tuple[str, ...], expected: Any, got: Any) -> bool:  # noqa: ANN401 - JSON
    if expected == got:
        return True
    floating = bool(path) and path[-1] in FLOATING and _PRINTED not in path
    if not (floating and isinstance(expected, str) and isinstance(got, str)):
        return False
    (one, unit), (other, its_unit) = (text.partition(" ")[::2] for text in (expected, got))
    try:
        return unit == its_unit and math.isclose(float(one), float(other), rel_tol=NEAR)
    except ValueError:
        return False


def _difference(path: tuple[str, ...], expected: Any, got: Any) -> Difference:  # noqa: ANN401 - JSON
    unit = ""
    if path[0] == "units":
        unit, path = f"{path[1]}: ", path[2:]
    if path and path[0] in _LISTED:
        where, rest = path[1] if len(path) > 1 else path[0], path[2:]
    else:
        where, rest = (path[0] if path else ""), path[1:]
    return Difference(f"{unit}{where}", ".".join(rest), _brief(expected), _brief(got))


def _brief(part: Any) -> str | None:  # noqa: ANN401 - JSON
    """Write a value for a cell; a whole result by what it comes to."""
    if isinstance(part, dict):
        said = [str(part[key]) for key in ("value", "verdict") if part.get(key)]
        return ", ".join(said) or "{…}"
    return "[…]" if isinstance(part, list) else None if part is None else str(part)
