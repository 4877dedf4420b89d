"""Reading a journal: every line is exactly what would be written for the event that it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import pytest
import rfc8785

from calbench.documents.canonical import canonical
from calbench.documents.journal import FIRST_PREV, MUST_HOLD, Event, EventType, made, parse
from calbench.errors import IntegrityFailure

EVENT = Event(
    seq=1,
    prev=FIRST_PREV,
    t_utc="2026-01-05T08:00:00.000000Z",
    t_mono="0.000000",
    actor="runner",
    type="reading",
    body={
        "text": "+1.0E+01 µΩ 电压",
        "value": "10",
        "unit": "V",
        "typed": False,
        "index": 3,
        "more": [None, {"b": {}}],
    },
)
PLAIN = EVENT.model_dump(mode="json")


def line(**change: object) -> bytes:
    return rfc8785.dumps({**PLAIN, **change}) + b"\n"  # type: ignore[dict-item] # plain JSON


def test_a_line_is_read_as_it_was_written() -> None:
    data = canonical(EVENT) + b"\n"
    assert data == line()
    events, head = parse(data)
    assert events == [EVENT]
    assert head == hashlib.sha256(data[:-1]).hexdigest()


def test_an_event_of_a_runner_is_one_that_was_checked() -> None:
    fields = {("type_" if name == "type" else name): value for name, value in EVENT}
    unchecked = made(**fields)
    assert unchecked == EVENT
    assert unchecked.model_dump() == EVENT.model_dump()
    assert unchecked.model_fields_set == set(Event.model_fields)
    assert unchecked.model_copy(update={"attempt": 2}).attempt == 2
    assert canonical(unchecked) == canonical(EVENT)
    with pytest.raises(ValueError, match="frozen"):
        unchecked.attempt = 2  # type: ignore[misc] # it must not take it


@pytest.mark.parametrize(
    "change",
    [
        {"seq": "1"},
        {"seq": True},
        {"attempt": "0"},
        {"attempt": False},
        {"actor": "nobody"},
        {"type": "invented"},
        {"point": None},
        {"body": []},
        {"more": 1},
        {"t_mono": 0},
    ],
    ids=str,
)
def test_values_of_another_kind_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(IntegrityFailure, match="Line 1 of the journal is not an event"):
        parse(line(**change))


@pytest.mark.parametrize("name", [name for name in PLAIN if Event.model_fields[name].is_required() is False])
def test_a_field_that_is_left_out_is_refused(name: str) -> None:
    less = {key: value for key, value in PLAIN.items() if key != name}
    with pytest.raises(IntegrityFailure, match="not in canonical form"):
        parse(rfc8785.dumps(less) + b"\n")


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(PLAIN).encode() + b"\n",
        line()[:-1] + b" \n",
        line()[:-1] + b"\r\n",
        b"\n",
        line(body={"a": "x"}).replace(b'"x"', b"[" * 100_000 + b"]" * 100_000),
        line(body={"a": "x"}).replace(b'"x"', b"1.0"),
        line(body={"a": "x"}).replace(b'"x"', b"NaN"),
        line(body={"a": "x"}).replace(b'"x"', b"1" * 5000),
        line(body={"a": "x"}).replace(b"x", b"\xff"),
        line(body={"a": "x"}).replace(b"x", b"\\ud800"),
    ],
    ids=range(10),
)
def test_what_was_written_by_other_means_is_refused_by_its_line(data: bytes) -> None:
    with pytest.raises(IntegrityFailure, match="Line 1 of the journal is not an event"):
        parse(data)


@pytest.mark.parametrize("type_", MUST_HOLD)
def test_an_event_holds_what_results_are_computed_from(type_: EventType):
    good = {name: kind() for name, kind in MUST_HOLD[type_].items()}
    for name in good:
        wrong: tuple[dict[str, object], ...] = ({**good, name: None}, {**good, name: 7}, without(good, name))
        for body in wrong:
            with pytest.raises(
                IntegrityFailure, match=f"Line 1 of the journal is no {type_}: it lacks '{name}'"
            ):
                parse(canonical(event(type_, body)) + b"\n")
    assert parse(canonical(event(type_, good)) + b"\n")[0][0].body == good


def without(body: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in body.items() if key != name}


def event(type_: EventType, body: Mapping[str, object]) -> Event:
    return Event(
        seq=1, prev=FIRST_PREV, t_utc="2026-01-05T08:00:00.000000Z", t_mono="0.000000",
        actor="runner", type=type_, body=dict(body),
    )  # fmt: skip
