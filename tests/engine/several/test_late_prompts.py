"""A prompt of one unit that waits for long: no unit is ever judged by a stimulus that was switched off meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.several.conftest import Crewed

from calbench.documents.journal import parse
from calbench.workflow import Options, execute, prepare

PROCEDURE = """\
procedure: Two voltages
id: two-voltages
version: 1.0.0
language: 1
positions: {min: 1, max: 4, sharing: SHARING}
roles:
  uut:    {needs: [measure.voltage.dc], fallback: keyboard}
  source: {needs: [source.voltage.dc], must_be_in_calibration: true}
connections:
  leads: {title: Leads, text: Connect the leads., confirm: [Connected]}
tests:
  - test: dcv
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 5 s
    ranges:
      - {range: 10 V, points: [5 V, 10 V], mpe: 5 mV, resolution: 10 uV}
policy:
  on_fail: continue
  prompts: {remind_after: 2 min, escalate_after: 10 min, escalate_to: head, safe_after: 15 min}
"""
MISTAKES = """simulation:
  mistakes:
    - {at: connect/leads, do: late_answer, value: 20 min}
    - {at: dcv/10V/5V, do: late_answer, value: 20 min}
    - {at: dcv/10V/5V, do: wrong_answer, value: 5.0000 V}
    - {at: dcv/10V/10V, do: wrong_answer, value: 10.0000 V}
"""
BY_EYE = (
    '2: {driver: agilent/a34401a, link: {visa: "GPIB0::12::INSTR", timeout: 5 s}}',
    "2: {driver: keyboard, sim: agilent/a34401a}",
)

SECOND = """  second:
    driver: fluke/f5730a
    link: {visa: "GPIB0::5::INSTR", timeout: 5 s}
    asset: REF-0017
    provides: [source.voltage.dc]
    hazard: voltage
  climate:
"""
OWN = (
    ("  climate:\n", SECOND),
    ("  1: {driver: agilent/a34401a,", "  1: {driver: agilent/a34401a, with: {source: calibrator},"),
    ("  2: {driver: keyboard,", "  2: {driver: keyboard, with: {source: second},"),
    ("      to: [1.input, 2.input, 3.input, 4.input]", "      to: [1.input]"),
    (
        "  wiring:\n",
        "  wiring:\n    - {from: second.output, to: [2.input], lead: {resistance: 20 mOhm, emf: 0.2 uV}}\n",
    ),
)
SILENT = ("2: {serial: US36000102, gain", "2: {gain")


@pytest.mark.parametrize("sharing", ["parallel", "one_at_a_time", "independent"])
def test_the_point_is_measured_anew_and_every_unit_comes_to_its_end(
    crewed: Crewed, tmp_path: Path, sharing: str
) -> None:
    changes = OWN if sharing == "independent" else ()
    station = crewed.station("demo-bench-4", ("simulation:\n", MISTAKES), BY_EYE, SILENT, *changes)
    procedure = tmp_path / "late.yaml"
    procedure.write_text(PROCEDURE.replace("SHARING", sharing), encoding="utf-8")
    serials = {"2": {"serial": "US36000102"}}
    options = Options(positions=("1", "2"), units=serials)
    finished = execute(prepare(str(procedure), str(station), options), tmp_path / "runs")
    assert finished.outcome.status == "COMPLETED", finished.outcome.reason
    events = parse((finished.folder / "journal.jsonl").read_bytes())[0]
    late = [one for one in events if one.body.get("id") == "dcv/10V/5V"]
    assert [one.type for one in late][:3] == ["asked", "reminded", "escalated"]
    assert {one.position for one in late} == {"2"}
    gone = [one for one in events if one.type == "attempt_discarded" and one.position == "2"]
    assert [one.point for one in gone] == ["dcv/10V/5V"]
    if sharing == "independent":
        assert [one.type for one in late][3:] == ["withdrawn", "asked", "answered"]
        assert [one.body["id"] for one in events if one.type == "answered"].count("suspended") == 1
    else:
        assert [one.type for one in late][3:] == ["answered", "asked", "answered"]
    _nothing_is_judged_by_an_output_that_is_off(events)


def _nothing_is_judged_by_an_output_that_is_off(events: list) -> None:  # type: ignore[type-arg] # of events
    """Every reading that counts has an `applied` behind the last time that the outputs were made safe."""
    gone = {(one.position, one.point, one.attempt) for one in events if one.type == "attempt_discarded"}
    on = False
    for event in events:
        if event.type == "safe_state":
            on = False
        elif event.type == "applied":
            on = True
        elif event.type == "reading" and (event.position, event.point, event.attempt) not in gone:
            assert on, event
