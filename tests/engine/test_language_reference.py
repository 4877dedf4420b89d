"""The reference of the language against its models: each key in its table, with type, meaning and an example.

A table says above itself whose keys it has: `<!-- keys of Test -->`. A new key fails here until it has a row.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import ValidationError, create_model

from calbench.authoring.kinds import KINDS
from calbench.authoring.source import Source
from calbench.authoring.yamlfile import parse
from calbench.documents.model import Authored

PAGE = (Path(__file__).parents[2] / "docs/reference/language.md").read_text(encoding="utf-8")
TABLE = re.compile(r"^<!-- keys of ([\w, ]+) -->\n\n?((?:\|.*\n)+)", re.MULTILINE)
HEAD = "| key | type | meaning | example |"


class Row(NamedTuple):
    models: tuple[str, ...]
    keys: tuple[str, ...]
    kind: str
    meaning: str
    examples: tuple[str, ...]


def words(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def rows() -> Iterator[Row]:
    for names, table in TABLE.findall(PAGE):
        head, _, *lines = table.rstrip("\n").split("\n")
        assert head == HEAD, f"the table of {names} has other columns: {head}"
        for line in lines:
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            assert len(cells) == 4, f"a row of {names} has {len(cells)} cells: {line}"
            yield Row(tuple(names.split(", ")), words(cells[0]), cells[1], cells[2], words(cells[3]))


ROWS = list(rows())


def reached(model: type[Authored]) -> Iterator[type[Authored]]:
    yield model
    for info in model.model_fields.values():
        waiting: list[Any] = [info.annotation]
        while waiting:
            one = waiting.pop()
            waiting += typing.get_args(one)
            if isinstance(one, type) and issubclass(one, Authored):
                yield from reached(one)


REACHED = {model for kind in KINDS.values() for model in reached(kind)}
MODELS = {model.__name__: model for model in REACHED}


def test_no_two_models_have_one_name_or_a_table_would_be_held_against_one_of_them_only() -> None:
    assert len(MODELS) == len(REACHED)


def keys_of(name: str) -> dict[str, str]:
    """Give the names of fields by the keys that files write."""
    return {info.alias or field: field for field, info in MODELS[name].model_fields.items()}


def literals(annotation: Any) -> set[str]:
    if typing.get_origin(annotation) is typing.Literal:
        return {str(one) for one in typing.get_args(annotation)}
    return set().union(*(literals(one) for one in typing.get_args(annotation)))


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_key_of_a_model_has_its_row_and_no_row_is_of_a_key_that_is_gone(name: str) -> None:
    documented = [key for row in ROWS if name in row.models for key in row.keys]
    missing = [f"| `{key}` | TYPE | MEANING | `EXAMPLE` |" for key in keys_of(name) if key not in documented]
    assert missing == [], f"write these rows in the table below <!-- keys of {name} --> of language.md"
    assert len(documented) == len(set(documented)), f"{name} has a key twice: {documented}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.models[0]}-{'-'.join(row.keys)}")
def test_a_row_is_complete_and_its_examples_are_accepted_where_they_stand(row: Row) -> None:
    assert set(row.models) <= set(MODELS), "a table of a model that is not there"
    assert row.kind, "what type it is"
    assert row.meaning, "what it means"
    one = len(row.keys) == 1
    assert row.examples if one else len(row.examples) == len(row.keys), (
        "an example for each key, in their order"
    )
    for key, example in zip(row.keys * len(row.examples) if one else row.keys, row.examples, strict=True):
        holders = [name for name in row.models if key in keys_of(name)]
        assert holders, f"no key of {row.models}"
        for name in holders:
            assert accepted(MODELS[name], keys_of(name)[key], key, example) is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.models[0]}-{'-'.join(row.keys)}")
def test_a_row_names_every_word_that_its_key_may_have(row: Row) -> None:
    written = set(re.findall(r"[\w.]+", f"{row.kind} {row.meaning}"))
    for name in row.models:
        for key in set(row.keys) & set(keys_of(name)):
            allowed = literals(MODELS[name].model_fields[keys_of(name)[key]].annotation)
            assert allowed - written == set(), f"{key} of {name}"


def accepted(model: type[Authored], field: str, key: str, example: str) -> str | None:
    """Validate an example as the value of one key alone; give what is wrong with it."""
    info = model.model_fields[field]
    fields: dict[str, Any] = {field: (info.annotation, info)}
    alone = create_model("Alone", __base__=Authored, **fields)
    parsed = parse(Source("example", f"{key}: {example}\n"))
    if parsed.problems or parsed.root is None:
        return f"{example}: {[str(one) for one in parsed.problems]}"
    try:
        alone.model_validate(parsed.root.value)
    except ValidationError as error:
        return f"{example}: {error}"
    return None


def test_an_example_that_does_not_hold_is_found() -> None:
    role = MODELS["Role"]
    assert accepted(role, "min_tur", "min_tur", "4") is None
    assert accepted(role, "fallback", "fallback", "typewriter") is not None
    assert accepted(role, "needs", "needs", "[voltage]") is not None
    assert accepted(role, "needs", "needs", "[source.voltage.dc") is not None
    assert (
        accepted(MODELS["Procedure"], "roles", "roles", "{uut: {needs: [measure.mass], needy: 1}}")
        is not None
    )
