"""Results that follow from others, each computed by hand from the readings that are typed in.

The rules: JJG 52-2013 (gauges: hysteresis and shift by tapping), OIML R 87 (prepackages, lots of 11 to 50: 10 packages,
factor 1.028, none short by more than T); the values of T are those of vector I of the reference facts.
"""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from tests.procedures.derived import GAUGE, LOT, READINGS, typed, weighed

from calbench.documents.canonical import canonical
from calbench.documents.journal import parse
from calbench.documents.record import Record, Result
from calbench.evaluation.recording import evaluate_run
from calbench.evaluation.verifying import verify_record
from calbench.traceability.usage import uses_of
from calbench.workflow import JOURNAL, Finished, Options, certify, prepare


def derived(record: Record, test: str) -> dict[str, tuple[str | None, str]]:
    return {
        one.id: (one.value, one.verdict) for one in record.results if one.test == test and one.of == "derived"
    }


def only(record: Record, test: str) -> Result:
    (one,) = [one for one in record.results if one.test == test]
    return one


@pytest.fixture(scope="module")
def gauged(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return typed(tmp_path_factory.mktemp("gauge"), GAUGE, READINGS)


@pytest.fixture(scope="module")
def gauge(gauged: Finished) -> Record:
    return gauged.record


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


def test_nothing_is_asked_or_measured_for_what_is_derived(gauge: Record) -> None:
    names = {point.id for point in gauge.plan.points}
    assert {step.point for step in gauge.plan.steps if step.kind == "measure"} == names
    assert all(name.startswith("indication/") for name in (*names, *gauge.attempts))
    assert [one.id for one in gauge.plan.tests] == ["indication", "hysteresis", "tap-shift"]


def test_a_result_of_which_a_point_was_not_measured_is_not_evaluated_and_says_so(tmp_path: Path) -> None:
    record = typed(tmp_path, GAUGE, READINGS, only=("indication/after/up/*",)).record
    found = {one.id: one for one in record.results if one.of == "derived"}
    assert list(found) == [
        "hysteresis/after/0.2MPa", "hysteresis/after/0.6MPa", "tap-shift/up/0.2MPa", "tap-shift/up/0.6MPa",
        "tap-shift/up/1MPa",
    ]  # fmt: skip
    assert {(one.verdict, one.value, one.n) for one in found.values()} == {("not_evaluated", None, 1)}
    assert {one.remark for one in found.values()} == {"Not every point that it follows from was measured."}
    assert record.verdict == "not_evaluated"


def test_only_the_points_of_a_derived_result_are_measured_if_it_is_named(tmp_path: Path) -> None:
    record = typed(tmp_path, GAUGE, READINGS, only=("hysteresis/after/*",)).record
    assert [point.id for point in record.plan.points] == [
        f"indication/after/{one}" for one in ("up/0.2MPa", "up/0.6MPa", "down/0.6MPa", "down/0.2MPa")
    ]
    assert [value for value, _ in derived(record, "hysteresis").values()] == ["0.007 MPa", "0.017 MPa"]


def test_a_journal_that_was_cut_off_gives_no_derived_result_before_its_last_point(gauged: Finished) -> None:
    lines = (gauged.folder / JOURNAL).read_bytes().splitlines(keepends=True)
    groups = {one.id: one.points for test in gauged.record.plan.tests for one in test.groups}
    final = {one.id: one for one in gauged.record.results}
    seen = 0
    for cut in range(1, len(lines)):
        head = b"".join(lines[:cut])
        done = {event.point for event in parse(head)[0] if event.type == "attempt_finished"}
        results = {one.id: one for one in evaluate_run(gauged.record.plan, head).results}
        for name, points in groups.items():
            if set(points) <= done:
                assert results[name] == final[name], cut
                seen += 1
            else:
                assert (results[name].verdict, results[name].value) == ("not_evaluated", None), cut
    assert seen


def test_the_certificate_says_of_what_they_were_computed_in_both_languages(gauged: Finished) -> None:
    paths = certify(gauged.folder, ["html", "csv", "xlsx", "dcc"], ["en", "zh"])
    pages = {
        path.name: unescape(path.read_text(encoding="utf-8")) for path in paths if path.suffix == ".html"
    }
    english, chinese = pages["certificate-en.html"], pages["certificate-zh.html"]
    assert "follows from the results of “Error of indication”: abs(up.error - down.error)." in english
    assert "由“示值误差”的结果计算：abs(up.error - down.error)。" in chinese
    assert "before/0.6MPa" in english
    assert "轻敲前/0.6MPa" in chinese
    assert "Value / kPa" in english
    table = next(path for path in paths if path.suffix == ".csv").read_text(encoding="utf-8-sig")
    assert ",hysteresis/after/0.6MPa,derived," in table
    dcc = next(path for path in paths if path.suffix == ".xml").read_text(encoding="utf-8")
    assert "before/0.2MPa before/0.6MPa after/0.2MPa after/0.6MPa" in dcc
    assert "calbench_testValue" in dcc


def test_a_rule_that_needs_u_leaves_them_to_simple_acceptance_and_the_certificate_says_so(
    tmp_path: Path,
) -> None:
    guarded = ("tests:", "decision: {rule: guarded}\ntests:")
    finished = typed(tmp_path, GAUGE, READINGS, guarded)
    assert {one.verdict for one in finished.record.results if one.of == "point"} == {
        "not_evaluated"
    }  # without U
    assert {one.verdict for one in finished.record.results if one.of == "derived"} == {"pass", "fail"}
    paths = certify(finished.folder, ["html", "dcc"], ["en", "zh"])
    texts = [unescape(path.read_text(encoding="utf-8")) for path in paths]
    assert (
        sum("they are decided by simple acceptance" in text for text in texts) == 2
    )  # the page, and the DCC
    assert sum("按简单接受判定" in text for text in texts) == 2
    assert "simple/1" in next(text for text, path in zip(texts, paths, strict=True) if path.suffix == ".xml")


def test_a_derived_result_rests_on_the_standards_of_its_points(tmp_path: Path) -> None:
    text = LOT[: LOT.index("limits:")].replace("roles:", "roles:\n  weights: {needs: [standard.mass]}") + (
        "tests:\n"
        "  - {test: loads, read: uut.mass, place: weights, points: [1 kg], times: 2, mpe: 1 g}\n"
        "  - {test: repeatability, of: loads, across: repeat,"
        " evaluate: {value: max(error) - min(error), limit: 1 g}}\n"
    )
    record = typed(tmp_path, text, {"loads/1kg/1": "1.000 kg", "loads/1kg/2": "1.000 kg"}).record
    assert [(one.asset, one.part) for one in uses_of(record, only(record, "repeatability"))] == [
        ("W-M1-15", "placed")
    ]


def test_each_point_by_itself_may_be_judged_by_another_value(tmp_path: Path) -> None:
    # relative error: 0.196 / 0.2 - 1, 0.592 / 0.6 - 1
    of_each = ("  - test: hysteresis\n", (
        "  - test: relative\n"
        "    of: indication\n"
        "    resolution: 0.0001\n"
        "    evaluate: {value: error / nominal, limit: 0.0015 MPa / rdg + 1 %}\n"
        "  - test: hysteresis\n"
    ))  # fmt: skip
    record = typed(tmp_path, GAUGE, READINGS, of_each, only=("relative/after/up/0*",)).record
    found = {one.id: one for one in record.results if one.test == "relative"}
    assert {name: (one.value, one.shown.error, one.verdict) for name, one in found.items()} == {
        "relative/after/up/0.2MPa": ("-0.02", "-0.0200", "fail"),  # 0.0015 / 0.2 + 0.01 = 0.0175
        "relative/after/up/0.6MPa": ("-0.01333333333333333333333333333333333", "-0.0133", "fail"),  # 0.0125
    }


def test_what_cannot_be_computed_is_not_evaluated_and_says_why(tmp_path: Path) -> None:
    change = ("abs(after.indication - before.indication)", "0.001 MPa^2 / (after.error - before.error)")
    readings = {**READINGS, "indication/after/up/0.2MPa": "0.195 MPa"}
    record = typed(tmp_path, GAUGE, readings, change, only=("tap-shift/up/0.2MPa",)).record
    result = only(record, "tap-shift")
    assert (result.verdict, result.value) == ("not_evaluated", None)
    assert result.remark.startswith("Not evaluated: ")
    assert result.remark.endswith("is divided by zero")
