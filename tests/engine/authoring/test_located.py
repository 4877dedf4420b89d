"""Places within values: every expected column is counted by hand."""

from __future__ import annotations

import pytest

from calbench.authoring.located import Located, label, written
from calbench.authoring.source import Source
from calbench.authoring.yamlfile import parse

TEXT = """\
# 1
plain: 0.5 rdg + 2 xV
single: '0.5 rdg + 2 xV'
double: "0.5 rdg + 2 xV"
escaped: "0.5\\x20rdg + 2 xV"
literal: |
  first
  0.5 rdg + 2 xV
folded: >-

    first line
    0.5 rdg + 2 xV
over: 0.5 rdg
  + 2 xV
list: [a, {deep: 直流 xV}]
empty:
alias: [&v 5 xV, *v]
tricky: "\\x41 xV"
"""


@pytest.fixture
def located():
    source = Source("f.yaml", TEXT)
    root = parse(source).root
    assert root is not None
    return Located(source, root)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("plain",), (2, 20, 2)),
        (("single",), (3, 22, 2)),
        (("double",), (4, 22, 2)),
        (("escaped",), (5, 10, 19)),  # with an escape: the whole scalar
        (("tricky",), (18, 9, 9)),
        (("literal",), (8, 15, 2)),
        (("folded",), (12, 17, 2)),
        (("over",), (14, 7, 2)),
        (("list", 1, "deep"), (15, 21, 2)),
        (("alias", 0), (17, 14, 2)),
        (("alias", 1), (17, 18, 2)),  # through an alias: the alias
    ],
)
def test_a_word_within_a_scalar(located, path, place):
    offset = located.node(path).value.index("xV")

    assert located.inside(path, offset, 2) == place


def test_the_end_of_a_scalar(located):
    assert located.inside(("plain",), 14, 1) == (2, 22, 1)
    assert located.inside(("plain",), 99, 9) == (2, 22, 1)
    assert located.inside(("single",), 14, 1) == (3, 24, 1)


def test_keys_values_and_what_is_missing(located):
    assert located.place(("list", 1, "deep")) == (15, 18, 5)
    assert located.place(("list", 1, "deep"), "key") == (15, 12, 4)
    assert located.place(("list", 1), "key") == (15, 11, 13)
    assert located.place(("empty",)) == (16, 1, 5)  # there is no value: its key
    assert located.place(("list", 7, "x")) == (15, 1, 4)  # not in the file: the closest parent
    assert located.place(()) == (2, 1, 5)
    assert located.inside(("list",), 3) == (15, 7, 18)
    assert located.node(("list", 7)) is None


def test_every_path_is_given_once(located):
    assert list(located.paths())[:5] == [(), ("plain",), ("single",), ("double",), ("escaped",)]
    assert ("list", 1, "deep") in list(located.paths())


def test_paths_in_words():
    assert written(("tests", 0, "ranges", 2, "mpe")) == "tests[0].ranges[2].mpe"
    assert written(()) == "the file"
    assert label(("tests", 0, "points", 2)) == "points[2]"
    assert label(("tests", 0, "points", 2, 1)) == "points[2][1]"
