"""What plan and run show of results that follow from others."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from calbench.cli import main

VOLTS = """\
procedure: Two voltages
id: two-voltages
version: 1.0.0
language: 1
positions: {max: 4, sharing: parallel}
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc], must_be_in_calibration: true}
decision: {rule: guarded}
connections:
  leads: {title: Leads, text: Connect the leads., confirm: [Connected]}
tests:
  - test: high
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    ranges: [{range: 10 V, points: [5 V, 10 V], mpe: 1 mV, resolution: 10 uV}]
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
  - test: spread
    title: Spread
    of: high
    across: all
    evaluate: {value: max(error) - min(error), limit: {upper: 2 V}}
policy: {on_fail: continue, comms_retry: 0}
"""


def invoke(folder: Path, *words: str) -> Result:
    path = folder / "procedure.yaml"
    path.write_text(VOLTS, encoding="utf-8")
    return CliRunner().invoke(main, [words[0], str(path), *words[1:]])


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_plan_lists_them_apart_with_what_they_follow_from_and_how_they_are_decided(tmp_path: Path) -> None:
    lines = squeezed(invoke(tmp_path, "plan", "demo").output)
    assert "spread/all max(error) - min(error) 2 of high ≤ 2 V" in lines
    assert "They have no U, and are decided by simple acceptance." in lines
    (size,) = [line for line in lines if line.startswith("2 points in 1 test, about ")]
    assert size.endswith("; 1 result of 1 further test computed from them.")
    plan = json.loads(invoke(tmp_path, "plan", "demo", "--json").output)
    (spread,) = [one for one in plan["tests"] if one["kind"] == "derived"]
    assert [one["points"] for one in spread["groups"]] == [["high/10V/5V", "high/10V/10V"]]


def test_run_shows_them_once_their_points_are_measured(tmp_path: Path) -> None:
    lines = squeezed(invoke(tmp_path, "run", "demo", "--out", str(tmp_path / "runs")).output)
    rows = [line.split()[0] for line in lines if line.startswith(("high/", "spread/"))]
    assert rows == ["high/10V/5V", "high/10V/10V", "spread/all"]
    assert "Spread 1/1 pass" in lines


def test_run_shows_them_of_each_unit_in_the_grid(tmp_path: Path) -> None:
    out = str(tmp_path / "runs")
    lines = squeezed(invoke(tmp_path, "run", "demo-bench-4", "--position", "all", "--out", out).output)
    rows = [line.split() for line in lines if line.startswith(("high/", "spread/"))]
    assert [row[0] for row in rows] == ["high/10V/5V", "high/10V/10V", "spread/all"]
    assert rows[2][2:9:2] == ["."] * 4
