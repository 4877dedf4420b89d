"""A further source is an input: it is set where it stands in the order, and stands for what it says it puts out."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.documents.journal import Event, parse
from calbench.traceability.usage import uses_of
from calbench.workflow import JOURNAL, Finished, Options, execute, prepare

PROCEDURE = """\
procedure: Resistance of a 34401A, by a source that is an input
id: further-source
version: 1.0.0
language: 1
applies_to: {model: [34401A]}
roles:
  uut:    {needs: [measure.resistance.4w]}
  source: {needs: [source.resistance.4w], must_be_in_calibration: true}
tests:
  - test: ohms
    points: [900 Ohm]
    inputs:
      Rs: {apply: source.resistance.4w, value: nominal, settle: 7 s}
      R:  {read: uut.resistance.4w, range: 1 kOhm, readings: 2, resolution: 1 mOhm}
    indication: R
    reference: Rs
    resolution: 1 mOhm
    mpe: 0.1 Ohm
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
      - {name: Step, half_width: R.resolution / 2, shape: rectangular, input: R}
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finished, list[Event]]:
    folder = tmp_path_factory.mktemp("sources")
    path = folder / "ohms.yaml"
    path.write_text(PROCEDURE, encoding="utf-8")
    done = execute(prepare(str(path), "demo-5522a", Options()), folder / "runs")
    return done, parse((done.folder / JOURNAL).read_bytes())[0]


def test_it_is_set_in_its_place_and_settles_before_the_next_is_read(
    finished: tuple[Finished, list[Event]],
) -> None:
    done, events = finished
    own = [one for one in events if one.type in ("applied", "reading")]
    assert [(one.type, one.body["input"]) for one in own] == [
        ("applied", "Rs"),
        ("reading", "R"),
        ("reading", "R"),
    ]
    assert float(own[1].t_mono) - float(own[0].t_mono) >= 7  # settle
    assert done.outcome.status == "COMPLETED"


def test_it_stands_for_what_the_source_says_and_the_unit_is_compared_with_that(
    finished: tuple[Finished, list[Event]],
) -> None:
    done, _ = finished
    (attempt,) = done.record.attempts["ohms/900Ohm"]
    assert [(one.input, one.value) for one in attempt.readings if one.input == "Rs"] == [("Rs", "900.0000")]
    assert attempt.applied == []
    (result,) = done.record.results
    assert (result.reference, result.verdict) == ("900 Ω", "pass")
    # 28 ppm of 900 Ohm and 2 mOhm are U (k = 2) by REF-0022, here at 95 %; the step is little beside it
    assert abs(float(str(result.expanded).split()[0]) - 0.0272 * 1.960 / 2) < 0.0001


def test_its_certificate_is_one_of_what_was_applied(finished: tuple[Finished, list[Event]]) -> None:
    done, _ = finished
    (result,) = done.record.results
    assert [(one.asset, one.part) for one in uses_of(done.record, result)] == [("REF-0022", "applied")]


def test_readings_near_the_limit_are_taken_again_and_nothing_is_set_again(tmp_path: Path) -> None:
    path = tmp_path / "near.yaml"
    near = "near_limit: {from: 0, to: 10, readings: 2}\n    inputs:"
    path.write_text(PROCEDURE.replace("inputs:", near), encoding="utf-8")
    done = execute(prepare(str(path), "demo-5522a", Options()), tmp_path / "runs")
    events, _ = parse((done.folder / JOURNAL).read_bytes())
    own = [one.body["input"] for one in events if one.type in ("applied", "reading")]
    assert own == ["Rs", "R", "R", "R", "R"]
    assert done.record.results[0].verdict == "pass"
