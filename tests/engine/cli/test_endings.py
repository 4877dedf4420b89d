"""What a command says at its end: what passed of what is judged, in words where nothing is, and why it is refused."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from calbench.cli import main

PROCEDURE = """
procedure: Voltmeter
id: voltmeter
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc]}
tests:
  - test: stated
    title: {en: Stated, zh: 只给示值}
    apply: source.voltage.dc
    read: uut.voltage.dc
    points: [1 V, 10 V]
    resolution: 10 uV
  - test: judged
    title: {en: Judged, zh: 判定}
    like: stated
    mpe: 1 V
    uncertainty: [{name: {en: Resolution, zh: 分辨力}, half_width: resolution / 2, shape: rectangular}]
"""


def rows(tmp_path: Path, language: str) -> dict[str, list[str]]:
    path = tmp_path / "voltmeter.yaml"
    path.write_text(PROCEDURE.lstrip(), encoding="utf-8")
    words = ["run", str(path), "demo", "--out", str(tmp_path), "--format", ""]
    found = CliRunner().invoke(main, words, env={"CALBENCH_LANG": language})
    lines = [re.split(r"\s{2,}", line.strip()) for line in found.output.splitlines()]
    return {line[0]: line[1:] for line in lines if len(line) == 3}


def test_a_test_that_is_not_judged_is_not_counted_as_failed(tmp_path: Path) -> None:
    told = rows(tmp_path, "en")
    assert (told["Stated"], told["Judged"]) == (["2, not judged", "—"], ["2/2", "pass"])


def test_it_says_so_in_chinese(tmp_path: Path) -> None:
    told = rows(tmp_path, "zh")
    assert (told["只给示值"], told["判定"]) == (["2 项，不判定", "—"], ["2/2", "合格"])


def test_a_refused_plan_says_why_in_the_language_of_the_terminal() -> None:
    words = ["plan", "dmm-34401a", "demo", "--position", "7"]
    told = {one: CliRunner().invoke(main, words, env={"CALBENCH_LANG": one}) for one in ("en", "zh")}
    assert [one.exit_code for one in told.values()] == [2, 2]
    assert told["en"].stderr == "calbench: There is no position '7'; the station has 1, 2.\n"
    assert told["zh"].stderr == "calbench: 没有工位“7”；工作站有 1, 2。\n"


def ended(tmp_path: Path, procedure: str, language: str = "en") -> tuple[int, str]:
    path = tmp_path / "voltmeter.yaml"
    path.write_text(procedure.lstrip(), encoding="utf-8")
    words = ["run", str(path), "demo", "--out", str(tmp_path), "--format", "", "--only", "*/1V"]
    found = CliRunner().invoke(main, words, env={"CALBENCH_LANG": language})
    return found.exit_code, next(
        line for line in found.output.splitlines() if line.startswith(("Status", "状态"))
    )


def test_a_calibration_without_limits_ends_well(tmp_path: Path) -> None:
    stated, _, _ = PROCEDURE.partition("  - test: judged")
    code, closing = ended(tmp_path, stated)
    assert (code, closing.rpartition("Verdict: ")[2]) == (0, "none, nothing is judged")
    assert ended(tmp_path, stated, "zh")[1].endswith("结论：无（不作判定）")


def test_what_should_be_judged_and_is_not_does_not_end_well(tmp_path: Path) -> None:
    beside = "    conditions: [{name: {en: Never}, value: error, from: 1 kV, to: 2 kV}]\n"
    code, closing = ended(tmp_path, PROCEDURE + beside)
    assert (code, closing.rpartition("Verdict: ")[2]) == (1, "—")


def test_the_list_of_runs_says_so_too(tmp_path: Path) -> None:
    path = tmp_path / "voltmeter.yaml"
    path.write_text(PROCEDURE.lstrip(), encoding="utf-8")
    words = ["run", str(path), "demo", "--out", str(tmp_path), "--format", "", "--only", "stated/*"]
    assert CliRunner().invoke(main, words).exit_code == 0
    told = CliRunner().invoke(main, ["runs", str(tmp_path)], env={"CALBENCH_LANG": "en"})
    assert "2, not judged" in re.sub(r"\s+", " ", told.output)
