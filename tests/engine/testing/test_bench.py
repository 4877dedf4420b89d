"""Benches as tests of a laboratory use them: other units, faults and mistakes, and no file is touched."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from calbench.errors import PlanRefused, UsageError
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options

ROOT = Path(__file__).parents[3]
FIRST = str(ROOT / "docs" / "tutorials" / "first_procedure.yaml")
STATION = ROOT / "stations" / "demo.yaml"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench("demo", ROOT, tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def good(bench: Bench) -> Run:
    return bench.run(FIRST)


def error_of(run: Run, point: str) -> Decimal:
    value = run.result(point).value
    assert value is not None
    return parse_quantity(value).value


def test_a_run_gives_record_and_journal_that_belong_together(good: Run) -> None:
    assert (good.status, good.verdict) == ("COMPLETED", "pass")
    assert good.record.journal.lines == len(good.journal)
    assert good.journal[-1].type == "run_closed"
    assert len(good.events("reading")) == 30  # three points of ten readings
    assert repr(good) == "<first-procedure on demo: COMPLETED, pass>"


def test_a_unit_is_as_the_test_says_and_the_rest_as_the_station_says(bench: Bench, good: Run) -> None:
    """60 ppm instead of the 6 ppm of the station; noise, ambient and calibrator are drawn from the same seed."""
    run = bench.unit("1", gain="60 ppm").run(FIRST)
    assert run.verdicts == {"dcv/10V/0V": "pass", "dcv/10V/5V": "fail", "dcv/10V/-10V": "fail"}
    for point, volts in (("dcv/10V/0V", 0), ("dcv/10V/5V", 5), ("dcv/10V/-10V", -10)):
        moved = error_of(run, point) - error_of(good, point)
        assert abs(moved - Decimal("54e-6") * volts) <= Decimal("1e-6")


def test_neither_the_bench_nor_the_file_changes(bench: Bench, good: Run) -> None:
    before = STATION.read_bytes()
    bad = (
        bench.unit("1", gain="60 ppm")
        .fault("calibrator", "late", after=20, count=1, seconds="1 ms")
        .seeded(3)
    )
    assert bad.run(FIRST).verdict == "fail"
    again = bench.run(FIRST)
    assert again.record.results == good.record.results
    assert STATION.read_bytes() == before
    assert again.plan.sources == bad.run(FIRST).plan.sources  # the plan is that of the file


def test_two_calls_for_one_unit_add_up(bench: Bench) -> None:
    assert bench.unit("1", gain="1 ppm").unit("1", offset="2 uV", gain="3 ppm").units == {
        "1": {"gain": "3 ppm", "offset": "2 uV"}
    }


def test_a_fault_comes_after_as_many_messages_as_the_test_says(bench: Bench) -> None:
    early, later = (bench.fault("calibrator", "silent", after=after).run(FIRST) for after in (20, 30))
    assert early.status == later.status == "UNSAFE"
    assert len(early.events("reading")) < len(later.events("reading")) < 30
    assert later.verdict == "not_evaluated"


def test_a_mistake_of_the_operator(bench: Bench, good: Run) -> None:
    (asked,) = (str(one.body["id"]) for one in good.events("asked"))
    forgot = bench.mistake(asked, "no_connection").run(FIRST)
    assert forgot.verdicts["dcv/10V/5V"] == "fail"  # an open input is not 5 V


def test_another_seed_draws_other_readings_and_the_same_seed_the_same(bench: Bench, good: Run) -> None:
    first, second = bench.seeded(7).run(FIRST), bench.seeded(7).run(FIRST)
    assert first.record.results == second.record.results != good.record.results


def test_options_reach_the_run(bench: Bench) -> None:
    run = bench.run(FIRST, uut={"serial": "X1"}, only=("dcv/10V/5V",))
    assert list(run.verdicts) == ["dcv/10V/5V"]
    assert run.record.uut["serial"] == "X1"


def test_names_are_found_from_the_repository_wherever_pytest_was_started(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bench.plan("scale-class3", Options(position="2")).station == "demo"
    assert Path.cwd() == tmp_path


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("2nd", {"gain": "1 ppm"}, "nothing that is called '2nd'. There are: calibrator, climate, 1, 2"),
        ("weights", {"mass": "1 kg"}, "nothing that is called 'weights'"),  # a person carries them
        ("1", {"gain": "6 ppn"}, "1: gain = '6 ppn'"),
        ("1", {"gian": "6 ppm"}, "gian"),
        ("1", {"gain": 6e-6}, "write it as text with its unit"),
    ],
)
def test_units_that_cannot_be(bench: Bench, name: str, settings: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        bench.unit(name, **settings).run(FIRST)
    assert said in str(refused.value)


def test_faults_and_mistakes_that_cannot_be(bench: Bench) -> None:
    with pytest.raises(UsageError, match=r"kind = 'quiet'.*'silent'"):
        bench.fault("calibrator", "quiet")
    with pytest.raises(UsageError, match="do = 'sleep'"):
        bench.mistake("connect/leads", "sleep")
    with pytest.raises(UsageError, match="nothing that is called 'source'"):
        bench.fault("source", "silent").run(FIRST)


def test_a_fault_or_mistake_that_never_happens_is_told(bench: Bench) -> None:
    with pytest.raises(
        UsageError, match=r"fault silent of 1 never happened: it comes after 1000 messages, and"
    ):
        bench.fault("1", "silent", after=1000).run(FIRST)
    with pytest.raises(UsageError, match=r"nobody was asked 'connect/lead'. Asked was: connect/leads"):
        bench.mistake("connect/lead", "no_connection").run(FIRST)


def test_a_fault_happens_at_the_very_next_message_and_not_one_later(bench: Bench) -> None:
    with pytest.raises(UsageError, match="there were") as never:
        bench.fault("1", "late", after=1000, seconds="1 ms").run(FIRST)
    (messages,) = re.findall(r"there were (\d+)", str(never.value))
    last = int(messages) - 1
    assert bench.fault("1", "late", after=last, seconds="1 ms").run(FIRST).verdict == "pass"
    with pytest.raises(UsageError, match="never happened"):
        bench.fault("1", "late", after=last + 1, seconds="1 ms").run(FIRST)


def test_a_result_that_is_not_there(good: Run) -> None:
    with pytest.raises(UsageError, match=r"no result 'dcv/10V/1V'. There are: dcv/10V/0V, dcv/10V/5V"):
        good.result("dcv/10V/1V")


def test_leads_that_nobody_is_asked_to_connect_are_as_the_station_has_them(
    bench: Bench, tmp_path: Path
) -> None:
    path = tmp_path / "bare.yaml"
    text = Path(FIRST).read_text("utf-8").replace("    connection: leads\n", "")
    path.write_text(text, encoding="utf-8")
    run = bench.run(str(path))
    assert run.verdict == "pass"
    assert run.events("asked") == []


def test_a_run_of_several_units_has_a_record_of_each(tmp_path: Path) -> None:
    scales = Bench("demo-scales-4", ROOT, tmp_path)
    run = scales.run_with("scale-class3", Options(positions=("1", "2"), only=("repeatability/*",)))
    assert sorted(run.records) == ["1", "2"]
    with pytest.raises(UsageError, match=r"had several units. Take one of records: 1, 2"):
        assert run.verdict


def test_a_station_in_real_time_is_refused(bench: Bench, tmp_path: Path) -> None:
    slow = tmp_path / "slow.yaml"
    slow.write_text(
        STATION.read_text("utf-8").replace("clock: virtual", "clock: real"), encoding="utf-8", newline="\n"
    )
    with pytest.raises(UsageError, match="simulated in real time"):
        Bench(str(slow), ROOT, tmp_path).run(FIRST)


def test_a_station_without_twin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="keyboard has no simulation"):
        Bench("keyboard", ROOT, tmp_path).run("analogue-voltmeter")


def test_a_plan_that_is_refused_says_so(bench: Bench) -> None:
    with pytest.raises(PlanRefused):
        bench.plan(FIRST, Options(position="2"))  # a scale


def test_an_open_bench_has_its_drivers_and_knows_the_truth(bench: Bench) -> None:
    with bench.unit("1", gain="0 ppm", offset="5 mV").opened() as opened:
        opened.driver("calibrator")
        volts = opened.driver("1").measure_dc_voltage(10)
        assert abs(volts.value - Decimal("0.005")) < Decimal("30e-6")  # nothing is applied
        with pytest.raises(UsageError, match=r"no line to 'weights'. There are: calibrator"):
            opened.driver("weights")
