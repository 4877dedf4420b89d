"""What `calbench plan` says to a stranger: counts, limits of one side, guard bands of nothing, in both languages."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.cli.planwords import PLAN_WORDS


def shown(monkeypatch: pytest.MonkeyPatch, language: str, *words: str) -> list[str]:
    monkeypatch.setenv("CALBENCH_LANG", language)
    result = CliRunner().invoke(main, ["plan", *words])
    assert result.exit_code == 0, result.output
    return [" ".join(line.split()) for line in result.output.splitlines()]


def test_of_a_gauge_points_answers_and_what_is_computed_are_counted_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """13 points with a pressure, 6 that are looked at; 11 shifts by tapping and 5 marks with a hysteresis."""
    lines = shown(monkeypatch, "en", "gauge-jjg52", "demo-pressure", "--position", "1")
    assert "19 points in 6 tests, about 22 min; 16 results of 2 further tests computed from them." in lines
    assert "Asked of the operator: visual-inspection (4), zero-mark (1), movement (1)." in lines
    # no guard band is nothing in every unit, and no megapascals
    assert "zero/0MPa ±9.6 kPa 350 Pa 30 Pa 320 1.13 kPa 8.48 0 50 %" in lines


def test_a_limit_of_one_side_and_an_uncertainty_are_written_as_people_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = shown(monkeypatch, "en", "meter-jjg596-2012", "demo-meter")
    assert "creep/1 1 x 253 V, 0 A, 0 °, 50 Hz ≤ 1" in lines
    assert "starting/1 1 x 220 V, 0.02 A, 0 °, 50 Hz ≥ 1" in lines
    dispenser = shown(monkeypatch, "en", "fuel-dispenser-jjg443", "demo-fuel", "--position", "1")
    first, condition = [line for line in dispenser if line.startswith("delivery/Q1/1 ")]
    assert " 0.0340 % " in first  # 0.0339706 %
    assert condition.endswith("Fuel warmer in the dispenser than in the can tJ - tB -4 K … 4 K")


@pytest.mark.parametrize(("language", "told"), [("en", "phase B alone"), ("zh", "仅 B 相")])
def test_the_phase_that_is_loaded_alone_is_named(
    monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    lines = shown(monkeypatch, language, "meter3p-jjg596-2012", "demo-meter-3p", "--only", "*/1.0/Ib")
    loads = {
        line.partition(" ")[0]: line for line in lines if line.startswith(("unbalanced/B", "basic-error/1.0"))
    }
    assert loads["unbalanced/B/1.0/Ib"].startswith(f"unbalanced/B/1.0/Ib 3 x 220 V, 5 A, 0 °, 50 Hz, {told} ")
    assert loads["basic-error/1.0/Ib"].startswith("basic-error/1.0/Ib 3 x 220 V, 5 A, 0 °, 50 Hz ±1 % ")


def test_in_chinese_no_english_is_left_but_names_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, "zh", "taximeter-jjg517", "demo-taxi", "--position", "1")
    assert lines[0] == "出租汽车计价器检定（整车） (taximeter-jjg517 1.0.0)，工作站 demo-taxi 模拟"
    assert lines[2].startswith("2 个项目，9 个点，约 ")
    assert lines[2].endswith("；另由其计算 1 个其他项目的 6 个结果。")
    assert "检定类别：后续检定。" in lines
    assert "distance: distances (未核实)" in lines
    assert "测量点 允差 标准器 U 标准器 TUR 预计 U TUR w 限处风险 危险" in lines
    # the bench error has no limit: nobody decides it, by whatever rule
    assert not [line for line in lines if "按简单接受判定" in line]


def test_every_word_is_there_in_both_languages() -> None:
    assert {tuple(sorted(texts)) for texts in PLAN_WORDS.values()} == {("en", "zh")}
