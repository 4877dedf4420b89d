"""A procedure that begins as a copy: it passes `check` and `fmt --check` at once, and says where it is from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.repeated import cases

from calbench.authoring.copying import id_of
from calbench.cli import main

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "procedures").rglob("*.yaml"))
METER = ROOT / "procedures/electrical/dmm-34401a.yaml"


def calbench(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def new(*words: str) -> Result:
    return calbench("new", "procedure", *words)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALBENCH_LANG", "en")


@pytest.mark.parametrize("path", cases(SHIPPED, SHIPPED[::5].__contains__), ids=lambda path: path.stem)
def test_a_copy_of_every_shipped_procedure_passes_at_once(path: Path) -> None:
    original = str(id_of(path))
    made = new("area/ours", "--from", original, "--version", "0.0.1")
    copy = Path("procedures/area/ours.yaml")
    assert made.exit_code == 0, made.output
    assert calbench("check", str(copy)).exit_code == 0
    assert calbench("fmt", "--check", str(copy)).exit_code == 0
    told = calbench("diff", str(path), str(copy), "--json")
    assert [one["where"] for one in json.loads(told.output)["changes"]] == [["id"], ["version"]], (
        "and nothing else"
    )


def test_it_says_where_it_is_from_and_brings_its_pictures() -> None:
    made = new("ours", "--from", "dmm-34401a", "--version", "2.0.0", "--json")
    written = [Path(one).as_posix() for one in json.loads(made.output)]
    assert sorted(written) == [
        "procedures/img/34401a-4w.png", "procedures/img/34401a-dcv.png", "procedures/ours.yaml",
    ]  # fmt: skip
    text = Path("procedures/ours.yaml").read_text(encoding="utf-8")
    sha256 = hashlib.sha256(METER.read_bytes()).hexdigest()
    first, rest = text.split("\n", 1)
    assert first == f"# Begun as a copy of dmm-34401a 1.3.0 (dmm-34401a.yaml, SHA-256 {sha256})."
    lines = METER.read_text(encoding="utf-8")
    assert rest == lines.replace("id: dmm-34401a\n", "id: ours\n").replace("version: 1.3.0", "version: 2.0.0")
    for name in ("34401a-4w.png", "34401a-dcv.png"):
        assert Path("procedures/img", name).read_bytes() == (METER.parent / "img" / name).read_bytes()


def test_a_copy_can_be_planned() -> None:
    assert new("ours", "--from", "scale-class3").exit_code == 0
    planned = calbench("plan", "ours", "demo")
    assert planned.exit_code == 0, planned.output
    assert "linearity" in planned.output


def test_the_list_names_what_can_be_copied() -> None:
    rows = json.loads(new("--list", "--json").output)
    assert {row["id"] for row in rows} == {id_of(path) for path in SHIPPED}
    shown = new("--list").output
    assert all(row["id"] in shown for row in rows)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("dmm-34401a", "--from", "dmm-34401a"), "already"),
        (("ours",), "--from"),
        (("--from", "dmm-34401a"), "NAME"),
        (("ours", "--from", "nothing"), "no procedure 'nothing'"),
        (("o u r s", "--from", "dmm-34401a"), "o u r s"),
        (("ours", "--from", "dmm-34401a", "--version", "new"), "version"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    words: tuple[str, ...], why: str, tmp_path: Path
) -> None:
    refused = new(*words)
    assert refused.exit_code == 2
    assert why in refused.output
    assert list(tmp_path.rglob("*")) == []


def test_a_broken_file_of_the_project_is_in_nobodys_way() -> None:
    Path("procedures").mkdir()
    Path("procedures/broken.yaml").write_text("procedure: [\n", encoding="utf-8")
    assert new("ours", "--from", "visual-inspection").exit_code == 0
    refused = new("mine", "--from", "broken")
    assert (refused.exit_code, "broken.yaml:" in refused.output) == (2, True)


def test_no_file_is_replaced() -> None:
    picture = Path("procedures/img/34401a-4w.png")
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"mine")
    refused = new("ours", "--from", "dmm-34401a")
    assert (refused.exit_code, picture.read_bytes()) == (2, b"mine")
    assert not Path("procedures/ours.yaml").exists()
    assert new("ours", "--from", "visual-inspection").exit_code == 0
    again = new("ours", "--from", "scale-class3")
    assert (again.exit_code, "already" in again.output) == (2, True)
