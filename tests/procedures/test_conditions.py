"""Every operating condition of every shipped procedure is missed by a bench that is wrong in it: nothing is judged.

Windows of flow: OIML R 49 and EN 1434-5 as the reference facts and procedures name them; a flow that is 15 % off lies
outside of each. Temperatures: what each procedure allows stands beside its row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from tests.procedures.flow import WATER, missed
from tests.procedures.one_respect import Case
from tests.procedures.test_one_respect import run, shipped

from calbench.certificates.assemble import assemble
from calbench.certificates.conclusion import title_key
from calbench.certificates.content import Table
from calbench.documents.canonical import canonical, digest
from calbench.documents.operating import Validity
from calbench.evaluation.verifying import verify_record
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options

BENCHES = [
    Case(WATER, "demo-water", units={"supply": {"off": "15 %"}}),
    # 5 %; 1 K between meter and bell
    Case("gas-meter-jjg577", "demo-gas", units={"prover": {"off": "-15 %"}, "1": {"warming": "1.5 K"}}),
    # 50 degC within 5 K; baths within 1 K
    Case("heat-meter-jjg225", "demo-heat", units={
        "supply": {"off": "15 %", "temperature": "57"}, "hot": {"off": "1.5 K"}, "cold": {"off": "-1.5 K"}}),
    Case("heat-meter-jjg225", "demo-heat", units={"supply": {"off": "-15 %", "temperature": "57"}},
         settings={"method": "flow sensor"}),
    # 0.1 K
    Case("heat-sensor-pair-jjg225", "demo-heat-pair", units={"hot": {"offset": "0.3 K"}, "cold": {"offset": "0.3 K"}}),
    Case("fuel-dispenser-jjg443", "demo-fuel", units={"can": {"warming": "5 K"}}),  # 4 K
    # 2 K; a bath that wanders by some millikelvin, where the budget allows for less
    Case("rtd-jjg229", "demo-prt", units={"bath": {"offset": "3 K"}}, settings={"stability": "0.1 mK"}),
    Case("thermometer-digital", "demo-thermometer", settings={"stability": "0.1 mK"}),
    Case("transmitter-jjf1183", "demo-temperature-tx", settings={"stability": "0.1 mK"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def runs(calbench_bench: Callable[[str], Bench]) -> Mapping[int, Run]:
    return {number: run(calbench_bench, case) for number, case in enumerate(BENCHES)}


@pytest.mark.parametrize("number", range(len(BENCHES)), ids=lambda number: str(BENCHES[number]))
def test_what_is_measured_outside_of_its_conditions_is_not_judged(
    runs: Mapping[int, Run], number: int
) -> None:
    found = runs[number]
    assert missed(found)  # each of which is not evaluated
    assert found.verdict == "not_evaluated"
    assert title_key(found.record) != "title.pass"
    told = {event.point for event in found.events("outside")}
    assert told == missed(found)  # at once, each
    for name in missed(found):
        result = found.result(name)
        assert result.value is not None  # all values are there
        assert "Not judged" in result.remark


def test_every_condition_of_every_procedure_is_missed_by_a_bench(runs: Mapping[int, Run]) -> None:
    stated = {
        (name, test.test, one.name["en"])
        for name, procedures in shipped().items()
        for procedure in procedures
        for test in procedure.tests
        for one in test.conditions or []
        if not isinstance(one, Validity)  # that a formula holds: test_formulas
    }
    seen = {
        (BENCHES[number].procedure, result.test, one.name["en"])
        for number, found in runs.items()
        for result in found.record.results
        for one in result.operating
        if not one.holds
    }
    assert stated == seen


# --- what is said of it, and what may be done about it, at the water meters ---


def test_the_flow_is_in_the_record_and_on_the_certificate_in_both_languages(runs: Mapping[int, Run]) -> None:
    found = runs[0]
    one = found.result("error/Q3").operating[0]
    assert one.value is not None
    assert float(parse_quantity(one.value).in_unit("m^3/h")) == pytest.approx(1.15 * 3.8, rel=0.03)
    assert (one.lower, one.upper, one.holds) == ("3.6 m³/h", "4 m³/h", False)
    for language, name, not_held, notice in (
        ("en", "Actual flow", "no", "Measured outside of the conditions of the procedure"),
        ("zh", "实际流量", "否", "不满足测量条件"),
    ):
        content = assemble(found.record, digest(found.record), language)  # type: ignore[arg-type] # each of both
        rows = [
            row.cells
            for section in content.sections
            for block in section.blocks
            if isinstance(block, Table)
            for row in block.rows
            if name in row.cells
        ]
        assert [row[2:] for row in rows][:1] == [[name, one.found, "3.6 … 4 m³/h", not_held]]
        assert len(rows) == 3
        assert any(notice in text for text in content.notices)
        assert content.verdict == "not_evaluated"


def test_a_passage_that_was_off_may_be_let_again_at_once(calbench_bench: Callable[[str], Bench]) -> None:
    bench = calbench_bench("demo-water").unit("supply", off="15 %", off_times="1")
    again = bench.mistake("conditions/error/Q3", "wrong_answer", "retake")
    found = again.run(WATER, position="1")
    assert found.verdict == "pass"
    assert missed(found) == set()
    first, second = found.record.attempts["error/Q3"]
    assert (first.counts, second.counts) == (False, True)
    assert "Actual flow was 4.3" in second.reason
    assert second.by == "simulated operator"
    order = [event.point for event in found.events("attempt_finished") if event.point.startswith("error/")]
    assert order == ["error/Q3", "error/Q3", "error/Q2", "error/Q1"]  # before the next flow is set
    assert found.record.run.retakes == 1


def test_the_operator_is_asked_no_more_often_than_the_procedure_allows(
    calbench_bench: Callable[[str], Bench],
) -> None:
    bench = calbench_bench("demo-water").unit("supply", off="15 %")
    always = bench.mistake("conditions/error/Q3", "wrong_answer", "retake")
    found = always.run(WATER, position="1", only=("error/Q3",))
    assert len(found.record.attempts["error/Q3"]) == 3  # allowed: 2
    assert missed(found) == {"error/Q3"}


def test_meters_in_series_miss_the_window_together(calbench_bench: Callable[[str], Bench]) -> None:
    bench = calbench_bench("demo-water").unit("supply", off="15 %")
    found = bench.run_with(WATER, Options(positions=("all",), only=("error/Q1",)))
    assert {record.verdict for record in found.records.values()} == {"not_evaluated"}
    assert {event.position for event in found.events("outside")} == {"1", "2", "3"}


def test_what_was_found_is_recomputed(runs: Mapping[int, Run]) -> None:
    """A record that says that a condition held, or that its point passed, does not follow from its readings."""
    record = runs[0].record
    assert all(one.holds is not False for one in verify_record(canonical(record)))
    first = runs[0].result("error/Q3")
    held = first.operating[0].model_copy(update={"holds": True})
    for change in ({"operating": [held]}, {"verdict": "pass"}):
        results = [one.model_copy(update=change) if one.id == first.id else one for one in record.results]
        changed = record.model_copy(update={"results": results})
        assert any(one.holds is False for one in verify_record(canonical(changed)))
