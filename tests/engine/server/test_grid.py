"""The grid of a run, and the page of one unit: stages, whole tests, retakes, units that are left out."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.engine.server.conftest import Served
from tests.engine.server.driving import frames, until
from tests.engine.server.test_projection import PASS, tell

from calbench.documents.plan import Plan, TestPlan, Unit
from calbench.server.runs.frames import FULL, frame
from calbench.server.runs.judging import Judge
from calbench.server.runs.projection import Projection
from calbench.server.runs.rows import groups, rows
from calbench.server.runs.viewmodel import Cell
from calbench.server.wording import Speaker
from calbench.workflow import Options, execute, prepare, stored_plan

EN, ZH = Speaker("en"), Speaker("zh")


@pytest.fixture(scope="module")
def adjusting() -> Plan:
    return prepare("dmm-34401a-adjust", "demo-drifted", Options(simulate=True)).plan


@pytest.fixture(scope="module")
def scale() -> Plan:
    plan = prepare("scale-class3", "demo", Options(simulate=True)).plan
    return plan.model_copy(update={"uut": plan.uut.model_copy(update={"position": "1"})})


def series(plan: Plan) -> TestPlan:
    return next(test for test in plan.tests if test.kind == "series")


def measure(shown: Projection, name: str, attempt: int = 1, place: str = "1") -> None:
    for one in shown.plan.point(name).passes:
        tell(shown, "attempt_started", place, name, attempt, **{"pass": one})
        tell(shown, "attempt_finished", place, name, attempt, **{"pass": one})


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_rows_are_numbered_as_they_are_shown_and_the_whole_test_is_below_its_points(scale: Plan) -> None:
    assert [row.number for row in rows(scale)] == list(range(len(list(rows(scale)))))
    test = series(scale)
    group = next(one for one in groups(scale) if one.test == test.id)
    assert [row.id for row in group.rows] == [*test.points, test.id]
    assert [row.whole for row in group.rows] == [False] * len(test.points) + [True]
    assert not any(one.begins for one in groups(scale))


def test_each_stage_has_one_heading(adjusting: Plan) -> None:
    assert [one.stage for one in groups(adjusting) if one.begins] == ["as_found", "as_left"]


def test_a_whole_test_is_due_once_all_its_points_are_measured_and_not_while_one_is_taken_again(
    scale: Plan,
) -> None:
    shown, test = Projection(scale), series(scale)
    for name in test.points[:-1]:
        measure(shown, name)
    assert ("1", test.id) not in shown.due
    measure(shown, test.points[-1])
    mark = shown.due["1", test.id]
    for name in test.points:
        shown.judged(("1", name), shown.due[("1", name)], Cell(state="measured", verdict="pass"))
    tell(shown, "attempt_started", "1", test.points[0], 2, **{"pass": scale.point(test.points[0]).passes[0]})
    shown.judged(("1", test.id), mark, Cell(state="measured", verdict="pass"))
    assert shown.cells["1", test.id].verdict == ""  # it rests on what does not count any more
    measure(shown, test.points[0], 2)
    shown.judged(("1", test.id), shown.due["1", test.id], Cell(state="measured", verdict="fail"))
    assert shown.cells["1", test.id].verdict == "fail"
    counted = frame(shown, FULL, EN)["counts"]
    assert counted == {"done": len(test.points), "all": len(scale.points), "failed": 0}  # points alone


def test_retakes_and_what_was_discarded_are_counted_at_the_cell(scale: Plan) -> None:
    shown, name = Projection(scale), scale.points[0].id
    tell(shown, "attempt_started", "1", name, 1, **PASS)
    tell(shown, "attempt_discarded", "1", name, 1, reason="suspended")
    measure(shown, name, 2)
    tell(shown, "reading_set_aside", "1", name, reason="a draught")
    measure(shown, name, 3)
    shown.judged(("1", name), shown.due["1", name], Cell(state="measured", verdict="pass"))
    cells: Any = frame(shown, FULL, EN)["cells"]
    [cell] = [one for one in cells if one[2] == "measured"]
    assert cell[4:6] == [3, 1]  # attempts, of which do not count


def test_what_need_not_be_measured_as_left_says_so(adjusting: Plan) -> None:
    shown = Projection(adjusting)
    decided: dict[str, Any] = {
        "did": "decided",
        "rule": "if_failed",
        "reason": "nothing failed",
        "failed": [],
    }
    tell(shown, "adjustment", adjust=False, **decided)
    left = {point.id for point in adjusting.points if point.stage == "as_left"}
    assert {cell.state for (_, name), cell in shown.cells.items() if name in left} == {"omitted"}
    assert {cell.state for (_, name), cell in shown.cells.items() if name not in left} == {"waiting"}
    counted: Any = frame(shown, FULL, EN)["counts"]
    assert counted["all"] == len(adjusting.points) - len(left)
    lines: Any = frame(shown, FULL, ZH)["lines"]
    assert lines[-1]["text"].startswith("不对被测设备进行调整")


def test_who_does_not_take_part_is_named_with_the_reason(scale: Plan) -> None:
    units = [Unit(position=place, given={}, bindings=[]) for place in ("A", "B")]
    shown = Projection(scale.model_copy(update={"units": units}))
    tell(shown, "unit", "B", state="late", why="it does not answer")
    assert frame(shown, FULL, EN)["units"] == [[1, "late", "it does not answer"]]
    since = shown.revision
    tell(shown, "unit", "B", state="back", why="plugged in")
    assert frame(shown, since, EN)["units"] == [[1, "in", ""]]
    lines: Any = frame(shown, since, ZH)["lines"]
    assert lines[0]["text"] == "工位 B 重新参加：plugged in"


def test_conditions_stand_with_their_limits_and_a_suspension_with_its_cause(scale: Plan) -> None:
    shown = Projection(scale)
    assert {condition.quantity for condition in scale.conditions} >= {"temperature"}
    [condition] = [one for one in scale.conditions if one.quantity == "temperature"]
    tell(shown, "condition", quantity="temperature", value="31.5 degC", text="31.5")
    tell(shown, "violation", quantity="temperature", message="31.5 degC is outside", on_violation="suspend")
    tell(
        shown,
        "state",
        state="SUSPENDED",
        cause="environment",
        why="31.5 degC is outside",
        outputs="no_source",
    )
    told: Any = frame(shown, FULL, ZH)["head"]
    [now] = [one for one in told["conditions"] if one["name"] == "温度"]
    assert (now["value"], now["wrong"]) == ("31.5 degC", True)
    assert (condition.lower, condition.upper, now["limits"]) == ("10 degC", "30 degC", "10 °C … 30 °C")
    assert told["state_help"].startswith("环境条件超出限值")
    tell(shown, "condition", quantity="temperature", value="20.5 degC", text="20.5")
    tell(shown, "state", state="RUNNING")
    then: Any = frame(shown, FULL, EN)["head"]
    assert not any(one["wrong"] for one in then["conditions"])
    assert then["state_help"] == EN("state.RUNNING.help")
    tell(shown, "state", state="SUSPENDED", cause="lease", why="run X has it")
    assert "Another run has an instrument" in str(frame(shown, FULL, EN)["head"])


@pytest.mark.parametrize("procedure", ["scale-class3", "dmm-34401a"])
def test_what_is_computed_from_the_journal_is_what_the_record_says(served: Served, procedure: str) -> None:
    folder = next(
        one for one in served.settings.runs.glob("2026*") if stored_plan(one).procedure.id == procedure
    )
    record = json.loads((folder / "record.json").read_bytes())
    (folder / "record.json").unlink()
    names = [row.id for row in rows(stored_plan(folder))]
    with served.browser() as client:
        cells: dict[int, list[Any]] = {}
        for _, frame_ in frames(client, folder.name):
            cells |= {cell[1]: cell for cell in frame_.get("cells", [])}
            if len(cells) == len(names) and all(cell[3] for cell in cells.values()):
                break
    of_record = {one["id"]: one["verdict"] for one in record["results"]}
    assert {names[number]: cell[3] for number, cell in cells.items()} == of_record
    assert any(one["of"] == "test" for one in record["results"]) == (procedure == "scale-class3")


def test_a_run_with_stages_is_shown_and_so_is_its_unit(served: Served) -> None:
    options = Options(simulate=True, uut={"serial": "MY41000077", "customer": "Lab K"})
    done = execute(prepare("dmm-34401a-adjust", "demo-drifted", options), served.settings.runs)
    name = done.folder.name
    with served.browser() as client:
        page = text_of(client.get(f"/runs/{name}").text)
        grid = page.split("Points and positions")[1]
        assert (
            grid.index("As found") < grid.index("as_found/") < grid.index("As left") < grid.index("as_left/")
        )
        assert "The unit is adjusted" in page
        unit = text_of(client.get(f"/runs/{name}/units/1").text)
        for result in done.record.results:
            shown = " ".join(filter(None, (result.shown.error, f"±{result.shown.upper.removeprefix('+')}")))
            assert f"{result.id} " in unit
            assert shown in unit, result.id
        assert "MY41000077" in unit
        assert "Lab K" in unit
        client.post("/language", data={"language": "zh", "next": "/runs"})
        chinese = text_of(client.get(f"/runs/{name}/units/1").text)
        assert "调整前" in chinese
        assert "As found" not in chinese
        assert client.get(f"/runs/{name}/units/99").status_code == 404
        assert client.get(f"/runs/{name}/units/..%2f1").status_code == 404


def test_a_retake_stands_at_the_cell_and_on_the_page_of_the_unit(served: Served, tmp_path: Path) -> None:
    folder = next(
        one for one in served.settings.runs.glob("2026*") if stored_plan(one).procedure.id == "dmm-34401a"
    )
    lines = (folder / "journal.jsonl").read_bytes().splitlines()
    begun = [json.loads(line) for line in lines if b'"type":"attempt_started"' in line]
    first = begun[0]["point"]
    end = next(
        n for n, line in enumerate(lines) if b'"type":"attempt_finished"' in line and first.encode() in line
    )
    start = next(
        n for n, line in enumerate(lines) if b'"type":"attempt_started"' in line and first.encode() in line
    )
    aside = {**json.loads(lines[end]), "type": "reading_set_aside", "body": {"reason": "a loose lead"}}
    own = [json.loads(line) for line in lines[start : end + 1]]
    again = [{**one, "attempt": 2} for one in own if one["type"] != "exchange"]
    events = [*map(json.loads, lines[: end + 1]), aside, *again]
    for number, event in enumerate(events, start=1):
        event["seq"] = number
    (folder / "journal.jsonl").write_text(
        "".join(json.dumps(event, separators=(",", ":"), ensure_ascii=False) + "\n" for event in events),
        encoding="utf-8",
    )
    (folder / "record.json").unlink()
    with served.browser() as client:
        until(client, folder.name, lambda known: known["counts"]["done"] == 1)
        assert 'data-attempts="2"' in client.get(f"/runs/{folder.name}").text
        unit = text_of(client.get(f"/runs/{folder.name}/units/1").text)
        assert "a loose lead" in unit
        assert "attempt 1 · does not count" in unit


HYSTERESIS = """\
procedure: Hysteresis
id: hysteresis
version: 1.0.0
language: 1
roles:
  uut: {needs: [measure.voltage.dc], fallback: keyboard}
