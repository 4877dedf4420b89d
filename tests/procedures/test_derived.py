"""Results that follow from others, each computed by hand from the readings that are typed in.

The rules: JJG 52-2013 (gauges: hysteresis and shift by tapping), OIML R 87 (prepackages, lots of 11 to 50: 10 packages,
factor 1.028, none short by more than T); the values of T are those of vector I of the reference facts.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.procedures.derived import GAUGE, LOT, READINGS, typed, weighed

from calbench.documents.canonical import canonical
from calbench.documents.record import Record, Result
from calbench.evaluation.verifying import verify_record
from calbench.workflow import Options, prepare


def derived(record: Record, test: str) -> dict[str, tuple[str | None, str]]:
    return {
        one.id: (one.value, one.verdict) for one in record.results if one.test == test and one.of == "derived"
    }


def only(record: Record, test: str) -> Result:
    (one,) = [one for one in record.results if one.test == test]
    return one


@pytest.fixture(scope="module")
def gauge(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return typed(tmp_path_factory.mktemp("gauge"), GAUGE, READINGS).record


def test_hysteresis_is_the_difference_between_the_directions_at_each_point(gauge: Record) -> None:
    # before: 0.205 - 0.195, 0.610 - 0.590; after: 0.203 - 0.196, 0.609 - 0.592; limit 1.6 % of 1 MPa. 1 MPa is met once
    assert derived(gauge, "hysteresis") == {
        "hysteresis/before/0.2MPa": ("0.01 MPa", "pass"),
        "hysteresis/before/0.6MPa": ("0.02 MPa", "fail"),
        "hysteresis/after/0.2MPa": ("0.007 MPa", "pass"),
        "hysteresis/after/0.6MPa": ("0.017 MPa", "fail"),
    }
    first = next(one for one in gauge.results if one.test == "hysteresis")
    assert (first.labels, first.n, first.expanded) == ({"tap": "before"}, 2, None)
    assert (first.shown.nominal, first.shown.error, first.shown.error_unit["en"]) == ("0.2", "+10", "kPa")


def test_the_shift_by_tapping_is_taken_at_each_point_and_direction(gauge: Record) -> None:
    # 0.196 - 0.195, 0.592 - 0.590, 0.999 - 0.990, 0.610 - 0.609, 0.205 - 0.203; half of 1.6 % of 1 MPa is 0.008 MPa
    assert derived(gauge, "tap-shift") == {
        "tap-shift/up/0.2MPa": ("0.001 MPa", "pass"),
        "tap-shift/up/0.6MPa": ("0.002 MPa", "pass"),
        "tap-shift/up/1MPa": ("0.009 MPa", "fail"),
        "tap-shift/down/0.6MPa": ("0.001 MPa", "pass"),
        "tap-shift/down/0.2MPa": ("0.002 MPa", "pass"),
    }
    tests = {one.id: (one.verdict, one.passed, one.results) for one in gauge.tests}
    assert tests == {
        "indication": ("pass", 10, 10),
        "hysteresis": ("fail", 2, 4),
        "tap-shift": ("fail", 4, 5),
    }
    assert gauge.verdict == "fail"


def test_derived_results_are_verified_from_the_readings_alone(gauge: Record) -> None:
    assert {one.name: one.holds for one in verify_record(canonical(gauge))}["results"] is True
    wrong = [
        one if one.of != "derived" else one.model_copy(update={"verdict": "pass"}) for one in gauge.results
    ]
    checks = {one.name: one for one in verify_record(canonical(gauge.model_copy(update={"results": wrong})))}
    assert checks["results"].holds is False
    assert "hysteresis/before/0.6MPa" in checks["results"].found


def test_a_pointer_voltmeter_has_the_hysteresis_of_its_true_values(tmp_path: Path) -> None:
    # the pointer on 5 V: 4.99 V rising, 5.02 V falling: errors +0.01 V and -0.02 V but for one and the same correction
    text = GAUGE[: GAUGE.index("parameters:")] + (
        "roles:\n"
        "  uut: {needs: [measure.voltage.dc], fallback: keyboard}\n"
        "  standard: {needs: [measure.voltage.dc], fallback: keyboard}\n"
        "tests:\n"
        "  - {test: basic, read: standard.voltage.dc, reading_is: reference, resolution: 0.01 V, mpe: 0.1 V,"
        " points: {up: [5 V, 10 V], down: [10 V, 5 V]}}\n"
        "  - {test: hysteresis, of: basic, across: direction,"
        " evaluate: {value: abs(up.error - down.error), limit: 0.03 V}}\n"
    )
    readings = {"up/5V": "4.99 V", "up/10V": "9.95 V", "down/10V": "9.99 V", "down/5V": "5.02 V"}
    record = typed(tmp_path, text, {f"basic/{name}": read for name, read in readings.items()}).record
    assert derived(record, "hysteresis") == {
        "hysteresis/5V": ("0.03 V", "pass"),
        "hysteresis/10V": ("0.04 V", "fail"),
    }


def test_repeatability_is_the_range_of_the_repeated_loads_of_each_value(tmp_path: Path) -> None:
    # 1 kg: 1.001 - 0.999; 2 kg: 2.004 - 2.000 kg
    text = LOT[: LOT.index("limits:")] + (
        "tests:\n"
        "  - {test: loads, read: uut.mass, points: [1 kg, 2 kg], times: 3, resolution: 1 g}\n"
        "  - {test: repeatability, of: loads, across: repeat,"
        " evaluate: {value: max(error) - min(error), limit: 0.002 load}}\n"
    )
    given = {"1kg": ["1.000", "0.999", "1.001"], "2kg": ["2.004", "2.000", "2.001"]}
    readings = {
        f"loads/{load}/{number}": f"{read} kg"
        for load, several in given.items()
        for number, read in enumerate(several, start=1)
    }
    record = typed(tmp_path, text, readings).record
    assert derived(record, "repeatability") == {
        "repeatability/1kg": ("0.002 kg", "pass"),
        "repeatability/2kg": ("0.004 kg", "pass"),
    }
    assert [one.upper for one in record.results if one.of == "derived"] == ["0.002 kg", "0.004 kg"]


GOOD = ("331", "330", "329", "332", "328", "331", "330", "329", "331", "330")


def test_a_lot_is_accepted_by_its_mean_and_by_the_packages_that_are_short(tmp_path: Path) -> None:
    # deviations 1 0 -1 2 -2 1 0 -1 1 0: mean 0.1, sum of squares about it 12.9, s = sqrt(12.9 / 9) = 1.197219...
    record = typed(tmp_path, LOT, weighed(*GOOD)).record
    mean = only(record, "mean")
    assert mean.value is not None
    assert float(mean.value.removesuffix(" g")) == pytest.approx(0.1 + 1.028 * (12.9 / 9) ** 0.5, abs=1e-12)
    assert (mean.id, mean.verdict, mean.n, mean.shown.error) == ("mean/all", "pass", 10, "+1.331")
    assert [only(record, name).value for name in ("short", "far-short", "worst")] == ["0", "0", "2 g"]
    assert only(record, "worst").upper == "19.8 g"
    assert {one.id: one.verdict for one in record.tests}[
        "contents"
    ] == "not_evaluated"  # no package has a limit
    assert record.verdict == "pass"  # the lot has


def test_one_package_short_by_more_than_t_has_a_small_lot_refused_although_its_mean_is_enough(
    tmp_path: Path,
) -> None:
    # 319.5 g is short by 10.5 g, T is 9.9 g; mean -1.05, sum of squares about it 111.225, s = 3.515442...
    record = typed(tmp_path, LOT, weighed("319.5", *GOOD[1:])).record
    verdicts = {one.id: one.verdict for one in record.tests if one.id != "contents"}
    assert verdicts == {"mean": "pass", "short": "fail", "far-short": "pass", "worst": "pass"}
    short, mean = only(record, "short"), only(record, "mean")
    assert (short.value, short.upper, short.shown.error, short.shown.error_unit["en"]) == ("1", "0", "+1", "")
    assert float((mean.value or "").removesuffix(" g")) == pytest.approx(
        -1.05 + 1.028 * (111.225 / 9) ** 0.5, abs=1e-12
    )


@pytest.mark.parametrize(
    ("nominal", "tolerable"),
    [
        ("25", "2.25"), ("75", "4.5"), ("120", "5.4"), ("250", "9"), ("330", "9.9"), ("750", "15"), ("1500", "22.5"),
        ("5000", "75"), ("12000", "150"), ("20000", "200"),
    ],
)  # fmt: skip
def test_the_tolerable_deficiency_is_that_of_the_table(tmp_path: Path, nominal: str, tolerable: str) -> None:
    (tmp_path / "lot.yaml").write_text(LOT, encoding="utf-8")
    plan = prepare(str(tmp_path / "lot.yaml"), "keyboard", Options(settings={"Qn": f"{nominal} g"})).plan
    (worst,) = next(one.groups for one in plan.tests if one.id == "worst")
    assert worst.limit is not None
    assert float((worst.limit.nominal_upper or "").removesuffix(" g")) == 2 * float(tolerable)
