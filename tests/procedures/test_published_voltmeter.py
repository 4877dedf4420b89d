"""A real published verification, typed in from an answers file, reproduced to its last printed digit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from calbench.clock import VirtualClock
from calbench.workflow import Finished, Options, certify, execute, prepare

ANSWERS = Path(__file__).parent / "analogue-voltmeter.answers.yaml"

# gfjl.org, JJG 124 example, class 0.5, 15 V, 150 divisions: mean / V, rounded / div, error / div (vector F)
PUBLISHED = {
    "3V": ("2.980075", "29.8", "+0.2"),
    "4V": ("3.987855", "39.9", "+0.1"),
    "5V": ("4.99149", "49.9", "+0.1"),
    "6V": ("5.99163", "59.9", "+0.1"),
    "7V": ("6.981935", "69.8", "+0.2"),
    "8V": ("7.996375", "80.0", "0.0"),
    "9V": ("8.9952", "90.0", "0.0"),
    "10V": ("9.98859", "99.9", "+0.1"),
    "11V": ("10.98975", "109.9", "+0.1"),
    "12V": ("12.0032", "120.0", "0.0"),
    "13V": ("13.0002", "130.0", "0.0"),
    "14V": ("14.00975", "140.1", "-0.1"),
    "15V": ("15.01725", "150.2", "-0.2"),
}


@pytest.fixture(scope="module")
def voltmeter(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    clock = VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    prepared = prepare("analogue-voltmeter", "keyboard", Options(answers=ANSWERS), clock)
    return execute(prepared, tmp_path_factory.mktemp("voltmeter"), clock=clock)


@pytest.mark.parametrize(("mark", "row"), PUBLISHED.items())
def test_the_published_table_comes_out_to_the_last_digit(
    voltmeter: Finished, mark: str, row: tuple[str, str, str]
) -> None:
    result = next(one for one in voltmeter.record.results if one.id == f"basic-error/{mark}")
    mean, rounded, error = row
    assert result.reference == f"{mean} V"
    assert (result.shown.reference, result.shown.error) == (rounded, error)
    assert result.shown.unit["en"] == result.shown.error_unit["en"] == "div"
    assert result.verdict == "pass"


def test_the_run_is_a_real_one_and_typed_in(voltmeter: Finished) -> None:
    record = voltmeter.record
    assert record.plan.simulated is None
    assert all(raw.operator_typed for one in record.attempts["basic-error/9V"] for raw in one.readings)
    assert [raw.measured_pass for raw in record.attempts["basic-error/9V"][0].readings] == [
        "rising",
        "falling",
    ]
    assert record.run.operator == "published example"
    assert record.uut == {"maker": "Example Instruments", "model": "C31-V", "serial": "810347"}


def test_the_falling_pass_goes_through_the_marks_from_the_top(voltmeter: Finished) -> None:
    falling = [step.point for step in voltmeter.record.plan.steps if step.measured_pass == "falling"]
    assert falling[0] == "basic-error/15V"
    assert falling[-1] == "basic-error/3V"


def test_the_certificate_is_written(voltmeter: Finished) -> None:
    paths = certify(voltmeter.folder, ["pdf"], ["en", "zh"])
    assert [path.read_bytes()[:5] for path in paths] == [b"%PDF-", b"%PDF-"]
