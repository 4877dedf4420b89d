"""The summary of a run: what passed of what is judged, and in words where nothing is."""

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
