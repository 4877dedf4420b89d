"""Several units on the command line: who they are, how they go on at 80 columns, and how they ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calbench.cli import main
from calbench.cli.choosing import orders
from calbench.cli.ending import summary
from calbench.cli.grid import progress
from calbench.documents.journal import Event
from calbench.documents.plan import Plan, Unit
from calbench.documents.record import Record, Shown, Verdict
from calbench.documents.record import Result as PointResult
from calbench.documents.sharing import SharingPlan
from calbench.workflow import Options, prepare

ONE_POINT = ("--only", "dcv/10V/10V", "--format", "")
UNITS = """language: 1
all: {customer: Example Ltd.}
units:
  1: {serial: US1, maker: HP}
  3: {serial: US3}
"""


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def units(tmp_path: Path) -> Path:
    path = tmp_path / "units.yaml"
    path.write_text(UNITS, encoding="utf-8")
    return path


def test_work_orders_come_from_the_file_and_the_options_go_before_it(units: Path) -> None:
    uut, each = orders(("customer=Other", "3:serial=US9", "4:serial=US4"), units)
    assert uut == {"customer": "Other"}
    assert each == {"1": {"serial": "US1", "maker": "HP"}, "3": {"serial": "US9"}, "4": {"serial": "US4"}}


def test_a_value_may_have_a_colon_in_it() -> None:
    assert orders(("name=a:b",), None) == ({"name": "a:b"}, {})


@pytest.mark.parametrize("text", [":serial=1", "1:=2", "serial"])
def test_what_is_no_work_order_is_refused(text: str) -> None:
    found = invoke("plan", "dmm-34401a", "demo-bench-4", "--uut", text)
    assert found.exit_code == 2
    assert "--uut" in found.output


def test_a_mistake_in_the_file_is_shown_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "units.yaml"
    path.write_text(UNITS.replace("serial: US3", "serail: US3"), encoding="utf-8")
    for words in (("check", path), ("plan", "dmm-34401a", "demo-bench-4", "--units", path)):
        found = invoke(*words)
        assert found.exit_code == 2
        assert "units.yaml:5:7: error: unknown key 'serail'" in found.output
        assert "did you mean 'serial'?" in found.output


def test_the_plan_shows_the_units(units: Path) -> None:
    found = invoke("plan", "dmm-34401a", "demo-bench-4", "--units", units, "--only", "dcv/10V/*")
    assert found.exit_code == 0, found.output
    assert "2 units, parallel; a unit that is late: ask." in found.output
    assert "1         agilent/a34401a  customer Example Ltd., maker HP, serial US1" in found.output
    assert "3         agilent/a34401a  customer Example Ltd., serial US3" in found.output
    plan = json.loads(invoke("plan", "dmm-34401a", "demo-bench-4", "--position", "all", "--json").output)
    assert [unit["position"] for unit in plan["units"]] == ["1", "2", "3", "4"]


def test_one_position_is_a_run_of_one_unit() -> None:
    plan = json.loads(invoke("plan", "dmm-34401a", "demo-bench-4", "--position", "2", "--json").output)
    assert "units" not in plan
    assert plan["uut"]["position"] == "2"


def test_a_run_ends_as_its_worst_unit(tmp_path: Path) -> None:
    """Position 3 of the bench is out of its limits; the others are not."""
    words = ("run", "dmm-34401a", "demo-bench-4", *ONE_POINT, "--out", tmp_path)
    found = invoke(*words, "--position", "all")
    assert found.exit_code == 1, found.output
    rows = [line.split() for line in found.output.splitlines() if line.endswith("COMPLETED")]
    assert [row[:3] for row in rows] == [
        ["1", "1/1", "pass"],
        ["2", "1/1", "pass"],
        ["3", "0/1", "FAIL"],
        ["4", "1/1", "pass"],
    ]
    good = invoke(*words, "--position", "1", "--position", "2")
    assert good.exit_code == 0, good.output


def test_the_outcome_for_machines_has_every_unit(tmp_path: Path) -> None:
    found = invoke(
        "run", "dmm-34401a", "demo-bench-4", *ONE_POINT, "--out", tmp_path, "--json",
        "--position", "1", "--position", "3", "--uut", "3:serial=US3",
    )  # fmt: skip
    told = json.loads(found.stdout)
    assert told["verdict"] == "fail"
    assert {name: one["verdict"] for name, one in told["units"].items()} == {"1": "pass", "3": "fail"}
    assert told["units"]["3"]["serial"] == "US3"
    assert told["units"]["3"]["run"] == f"{told['run']}-3"
    run = Path(told["folder"])
    again = json.loads(invoke("evaluate", run, "--json").stdout)
    assert {name: one["verdict"] for name, one in again["units"].items()} == {"1": "pass", "3": "fail"}
    some = invoke("certify", run, "--format", "csv", "--position", "3")
    assert some.stdout.split() == [str(run / "units" / "3" / "results.csv")]
    wrong = invoke("certify", run, "--format", "csv", "--position", "2")
    assert (wrong.exit_code, "it has 1, 3" in wrong.output) == (2, True)
    assert invoke("verify", run).exit_code == 0
    assert invoke("verify", run / "units" / "3").exit_code == 0
    assert invoke("trace", run).exit_code == 2
    assert invoke("trace", run / "units" / "3").exit_code == 0


@pytest.fixture(scope="module")
def many() -> Plan:
    """A plan of 48 units at two points."""
    options = Options(positions=("all",), only=("dcv/10V/5V", "dcv/10V/10V"))
    return prepare("dmm-34401a", "demo-bench-48", options).plan


def event(kind: str, position: str, point: str = "", **body: object) -> Event:
    return Event.model_validate(
        {
            "seq": 1,
            "prev": "0" * 64,
            "t_utc": "",
            "t_mono": "",
            "actor": "runner",
            "type": kind,
            "position": position,
            "point": point,
            "body": body,
        }
    )


def result(position: str, point: str) -> PointResult:
    verdict: Verdict = "fail" if position == "17" else "pass"
    shown = Shown(unit={"en": "V"}, error_unit={"en": "µV"}, error=f"+{position}")
    return PointResult(id=point, test="dcv", of="point", verdict=verdict, shown=shown)


def shown(plan: Plan, events: list[Event], capsys: pytest.CaptureFixture[str]) -> list[str]:
    see = progress(plan, result)
    for one in events:
        see(one)
    return capsys.readouterr().out.splitlines()


def test_forty_eight_units_are_read_at_eighty_columns(many: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(
        many,
        [
            *(event("attempt_finished", one, "dcv/10V/5V", **{"pass": "1"}) for one in many.positions),
            event("unit", "20", state="dropped", why="it is dead"),
            *(
                event("attempt_finished", one, "dcv/10V/10V", **{"pass": "1"})
                for one in many.positions
                if one != "20"
            ),
        ],
        capsys,
    )
    assert max(len(line) for line in lines) <= 80
    assert lines == [
        ". pass   F fail   ? indeterminate   - not evaluated   x left out",
        "point        positions 1–48",
        "dcv/10V/5V   .......... ......F... .......... .......... ........",
        "! position 20 is left out: it is dead",
        "dcv/10V/10V  .......... ......F..x .......... .......... ........",
    ]


def test_a_row_is_written_when_the_next_point_begins(many: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    few = many.model_copy(update={"units": many.units[:3]})
    lines = shown(
        few,
        [
            event("attempt_finished", "1", "dcv/10V/5V", **{"pass": "1"}),
            event("attempt_finished", "3", "dcv/10V/5V", **{"pass": "1"}),
            event("attempt_started", "1", "dcv/10V/10V", **{"pass": "1"}),
        ],
        capsys,
    )
    assert lines[1:] == [
        "point                  1          2          3",
        "dcv/10V/5V          +1 .                  +3 .  µV",
    ]


def test_units_that_follow_one_another_have_a_line_for_each_point(
    many: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    units: list[Unit] = many.units[:2]
    sharing = SharingPlan(mode="one_at_a_time", order="unit_first")
    few = many.model_copy(update={"units": units, "sharing": sharing})
    events = [event("attempt_finished", one, "dcv/10V/5V", **{"pass": "1"}) for one in ("1", "2")]
    lines = shown(few, events, capsys)
    assert [line.split()[:3] for line in lines[1:]] == [["1", "dcv/10V/5V", "+1"], ["2", "dcv/10V/5V", "+2"]]


def test_why_the_run_ended_is_said_once_and_not_in_the_line_of_each_unit(tmp_path: Path) -> None:
    words = (
        "run",
        "dmm-34401a",
        "demo-bench-4",
        *ONE_POINT,
        "--out",
        tmp_path,
        "--position",
        "1",
        "--position",
        "2",
    )
    done = invoke(*words, "--json")
    run = Path(json.loads(done.stdout)["folder"])
    whole = [
        Record.model_validate_json(path.read_bytes()) for path in sorted(run.glob("units/*/record.json"))
    ]
    why = "Stopped by A. Meier: fire drill."
    ended = [one.model_copy(update={"run": one.run.model_copy(update={"reason": why})}) for one in whole]
    dropped = ended[1].model_copy(update={"run": ended[1].run.model_copy(update={"reason": "It is dead."})})
    assert why not in summary(ended, why)
    assert "It is dead." in summary([ended[0], dropped], why)
