"""The scaffold of a laboratory's repository: pytest passes in it at once, and fails when something is tampered with."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from calbench import __version__
from calbench.cli import main
from calbench.cli.newlab import FILES

ROOT = Path(__file__).parents[3]


def new(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["new", "lab", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def lab(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALBENCH_LANG", "en")
    assert new("voltage-lab", "--into", str(pytester.path))[0] == 0
    monkeypatch.chdir(pytester.path / "voltage-lab")
    return pytester.path / "voltage-lab"


def outcome(pytester: pytest.Pytester) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly")


def test_its_tests_pass_at_once(pytester: pytest.Pytester, lab: Path) -> None:
    result = outcome(pytester)
    result.assert_outcomes(passed=8)
    assert result.ret == 0


@pytest.mark.parametrize(
    ("file", "true", "tampered", "failed"),
    [
        (
            "procedures/meter-10v.yaml",
            "0.0035 % rdg",
            "0.0036 % rdg",
            1,
        ),  # 1 ppm more: the golden record sees it
        ("procedures/meter-10v.yaml", "0.0035 % rdg", "0.0350 % rdg", 2),  # the bad meter passes
        ("procedures/meter-10v.yaml", "readings: 10", "readngs: 10", 6),
        ("stations/assets/CAL-0001.yaml", "due: 2036-11-17", "due: 2025-11-18", 5),
        ("golden/meter-10v.bench.json", '"verdict": "pass"', '"verdict": "fail"', 1),
    ],
)
def test_they_fail_when_something_is_tampered_with(
    pytester: pytest.Pytester, lab: Path, file: str, true: str, tampered: str, failed: int
) -> None:
    path = lab / file
    text = path.read_text(encoding="utf-8")
    assert true in text
    path.write_text(text.replace(true, tampered, 1), encoding="utf-8")
    result = outcome(pytester)
    result.assert_outcomes(passed=8 - failed, failed=failed)
    assert result.ret == 1


def test_the_procedure_runs_from_the_command_line(lab: Path, tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["run", "meter-10v", "bench", "--format", "", "--out", str(tmp_path)])
    assert ran.exit_code == 0, ran.output


def test_what_it_writes(lab: Path) -> None:
    written = {path.relative_to(lab).as_posix() for path in lab.rglob("*") if path.is_file()}
    assert written == set(FILES)
    assert f"calbench=={__version__}" in (lab / "requirements.txt").read_text("utf-8").splitlines()
    assert (lab / "README.md").read_text("utf-8").startswith("# voltage-lab\n")
    for name in (".github/workflows/test.yml", ".gitlab-ci.yml"):
        assert "python -m pytest" in str(yaml.safe_load((lab / name).read_text("utf-8")))
    for name in ("pyproject.toml", "calbench.toml"):
        tomllib.loads((lab / name).read_text("utf-8"))
    assert [path for path in lab.rglob("*") if path.is_file() and b"\r" in path.read_bytes()] == []


def test_its_tests_suit_the_linter_of_the_project(lab: Path) -> None:
    ruff = [sys.executable, "-m", "ruff"]
    known = 'lint.isort.known-first-party = ["calbench"]'
    for order in (["check", "--config", known], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *order, "--config", str(ROOT / "pyproject.toml"), "--no-cache", "tests"],
            cwd=lab,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("language", "said"), [("en", "Next, in "), ("zh", "下一步")])
def test_it_says_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("CALBENCH_LANG", language)
    code, output = new("voltage-lab", "--into", str(tmp_path))
    assert code == 0
    assert said in output
    assert "python -m pytest" in output


def test_for_machines_it_gives_the_paths(tmp_path: Path) -> None:
    _, output = new("voltage-lab", "--into", str(tmp_path), "--json")
    assert json.loads(output) == [str(tmp_path / "voltage-lab" / path) for path in FILES]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "voltage-lab").mkdir()
    (tmp_path / "voltage-lab" / "mine.txt").write_text("mine", encoding="utf-8")
    code, output = new("voltage-lab", "--into", str(tmp_path))
    assert code == 2
    assert "not empty" in output
    assert [path.name for path in (tmp_path / "voltage-lab").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["Lab", "a/b", "../x", "1lab", "a--b", "lab-", "a b", ""])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    code, output = new(name, "--into", str(tmp_path))
    assert code == 2
    assert "like voltage-lab" in output
    assert list(tmp_path.iterdir()) == []
