"""Hostile and broken texts. Positions are counted by hand; what is well-formed is from YAML 1.2.2."""

from __future__ import annotations

import pytest
import yaml

from calbench.authoring.source import Source
from calbench.authoring.yamlfile import parse
from calbench.documents.scalars import PlainScalar

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)

REFUSED = {
    "duplicate key": (
        "id: a\nroles:\n  uut: 1\n  uut: 2\nid: b\n",
        [
            "4:3: error: duplicate key 'uut' (first at line 3) [Y007]",
            "5:1: error: duplicate key 'id' (first at line 1) [Y007]",
        ],
    ),
    "duplicate key in another notation": (
        "1: a\n'1': b\n01: c\n0x2: d\n2: e\n",
        [
            "2:1: error: duplicate key '1' (first at line 1) [Y007]",
            "3:1: error: duplicate key '01' (first at line 1) [Y007]",
            "5:1: error: duplicate key '2' (first at line 4) [Y007]",
        ],
    ),
    "tab as indentation": (
        "a:\n\tb: 1\n\tc: 2\n",
        ["2:1: error: a tab in the indentation (also line 3); where a tab ends depends on the editor [Y003]"],
    ),
    "tab after spaces": (
        "a:\n  \tb: 1\n",
        ["2:3: error: a tab in the indentation; where a tab ends depends on the editor [Y003]"],
    ),
    "tab within brackets": (
        "a: [\n\t1]\n",
        ["2:1: error: a tab in the indentation; where a tab ends depends on the editor [Y003]"],
    ),
    "tab in place of a space": (
        "a:\n  - 1\n  -\t2: 3\n",
        ["3:4: error: a tab stands where YAML allows spaces only [Y004]"],
    ),
    "tabs and another mistake": (
        "a: {\n\tb: 1}\nc: @\n",
        [
            "2:1: error: a tab in the indentation; where a tab ends depends on the editor [Y003]",
            "3:4: error: a value cannot begin with '@' [Y004]",
        ],
    ),
    "merge key": (
        "a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n",
        ["3:3: error: merge keys '<<' are not used here [Y009]"],
    ),
    "tags": (
        "a: !!python/object:os.system x\nb: !!str 1\nc: !unit [1]\n",
        [
            "1:4: error: the tag '!!python/object:os.system' is not used here [Y010]",
            "2:4: error: the tag '!!str' is not used here [Y010]",
            "3:4: error: the tag '!unit' is not used here [Y010]",
        ],
    ),
    "two documents": ("a: 1\n---\nb: 1\n", ["2:1: error: a second document begins here [Y006]"]),
    "empty": ("", ["1:1: error: the file is empty [Y005]"]),
    "only comments": ("# nothing\n\n# here\n", ["1:1: error: the file is empty [Y005]"]),
    "empty document": ("---\n...\n", ["1:1: error: the file is empty [Y005]"]),
    "NUL": (
        "a: b\nc: d\0e\n",
        ["2:5: error: the character U+0000 is not allowed: it is not seen, but changes what is read [Y002]"],
    ),
    "reordered text": (
        "a: 1\u202e2\n",
        ["1:5: error: the character U+202E is not allowed: it is not seen, but changes what is read [Y002]"],
    ),
    "line separator": (
        "a: 1\u2028b: 2\n",
        ["1:5: error: the character U+2028 is not allowed: it is not seen, but changes what is read [Y002]"],
    ),
    "lone surrogate": (
        "a: \ud800\n",
        ["1:4: error: the character U+D800 is not allowed: it is not seen, but changes what is read [Y002]"],
    ),
    "control character from an escape": (
        'a: "x\\0y"\n',
        ["1:4: error: the text holds a control character [Y002]"],
    ),
    "list as key": ("? [1, 2]\n: x\nb: 1\n", ["1:3: error: a list stands where a key is needed [Y008]"]),
    "block as key": ("{a: 1}: x\n", ["1:1: error: a block of keys stands where a key is needed [Y008]"]),
    "empty key": ("? \n: x\n", ["1:2: error: nothing stands where a key is needed [Y008]"]),
    "alias without anchor": ("a: *b\n", ["1:4: error: the alias '*b' has no anchor before it [Y011]"]),
    "alias within its anchor": (
        "a: &a [*a]\n",
        ["1:8: error: the alias '*a' stands within its own anchor [Y011]"],
    ),
    "alias bomb": (
        BOMB,
        # values up to a4, lists and the file counted: 12 + 92 + 821 + 7382 + 66431; a5 repeats 66430 of them
        ["6:10: error: the file holds more than 100,000 values (aliases expanded) [Y012]"],
    ),
    "too many values": (
        "[" + "a," * 100_001 + "]",
        ["1:200000: error: the file holds more than 100,000 values (aliases expanded) [Y012]"],
    ),
    "too deep": (
        "[" * 500,
        ["1:101: error: the file is nested deeper than 100 levels, the most that is read [Y013]"],
    ),
    "too deep by aliases": (
        "a: &a " + "[" * 60 + "]" * 60 + "\nb: " + "[" * 50 + "*a" + "]" * 50 + "\n",
        ["2:54: error: the file is nested deeper than 100 levels, the most that is read [Y013]"],
    ),
    "too large": (
        "# " + "x" * 2_097_151,
        ["1:1: error: the file is larger than 2 MiB, the most that is read [Y014]"],
    ),
    "no value that can be measured": (
        "a: .inf\nb: -.Inf\nc: .NaN\nd: '.nan'\ne: nan\n",
        [
            "1:4: error: '.inf' is no value that can be measured [Y015]",
            "2:4: error: '-.Inf' is no value that can be measured [Y015]",
            "3:4: error: '.NaN' is no value that can be measured [Y015]",
        ],
    ),
    "YAML 1.1": ("%YAML 1.1\n---\na: 1\n", ["1:1: error: %YAML 1.1: files are read as YAML 1.2 [Y016]"]),
    "YAML 3": ("%YAML 3.0\n---\na: 1\n", ["1:1: error: files are read as YAML 1.2, and as no other [Y016]"]),
    "colon in a text": ("text: Check: now\n", ["1:12: error: a ':' stands where no key can be [Y004]"]),
    "text that begins with a brace": (
        "prompt: {direction}: place\n",
        ["1:20: error: a ':' stands where no key can be [Y004]"],
    ),
    "line without colon": ("a: 1\nb\n", ["2:1: error: this line has no ':' [Y004]"]),
    "bracket not closed": (
        "points: [0 V, 1 V\nmpe: 1\n",
        ["2:4: error: the '[' of line 1, column 9 is not closed by a ']' [Y004]"],
    ),
    "bracket not closed at the end": (
        "a: 1\npoints: [0 V, 1 V\n",
        ["2:9: error: the '[' of line 2, column 9 is not closed by a ']' [Y004]"],
    ),
    "wrong bracket": (
        "r: {range: 1 V, points: [0 V, 1 V}\n",
        ["1:34: error: the '[' of line 1, column 25 is not closed by a ']' [Y004]"],
    ),
    "quote not closed": (
        'a: 1\nb: "x\nc: 2\n',
        ["2:4: error: the quote that opens here is never closed [Y004]"],
    ),
    "text after a quote": (
        "a: 'b' c\n",
        ["1:8: error: this does not continue the block of keys that begins at line 1, column 1 [Y004]"],
    ),
    "percent at the start": ("limit: %rdg\n", ["1:8: error: a value cannot begin with '%' [Y004]"]),
    "wrong indentation": (
        "a:\n    b: 1\n  c: 2\n",
        ["3:3: error: this does not continue the block of keys that begins at line 1, column 1 [Y004]"],
    ),
    "key among list entries": (
        "a:\n  - x\n  b: 1\n",
        ["3:3: error: this is no entry of the list that begins at line 2, and no part of one [Y004]"],
    ),
    "escape that does not exist": (
        'a: "C:\\q"\n',
        ["1:7: error: a backslash in double quotes begins an escape that does not exist [Y004]"],
    ),
    "star at the start": (
        "a: * b\n",
        ["1:5: error: '*' and '&' have a meaning of their own at the start of a value [Y004]"],
    ),
    "columns are characters": (
        "标题: 直流\n位置: 电压: 10 V\n",
        ["2:7: error: a ':' stands where no key can be [Y004]"],
    ),
    "problems before a syntax error": (
        "a: 1\na: !x 2\nb: [\n",
        [
            "2:1: error: duplicate key 'a' (first at line 1) [Y007]",
            "2:4: error: the tag '!x' is not used here [Y010]",
            "3:4: error: the file ends where a value is needed [Y004]",
        ],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_its_place(name):
    text, expected = REFUSED[name]
    parsed = parse(Source("f.yaml", text))

    assert [str(problem) for problem in sorted(parsed.problems)] == [f"f.yaml:{line}" for line in expected]
    assert all(problem.mend for problem in parsed.problems)


def test_a_depth_at_which_the_parser_itself_stops_is_told_by_the_same_rule():
    (problem,) = parse(Source("f.yaml", "[" * 5000)).problems

    assert problem.rule == "Y013"
    assert problem.message == "the file is nested deeper than 100 levels, the most that is read"


ONLY_LIBYAML = {
    "tab in place of a space",
    "tabs and another mistake",  # the pure parser takes no tab at all
    "escape that does not exist",  # the pure parser points one character further
    "YAML 3",
}


@pytest.mark.parametrize(
    "name", [name for name in REFUSED if name not in ONLY_LIBYAML and len(REFUSED[name][0]) < 10_000]
)
def test_the_pure_parser_says_the_same(name):
    text, expected = REFUSED[name]
    parsed = parse(Source("f.yaml", text), yaml.SafeLoader)

    assert [str(problem) for problem in sorted(parsed.problems)] == [f"f.yaml:{line}" for line in expected]


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
def test_values_and_places(loader):
    text = "a: 010\nb: '010'\nc: |\n  x\n  y\nd: [1e3, ~, no]\ne:\nf: {g: 12:30:00}\n"
    root = parse(Source("f.yaml", text), loader).root

    assert root is not None
    assert root.value == {
        "a": "010",
        "b": "010",
        "c": "x\ny\n",
        "d": ["1e3", None, "no"],
        "e": None,
        "f": {"g": "12:30:00"},
    }
    plain = {key: isinstance(child.value, PlainScalar) for key, child in root.children.items()}
    assert plain == {"a": True, "b": False, "c": False, "d": False, "e": False, "f": False}
    assert root.children["b"].place == (2, 4, 5)
    assert root.keys["f"] == (8, 1, 1)
    assert root.children["d"].children[2].place == (6, 13, 2)
    assert root.children["f"].place == (8, 4, 13)


def test_an_alias_stands_for_its_anchor():
    parsed = parse(Source("f.yaml", "a: &s {x: 1}\nb: *s\nc: [*s, &t 5 V, *t]\n"))

    assert parsed.problems == []
    assert parsed.root is not None
    assert parsed.root.value == {"a": {"x": "1"}, "b": {"x": "1"}, "c": [{"x": "1"}, "5 V", "5 V"]}
    assert parsed.root.children["b"].place == (2, 4, 2)
    assert parsed.root.children["b"].children["x"].place == (1, 11, 1)


def test_tabs_within_text_are_text():
    parsed = parse(Source("f.yaml", 'a: |\n  x\n  \ty\nb: "p\n\tq"\nc: 1\t# a tab before a comment\n'))

    assert parsed.problems == []
    assert parsed.root is not None
    assert parsed.root.value == {"a": "x\n\ty\n", "b": "p q", "c": "1"}


def test_a_byte_order_mark_is_no_column():
    parsed = parse(Source("f.yaml", "\ufeffa: 1\na: 2\n"))

    assert [str(problem) for problem in parsed.problems] == [
        "f.yaml:2:1: error: duplicate key 'a' (first at line 1) [Y007]"
    ]
    assert parsed.root is not None
    assert parsed.root.children["a"].place == (1, 4, 1)


def test_line_ends_of_every_system():
    for end in ("\n", "\r\n", "\r"):
        parsed = parse(Source("f.yaml", f"a: 1{end}b: 2{end}a: 3{end}"))
        assert [(problem.line, problem.column) for problem in parsed.problems] == [(3, 1)]
