"""A small language with everything that the real ones have. Positions are counted by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from calbench.authoring.source import Source
from calbench.authoring.validation import Document, read, read_lenient
from calbench.documents.scalars import Exact, Flag, Text, Whole
from calbench.errors import InvalidFile, UsageError


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _formula(text: str) -> str:
    if "rgd" in text:
        error = ValueError("'rgd' is no name")
        error.offset, error.length, error.mend = text.index("rgd"), 3, "did you mean 'rdg'?"  # type: ignore[attr-defined] # as ExpressionError has them
        raise error
    if "#" in text:
        raise PydanticCustomError(
            "formula", "no # here", {"offset": text.index("#"), "rule": "U007", "mend": "drop it"}
        )
    return text


Formula = Annotated[Text, AfterValidator(_formula)]


class Limits(Part):
    lower: Formula
    upper: Formula | None = None


class Prompt(Part):
    text: Text
    title: Text | None = None


class PromptStep(Part):
    prompt: Prompt


class Wait(Part):
    wait: Formula


class Preload(Part):
    preload: Annotated[Whole, Field(ge=1)]
    times: Whole = 1


class Volts(Part):
    type: Literal["volts"]
    value: Exact


class Ohms(Part):
    type: Literal["ohms"]
    wires: Literal["two", "four"]


def _shape(value: Any) -> str | None:
    return "word" if isinstance(value, str) else "pair" if isinstance(value, list) else None


class Trial(Part):
    test: Text
    readings: Whole | Literal["all"] = 1
    points: list[Formula] = Field(default=[], min_length=1, max_length=3)
    mpe: Formula | Limits | None = None
    hazard: Literal["voltage"] | None = None
    class_: Literal["M1", "F1"] | None = Field(default=None, alias="class")
    inner: list[Trial] = []


class Sheet(Part):
    sheet: Text
    language: Literal["1"]
    atomic: Flag = False
    factor: Exact = Field(default=Decimal(1), gt=0, le=10)
    tests: list[Trial] = []
    steps: list[PromptStep | Wait | Preload] = []
    source: Annotated[Volts | Ohms, Field(discriminator="type")] | None = None
    shape: (
        Annotated[Annotated[Text, Tag("word")] | Annotated[list[Text], Tag("pair")], Discriminator(_shape)]
        | None
    ) = None
    places: dict[Whole, Wait] = {}
    count: Whole = Field(default=1, multiple_of=2)
    about: dict[Literal["name", "address"], Text] = {}


BLOCK = "write 'key: value' lines, indented below it"
LIST = "write [a, b] on one line, or each entry on a line that begins with '- '"
EMPTY = "write a value, or remove the key"
ONE = "write one value, without '- ' and without keys"
COMMA = "a ',' ends a value within { } and [ ]: put the text before it in quotes"
HEAD = "sheet: a\nlanguage: 1\n"

WRONG = {
    "unknown key": (
        HEAD + "tests:\n  - test: dcv\n    readngs: 10\n",
        ["5:5 S003 unknown key 'readngs' | did you mean 'readings'?"],
    ),
    "unknown key without likeness": (
        HEAD + "steps:\n  - wait: 5 s\n    xyz: 1\n",
        ["5:5 S003 unknown key 'xyz' | allowed here: wait"],
    ),
    "the alias of a field is its key": (
        HEAD + "tests: [{test: a, class_: M1, clas: M2, class: M2}]\n",
        [
            "3:19 S003 unknown key 'class_' | did you mean 'class'?",
            "3:31 S003 unknown key 'clas' | did you mean 'class'?",
            "3:48 S004 'M2' is not one of M1, F1 | write M1 or F1",
        ],
    ),
    "missing at the top": (
        "language: 1\n",
        ["1:1 S002 the key 'sheet' is missing in the file | add 'sheet: …'"],
    ),
    "missing in an entry": (
        HEAD + "tests:\n  - readings: 1\n",
        ["4:5 S002 the key 'test' is missing in 'tests[0]', which begins at line 4 | add 'test: …'"],
    ),
    "missing in a block": (
        HEAD + "steps:\n  - prompt:\n      title: x\n",
        ["4:5 S002 the key 'text' is missing in 'steps[0].prompt', which begins at line 4 | add 'text: …'"],
    ),
    "a misspelled key is told once": (
        HEAD + "tests:\n  - tset: dcv\n",
        ["4:5 S003 unknown key 'tset' | did you mean 'test'?"],
    ),
    "a choice": (
        HEAD + "source: {type: ohms, wires: for}\n",
        ["3:29 S004 'for' is not one of two, four | did you mean 'four'?"],
    ),
    "a single choice": (
        "sheet: a\nlanguage: 2\n",
        ["2:11 S004 'language' is '2'; it can only be 1 | write 1"],
    ),
    "a choice that is a list": (
        HEAD + "tests: [{test: a, class: [M1]}]\n",
        ["3:26 S001 'class' must be one of M1 or F1, not a list | write one of M1 or F1"],
    ),
    "text for a list": (
        HEAD + "tests:\n  - {test: a, points: 5 V}\n",
        ["4:23 S001 'points' must be a list, not the text '5 V' | " + LIST],
    ),
    "list for a text": (
        HEAD + "tests:\n  - {test: [a, b]}\n",
        ["4:12 S001 'test' must be a text, not a list | " + ONE],
    ),
    "text for a block": (
        HEAD + "tests:\n  - dcv\n",
        ["4:5 S001 'tests[0]' must be a block of keys, not the text 'dcv' | " + BLOCK],
    ),
    "the file is a list": (
        "- a\n- b\n",
        ["1:1 S001 the file must be a block of keys, not a list | " + BLOCK],
    ),
    "the file is a text": (
        "hello\n",
        ["1:1 S001 the file must be a block of keys, not the text 'hello' | " + BLOCK],
    ),
    "the file is null": (
        "~\n",
        ["1:1 S012 nothing is written in the file; a block of keys is needed | " + EMPTY],
    ),
    "nothing for a list": (
        HEAD + "tests:\natomic: true\n",
        ["3:1 S012 nothing is written for 'tests'; a list is needed | " + EMPTY],
    ),
    "nothing for a flag": (
        HEAD + "atomic: null\n",
        ["3:1 S012 nothing is written for 'atomic'; true or false is needed | " + EMPTY],
    ),
    "a word for a flag": (
        HEAD + "atomic: yes\n",
        ["3:9 S006 'yes' is a word in YAML 1.2, not true or false | write true"],
    ),
    "a list for a flag": (
        HEAD + "atomic: [true]\n",
        ["3:9 S001 'atomic' must be true or false, not a list | write true or false"],
    ),
    "bounds": (
        HEAD + "factor: 10.5\ncount: 3\nsteps:\n  - preload: 0\n",
        [
            "3:9 S007 'factor' is 10.5; it must be at most 10 | ",
            "4:8 S007 'count' is 3; it must be a multiple of 2 | ",
            "6:14 S007 'preload' is 0; it must be at least 1 | ",
        ],
    ),
    "a number with a comma": (
        HEAD + "factor: 1,5\n",
        ["3:9 S005 '1,5' is not a number | write the decimal sign as a point: 1.5"],
    ),
    "too few and too many": (
        HEAD + "tests:\n  - {test: a, points: []}\n  - {test: b, points: [1, 2, 3, 4]}\n",
        [
            "4:23 S008 'points' must have at least 1 entry; it has 0 | ",
            "5:23 S008 'points' must have at most 3 entries; it has 4 | ",
        ],
    ),
    "a place within a text": (
        HEAD + "tests:\n  - {test: a, mpe: 0.5 % rgd}\n  - test: b\n    points: ['1', 2#3, \"4#\"]\n",
        [
            "4:26 S011 'rgd' is no name | did you mean 'rdg'?",
            "6:20 U007 no # here | drop it",
            "6:26 U007 no # here | drop it",
        ],
    ),
    "of two branches the one that fits a text": (
        HEAD + "tests:\n  - {test: a, mpe: x rgd}\n",
        ["4:22 S011 'rgd' is no name | did you mean 'rdg'?"],
    ),
    "of two branches the one that fits a block": (
        HEAD + "tests:\n  - {test: a, mpe: {lowr: 1, upper: [2]}}\n",
        [
            "4:21 S003 unknown key 'lowr' | did you mean 'lower'?",
            "4:37 S001 'upper' must be a text, not a list | " + ONE,
        ],
    ),
    "none of two kinds": (
        HEAD + "tests:\n  - {test: a, mpe: [1]}\n",
        ["4:20 S010 'mpe' must be a text or a block of keys, not a list | " + ONE],
    ),
    "neither a number nor a word": (
        HEAD + "tests:\n  - {test: a, readings: al}\n",
        ["4:25 S010 'readings' must be a whole number or all, not the text 'al' | did you mean 'all'?"],
    ),
    "the step that was meant": (
        HEAD + "steps:\n  - prompt: {txt: hello}\n  - wait: 5 rgd\n  - {preload: many, times: 2}\n",
        [
            "4:14 S003 unknown key 'txt' | did you mean 'text'?",
            "5:13 S011 'rgd' is no name | did you mean 'rdg'?",
            "6:15 S005 'many' is not a whole number | write a number such as 10, 0.5 or 1e-3",
        ],
    ),
    "the step that was meant, although it has more mistakes": (
        HEAD + "steps:\n  - prompt: {txt: hello, foo: 1, bar: 2}\n",
        [
            "4:14 S003 unknown key 'txt' | did you mean 'text'?",
            "4:26 S003 unknown key 'foo' | allowed here: text and title",
            "4:34 S003 unknown key 'bar' | allowed here: text and title",
        ],
    ),
    "a key that is not one of the choices": (
        HEAD + "about: {nam: x, name: [y]}\n",
        [
            "3:9 S004 'nam' is not one of name, address | did you mean 'name'?",
            "3:23 S001 'name' must be a text, not a list | " + ONE,
        ],
    ),
    "a step of no kind": (
        HEAD + "steps:\n  - promt: {text: hello}\n  - dance: 1\n",
        [
            "4:5 S003 unknown key 'promt' | did you mean 'prompt'?",
            "5:5 S003 unknown key 'dance' | allowed here: prompt, wait, preload and times",
        ],
    ),
    "a kind that does not exist": (
        HEAD + "source: {type: volt, value: 1}\n",
        ["3:16 S010 'volt' is not one of volts, ohms | did you mean 'volts'?"],
    ),
    "a kind that is not given": (
        HEAD + "source: {value: 1}\n",
        ["3:9 S010 the key 'type' is missing, which says what this is | add 'type: …'"],
    ),
    "within a kind, which is called like a key": (
        HEAD + "source: {type: volts, value: x, volts: 1}\n",
        [
            "3:30 S005 'x' is not a number | write a number such as 10, 0.5 or 1e-3",
            "3:33 S003 unknown key 'volts' | allowed here: type and value",
        ],
    ),
    "a key that is no number": (
        HEAD + "places: {1: {wait: 1 s}, x: {wait: 2 rgd}}\n",
        [
            "3:26 S005 'x' is not a whole number | write a number such as 10, 0.5 or 1e-3",
            "3:38 S011 'rgd' is no name | did you mean 'rdg'?",
        ],
    ),
    "a text cut by its comma": (
        HEAD + "tests:\n  - {test: a, mpe: min(1, 2)}\n",
        ["4:27 S003 unknown key '2)' | " + COMMA],
    ),
    "deep within": (
        HEAD + "tests: [{test: a, inner: [{test: b, inner: [{test: c, readngs: 1}]}]}]\n",
        ["3:55 S003 unknown key 'readngs' | did you mean 'readings'?"],
    ),
    "what an alias repeats is told once": (
        HEAD + "tests:\n  - &t {test: a, readngs: 1}\n  - *t\n",
        ["4:18 S003 unknown key 'readngs' | did you mean 'readings'?"],
    ),
    "YAML and structure together": (
        HEAD + "sheet: b\natomic: !x no\nlanguag: 1\n",
        [
            "3:1 Y007 duplicate key 'sheet' (first at line 1) | remove one of the two",
            "4:9 Y010 the tag '!x' is not used here | remove it; write text in quotes",
            "4:9 S006 'no' is a word in YAML 1.2, not true or false | write false",
            "5:1 S003 unknown key 'languag' | did you mean 'language'?",
        ],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_said_and_where(name):
    text, expected = WRONG[name]
    with pytest.raises(InvalidFile) as caught:
        read(Source("f.yaml", text), Sheet)

    said = [f"{p.line}:{p.column} {p.rule} {p.message} | {p.mend}" for p in caught.value.problems]
    assert sorted(said) == sorted(expected)
    assert all(problem.length >= 1 for problem in caught.value.problems)


def test_a_good_file():
    text = (
        HEAD + "factor: 1.10\ntests:\n  - {test: 010, readings: all, class: M1}\nplaces: {1: {wait: 5 s}}\n"
    )
    document = read(Source("f.yaml", text), Sheet)

    assert document.problems == ()
    assert str(document.model.factor) == "1.10"
    assert document.model.tests[0].test == "010"
    assert document.model.places == {1: Wait(wait="5 s")}


def test_a_file_is_named_as_it_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab.yaml").write_text("sheet: a\n", encoding="utf-8")

    with pytest.raises(InvalidFile, match=r"^\./lab\.yaml:1:1: error: the key 'language' is missing"):
        read("./lab.yaml", Sheet)
    with pytest.raises(UsageError):
        read("none.yaml", Sheet)


def test_later_rules_run_beside_unknown_keys():
    text = HEAD + "tests:\n  - {test: a, readngs: 1}\n  - {test: b, mpe: {lower: x, uper: y}}\nsheeet: 1\n"
    document, problems = read_lenient(Source("f.yaml", text), Sheet)

    assert isinstance(document, Document)
    assert [problem.column for problem in problems] == [15, 31, 1]
    assert document.problems == tuple(problems)
    assert [test.test for test in document.model.tests] == ["a", "b"]
    problem = document.problem(("tests", 1, "mpe", "lower"), "P012", "too low", "raise it")
    assert (str(problem), problem.length) == ("f.yaml:5:28: error: too low [P012]", 1)


def test_nothing_is_built_from_wrong_values():
    document, problems = read_lenient(Source("f.yaml", HEAD + "atomic: 7\nxyz: 1\n"), Sheet)

    assert document is None
    assert [problem.rule for problem in problems] == ["S006", "S003"]


def test_a_later_error_keeps_its_place_within_the_text():
    document = read(Source("f.yaml", HEAD + "tests:\n  - {test: a, mpe: 'a + bb'}\n"), Sheet)
    error = ValueError("bb is no length")
    error.offset, error.length = 4, 2  # type: ignore[attr-defined] # as ExpressionError has them

    problem = document.problem_of(error, ("tests", 0, "mpe"), "P003")
    assert (problem.line, problem.column, problem.length, problem.message) == (4, 25, 2, "bb is no length")
    assert document.problem(("tests", 0, "mpe"), "P1", "x", part="key").column == 15


def test_after_a_hundred_problems_only_their_number_is_told():
    text = HEAD + "".join(f"zz{number}: 1\n" for number in range(250))
    document, problems = read_lenient(Source("f.yaml", text), Sheet)

    assert document is not None
    assert len(problems) == 101
    assert str(problems[-1]) == "f.yaml:103:1: error: 150 more problems are not shown [Y017]"
