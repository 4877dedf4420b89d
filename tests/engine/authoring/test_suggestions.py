from __future__ import annotations

import pytest

from calbench.authoring.suggestions import closest, listed, mend, shown

KEYS = ["readings", "ranges", "resolution", "half_width", "at"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("readngs", "readings"),
        ("Readings", "readings"),
        ("half-width", "half_width"),
        ("half width", "half_width"),
        ("resolutoin", "resolution"),
        ("voltage", None),
        ("", None),
        ("r" * 10_000, None),
    ],
)
def test_closest(word, meant):
    assert closest(word, KEYS) == meant


def test_mend_lists_what_is_allowed():
    assert mend("readngs", KEYS) == "did you mean 'readings'?"
    assert mend("voltage", ["a", "b", "c"]) == "allowed here: a, b and c"
    assert mend("voltage", []) == "remove it: nothing is allowed here"


def test_lists_are_short():
    assert listed([]) == "nothing"
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a or b"
    assert listed([str(number) for number in range(20)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"


def test_shown_is_short_and_visible():
    assert shown("a\u200bb\nc") == "'a\\u200bb\\u000ac'"
    assert shown("直流") == "'直流'"
    assert len(shown("x" * 500)) == 43
