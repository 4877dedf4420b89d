"""What an instrument is told to measure goes from `with` of a test through the plan to the driver, or the display."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from calbench.errors import PlanRefused
from calbench.workflow import Options, execute, prepare

PROCEDURE = """\
procedure: Pulses without current
id: no-pulses
version: 1.0.0
language: 1
positions: {{max: 48, sharing: one_at_a_time}}
parameters:
  patience: {{type: quantity, unit: min, default: 5 min}}
roles:
  uut:     {{needs: [measure.energy.active]}}
  counter: {{needs: [measure.pulses]}}
tests:
  - test: creep
    read: counter.pulses
    with: {{seconds: {seconds}}}
    points: ["0"]
    resolution: "1"
    evaluate: {{value: error, limit: "1"}}
"""


def written(tmp_path: Path, seconds: str) -> str:
    path = tmp_path / "no-pulses.yaml"
    path.write_text(PROCEDURE.format(seconds=seconds), encoding="utf-8")
    return str(path)


def test_a_counter_with_a_driver_counts_as_long_as_it_is_told(tmp_path):
    prepared = prepare(written(tmp_path, "2 patience"), "demo-meter", Options())
    assert prepared.plan.points[0].told == {"seconds": "600 s"}
    assert prepared.plan.estimate_s == 605
    finished = execute(prepared, tmp_path / "runs")
    record = finished.record
    assert record.run.status == "COMPLETED"
    (reading,) = record.attempts["creep/0"][0].readings
    assert (Decimal(reading.value), reading.unit) == (Decimal(0), "1")
    sent = [
        e
        for e in finished.folder.joinpath("journal.jsonl").read_text().splitlines()
        if "CONF:TOT:TIM 600" in e
    ]
    assert len(sent) == 1


def test_each_unit_has_the_calculator_of_its_position_read(tmp_path):
    prepared = prepare(written(tmp_path, "patience"), "demo-meters-48", Options(positions=("12", "13")))
    finished = execute(prepared, tmp_path / "runs")
    assert {record.run.status for record in finished.records.values()} == {"COMPLETED"}
    assert [len(record.attempts["creep/0"]) for record in finished.records.values()] == [1, 1]


@pytest.mark.parametrize(
    ("seconds", "said"), [("0 s", "it must be above zero"), ("-patience", "it must be above")]
)
def test_what_cannot_be_told_is_refused_when_the_plan_is_made(tmp_path, seconds, said):
    with pytest.raises(PlanRefused, match=said):
        prepare(written(tmp_path, seconds), "demo-meter", Options())


def test_a_plan_of_before_keeps_its_bytes(tmp_path):
    plan = prepare("analogue-voltmeter", "demo-keyboard", Options()).plan
    assert "told" not in plan.points[0].model_dump(mode="json")
