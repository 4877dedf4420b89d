"""Varied values: every combination of the values that `vary` gives names to, without those that are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod

from calbench.documents.procedure import Test
from calbench.documents.varying import EntryStated, at_of, condition_of, label_of, word_of
from calbench.planning.parameters import Given
from calbench.quantities import Quantity, Value, evaluate, names, parse

HIGHEST_COUNT = 10_000
NOMINAL = "nominal"


@dataclass(frozen=True)
class Varied:
    """One combination: values and labels by name."""

    values: dict[str, Quantity | str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


def scope_of(parameters: Mapping[str, Given]) -> dict[str, Value]:
    """Give the parameters as names for expressions, each also as `$name`; lists are no values of expressions."""
    known = {name: value for name, value in parameters.items() if not isinstance(value, tuple)}
    return {**known, **{f"${name}": value for name, value in known.items()}}


def combinations(test: Test, parameters: Mapping[str, Given]) -> Iterator[Varied]:
    """Give each combination whose conditions hold, the last name fastest; one without names if nothing varies.

    Raises:
        ValueError: An entry gives no single value, or there are more than 10,000 combinations.
    """
    vary = test.vary or {}
    if prod(len(entries) for entries in vary.values()) > HIGHEST_COUNT:
        raise ValueError(f"it varies in more than {HIGHEST_COUNT} combinations")
    scope = scope_of(parameters)
    for entries in product(*vary.values()):
        chosen = dict(zip(vary, entries, strict=True))
        values = {name: _value(at_of(entry), scope) for name, entry in chosen.items()}
        conditions = [condition_of(entry) for entry in entries]
        if by_combination(test) and not by_point(test):
            conditions.append(test.only_if)
        if all(holds(one, {**parameters, **values}) for one in conditions):
            yield Varied(values, {name: label_of(entry) for name, entry in chosen.items()})


def by_combination(test: Test) -> bool:
    """Tell whether `only_if` of a test looks at what it varies: then it is asked for each combination."""
    return bool(_looks_at(test) & set(test.vary or {}))


def by_point(test: Test) -> bool:
    """Tell whether `only_if` of a test looks at the nominal value: then it is asked for each point."""
    return NOMINAL in _looks_at(test)


def _looks_at(test: Test) -> set[str]:
    return set() if test.only_if is None else {name.removeprefix("$") for name in names(parse(test.only_if))}


def holds(condition: str | None, parameters: Mapping[str, Given]) -> bool:
    """Tell whether a condition holds; one that is not there does."""
    return condition is None or evaluate(parse(condition), scope_of(parameters)) is True


def kept(entries: list[str | EntryStated], parameters: Mapping[str, Given]) -> Iterator[tuple[str, str]]:
    """Give label and expression of each entry whose condition holds."""
    for entry in entries:
        if holds(condition_of(entry), parameters):
            yield label_of(entry), at_of(entry)


def _value(text: str, scope: Mapping[str, Value]) -> Quantity | str:
    word = word_of(text, scope)
    if word is not None:
        return word
    value = evaluate(parse(text), scope)
    if not isinstance(value, Quantity | str):
        raise ValueError(f"'{text}' is not one quantity or word")  # noqa: TRY004 - a wrong text in a file
    return value
