"""The whole line on the shipped benches: files to plan, journal, record; and the same again, elsewhere."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from calbench.documents.canonical import canonical
from calbench.documents.journal import parse
from calbench.errors import PlanRefused
from calbench.evaluation.recording import evaluate_run
from calbench.quantities import parse_quantity
from calbench.workflow import JOURNAL, RECORD, Finished, Options, execute, prepare, stored_plan

# Maker's one-year limits of the 34401A: full scale and gain points of the verification table (service guide,
# "DC voltage gain verification", "Ohms gain verification") and the zero of each range.
MAKERS_LIMITS = {
    "dcv/100mV/100mV": "8.5 uV",
    "dcv/1V/1V": "47 uV",
    "dcv/10V/10V": "400 uV",
    "dcv/100V/100V": "5.1 mV",
    "dcv/1000V/1000V": "55 mV",
    "ohm4w/100Ohm/100Ohm": "14 mOhm",
    "ohm4w/1kOhm/1kOhm": "110 mOhm",
    "ohm4w/10kOhm/10kOhm": "1.1 Ohm",
    "dcv/100mV/0mV": "3.5 uV",
    "dcv/1V/0V": "7 uV",
    "dcv/10V/0V": "50 uV",
    "dcv/100V/0V": "600 uV",
    "dcv/1000V/0V": "10 mV",
}


@pytest.mark.parametrize(("point", "limit"), MAKERS_LIMITS.items())
def test_the_makers_verification_table_comes_out_exactly(
    multimeter: Finished, point: str, limit: str
) -> None:
    planned = multimeter.record.plan.point(point).limit
    assert planned is not None
    assert planned.nominal_upper is not None
    assert planned.nominal_lower is not None
    assert parse_quantity(planned.nominal_upper).value == parse_quantity(limit).value
    assert parse_quantity(planned.nominal_lower).value == -parse_quantity(limit).value


def test_the_multimeter_passes_and_its_outputs_are_verified_off(multimeter: Finished) -> None:
    record = multimeter.record
    assert (record.run.status, record.run.completeness, record.verdict) == ("COMPLETED", "full", "pass")
    assert multimeter.outcome.outputs.safe
    assert multimeter.outcome.outputs.sources == 1
    assert [len(one.points) for one in record.plan.tests] == [16, 3, 3]
    assert all(attempt.readings for name in MAKERS_LIMITS for attempt in record.attempts[name])


def test_each_point_has_ten_readings_with_their_exact_reply(multimeter: Finished) -> None:
    (attempt,) = multimeter.record.attempts["dcv/10V/10V"]
    assert len(attempt.readings) == 10
    assert all(Decimal(raw.text) == Decimal(raw.value) for raw in attempt.readings)


def test_the_resistance_reference_is_what_the_calibrator_reports_and_not_its_nominal_value(
    multimeter: Finished,
) -> None:
    result = next(one for one in multimeter.record.results if one.id == "ohm4w/1kOhm/1kOhm")
    assert result.reference is not None
    assert parse_quantity(result.reference).value != 1000
    assert abs(parse_quantity(result.reference).value - 1000) < Decimal("0.2")


def test_the_scale_is_judged_per_point_and_over_its_repeatability_series(scale: Finished) -> None:
    record = scale.record
    assert (record.run.status, record.verdict) == ("COMPLETED", "pass")
    series = next(one for one in record.results if one.of == "test")
    assert (series.test, series.n, series.upper) == ("repeatability", 5, "0.01 kg")
    assert [test.results for test in record.tests] == [1, 5, 11]


def test_the_scale_uses_the_certified_mass_of_the_weights_on_it(scale: Finished) -> None:
    # stations/assets/W-M1-15.yaml: W10k 10000.081 g + W5k 4999.962 g
    result = next(one for one in scale.record.results if one.id == "linearity/up/15kg")
    assert result.reference == "15.000043 kg"


def test_evaluating_the_stored_run_again_gives_the_same_bytes(multimeter: Finished) -> None:
    journal = (multimeter.folder / JOURNAL).read_bytes()
    again = evaluate_run(stored_plan(multimeter.folder), journal)
    assert canonical(again) == (multimeter.folder / RECORD).read_bytes()


def test_the_same_seed_gives_the_same_record_in_another_process(multimeter: Finished, tmp_path: Path) -> None:
    uut = ["--uut", "maker=HP", "--uut", "serial=US36000017"]
    command = [
        sys.executable,
        "-m",
        "calbench",
        "run",
        "dmm-34401a",
        "demo",
        "--format",
        "",
        "--out",
        str(tmp_path),
    ]
    subprocess.run([*command, *uut], check=True, capture_output=True)
    (record,) = tmp_path.glob(f"*/{RECORD}")
    assert record.read_bytes() == (multimeter.folder / RECORD).read_bytes()


def test_another_seed_gives_other_readings(multimeter: Finished, tmp_path: Path) -> None:
    other = execute(prepare("dmm-34401a", "demo", Options(seed=7, only=("dcv/10V/10V",))), tmp_path)
    assert other.record.attempts["dcv/10V/10V"] != multimeter.record.attempts["dcv/10V/10V"]


def test_over_sockets_results_budgets_and_verdicts_are_the_same_to_the_byte(
    multimeter: Finished, tmp_path: Path
) -> None:
    sockets = execute(
        prepare("dmm-34401a", "demo-tcp", Options(uut=multimeter.record.plan.uut.given)), tmp_path
    )
    for field in ("results", "tests", "attempts", "verdict", "environment", "uut", "identified", "decision"):
        assert getattr(sockets.record, field) == getattr(multimeter.record, field), field


def test_a_part_of_the_points_gives_a_partial_record(tmp_path: Path) -> None:
    part = execute(prepare("dmm-34401a", "demo", Options(only=("dcv/10V/*",))), tmp_path).record
    assert part.run.completeness == "partial"
    assert [one.id for one in part.results] == ["dcv/10V/0V", "dcv/10V/5V", "dcv/10V/10V", "dcv/10V/-10V"]


def test_a_calibrator_that_is_not_accurate_enough_is_refused_with_its_table() -> None:
    with pytest.raises(PlanRefused) as refused:
        prepare("dmm-34401a", "demo-5522a", Options())
    (reason,) = refused.value.reasons
    # 5522A, one year: 12 ppm + 20 µV at 10 V is 140 µV; 400 µV / 140 µV = 2.86
    assert "dcv/10V/10V" in reason
    assert "2.86" in reason
    assert "140 µV" in reason
    assert reason.count("\n") == 16  # heading, header, and 15 points


def test_the_journal_begins_and_ends_and_is_chained(multimeter: Finished) -> None:
    events, head = parse((multimeter.folder / JOURNAL).read_bytes())
    assert (events[0].type, events[-1].type) == ("run_opened", "run_closed")
    assert head == multimeter.record.journal.head == multimeter.outcome.head


def test_what_an_answers_file_confirms_is_done_on_the_simulated_bench(tmp_path: Path) -> None:
    """A file says that leads are connected: then they are, as with a person; else every meter would read nothing."""
    answers = tmp_path / "answers.yaml"
    answers.write_text("language: 1\nconfirm: all\nanswers: {on-fail/dcv: continue}\n", encoding="utf-8")
    options = Options(only=("dcv/10V/5V",), answers=answers)
    record = next(iter(execute(prepare("dmm-34401a", "demo", options), tmp_path / "runs").records.values()))
    assert record.verdict == "pass"
