"""What is said in short means what it means written out; both are written here by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.authoring import render
from calbench.authoring.loading import Surroundings, check, load_procedure
from calbench.authoring.validation import read
from calbench.documents.procedure import Procedure
from calbench.documents.vocabulary import Vocabulary
from calbench.errors import InvalidFile
from calbench.planning.expansion import cases
from calbench.quantities import parse_quantity
from calbench.workflow import Options, prepare
from calbench.workflow.comparing import compare

HEAD = """
procedure: Voltmeter
id: voltmeter
version: 1.0.0
language: 1
{vocabulary}
parameters:
  full: {type: quantity, unit: V, default: 10 V}
  cover: {type: choice, default: "off", choices: ["on", "off"], label: {en: Cover, zh: 盖}}
roles:
  uut:    {needs: [measure.voltage.dc], fallback: keyboard}
  source: {needs: [source.voltage.dc], fallback: keyboard}
tests:
"""
FIRST = """
  - test: first
    title: {en: First, zh: 第一}
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 5 s
    points: {up: [0 V, 5 V, 10 V], down: [5 V, 0 V]}
    mpe: 1 mV
    resolution: 10 uV
    uncertainty: [{name: Resolution, half_width: resolution / 2, shape: rectangular}]
"""
OUT = f"""{FIRST}
  - test: second
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 2 s
    points: {{up: [0 V, 5 V, 10 V], down: [5 V, 0 V]}}
    mpe: 2 mV
    resolution: 10 uV
    uncertainty: [{{name: Resolution, half_width: resolution / 2, shape: rectangular}}]
  - test: third
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 2 s
    points: [5 V]
    mpe: 2 mV
    resolution: 10 uV
    uncertainty: [{{name: Resolution, half_width: resolution / 2, shape: rectangular}}]
"""
SHORT = f"""{FIRST.replace("down: [5 V, 0 V]", "down: reversed")}
  - {{test: second, like: first, settle: 2 s, mpe: 2 mV}}
  - {{test: third, like: second, points: [5 V]}}
"""
WORDS = """
vocabulary: Words of voltmeters
id: meters
version: 1.2.0
language: 1
words:
  zh: {up: 上行, down: 下行, "off": 关}
"""


def written(folder: Path, tests: str, vocabulary: str = "", name: str = "voltmeter") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(
        HEAD.lstrip().replace("{vocabulary}", vocabulary) + tests.strip("\n") + "\n", encoding="utf-8"
    )
    (folder / "words.yaml").write_text(WORDS.lstrip(), encoding="utf-8")
    return path


def loaded(path: Path, around: Surroundings) -> Procedure:
    return load_procedure(path, around)[0].model


def test_a_test_like_another_and_points_reversed_are_what_they_are_written_out(
    tmp_path: Path, around: Surroundings
) -> None:
    short = loaded(written(tmp_path, SHORT), around)
    out = loaded(written(tmp_path, OUT, name="out"), around)

    assert [one.like for one in short.tests] == [None, "first", "second"]
    assert [one.model_copy(update={"like": None}) for one in short.tests] == out.tests


def test_two_ways_to_write_one_procedure_do_not_differ(tmp_path: Path) -> None:
    short, out = written(tmp_path, SHORT), written(tmp_path, OUT, name="out")

    assert compare(str(short), str(out)) == []
    other = written(tmp_path, SHORT.replace("2 mV", "3 mV"), name="other")
    assert [(one.kind, one.at) for one in compare(str(short), str(other))] == [
        ("limits", ["second", "third"])
    ]


def test_a_mistake_in_what_is_taken_over_is_told_once_where_it_stands(
    tmp_path: Path, around: Surroundings
) -> None:
    path = written(tmp_path, SHORT.replace("resolution / 2", "resolutoin / 2"))

    problems, sources = check([path], around)

    assert [(one.rule, one.line) for one in problems] == [("P020", 21)]
    assert "resolutoin" in sources[0].line(21), render(problems, sources)


def test_a_key_with_nothing_takes_nothing_away(tmp_path: Path, around: Surroundings) -> None:
    path = written(tmp_path, SHORT.replace("settle: 2 s", "settle: ~"))

    with pytest.raises(InvalidFile, match="nothing is written for 'settle'"):
        load_procedure(path, around)


def test_a_condition_of_a_test_that_looks_at_the_nominal_value_is_asked_for_each_point(
    tmp_path: Path, around: Surroundings
) -> None:
    text = FIRST.replace("    settle", "    only_if: abs(nominal) <= full / 2 or cover == 'on'\n    settle")
    test = loaded(written(tmp_path, text), around).tests[0]

    def names(full: str, cover: str) -> list[str]:
        return [one.name for one in cases(test, {"full": parse_quantity(full), "cover": cover})]

    assert names("10 V", "off") == ["first/up/0V", "first/up/5V", "first/down/5V", "first/down/0V"]
    assert names("4 V", "off") == ["first/up/0V", "first/down/0V"]
    assert "first/up/10V" in names("4 V", "on")


def test_words_of_a_vocabulary_come_after_those_of_the_procedure_and_the_plan_keeps_its_hash(
    tmp_path: Path,
) -> None:
    own = "vocabulary: words.yaml\nwords:\n  zh: {up: 升}"
    prepared = prepare(str(written(tmp_path, FIRST, own)), "demo", Options())

    said = {word: text for point in prepared.plan.points for word, text in point.words.get("zh", {}).items()}
    assert said == {"up": "升", "down": "下行"}
    assert prepared.plan.procedure.words == {"zh": {"off": "关"}}
    kept = [one for one in prepared.plan.sources if one.kind == "vocabulary"]
    assert [(one.id, one.version, one.path) for one in kept] == [("meters", "1.2.0", "words.yaml")]
    assert prepared.files[kept[0].sha256] == tmp_path / "words.yaml"


def test_a_vocabulary_with_a_mistake_is_told_with_the_procedure(tmp_path: Path, around: Surroundings) -> None:
    path = written(tmp_path, FIRST, "vocabulary: words.yaml")
    (tmp_path / "words.yaml").write_text(WORDS.replace("zh:", "de:").lstrip(), encoding="utf-8")

    problems, _ = check([path], around)

    assert [(Path(one.file).name, one.rule) for one in problems] == [("words.yaml", "S011")]


def test_every_word_of_a_shipped_vocabulary_is_said_by_a_procedure_that_names_it() -> None:
    root = Path(__file__).parents[3]
    texts = [path.read_text(encoding="utf-8") for path in (root / "procedures").rglob("*.yaml")]
    for path in sorted((root / "vocabularies").glob("*.yaml")):
        naming = [text for text in texts if f"vocabulary: vocabularies/{path.name}\n" in text]
        words = read(path, Vocabulary).model.words["zh"]
        assert [word for word in words if not any(word in text for text in naming)] == [], path.name


def test_tests_that_take_over_more_than_a_file_may_hold_are_refused(
    tmp_path: Path, around: Surroundings
) -> None:
    """As aliases are: 100,000 values, whatever they are written like."""
    points = ", ".join(f"{number} mV" for number in range(2000))
    first = FIRST.replace("{up: [0 V, 5 V, 10 V], down: [5 V, 0 V]}", f"[{points}]")
    many = "".join(f"  - {{test: more-{number}, like: first}}\n" for number in range(60))

    problems, _ = check([written(tmp_path, f"{first}{many}")], around)

    assert [one.rule for one in problems] == ["Y012"]
