"""The layout of files: stable, with every comment and every value as written, and never another meaning."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.thorough import many

from calbench.authoring import read
from calbench.authoring.kinds import KINDS, kind_of
from calbench.authoring.layout import keeping, laid_out
from calbench.authoring.layout.ordering import WRITTEN, order_of
from calbench.authoring.layout.writing import written
from calbench.authoring.source import Source
from calbench.cli import main
from calbench.errors import InvalidFile, UsageError

ROOT = Path(__file__).parents[3]
SHIPPED = [
    path
    for folder in ("procedures", "vocabularies", "formulas", "stations")
    for path in sorted((ROOT / folder).rglob("*.yaml"))
]
HEAD = "procedure: T\nid: t\nversion: 1.0.0\nlanguage: 1\n"
TAIL = "tests:\n  - test: a\n    prompt: Look.\n    ask: [{name: b, question: B?}]\n"


def formatted(text: str) -> str:
    return laid_out(Source("x.yaml", text))


def meaning(text: str) -> str:
    source = Source("x.yaml", text)
    return read(source, KINDS[kind_of(source) or ""]).model.model_dump_json()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_files_have_the_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


# --- shuffled keys: a splitter of its own, that knows lines and brackets and nothing of the program ---


def chunks(lines: list[str], indent: int) -> list[list[str]]:
    """Split lines of a block into entries, each with the comments and empty lines above it."""
    found: list[list[str]] = []
    waiting: list[str] = []
    for line in lines:
        bare = line.lstrip(" ")
        depth = len(line) - len(bare)
        if not bare or (bare.startswith("#") and depth <= indent):
            waiting.append(line)
        elif depth == indent:
            found.append([*waiting, line])
            waiting = []
        else:
            found[-1] += [*waiting, line]
            waiting = []
    return found if not waiting else [*found[:-1], found[-1] + waiting]


def first_line(chunk: list[str]) -> int:
    return next(
        index for index, line in enumerate(chunk) if line.strip() and not line.lstrip().startswith("#")
    )


def flow_shuffled(line: str, rng: random.Random) -> str:
    """Shuffle the entries of the innermost brackets of one line, if its values are plain."""
    code, sign, comment = line.partition("  #")
    if '"' in code or "'" in code:
        return line

    def swap(match: re.Match[str]) -> str:
        cells = match[1].split(", ")
        rng.shuffle(cells)
        return "{" + ", ".join(cell.strip() for cell in cells) + "}"

    return re.sub(r"\{([^{}\[\]]+:[^{}\[\]]+)\}", swap, code) + sign + comment


ANCHOR = re.compile(r"^[^#\n]*[:-] &\w", re.MULTILINE)


def shuffled(text: str, rng: random.Random) -> str:
    """Shuffle the keys of the file, of its tests and instruments, and within brackets."""
    lines = text.rstrip("\n").split("\n")
    start = next(index for index, line in enumerate(lines) if re.match(r"\w", line))
    parts = chunks(lines[start:], 0)
    for part in parts:
        at = first_line(part)
        if part[at].rstrip().split(" ")[0] == "tests:":
            tests = []
            for test in chunks(part[at + 1 :], 2):
                dash = first_line(test)
                body = [test[dash].replace("- ", "  ", 1), *test[dash + 1 :]]
                inner = chunks(body, 4)
                rng.shuffle(inner)
                flat = [line for one in inner for line in one]
                top = first_line(flat)
                flat[top] = flat[top][:2] + "- " + flat[top][4:]
                tests += [*test[:dash], *flat]
            part[at + 1 :] = tests
    rng.shuffle(parts)
    body = [flow_shuffled(line, rng) for part in parts for line in part]
    return "\n".join([*lines[:start], *body]) + "\n"


def comments(text: str) -> Counter[str]:
    return Counter(re.findall(r"(?:^|\s)(#.*)$", text, re.MULTILINE))


@settings(max_examples=many(60, 12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(SHIPPED), seed=st.integers(0, 2**32))
def test_a_layout_is_stable_and_keeps_meaning_and_comments_whatever_the_order_was(
    path: Path, seed: int
) -> None:
    text = path.read_text(encoding="utf-8")
    mixed = shuffled(text, random.Random(seed))
    assert meaning(mixed) is not None
    once = formatted(mixed)
    assert formatted(once) == once
    assert meaning(once) == meaning(mixed)
    assert comments(once) == comments(text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_keys_of_the_language_return_to_their_places(path: Path) -> None:
    """Without a shuffle within brackets the very file comes back, but for empty lines."""
    text = path.read_text(encoding="utf-8")
    if ANCHOR.search(text):
        assert formatted(text) == text
        return  # what is named must stand before what repeats it: such a file keeps the order of its keys
    lines = text.rstrip("\n").split("\n")
    start = next(index for index, line in enumerate(lines) if re.match(r"\w", line))
    parts = chunks(lines[start:], 0)
    random.Random(1).shuffle(parts)
    mixed = "\n".join([*lines[:start], *(line for part in parts for line in part)]) + "\n"
    again = formatted(mixed)
    assert [line for line in again.split("\n") if line] == [line for line in text.split("\n") if line]


# --- what is done, by examples ---

LAID = {
    "order of keys, with the comments above and beside them": (
        "id: t   # the id\n# the title\nprocedure: T\nlanguage: 1\nversion: 1.0.0\n" + TAIL,
        "# the title\nprocedure: T\nid: t   # the id\nversion: 1.0.0\nlanguage: 1\n" + TAIL,
    ),
    "a head stays the head": (
        "# head\n\nid: t\nprocedure: T\nversion: 1.0.0\nlanguage: 1\n" + TAIL,
        "# head\n\nprocedure: T\nid: t\nversion: 1.0.0\nlanguage: 1\n" + TAIL,
    ),
    "names of one's own keep their order": (
        HEAD + "parameters: {z: {default: 1, type: integer}, a: {type: integer, default: 2}}\n" + TAIL,
        HEAD + "parameters: {z: {type: integer, default: 1}, a: {type: integer, default: 2}}\n" + TAIL,
    ),
    "indentation": (
        HEAD + "tests:\n- test: a\n  prompt: Look.\n  # why\n  ask:\n        - name: b\n          question: B?\n",
        HEAD + "tests:\n  - test: a\n    prompt: Look.\n    # why\n    ask:\n      - name: b\n        question: B?\n",
    ),
    "spaces in brackets": (
        HEAD + "applies_to: { model : [ a,b ] ,maker: [c] }\n" + TAIL,
        HEAD + "applies_to: {model: [a, b], maker: [c]}\n" + TAIL,
    ),
    "brackets over several lines are joined": (
        HEAD + "applies_to: {model: [a,\n   b],\n   maker: [c]}\n" + TAIL,
        HEAD + "applies_to: {model: [a, b], maker: [c]}\n" + TAIL,
    ),
    "brackets with a comment in them stay": (
        HEAD + "applies_to: {model: [a,   # the old one\n     b], maker:  [c]}\n" + TAIL,
        HEAD + "applies_to: {model: [a,   # the old one\n  b], maker:  [c]}\n" + TAIL,
    ),
    "a table is a table when one of its rows is": (
        HEAD + "roles:\n  u: {needs: [measure.mass],  min_tur: 3}\n"
        "  source: {needs: [measure.voltage.dc], min_tur: 4}\n" + TAIL,
        HEAD + "roles:\n  u:      {needs: [measure.mass],       min_tur: 3}\n"
        "  source: {needs: [measure.voltage.dc], min_tur: 4}\n" + TAIL,
    ),
    "and no table when none is": (
        HEAD + "roles:\n  u: {needs: [measure.mass], min_tur: 3}\n"
        "  source: {needs: [measure.voltage.dc], min_tur: 4}\n" + TAIL,
        HEAD + "roles:\n  u: {needs: [measure.mass], min_tur: 3}\n"
        "  source: {needs: [measure.voltage.dc], min_tur: 4}\n" + TAIL,
    ),
    "Chinese text takes two columns": (
        HEAD + "connections:\n  a: {title: 线,   text: T}\n  b: {title: ABC, text: T}\n" + TAIL,
        HEAD + "connections:\n  a: {title: 线,  text: T}\n  b: {title: ABC, text: T}\n" + TAIL,
    ),
    "keys in columns": (
        HEAD + "roles:\n  a:  {needs: [measure.mass]}\n  bcd: {needs: [measure.mass]}\n" + TAIL,
        HEAD + "roles:\n  a:   {needs: [measure.mass]}\n  bcd: {needs: [measure.mass]}\n" + TAIL,
    ),
    "texts of several lines": (
        HEAD + "setup:\n- prompt:\n"
        "    text: |   # said aloud\n       One.\n         Two.\n\n       Three.\n" + TAIL,
        HEAD + "setup:\n  - prompt:\n"
        "      text: |   # said aloud\n        One.\n          Two.\n\n        Three.\n" + TAIL,
    ),
    "a text that runs on": (
        HEAD + "setup:\n- prompt:\n   text: One\n    and two.\n" + TAIL,
        HEAD + "setup:\n  - prompt:\n      text: One\n        and two.\n" + TAIL,
    ),
    "a text whose header states its indentation": (
        HEAD + "setup:\n-   prompt:\n       text: |2\n            One.\n           Two.\n" + TAIL,
        HEAD + "setup:\n  - prompt:\n      text: |2\n           One.\n          Two.\n" + TAIL,
    ),
    "a text that keeps its empty lines": (
        HEAD + "setup:\n-  prompt:\n     text: |+\n      One.\n\n\n" + TAIL,
        HEAD + "setup:\n  - prompt:\n      text: |+\n        One.\n\n\n" + TAIL,
    ),
    "a text in quotes that goes over lines, with what is no comment in it": (
        HEAD + 'setup:\n- prompt:\n    text: "One # two\n     # three\n\n     four"   # five\n' + TAIL,
        HEAD + 'setup:\n  - prompt:\n      text: "One # two\n        # three\n\n        four"  # five\n' + TAIL,
    ),
    "the head of a document that states its version": (
        "%YAML 1.2\n---\n# head\nid: t\nprocedure: T\nversion: 1.0.0\nlanguage: 1\n" + TAIL,
        "%YAML 1.2\n---\n# head\nprocedure: T\nid: t\nversion: 1.0.0\nlanguage: 1\n" + TAIL,
    ),
    "brackets too long for a line": (
        HEAD + "applies_to: {model: [" + "abcdefghij, " * 9 + "\n  klm], maker: [a,\n  b]}\n" + TAIL,
        HEAD + "applies_to: {model: [" + "abcdefghij, " * 9 + "klm],\n  maker: [a, b]}\n" + TAIL,
    ),
    "empty lines: one of several, none at the end": (
        HEAD + "\n\n\n" + TAIL + "\n\n",
        HEAD + "\n" + TAIL,
    ),
    "a comment at the foot of a block": (
        HEAD + "setup:\n  - wait: 5 s\n  # no more\n" + TAIL + "# the end\n",
        HEAD + "setup:\n  - wait: 5 s\n  # no more\n" + TAIL + "# the end\n",
    ),
    "a comment between a key and its value": (
        HEAD + "setup:\n  - # first\n    wait:   # long\n      5 s   # enough\n" + TAIL,
        HEAD + "setup:\n  # first\n  # long\n  - wait: 5 s  # enough\n" + TAIL,
    ),
    "values stay as they were written": (
        HEAD + "sources: {limits: 'confirmed', points: \"secondary\"}\nwords: {zh: {'yes': 是}}\n" + TAIL,
        HEAD + "sources: {limits: 'confirmed', points: \"secondary\"}\nwords: {zh: {'yes': 是}}\n" + TAIL,
    ),
    "keys stay where anchors are": (
        "id: &a t\nprocedure: *a\nversion: 1.0.0\nlanguage: 1\n" + TAIL,
        "id: &a t\nprocedure: *a\nversion: 1.0.0\nlanguage: 1\n" + TAIL,
    ),
    "a bracket with an anchor keeps its lines around a comment": (
        HEAD + "sources: &w {limits: secondary,  # in\n  points: secondary}\n" + TAIL,
        HEAD + "sources: &w {limits: secondary,  # in\n  points: secondary}\n" + TAIL,
    ),
    "no sign of a comment within a text": (
        HEAD + 'regulation: {id: "JJG # 1", year: 2005}\n' + TAIL,
        HEAD + 'regulation: {id: "JJG # 1", year: 2005}\n' + TAIL,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAID)
def test_the_layout_is_as_shown(name: str) -> None:
    before, after = LAID[name]
    assert formatted(before) == after
    assert formatted(after) == after


@settings(max_examples=many(60, 12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(SHIPPED), seed=st.integers(0, 2**32))
def test_comments_anywhere_are_kept_and_come_to_rest(path: Path, seed: int) -> None:
    """Comments and empty lines are strewn over a file, and brackets broken: nothing is lost, or moves twice."""
    rng = random.Random(seed)
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8").rstrip("\n").split("\n")):
        if rng.random() < 0.1:
            lines.append(rng.choice(["", "  ", f"{' ' * rng.randrange(9)}# own {number}"]))
        tail = f"  # tail {number}" if rng.random() < 0.1 else ""
        commas = [match.start() for match in re.finditer(", ", line)] if "#" not in line else []
        if commas and rng.random() < 0.1:
            at, inner = rng.choice(commas) + 1, rng.choice(["", f"  # in {number}"])
            line = f"{line[:at]}{inner}\n{' ' * (len(line) - len(line.lstrip()) + 4)}{line[at + 1 :]}"  # noqa: PLW2901
        lines.append(line + tail)
    text = "\n".join(lines) + "\n"
    try:
        meant = meaning(text)
    except InvalidFile:
        return  # a line broken within a text
    once = formatted(text)
    assert (formatted(once), meaning(once), comments(once)) == (once, meant, comments(text))


def test_line_ends_stay_those_of_the_file() -> None:
    text = (HEAD + TAIL).replace("\n", "\r\n")
    assert formatted(text) == text


def test_a_file_that_breaks_a_rule_of_its_form_is_not_laid_out() -> None:
    with pytest.raises(InvalidFile) as refused:
        formatted(HEAD + "nonsense: 1\n" + TAIL)
    assert refused.value.problems[0].rule.startswith("S")


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (HEAD + "# kept\n" + TAIL.replace("Look.", "See."), "what it means"),
        (HEAD + TAIL, "its comments"),
        (HEAD + "# kept\n" + TAIL.replace("Look.", "'Look.'"), "how its values are written"),
        (HEAD + "# kept\n", "not valid"),
    ],
)
def test_a_layout_that_would_lose_something_is_refused(after: str, lost: str) -> None:
    model = KINDS["procedure"]
    before = Source("x.yaml", HEAD + "# kept\n" + TAIL)
    keeping.require_same(before, before, model)
    with pytest.raises(UsageError, match=lost):
        keeping.require_same(before, Source("x.yaml", after), model)


def test_a_fault_of_the_writer_costs_a_refusal_and_no_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "calbench.authoring.layout.laying.written", lambda *parts: written(*parts).replace("# kept\n", "")
    )
    assert formatted(HEAD + TAIL) == HEAD + TAIL
    with pytest.raises(UsageError, match="without changing its comments"):
        formatted(HEAD + "# kept\n" + TAIL)


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_every_key_has_a_place_and_no_place_is_that_of_a_key_that_is_gone(model) -> None:
    keys = {info.alias or name for name, info in model.model_fields.items()}
    assert set(WRITTEN[model].split()) <= keys
    assert sorted(order_of(model)) == sorted(keys)


# --- the verb ---


def test_the_verb_checks_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALBENCH_LANG", "en")
    good, bad, other = tmp_path / "good.yaml", tmp_path / "deep" / "bad.yaml", tmp_path / "other.yaml"
    bad.parent.mkdir()
    good.write_text(HEAD + TAIL, encoding="utf-8", newline="\n")
    bad.write_text(HEAD.replace("id: t\n", "") + "id: t\n" + TAIL, encoding="utf-8", newline="\n")
    other.write_text("something: else\n", encoding="utf-8", newline="\n")
    was = bad.read_bytes()

    checked = CliRunner().invoke(main, ["fmt", "--check", str(tmp_path)])
    assert (checked.exit_code, bad.read_bytes()) == (1, was)
    assert checked.output == (
        f"not laid out: {bad}\n1 of 2 files differ from the layout of the language\n"
    ), "what is no file of ours is left alone"
    assert json.loads(CliRunner().invoke(main, ["fmt", "--check", str(tmp_path), "--json"]).output) == {
        "files": 2, "differ": [str(bad)],
    }  # fmt: skip

    assert CliRunner().invoke(main, ["fmt", str(tmp_path)]).exit_code == 0
    assert bad.read_bytes() == good.read_bytes()
    assert CliRunner().invoke(main, ["fmt", "--check", str(tmp_path)]).exit_code == 0


def test_nothing_is_written_if_one_file_is_broken(tmp_path: Path) -> None:
    fine, broken = tmp_path / "a.yaml", tmp_path / "b.yaml"
    fine.write_text("id: t\nprocedure: T\nversion: 1.0.0\nlanguage: 1\n" + TAIL, encoding="utf-8")
    broken.write_text("procedure: [\n", encoding="utf-8")
    was = fine.read_bytes()
    assert CliRunner().invoke(main, ["fmt", str(fine), str(broken)]).exit_code == 2
    assert fine.read_bytes() == was
