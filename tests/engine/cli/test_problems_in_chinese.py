"""What is wrong with a file, on a Chinese terminal: real processes, with the locale that such a terminal has."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

PROCEDURE = """\
procedure: {en: Voltage, zh: 直流电压}
id: voltage
version: 1.0.0
language: 1
roles:
  uut: {needs: [measure.voltage.dc]}
tests:
  - {test: dcv, title: “四线”电阻！, read: uut.resistance.4w, settle: 5 V, points: [1 Ohm]}
"""


def calbench(
    *words: str, at: Path, **environment: str
) -> tuple[subprocess.CompletedProcess[bytes], str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CALBENCH_LANG", "LC_ALL", "LC_MESSAGES")
    }
    ended = subprocess.run(
        [sys.executable, "-m", "calbench", *words],
        cwd=at,
        env={**kept, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        check=False,
    )
    return ended, ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8")


def below(text: str) -> str:
    """Give what is as wide as a text and not seen: UAX #11 gives two cells to W and F."""
    return "".join("\u3000" if unicodedata.east_asian_width(char) in "WF" else " " for char in text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "voltage.yaml").write_text(PROCEDURE, encoding="utf-8")
    return tmp_path


def test_check_speaks_chinese_where_the_terminal_does(folder: Path) -> None:
    ended, told, _ = calbench("check", "voltage.yaml", at=folder, LANG="zh_CN.UTF-8")
    assert ended.returncode == 2
    line = PROCEDURE.splitlines()[7]
    capability, wait = line.index("uut.resistance"), line.index("5 V")
    assert told.splitlines() == [
        (
            f"voltage.yaml:8:{capability + 1}: 错误：角色“uut”没有要求 measure.resistance.4w，"
            "因此可能由不具备它的仪器担任 [P009]"
        ),
        f"    8 | {line}",
        f"      | {below(line[:capability])}{'^' * len('uut.resistance.4w')}",
        "      = 帮助：请在其 needs 中加上 measure.resistance.4w",
        "",
        f"voltage.yaml:8:{wait + 1}: 错误：“5 V”是电压（V）；需要时间（s） [P024]",
        f"    8 | {line}",
        f"      | {below(line[:wait])}^^^",
        "      = 帮助：请加上单位，如 5 s",
        "",
        "1 个文件中有 2 个问题",
    ]


def test_plan_and_run_say_the_same_of_the_file(folder: Path) -> None:
    _, checked, _ = calbench("check", "voltage.yaml", at=folder, LANG="zh_CN.UTF-8")
    for verb in ("plan", "run"):
        ended, _, told = calbench(verb, "voltage.yaml", "demo", at=folder, LANG="zh_CN.UTF-8")
        assert ended.returncode == 2
        assert told == checked


def test_the_rules_are_the_same_in_both_languages_and_json_has_both(folder: Path) -> None:
    _, english, _ = calbench("check", "voltage.yaml", at=folder, LANG="en_US.UTF-8")
    _, chinese, _ = calbench("check", "voltage.yaml", at=folder, LANG="en_US.UTF-8", CALBENCH_LANG="zh")
    assert (
        re.findall(r"\[[A-Z]\d+\]", english) == re.findall(r"\[[A-Z]\d+\]", chinese) == ["[P009]", "[P024]"]
    )
    assert "error: '5 V' is voltage (V); time (s) is needed" in english
    assert not re.search("[\u4e00-\u9fff]", english.replace("“四线”电阻！", ""))
    _, told, _ = calbench("check", "voltage.yaml", "--json", at=folder, LANG="zh_CN.UTF-8")
    problem = json.loads(told)["problems"][1]
    assert problem["message"] == "'5 V' is voltage (V); time (s) is needed"
    assert problem["zh"] == {"message": "“5 V”是电压（V）；需要时间（s）", "help": "请加上单位，如 5 s"}


def test_what_is_right_and_what_is_not_there_is_said_too(folder: Path) -> None:
    _, _, missing = calbench("check", "volt.yaml", at=folder, LANG="zh_CN.UTF-8")
    assert missing == "calbench: 没有文件 volt.yaml；请检查名称和文件夹。\n"
    (folder / "voltage.yaml").write_text(
        PROCEDURE.replace("resistance.4w", "voltage.dc").replace("Ohm", "V").replace("5 V", "5 s"),
        encoding="utf-8",
    )
    ended, told, _ = calbench("check", "voltage.yaml", at=folder, LANG="zh_CN.UTF-8")
    assert (ended.returncode, told) == (0, "1 个文件：没有问题\n")
