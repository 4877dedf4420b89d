"""JJG 52-2013 and JJG 875: one unit that is wrong for each item, and one that is just within all limits.

A gauge of 0 to 0.6 MPa of class 1.6 may be off by 1.6 % of the span, 9.6 kPa, and by 2.5 %, 15 kPa, from 90 % on; half
of that by tapping; all of it by hysteresis (GB/T 1226 and JJG 52, reference facts, section 7).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.procedures.pressure_units import beyond, digital, even, failing, gauge

from calbench.certificates.about import procedure
from calbench.certificates.content import Fields
from calbench.certificates.wording import Language
from calbench.errors import PlanRefused
from calbench.proof import prove
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare

GOLDEN = Path(__file__).parent / "golden"
FINE = {"division": "0.001 MPa"}  # read to 0.2 kPa, so that little is lost beside a limit
TABLE = {  # per cent of the span: elsewhere, and from 90 % on
    "1": (1.0, 1.6),
    "1.5": (1.6, 2.5),
    "1.6": (1.6, 2.5),
    "2.5": (2.5, 4.0),
    "4": (4.0, 4.0),
}


@pytest.fixture(scope="module")
def bench(calbench_bench: Callable[[str], Bench]) -> Bench:
    return calbench_bench("demo-pressure")


def pointer(bench: Bench, **unit: str) -> Run:
    return gauge(bench, **unit).run("gauge-jjg52", position="1", settings=FINE)


def test_the_gauge_of_the_bench_comes_to_its_golden_record(
    bench: Bench, calbench_golden: Callable[[Run, Path], None]
) -> None:
    calbench_golden(bench.run("gauge-jjg52", position="1"), GOLDEN / "gauge-jjg52.json")


def test_a_gauge_just_within_every_limit_passes(bench: Bench) -> None:
    # -9.4 kPa rising and -0.2 kPa falling; -14.6 kPa at the top; the pointer hangs back by 4.6 kPa
    unit = {"curve": "at 0 kPa: -9.4 kPa, at 500 kPa: -9.4 kPa, at 600 kPa: -14.6 kPa"}
    run = pointer(bench, **unit, hysteresis="9.2 kPa", friction="4.6 kPa")
    assert (run.verdict, failing(run)) == ("pass", set())


@pytest.mark.parametrize(
    ("unit", "tests", "results"),
    [
        (
            {"curve": "at 200 kPa: 0 kPa, at 300 kPa: 9.9 kPa, at 400 kPa: 0 kPa"},
            {"indication"},
            {"indication/up/mark3", "indication/down/mark3"},
        ),
        ({"curve": "at 500 kPa: 0 kPa, at 600 kPa: 15.3 kPa"}, {"indication"}, {"indication/up/full"}),
        (
            {"curve": even("-4"), "hysteresis": "9.9 kPa"},
            {"hysteresis"},
            {"hysteresis/mark3"},  # half way back it is all there, at the marks beside it 8/9 of it
        ),
        (
            {"curve": "at 0 kPa: 9.9 kPa, at 90 kPa: 0 kPa"},
            {"zero", "zero-after"},  # the same zero is looked at twice
            {"zero/0MPa", "zero-after/0MPa"},
        ),
    ],
)
def test_a_gauge_that_is_wrong_in_one_respect_fails_in_that(
    bench: Bench, unit: dict[str, str], tests: set[str], results: set[str]
) -> None:
    run = pointer(bench, **unit)
    assert (failing(run), beyond(run), run.verdict) == (tests, results, "fail")


def test_a_pointer_that_hangs_back_fails_by_tapping_alone(bench: Bench) -> None:
    run = pointer(bench, friction="5.1 kPa")
    assert failing(run) == {"tap-shift"}
    assert len(beyond(run)) == 10  # at every mark; at the top it may be 7.5 kPa
    assert "tap-shift/up/full" not in beyond(run)
    assert beyond(pointer(bench, friction="7.8 kPa")) > {"tap-shift/up/full"}


@pytest.mark.parametrize(
    ("prompt", "answer", "test"),
    [
        ("visual-inspection/Dial-legible/found", "not in order", "visual-inspection"),
        ("zero-mark/1/found", "outside", "zero-mark"),
        ("movement/1/found", "not smooth", "movement"),
    ],
)
def test_what_is_seen_fails_where_it_is_asked(bench: Bench, prompt: str, answer: str, test: str) -> None:
    run = gauge(bench.mistake(prompt, "wrong_answer", answer)).run("gauge-jjg52", position="1", settings=FINE)
    assert failing(run) == {test}


def test_the_zero_mark_is_looked_at_only_where_there_is_no_stop(bench: Bench) -> None:
    planned = bench.plan("gauge-jjg52", Options(position="1", settings={"stop": "yes"}))
    assert "zero-mark" not in {one.id for one in planned.tests}


@pytest.mark.parametrize(
    ("language", "label", "said"), [("zh", "止销", "否"), ("en", "Stop pin at zero", "no")]
)
def test_the_certificate_says_what_was_chosen_in_its_language(
    bench: Bench, language: Language, label: str, said: str
) -> None:
    section = procedure(bench.run("gauge-jjg52", position="1").record, language)
    fields = [field for block in section.blocks if isinstance(block, Fields) for field in block.items]
    assert [field.value for field in fields if field.label == label] == [said]


def test_the_upper_limit_is_held_for_three_minutes(bench: Bench) -> None:
    waits = {one.id: one.settle for one in bench.plan("gauge-jjg52", Options(position="1")).points}
    assert {waits["indication/up/full"], waits["indication/up/mark5"]} == {"3 min", "5 s"}


@pytest.fixture(scope="module")
def with_a_fine_standard(tmp_path_factory: pytest.TempPathFactory) -> str:
    return of_standard(tmp_path_factory.mktemp("fine"), "mpe: 0.35 kPa", "mpe: 0.01 kPa")


@settings(max_examples=12, deadline=None)
@example("1.6", "0.6", 10)  # its ninth mark is 90 % of the span, which has the limit of the top
@given(
    st.sampled_from(sorted(TABLE)), st.sampled_from(["0.1", "0.16", "0.25", "0.4", "0.6"]), st.integers(4, 10)
)
def test_limits_are_those_of_the_table_in_both_zones(
    with_a_fine_standard: str, accuracy: str, upper: str, marks: int
) -> None:
    numbered = Decimal(upper) / marks
    chosen = {"accuracy_class": accuracy, "upper": f"{upper} MPa", "numbered": f"{numbered} MPa"}
    planned = prepare("gauge-jjg52", with_a_fine_standard, Options(position="1", settings=chosen)).plan
    for point in planned.points:
        if point.limit is None or point.nominal is None:
            continue
        percent = TABLE[accuracy][parse_quantity(point.nominal).value >= Decimal("0.9e6") * Decimal(upper)]
        limit = parse_quantity(point.limit.nominal_upper or "")
        assert float(limit.value) == pytest.approx(percent / 100 * float(upper) * 1e6, rel=1e-9), point.id


def of_standard(folder: Path, old: str, new: str) -> str:
    """Write the bench with another standard; give the path of its station."""
    stations = Path(__file__).parents[2] / "stations"
    (folder / "assets").mkdir()
    for asset in ("PRS-0600", "ENV-0004", "PRS-5000"):
        text = (stations / "assets" / f"{asset}.yaml").read_text(encoding="utf-8")
        (folder / "assets" / f"{asset}.yaml").write_text(text.replace(old, new), encoding="utf-8")
    path = folder / "demo-pressure.yaml"
    path.write_text((stations / path.name).read_text(encoding="utf-8"), encoding="utf-8")
    return str(path)


def test_a_standard_of_class_025_to_1_mpa_is_not_good_enough_below_90_percent(tmp_path: Path) -> None:
    """Worked number C2: 0.0025 MPa is more than a quarter of 1.6 % of 0.6 MPa, 0.0024, and less than 0.00375."""
    station = of_standard(tmp_path, "mpe: 0.35 kPa", "mpe: 0.0025 MPa")
    with pytest.raises(PlanRefused) as refused:
        prepare("gauge-jjg52", station, Options(position="1"))
    said = str(refused.value)
    assert "2.5 kPa" in said
    assert "2.4 kPa" in said
    assert "indication/up/mark5" in said
    assert "full" not in said


def test_a_standard_of_a_quarter_of_the_limit_is_good_enough(tmp_path: Path) -> None:
    station = of_standard(tmp_path, "mpe: 0.35 kPa", "mpe: 0.0024 MPa")
    assert prepare("gauge-jjg52", station, Options(position="1")).plan.points


def shown(bench: Bench, **unit: str) -> Run:
    return digital(bench, **unit).run("digital-gauge-jjg875", position="3")


def test_the_digital_gauge_of_the_bench_comes_to_its_golden_record(
    bench: Bench, calbench_golden: Callable[[Run, Path], None]
) -> None:
    calbench_golden(bench.run("digital-gauge-jjg875", position="3"), GOLDEN / "digital-gauge-jjg875.json")


def test_a_digital_gauge_just_within_every_limit_passes(bench: Bench) -> None:
    # class 0.5 of 600 kPa: 3 kPa. Its zero rises by 1.4 kPa in the hour before: -2.8 kPa rising, up to 0.2 kPa falling
    assert shown(bench, curve=even("-4.2"), drift="1.4 kPa/h", hysteresis="2.8 kPa").verdict == "pass"


@pytest.mark.parametrize(
    ("unit", "tests"),
    [
        ({"curve": "at 540 kPa: 0 kPa, at 600 kPa: 3.2 kPa"}, {"indication"}),
        ({"curve": even("-1.7"), "hysteresis": "3.4 kPa"}, {"hysteresis"}),
        ({"drift": "1.7 kPa/h"}, {"zero-drift"}),
    ],
)
def test_a_digital_gauge_that_is_wrong_in_one_respect_fails_in_that(
    bench: Bench, unit: dict[str, str], tests: set[str]
) -> None:
    assert failing(shown(bench, **unit)) == tests


def test_a_digital_gauge_that_does_not_look_right_fails_there(bench: Bench) -> None:
    wrong = bench.mistake("visual-inspection/Display-complete/found", "wrong_answer", "not in order")
    assert failing(digital(wrong).run("digital-gauge-jjg875", position="3")) == {"visual-inspection"}


def test_an_absolute_gauge_has_no_zero_drift(bench: Bench) -> None:
    planned = bench.plan("digital-gauge-jjg875", Options(position="3", settings={"sort": "absolute"}))
    assert [one.id for one in planned.tests] == ["visual-inspection", "indication", "hysteresis"]


@pytest.mark.parametrize(("accuracy", "share", "points"), [("0.05", 2, 42), ("0.1", 3, 11), ("1.6", 3, 11)])
def test_the_standard_may_have_a_half_or_a_third_of_the_limit(
    tmp_path: Path, accuracy: str, share: int, points: int
) -> None:
    allowed = Decimal(accuracy) / 100 * 600 / share
    options = Options(position="3", settings={"accuracy_class": accuracy, "sort": "absolute"})
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    station = of_standard(good, "mpe: 0.35 kPa", f"mpe: {allowed} kPa")
    planned = prepare("digital-gauge-jjg875", station, options).plan
    assert len([one for one in planned.points if one.test == "indication"]) == points
    station = of_standard(bad, "mpe: 0.35 kPa", f"mpe: {allowed * Decimal('1.001')} kPa")
    with pytest.raises(PlanRefused, match="not of a class that is good enough"):
        prepare("digital-gauge-jjg875", station, options)


@pytest.mark.parametrize(("accuracy", "asked"), [("0.1", {"temperature"}), ("0.2", set())])
def test_the_narrow_temperature_is_asked_for_from_class_01_on(
    with_a_fine_standard: str, accuracy: str, asked: set[str]
) -> None:
    options = Options(position="3", settings={"accuracy_class": accuracy})
    planned = prepare("digital-gauge-jjg875", with_a_fine_standard, options).plan
    assert {one.id for one in planned.tests} & {"temperature"} == asked


def test_a_room_that_is_too_warm_for_class_01_fails_by_the_question_alone(
    bench: Bench, with_a_fine_standard: str
) -> None:
    fine = Bench(with_a_fine_standard, bench.root, bench.out).mistake(
        "temperature/1/within", "wrong_answer", "no"
    )
    settings_ = {"accuracy_class": "0.1", "step": "0.01 kPa"}
    found = digital(fine, step="0.01 kPa").run("digital-gauge-jjg875", position="3", settings=settings_)
    assert failing(found) == {"temperature"}


@pytest.mark.parametrize(("name", "position"), [("gauge-jjg52", "1"), ("digital-gauge-jjg875", "3")])
def test_the_budgets_cover_what_they_claim(name: str, position: str) -> None:
    report = prove(prepare(name, "demo-pressure", Options(position=position)), 30, workers=1).report
    assert [point.id for one in report.tests for point in one.points if point.verdict == "optimistic"] == []
    assert (report.stopped, report.not_shifted) == ([], [])