tests:
  - {test: error, read: uut.voltage.dc, points: {up: [1 V, 2 V], down: [1 V]}, mpe: 1 mV}
  - test: hysteresis
    of: error
    across: direction
    evaluate: {value: abs(up.error - down.error), limit: 0.5 mV}
"""


def test_what_is_derived_has_a_row_and_comes_to_something_once_its_points_are_measured(
    tmp_path: Path,
) -> None:
    (tmp_path / "procedure.yaml").write_text(HYSTERESIS, encoding="utf-8")
    plan = prepare(str(tmp_path / "procedure.yaml"), "keyboard", Options()).plan
    found = [(row.id, row.whole, row.derived, row.judged) for group in groups(plan) for row in group.rows]
    assert found[-2:] == [("error/down/1V", False, False, True), ("hysteresis/1V", True, True, True)]
    shown, judge = Projection(plan), Judge(plan)
    key = (plan.uut.position, "hysteresis/1V")
    for name, volts in (("error/up/1V", "1.0001"), ("error/up/2V", "2.0"), ("error/down/1V", "0.9995")):
        assert key not in shown.due
        tell(shown, "attempt_started", key[0], name, 1, **{"pass": "1"})
        read = {
            "role": "uut",
            "pass": "1",
            "text": volts,
            "value": volts,
            "unit": "V",
            "index": 1,
            "typed": True,
        }
        tell(shown, "reading", key[0], name, 1, **read)
        tell(shown, "attempt_finished", key[0], name, 1, **{"pass": "1"})
    events = [one for name in judge.needs(key) for one in shown.measured[key[0]][name]]
    cell = judge.cell(key, events)
    assert cell is not None
    assert (cell.error, cell.verdict) == ("+600", "fail")
    shown.judged(key, shown.due[key], cell)
    tell(shown, "attempt_started", key[0], "error/up/1V", 2, **{"pass": "1"})
    assert shown.cells[key].state == "waiting"  # it rests on what does not count any more
