"""What rests on a point that was measured outside of its conditions is not judged either; and how it is taken again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from calbench.documents.journal import parse
from calbench.documents.record import Result
from calbench.errors import PlanRefused
from calbench.testing.bench import Bench
from calbench.workflow import JOURNAL, Finished, Options, execute, prepare

LOT = """\
procedure: Net contents
id: net
version: 1.0.0
language: 1
parameters:
  light: {type: quantity, unit: g, default: 1 g}
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
    conditions: [{name: Wrapping, value: empty, to: light}]
  - test: gross
    apply: uut.count
    points: [{at: repeat, label: package}]
    times: 2
    inputs: {mx: {read: balance.mass, expected: 500 g, resolution: 0.1 g}}
    indication: mx
    reference: 500 g
    mpe: 50 g
    uncertainty: [{name: Wrappings, std: tare.stdev}]
  - test: net
    apply: uut.count
    points: [{at: repeat, label: package}]
    times: 2
    inputs: {mx: {read: balance.mass, expected: 500 g, resolution: 0.1 g}}
    indication: mx - mean(tare.indication)
    reference: 500 g
    mpe: 50 g
  - test: plain
    apply: uut.count
    points: [{at: "1"}]
    inputs: {mx: {read: balance.mass, expected: 500 g, resolution: 0.1 g}}
    indication: mx
    reference: 500 g
    mpe: 50 g
  - test: mean
    of: net
    across: all
    evaluate: {value: mean(error), limit: 50 g}
  - test: heaviest
    of: tare
    across: all
    evaluate: {value: max(indication), limit: 50 g}
policy: {retake: {allowed: 1}}
"""


def execution(folder: Path, **settings: str) -> Finished:
    (folder / "net.yaml").write_text(LOT, encoding="utf-8")
    options = Options(position="1", settings=settings)
    return execute(prepare(str(folder / "net.yaml"), "demo-prepack", options), folder)


def results(finished: Finished) -> Mapping[str, Result]:
    return {one.id: one for one in finished.record.results}


def test_what_rests_on_a_point_outside_of_its_conditions_is_not_judged(tmp_path: Path) -> None:
    finished = execution(tmp_path)  # wrappings of some 12 g
    found = results(finished)
    assert {one.id for one in found.values() if one.verdict == "pass"} == {"plain/1"}
    assert {one.verdict for one in found.values()} == {"pass", "not_evaluated"}
    behind = "tare/wrapping/1, tare/wrapping/2, tare/wrapping/3"
    assert found["tare/wrapping/1"].remark.startswith("Not judged: Wrapping was")
    whole = [name for name in found if name.startswith(("mean", "heaviest"))]
    assert len(whole) == 2, sorted(found)
    for name in ("gross/package/1", "net/package/2", *whole):
        # by its U, by its indication, by the points that it follows from
        assert found[name].remark.startswith(f"Not judged: it rests on {behind}"), name
    assert finished.record.verdict == "not_evaluated"


def test_within_its_conditions_all_is_judged(tmp_path: Path) -> None:
    finished = execution(tmp_path, light="20 g")
    judged = {name: one.verdict for name, one in results(finished).items() if one.test != "tare"}
    assert set(judged.values()) == {"pass"}
    assert finished.record.verdict == "pass"  # the wrappings have no limit: others use them
    assert [one.operating[0].holds for one in finished.record.results if one.test == "tare"] == [True] * 3


def test_the_operator_is_asked_point_by_point_and_what_stays_stays(tmp_path: Path) -> None:
    finished = execution(tmp_path)
    events, _ = parse((finished.folder / JOURNAL).read_bytes())
    said = [(one.type, one.point or str(one.body.get("id", ""))) for one in events]
    for number in (1, 2, 3):
        name = f"tare/wrapping/{number}"
        told = said.index(("outside", name))
        assert said[told + 1] == ("asked", f"conditions/{name}")
        assert said.count(("asked", f"conditions/{name}")) == 1  # not again at the end of the test
    assert said.index(("asked", "conditions/tare/wrapping/1")) < said.index(
        ("attempt_started", "tare/wrapping/2")
    )


def test_bounds_that_leave_nothing_are_refused_by_the_plan(tmp_path: Path) -> None:
    text = LOT.replace("to: light}", "from: 5 g, to: light}").replace("default: 1 g", "default: 6 g")
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanRefused, match=r"condition 'Wrapping' cannot be planned: it allows nothing"):
        prepare(str(tmp_path / "net.yaml"), "demo-prepack", Options(position="1", settings={"light": "4 g"}))


def test_a_test_in_one_go_is_taken_again_as_a_whole(
    calbench_bench: Callable[[str], Bench], tmp_path: Path
) -> None:
    (tmp_path / "net.yaml").write_text(
        LOT.replace("  - test: tare\n", "  - test: tare\n    atomic: true\n"), encoding="utf-8"
    )
    bench = calbench_bench("demo-prepack").mistake("conditions/tare/wrapping/1", "wrong_answer", "retake")
    found = bench.run(str(tmp_path / "net.yaml"), position="1")
    order = [one.point for one in found.events("attempt_finished") if one.point.startswith("tare/")]
    assert order == [f"tare/wrapping/{number}" for number in (1, 2, 3)] * 2
    assert [len(found.record.attempts[name]) for name in order[:3]] == [2, 2, 2]
