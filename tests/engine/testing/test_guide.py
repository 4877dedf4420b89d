"""The guide for laboratories: what it shows is what happens in a repository that `calbench new lab` began."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.testing.repository import read

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "how-to" / "test-your-procedures.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def lab(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALBENCH_LANG", "en")
    monkeypatch.chdir(pytester.path)
    ran = CliRunner().invoke(main, ["new", "lab", "voltage-lab"])
    assert ran.output.replace("\\", "/") == blocks("text")[0]
    monkeypatch.chdir(pytester.path / "voltage-lab")
    return pytester.path / "voltage-lab"


def outcome(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly", *arguments)


def test_the_tests_of_the_guide_pass(pytester: pytest.Pytester, lab: Path) -> None:
    (source,) = blocks("python")
    (lab / "tests" / "test_guide.py").write_text(source, encoding="utf-8")
    outcome(pytester, "tests/test_guide.py").assert_outcomes(passed=7, failed=1)  # no golden record yet
    outcome(pytester, "tests/test_guide.py", "--update-golden-records").assert_outcomes(passed=8)
    assert (lab / "golden" / "offset.json").is_file()
    outcome(pytester, "tests/test_guide.py").assert_outcomes(passed=8)


def test_what_calbench_toml_may_say(lab: Path) -> None:
    (lab / "calbench.toml").write_text(blocks("toml")[0], encoding="utf-8")
    first, second = read(lab).runs
    assert first.golden == lab / "golden" / "meter-10v.bench.json"
    assert (second.name, second.only, second.golden) == ("one range", ("dcv/10V/*",), None)


def test_a_smaller_limit_is_told_as_shown(pytester: pytest.Pytester, lab: Path) -> None:
    path = lab / "procedures" / "meter-10v.yaml"
    path.write_text(path.read_text("utf-8").replace("0.0035 % rdg", "0.0015 % rdg"), encoding="utf-8")
    said = outcome(pytester, "procedures").outlines
    assert [line for line in blocks("text")[1].splitlines() if line not in said] == []
