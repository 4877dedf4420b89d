"""Canonical JSON by the quick way is that of RFC 8785 to the byte; the package rfc8785 is the oracle."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from calbench.documents.canonical import LARGEST, canonical, plain
from calbench.documents.journal import Event, line_of

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    [
        "\ufb33",
        "\U0001f602",
        "\ue000",
        "\uffff",
        "€",
        "\r",
        "\u0080",
        "1",
        "</script>",
        "\x7f",
        "\x1f",
        "\u2028",
    ]
)
WHOLE = st.integers(-LARGEST, LARGEST)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=5)


def canonical_line(text: str) -> dict[str, object]:
    """Read an object, and refuse it where it is not canonical, as a line of a journal is."""
    content = plain(text)
    if canonical(content).decode() != text:
        raise ValueError("not in canonical form")
    return content


@given(OBJECTS)
def test_it_is_written_as_the_package_writes_it(content: dict[str, object]) -> None:
    data = rfc8785.dumps(content)  # type: ignore[arg-type] # plain JSON
    assert canonical(content) == data
    assert canonical_line(data.decode()) == content


def test_keys_are_sorted_by_utf16_as_the_example_of_rfc_8785_is() -> None:
    # RFC 8785, 3.2.3
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    sorted_ = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys, "")))) == sorted_
    by_code_point = "{" + ",".join(f"{json.dumps(one, ensure_ascii=False)}:1" for one in sorted(keys)) + "}"
    with pytest.raises(ValueError, match="not in canonical form"):
        canonical_line(by_code_point)


@given(OBJECTS, st.data())
def test_one_character_more_or_other_is_not_canonical(
    content: dict[str, object], data: st.DataObject
) -> None:
    text = rfc8785.dumps(content).decode()  # type: ignore[arg-type] # plain JSON
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.sampled_from([" ", "\t", "0", "-", "\\", '"', ",", "a", "\\u0041", ".0", "e1"]))
    changed = text[:at] + put + text[at + data.draw(st.integers(0, 1)) :]
    with contextlib.suppress(ValueError):
        # if it is taken, it is what the package writes for what it means
        assert rfc8785.dumps(canonical_line(changed)).decode() == changed  # type: ignore[arg-type] # as above


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        "{",
        '{"a":1.0}',
        '{"a":1e3}',
        '{"a":NaN}',
        '{"a":-0}',
        '{"a":9007199254740992}',
        '{"a":' + "9" * 5000 + "}",
        '{"a":1,"a":1}',
        '{"b":1,"a":1}',
        '{"a": 1}',
        '{"a":"\\u0041"}',
        '{"a":"\\ud800"}',
        '{"a":"\\/"}',
        '{"a":1}\n',
        '\ufeff{"a":1}',
    ],
)
def test_what_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_line(text)


@pytest.mark.parametrize("content", [{"a": 1.5}, {"a": [{"b": float("nan")}]}, {"a": (1.0,)}])
def test_floats_are_refused_with_their_place(content: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\.a.* is a float"):
        canonical(content)


def test_whole_numbers_of_more_than_53_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="safe integer"):
        canonical({"a": LARGEST + 1})


class Word(str):
    """Text of a kind of its own."""

    __slots__ = ()


@given(OBJECTS, TEXTS, TEXTS, st.integers(0, LARGEST))
def test_a_line_of_the_journal_is_the_canonical_form_of_its_event(
    body: dict[str, object], text: str, point: str, number: int
) -> None:
    event = Event(
        seq=number,
        prev=text,
        t_utc=text,
        t_mono=point,
        actor="operator",
        type="exchange",
        position=text,
        point=point,
        attempt=number,
        body=body,
    )
    assert line_of(event) == canonical(event) == rfc8785.dumps(event.model_dump(mode="json"))


@pytest.mark.parametrize(
    "value",
    [Path("a/b"), Decimal("1.50"), Word("x"), ("a", 1), {Word("k"): "v"}, {"\U00010000": 1, "\uffff": 2}],
)
def test_what_a_body_holds_beside_plain_json_is_written_as_pydantic_says(value: object) -> None:
    event = Event(
        seq=1, prev="", t_utc="", t_mono="", actor="runner", type="fault", body={"b": value, "a": [value]}
    )
    assert line_of(event) == rfc8785.dumps(event.model_dump(mode="json"))


@pytest.mark.parametrize("body", [{"a": 1.5}, {"a": [{"b": 1.0}]}])
def test_no_line_holds_a_float(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"body\.a.* is a float"):
        line_of(Event(seq=1, prev="", t_utc="", t_mono="", actor="runner", type="fault", body=body))
