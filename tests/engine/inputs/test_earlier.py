"""Models that use an earlier test, as a net content the mean tare; the number of a repeat; the room as an input."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from calbench.authoring.loading import load_procedure
from calbench.documents.journal import parse
from calbench.documents.record import Record
from calbench.errors import InvalidFile
from calbench.evaluation.recording import evaluate_run
from calbench.evaluation.results import conclude_all
from calbench.quantities import parse_quantity
from calbench.workflow import JOURNAL, Finished, Options, execute, prepare, surroundings

NET = """\
procedure: Net contents
id: net
version: 1.0.0
language: 1
roles:
  uut:     {needs: [source.count], fallback: keyboard}
  balance: {needs: [measure.mass], fallback: keyboard}
tests:
  - test: tare
    apply: uut.count
    points: [{at: 100 + repeat, label: wrapping}]
    times: 3
    inputs: {empty: {read: balance.mass, expected: 12 g, resolution: 0.1 g}}
    indication: empty
    reference: 0 g
  - test: contents
    apply: uut.count
    points: [{at: repeat, label: package}]
    times: 2
    inputs: {gross: {read: balance.mass, expected: 500 g, resolution: 0.1 g}}
    indication: gross - mean(tare.indication)
    reference: 500 g
    mpe: 20 g
    uncertainty: [{name: Tare, std: tare.stdev}]
"""


def written(folder: Path, text: str = NET) -> str:
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    return str(folder / "net.yaml")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("net")
    return execute(prepare(written(folder), "demo-prepack", Options(position="1")), folder)


def readings(record: Record, test: str) -> list[Decimal]:
    names = [one.id for one in record.plan.points if one.test == test]
    return [parse_quantity(record.attempts[name][0].readings[0].text).value * 1000 for name in names]


def test_the_mean_of_the_earlier_test_is_taken_off(finished: Finished) -> None:
    record = finished.record
    tares, (first, second) = readings(record, "tare"), readings(record, "contents")
    results = {one.id: one for one in record.results}
    for name, gross in (("contents/package/1", first), ("contents/package/2", second)):
        indication = parse_quantity(results[name].indication or "").value * 1000
        assert abs(indication - (gross - sum(tares, Decimal(0)) / 3)) < Decimal("1e-20")
        spread = parse_quantity(results[name].std_uncertainty or "").value * 1000
        assert spread > 0
    assert record.verdict == "pass"  # the tare has no limit, and is judged where it is used


def test_each_repeat_has_its_own_nominal_value(finished: Finished) -> None:
    nominal = {one.id: one.nominal for one in finished.record.plan.points}
    assert nominal == {
        "tare/wrapping/1": "101", "tare/wrapping/2": "102", "tare/wrapping/3": "103",
        "contents/package/1": "1", "contents/package/2": "2",
    }  # fmt: skip


def test_nothing_is_known_of_a_content_before_every_wrapping_was_weighed(finished: Finished) -> None:
    lines = (finished.folder / JOURNAL).read_bytes().splitlines(keepends=True)
    final = {one.id: one for one in finished.record.results}
    tares = {name for name in final if name.startswith("tare/")}
    whole = 0
    for cut in range(1, len(lines)):
        head = b"".join(lines[:cut])
        done = {event.point for event in parse(head)[0] if event.type == "attempt_finished"}
        for one in evaluate_run(finished.record.plan, head).results:
            if one.test != "contents":
                continue
            known = tares <= done and one.id in done
            assert (one.value is not None) == known
            assert not known or one == final[one.id]
            whole += known
    assert whole


def test_a_wrapping_that_was_not_weighed_is_named(finished: Finished) -> None:
    record = finished.record
    attempts = {name: several for name, several in record.attempts.items() if name != "tare/wrapping/2"}
    results = {one.id: one for one in conclude_all(record.plan, attempts)}
    assert results["contents/package/1"].verdict == "not_evaluated"
    assert results["contents/package/1"].remark == "Not every point of tare was measured, on which it rests."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mean(tare.indication)", "mean(later.indication)"),  # there is no such test
        ("mean(tare.indication)", "tare.indication"),  # a value for each wrapping, and one is needed
        ("    indication: empty", "    indication: empty - mean(contents.indication)"),  # it comes after
        ("points: [{at: repeat, label: package}]\n    times: 2", "points: [repeat]"),  # nothing is repeated
    ],
)
def test_what_a_model_cannot_use_is_refused(tmp_path: Path, old: str, new: str) -> None:
    assert old in NET
    with pytest.raises(InvalidFile):
        load_procedure(Path(written(tmp_path, NET.replace(old, new))), surroundings())


def test_the_room_is_read_by_a_role_that_needs_it(tmp_path: Path) -> None:
    text = NET.replace(
        "  balance: {", "  barometer: {needs: [environment.pressure], fallback: keyboard}\n  balance: {"
    )
    text = text.replace("gross: {", "air: {read: barometer.pressure, expected: 1013 hPa}, gross: {")
    refused = text.replace("environment.pressure", "environment.humidity")
    with pytest.raises(InvalidFile):
        load_procedure(Path(written(tmp_path, refused)), surroundings())
    load_procedure(Path(written(tmp_path, text)), surroundings())
    plan = prepare("weights-jjg99", "demo-weights", Options(position="1")).plan
    kinds = {one.name: one.kind for point in plan.points for one in point.inputs}
    assert kinds == {
        "ta": "environment", "ha": "environment", "pa": "environment",
        "A1": "measure", "B1": "measure", "B2": "measure", "A2": "measure",
    }  # fmt: skip
