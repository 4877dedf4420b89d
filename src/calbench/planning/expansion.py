"""Expansion: a test becomes a flat list of named cases, before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product, zip_longest

from calbench.documents.procedure import Limits, Range, Test
from calbench.planning import loads
from calbench.planning.parameters import Given, whole
from calbench.planning.varying import (
    HIGHEST_COUNT,
    NOMINAL,
    Varied,
    by_point,
    combinations,
    holds,
    kept,
    scope_of,
)
from calbench.quantities import Quantity, Value, evaluate, parse, parse_quantity

REPEAT = "repeat"
"""The number of the repeat, from 1, where a test has `times`."""
_UNSAFE = re.compile(r"[^\w.+\-µμΩ%]+")


@dataclass(frozen=True)
class Case:
    """One point before it is bound: its name, labels, nominal value, range and frequency.

    `varied` are the values that the test gives names to, `stimulus` what the source is told of a load.
    """

    name: str
    labels: dict[str, str] = field(default_factory=dict)
    nominal: Quantity | None = None
    range: Quantity | None = None
    mpe: str | Limits | None = None
    resolution: str | None = None
    hazard: bool = False
    frequency: Quantity | None = None
    varied: dict[str, Quantity | str] = field(default_factory=dict)
    stimulus: dict[str, Quantity | str] = field(default_factory=dict)


def cases(test: Test, parameters: Mapping[str, Given]) -> list[Case]:
    """Expand ranges, points, `for_each`, `vary` and `times` into cases with stable names such as `dcv/10V/-10V`.

    Raises:
        ValueError: More than 10,000 cases, a count that is no whole number, a frequency that is not above zero, or a
            load that does not say all that the source takes.
    """
    found: list[Case] = []
    for labels in _combinations(test, parameters):
        for varied in combinations(test, parameters):
            known = {**parameters, **varied.values}
            for case in _repeated(test, known):
                if not _asked_for(test, case, known):
                    continue
                found.append(_labelled(case, labels, varied))
                if len(found) > HIGHEST_COUNT:
                    raise ValueError(f"test {test.test} expands to more than {HIGHEST_COUNT} points")
    return [_named(test, case) for case in found]


def _asked_for(test: Test, case: Case, known: Mapping[str, Given]) -> bool:
    """Tell whether a point is measured, where `only_if` of its test looks at the nominal value."""
    if case.nominal is None or not by_point(test):
        return True
    return holds(test.only_if, {**known, NOMINAL: case.nominal})


Words = Mapping[str, Mapping[str, str]]
"""Translations of words that stand for themselves, by language."""


def fill(text: Mapping[str, str], values: Mapping[str, str], words: Words | None = None) -> dict[str, str]:
    """Put values for `{name}` into texts, translated where there are words for it.

    A name without a value stays as it is written.
    """
    return {
        language: _filled(one, {name: known.get(value, value) for name, value in values.items()})
        for language, one in text.items()
        for known in [(words or {}).get(language, {})]
    }


def translated(words: Words, said: Iterable[str]) -> dict[str, dict[str, str]]:
    """Give the translations of what is said, by language; without what has none."""
    wanted = set(said)
    found = {
        language: {word: text for word, text in known.items() if word in wanted}
        for language, known in words.items()
    }
    return {language: known for language, known in found.items() if known}


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), text)


def _combinations(test: Test, parameters: Mapping[str, Given]) -> Iterator[dict[str, str]]:
    choices = {}
    for name, values in (test.for_each or {}).items():
        if isinstance(values, list):
            choices[name] = values
        else:
            value = parameters[values.removeprefix("$")]
            choices[name] = list(value) if isinstance(value, tuple) else [str(value)]
    for combination in product(*choices.values()):
        yield dict(zip(choices, combination, strict=True))


def _values(test: Test, parameters: Mapping[str, Given]) -> Iterator[Case]:
    if test.ranges is not None:
        for one in test.ranges:
            yield from _of_range(one, parameters)
    elif isinstance(test.points, dict):
        for direction, points in test.points.items():
            for label, text in kept(points, parameters):
                name = f"{direction}/{_compact(label)}"
                yield Case(name, {"direction": direction}, _quantity(text, parameters))
    elif test.points is not None:
        for label, text in kept(test.points, parameters):
            yield Case(_compact(label), {}, _quantity(text, parameters))
    elif test.load is not None:
        yield Case("", {}, _quantity(test.load, parameters))
    elif loads.is_load(test):
        scope = scope_of(parameters)
        told = loads.told(test, scope)
        words = loads.words(test, told, scope)
        yield Case("", {}, loads.nominal(test, told, words), stimulus={**told, **words})
    else:
        yield Case("")


def _at_frequency(test: Test, parameters: Mapping[str, Given], found: Iterable[Case]) -> Iterator[Case]:
    """Give the cases without a frequency of their own that of the test."""
    of_test = _frequency(test.frequency, parameters)
    for case in found:
        frequency = case.frequency or of_test
        if frequency is None:
            yield case
        else:
            yield replace(case, frequency=frequency, labels={**case.labels, "frequency": frequency.text()})


def _frequency(text: str | None, parameters: Mapping[str, Given]) -> Quantity | None:
    if text is None:
        return None
    value = _quantity(text, parameters)
    if value.value <= 0:
        raise ValueError(f"its frequency, {value}, is not above zero")
    return value


def _of_range(one: Range, parameters: Mapping[str, Given]) -> Iterator[Case]:
    frequency = _frequency(one.frequency, parameters)
    for label, text in kept(one.points, parameters):
        yield Case(
            _joined(_compact(one.range), _compact(one.frequency or ""), _compact(label)),
            {"range": one.range},
            _quantity(text, parameters),
            parse_quantity(one.range),
            one.mpe,
            one.resolution,
            one.hazard is not None,
            frequency,
        )


def _repeated(test: Test, parameters: Mapping[str, Given]) -> Iterator[Case]:
    """Give every value, each as often as `times` says; its values may look at the number of the repeat."""
    if test.times is None:
        yield from _at_frequency(test, parameters, _values(test, parameters))
        return
    rounds = [
        [
            replace(case, name=_joined(case.name, str(number)), labels={**case.labels, "repeat": str(number)})
            for case in _at_frequency(test, known, _values(test, known))
        ]
        for number in range(1, whole(_quantity(test.times, parameters)) + 1)
        for known in [{REPEAT: Quantity.of(number), **parameters}]  # a parameter of this name goes first
    ]
    for several in zip_longest(*rounds):  # a condition may leave values out of a round
        yield from (case for case in several if case is not None)


def _labelled(case: Case, labels: Mapping[str, str], varied: Varied) -> Case:
    name = _joined(*map(compacted, labels.values()), *map(_compact, varied.labels.values()), case.name)
    return replace(case, name=name, labels={**labels, **varied.labels, **case.labels}, varied=varied.values)


def _named(test: Test, case: Case) -> Case:
    return replace(case, name=_joined(test.test or "", case.name or "1"))


def _joined(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def compacted(label: str) -> str:
    """Give the part of a point's name that a label is: without what a path would not take."""
    return _UNSAFE.sub("-", label.strip()).strip("-")


def _compact(text: str) -> str:
    return (
        _UNSAFE.sub("-", text.replace(" ", "")).strip("-")
        if not text.startswith("-")
        else "-" + _compact(text[1:])
    )


def words_and_quantities(texts: Mapping[str, str]) -> dict[str, Value]:
    """Give the values of the names that a plan fixed, quantities or words; each also as `$name`."""
    known: dict[str, Value] = {}
    for name, text in texts.items():
        try:
            known[name] = parse_quantity(text)
        except ValueError:
            known[name] = text
    return {**known, **{f"${name}": value for name, value in known.items()}}


def _quantity(text: str, parameters: Mapping[str, Given]) -> Quantity:
    value = evaluate(parse(text), scope_of(parameters))
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' is not one quantity")  # noqa: TRY004 - a wrong text in a file, not a wrong type
    return value


__all__ = ["Case", "Words", "cases", "fill", "scope_of", "translated"]
