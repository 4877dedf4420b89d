"""The documents say what the program does: verbs, options, keys, examples, links and commands."""

from __future__ import annotations

import re
import shlex
import typing
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from calbench import errors
from calbench.authoring.loading import check
from calbench.cli import VERBS, main
from calbench.documents.asset import Asset
from calbench.documents.budget import BudgetFile
from calbench.documents.journal import Event, EventType
from calbench.documents.model import Authored
from calbench.documents.plan import Plan
from calbench.documents.procedure import Procedure
from calbench.documents.prompt import Answers
from calbench.documents.record import Record
from calbench.documents.station import Station
from calbench.quantities import FUNCTIONS, parser
from calbench.workflow import surroundings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return [body for word, body in FENCE.findall(text) if word == language]


def sections(text: str, level: str = "##") -> dict[str, str]:
    """Split a page at its headings of one level: heading to the text below it."""
    parts = re.split(rf"^{level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


# --- the command line ---


def commands() -> Iterator[tuple[str, click.Command]]:
    for verb in VERBS:
        found = main.get_command(click.Context(main), verb)
        assert found is not None
        yield from leaves(verb, found)


def leaves(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, one in command.commands.items():
        yield from leaves(f"{words} {name}", one)


COMMANDS = dict(commands())


def section_of(verb: str) -> str:
    pages = sections(read("docs/reference/cli.md"))
    found = [body for heading, body in pages.items() if re.match(rf"`calbench {verb}\b", heading)]
    assert len(found) == 1, f"cli.md has {len(found)} sections for {verb}"
    return found[0]


def options(command: click.Command) -> set[str]:
    found = {one for option in command.params if isinstance(option, click.Option) for one in option.opts}
    return found - {"--help", "-h"}


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_option_of_a_verb_is_documented_and_no_other(verb: str) -> None:
    text = section_of(verb) + (section_of("plan") if verb in ("run", "replay") else "")
    assert set(re.findall(r"--[a-z][a-z-]*", text)) == options(COMMANDS[verb])


@pytest.mark.parametrize("verb", COMMANDS)
def test_readme_names_every_verb(verb: str) -> None:
    table = sections(read("README.md"))["Verbs"]
    assert re.search(rf"`(calbench )?{verb}\b", table)


# --- the language ---

KINDS: dict[str, type[BaseModel]] = {
    "Procedure": Procedure,
    "Station": Station,
    "Asset": Asset,
    "Answers": Answers,
    "Budget": BudgetFile,
}


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        waiting = [field.annotation]
        while waiting:
            one = waiting.pop()
            waiting += typing.get_args(one)
            if isinstance(one, type) and issubclass(one, Authored):
                yield from models(one)


def keys(kind: str) -> set[str]:
    return {
        field.alias or name for model in models(KINDS[kind]) for name, field in model.model_fields.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_the_language_is_documented(kind: str) -> None:
    written = set(re.findall(r"`([^`\n]+)`", sections(read("docs/reference/language.md"))[kind]))
    assert keys(kind) - written == set()


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_is_documented_that_the_language_has_not(kind: str) -> None:
    text = sections(read("docs/reference/language.md"))[kind]
    first = re.findall(r"^\| (`[^|]+`) \|", text, flags=re.MULTILINE)
    assert {key for cell in first for key in re.findall(r"`([^`]+)`", cell)} - keys(kind) == set()


@pytest.mark.parametrize("model", [Plan, Event, Record])
def test_every_field_of_a_stored_document_is_documented(model: type[BaseModel]) -> None:
    text = read("docs/reference/documents.md")
    assert [name for name in model.model_fields if f"`{name}`" not in text and f'"{name}"' not in text] == []


def test_every_event_of_the_journal_that_is_written_is_documented() -> None:
    text = read("docs/reference/documents.md")
    execution = ROOT / "src/calbench/execution"
    source = "".join(path.read_text(encoding="utf-8") for path in execution.rglob("*.py"))
    written = [name for name in typing.get_args(EventType) if f'"{name}"' in source]
    assert [name for name in written if f"`{name}`" not in text] == []


def test_every_error_is_in_the_tree() -> None:
    kinds = {name: one for name, one in vars(errors).items() if isinstance(one, type)}
    names = [name for name, one in kinds.items() if issubclass(one, Exception)]
    text = read("docs/reference/errors.md")
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_grammar_and_functions_are_those_of_the_parser() -> None:
    page = read("docs/reference/expressions.md")
    assert blocks(page, "text") == blocks(parser.__doc__ or "", "text")
    assert [name for name in FUNCTIONS if f"`{name}`" not in page] == []
    limits = (parser.DEEPEST, parser.MOST_OPERATORS, parser.HIGHEST_EXPONENT)
    assert f"{limits[1]} operators and {limits[0]} levels" in page
    assert f"from -{limits[2]} to {limits[2]}" in page


# --- examples ---

CHECKED = [
    (name, number, block)
    for name in NAMES
    for number, block in enumerate(blocks(read(name), "yaml"), start=1)
    if block.startswith("# checked\n")
]


@pytest.mark.parametrize(
    "block", [one[2] for one in CHECKED], ids=[f"{name}-{number}" for name, number, _ in CHECKED]
)
def test_checked_examples_pass_check(block: str, tmp_path: Path) -> None:
    name = re.search(r"^asset: (\S+)$", block, re.MULTILINE)
    path = tmp_path / (f"{name[1]}.yaml" if name else "example.yaml")
    path.write_text(block, encoding="utf-8")
    problems, _ = check([path], surroundings())
    assert [str(problem) for problem in problems] == []


def test_there_are_checked_examples_of_every_kind() -> None:
    firsts = {key for _, _, block in CHECKED for key in re.findall(r"^(\w+):", block, re.MULTILINE)}
    assert {"procedure", "station", "asset", "answers", "budget", "units"} <= firsts


def test_the_first_procedure_of_the_readme_is_the_file_and_runs_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = sections(read("README.md"))["A first procedure"]
    path = DOCS / "tutorials/first_procedure.yaml"
    assert blocks(section, "yaml") == [path.read_text(encoding="utf-8")]
    monkeypatch.setenv("CALBENCH_LANG", "en")
    chosen = ["--uut", "serial=US36000017", "--format", "", "--out", str(tmp_path)]
    ran = CliRunner().invoke(main, ["run", str(path), "demo", *chosen])
    (shown,) = blocks(section, "text")
    assert ran.exit_code == 0, ran.output
    assert [line for line in shown.splitlines() if line not in ran.output.splitlines()] == []


@pytest.mark.parametrize(
    ("name", "heading", "printed"),
    [
        ("README.md", "An instrument in three lines of Python", "HEWLETT-PACKARD 34401A\n0."),
        (
            "docs/how-to/use-simulated-instruments-elsewhere.md",
            "pyvisa, in one process",
            "HEWLETT-PACKARD,34401A",
        ),
        ("docs/how-to/use-simulated-instruments-elsewhere.md", "pyserial, in one process", "%RH T= "),
        ("docs/how-to/evaluate-a-budget.md", "What is stated", "(1, 1000) "),
        ("docs/how-to/use-simulated-instruments-elsewhere.md", "From Python, without a station", "+1.0000"),
    ],
)
def test_examples_in_python_do_what_they_say(
    name: str, heading: str, printed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = blocks(sections(read(name))[heading], "python")
    exec(compile(block, name, "exec"), {"__name__": "example"})
    assert printed in capsys.readouterr().out


# --- links, commands, style ---


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_relative_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    text = FENCE.sub("", read(name))
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    broken = []
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_commands_of_make_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE))
    used = set(re.findall(r"(?:^|`)make ([a-z-]+)", read(name), flags=re.MULTILINE))
    assert used
    assert used - targets == set()


def test_every_verb_that_a_page_shows_exists() -> None:
    shown = {
        verb
        for name in NAMES
        for verb in re.findall(r"^\.venv[/\\](?:bin|Scripts)[/\\]calbench ([a-z]+)", read(name), re.MULTILINE)
    }
    assert shown
    assert shown - set(VERBS) == set()


def shown_commands() -> Iterator[tuple[str, list[str]]]:
    for name in NAMES:
        for line in re.findall(r"^\.venv[/\\](?:bin|Scripts)[/\\]calbench (.+)$", read(name), re.MULTILINE):
            yield name, shlex.split(line, comments=True)


def test_every_option_that_a_page_shows_exists() -> None:
    unknown = []
    for name, words in shown_commands():
        verb = next(verb for count in (1, 2, 3) if (verb := " ".join(words[:count])) in COMMANDS)
        wrong = {word.partition("=")[0] for word in words if word.startswith("--")} - options(COMMANDS[verb])
        unknown += [f"{name}: {verb} {one}" for one in wrong]
    assert unknown == []


def test_what_scan_finds_is_what_the_guide_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (words,) = (words for _, words in shown_commands() if words[0] == "scan")
    ran = CliRunner().invoke(main, words)
    assert ran.output in blocks(read("docs/how-to/describe-a-station.md"), "text")


def test_every_page_can_be_reached_from_the_index() -> None:
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    }
    mine = [page for page in PAGES if page.name not in ("README.md", "peers.md")]
    assert [page.name for page in mine if page.resolve() not in linked] == []


@pytest.mark.parametrize(
    "path", sorted((DOCS / "explanations/decisions").glob("0*.md")), ids=lambda path: path.stem
)
def test_decisions_have_context_decision_and_consequence(path: Path) -> None:
    assert list(sections(path.read_text(encoding="utf-8"))) == ["Context", "Decision", "Consequence"]


def test_decisions_have_numbers_of_their_own() -> None:
    pages = sorted((DOCS / "explanations/decisions").glob("0*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    headings = [page.read_text(encoding="utf-8").partition(".")[0] for page in pages]
    assert len(set(numbers)) == len(numbers)
    assert headings == [f"# {number}" for number in numbers]


@pytest.mark.parametrize("name", NAMES)
def test_no_page_holds_a_path_of_a_machine(name: str) -> None:
    assert re.findall(r"(?<![\w.])/(?:tmp|home|root|work|Users)/\S*", read(name)) == []
