"""Whatever a file holds: a document, or problems within the file; never another exception, and soon."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from calbench.authoring.located import Located
from calbench.authoring.rendering import as_json, render
from calbench.authoring.source import Source, source_of
from calbench.authoring.validation import read_lenient
from calbench.authoring.yamlfile import parse
from calbench.documents.scalars import Exact, Flag, Text, Whole
from calbench.errors import InvalidFile

EXAMPLES = settings(max_examples=150, deadline=2000, database=None)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Volts(Part):
    type: Literal["volts"]
    value: Exact


class Ohms(Part):
    type: Literal["ohms"]
    wires: Whole


class Sheet(Part):
    sheet: Text
    language: Literal["1"] = "1"
    atomic: Flag = False
    tests: list[Sheet | Text] = []
    source: Annotated[Volts | Ohms, Field(discriminator="type")] | None = None
    limits: dict[Whole, Exact | list[Exact]] | None = None


VALID = """\
# a sheet
sheet: 直流电压 µV
language: 1
atomic: true
source: {type: volts, value: 1.10}
limits: {1: 5e-3, 2: [1, 2]}
tests:
  - sheet: "one \\u00b5"
    tests: [a, 'b''c', &x {sheet: d}, *x]
  - |
    block text
    of two lines
  - >-
    folded
    text
"""

pieces = st.sampled_from(
    [
        *"abc019 \n\t:-?,[]{}#&*!|>'\"%@`\\.~<\u3000é直\0\ufeff\u2028",
        ": ",
        "- ",
        "\n  ",
        "\n- ",
        "? ",
        "&x ",
        "*x",
        "!!str ",
        "<<: ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "sheet: ",
        "tests: ",
        "limits: ",
        "null",
        ".nan",
        "0x1F",
        '"\\x00"',
        "|\n",
        ">2-\n",
        "\r\n",
    ]
)
yamlish = st.lists(pieces, max_size=40).map("".join)


@st.composite
def mutated(draw):
    text = VALID
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 6))
        text = text[:at] + draw(st.one_of(st.just(""), pieces, st.text(max_size=3))) + text[at + gone :]
    return text


def check(source):
    document, problems = read_lenient(source, Sheet)

    assert (document is not None) or problems
    for problem in problems:
        line = source.line(problem.line)
        assert 1 <= problem.line <= len(source.lines), problem
        assert 1 <= problem.column <= len(line) + 1, problem
        assert problem.length >= 1
        assert problem.message
        assert "\n" not in str(problem)
    text = render(problems, [source])
    assert text.isprintable() or "\n" in text
    assert "\x1b" not in text
    json.dumps(as_json(problems))
    if document is not None:
        for path in document.located.paths():
            node = document.located.node(path)
            assert node is not None
            if isinstance(node.value, str):
                for offset in (0, len(node.value) // 2, len(node.value)):
                    place = document.located.inside(path, offset)
                    assert 1 <= place.column <= len(source.line(place.line)) + 1


def test_the_seed_is_valid():
    document, problems = read_lenient(Source("f.yaml", VALID), Sheet)

    assert problems == []
    assert document is not None


@EXAMPLES
@given(st.text(max_size=200))
def test_any_text(text):
    check(Source("f.yaml", text))


@EXAMPLES
@given(yamlish)
def test_text_that_looks_like_yaml(text):
    check(Source("f.yaml", text))


@EXAMPLES
@given(mutated())
def test_a_valid_file_with_mistakes(text):
    check(Source("f.yaml", text))


@EXAMPLES
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=20).map(lambda tail: VALID.encode() + tail)))
def test_any_bytes(data):
    try:
        source = source_of("f.yaml", data)
    except InvalidFile as invalid:
        rules = [problem.rule for problem in invalid.problems]
        assert rules == ["Y001"]
    else:
        check(source)


@EXAMPLES
@given(st.one_of(mutated(), yamlish))
def test_both_parsers_read_the_same(text):
    source = Source("f.yaml", text)
    first, second = parse(source), parse(source, yaml.SafeLoader)

    if first.root is not None and second.root is not None:
        assert first.root.value == second.root.value


@EXAMPLES
@given(
    st.recursive(
        st.one_of(
            st.text("abc:#-'\" 直é", max_size=12), st.sampled_from(["010", "yes", "1e3", "12:30", "~x"])
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(st.text("abc", min_size=1, max_size=4), inner, max_size=4),
        ),
        max_leaves=12,
    ),
    st.booleans(),
)
def test_what_another_writer_wrote_is_read_and_found(tree, flow):
    """PyYAML's emitter is the witness: every text comes back, and every plain text is where it is said."""
    text = yaml.safe_dump({"root": tree}, allow_unicode=True, default_flow_style=flow, width=1000)
    source = Source("f.yaml", text)
    root = parse(source).root

    assert root is not None
    assert root.value == {"root": tree}
    located = Located(source, root)
    for path in located.paths():
        node = located.node(path)
        assert node is not None
        if isinstance(node.value, str) and node.style is None:
            line, column, length = node.place
            assert source.line(line)[column - 1 : column - 1 + length] == node.value


@pytest.mark.parametrize("nested", [90, 99])
def test_as_deep_as_allowed(nested):
    text = "sheet: a\ntests: " + "[{sheet: a, tests: " * (nested // 2) + "[]" + "}]" * (nested // 2) + "\n"

    check(Source("f.yaml", text))
