"""Canonical JSON: the quick way gives what the reference implementation of RFC 8785 gives, or leaves it to that."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calbench.documents.canonical import canonical

KEYS = st.text(max_size=6) | st.sampled_from(
    ["é", "€", "\U0001f600", "\ufb33", "\r", "1", "\x80", "\x7f", '"']
)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | KEYS | st.text(max_size=20)
CONTENT = st.dictionaries(
    KEYS, st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)
)


@settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a shared machine is slow now and then
@given(CONTENT)
def test_the_same_bytes_as_the_reference_implementation(content: dict[str, object]) -> None:
    try:
        theirs = rfc8785.dumps(content)  # type: ignore[arg-type] # its own recursive alias
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it is about, such as a lone surrogate
            canonical(content)
        return
    assert canonical(content) == theirs


def test_keys_are_ordered_as_the_standard_prints_it() -> None:
    # RFC 8785 3.2.3, the example with keys beyond ASCII
    content: dict[str, object] = {
        "€": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\U0001f600": "Emoji: Grinning Face", "\x80": "Control", "ö": "Latin Small Letter O With Diaeresis",
    }  # fmt: skip
    keys = ["\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33"]
    written = canonical(content).decode()
    assert canonical({"\ufb33": "2", "\U0001f600": "1"}) == b'{"\xf0\x9f\x98\x80":"1","\xef\xac\xb3":"2"}'
    places = [written.index(str(content[key])) for key in keys]
    assert places == sorted(places)


@pytest.mark.parametrize("content", [{"a": 0.5}, {"a": [1, {"b": 1.0}]}, {"a": 2**53}, {"é": 0.5}])
def test_floats_and_numbers_that_json_cannot_hold_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - as above
        canonical(content)
