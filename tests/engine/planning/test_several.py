"""Several units under test in one plan: who is where, what each has for itself, and what cannot be shared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.engine.planning.conftest import changed

from calbench.documents.canonical import digest
from calbench.documents.plan import Plan
from calbench.errors import InvalidFile, PlanRefused
from calbench.workflow import Options, prepare

if TYPE_CHECKING:
    from tests.engine.planning.conftest import Planner

DMM, SCALE, OWN = "electrical/dmm-34401a.yaml", "mass/scale-class3.yaml", "electrical/own.yaml"
SOURCES = "source.voltage.dc, source.resistance.4w"
SOURCE = "  {0}: {{driver: fluke/f5730a, link: {{visa: 'GPIB0::{1}::INSTR'}}, asset: {2}, provides: [{3}]}}"
CALIBRATOR = SOURCE.format("calibrator", 4, "REF-0017", SOURCES)
METER = "  {0}: {{driver: agilent/a34401a, link: {{visa: 'GPIB0::{1}::INSTR'}}{2}}}"
CLIMATE = "  climate: {driver: vaisala/hmt330, link: {serial: COM3, line: 4800 7E1}, asset: ENV-0004}"


def bench(folder: Planner, *meters: str, instruments: str = CALIBRATOR) -> str:
    """Write a station with these positions (`1`, or `1: {more}`), and give its path."""
    positions = [
        METER.format(name, 10 + number, f", {more}" if more else "")
        for number, (name, _, more) in enumerate((one.partition("=") for one in meters), start=1)
    ]
    path = folder.folder / "stations" / "several.yaml"
    path.write_text(
        "\n".join(
            [
                "station: several",
                "language: 1",
                "simulated: true",
                "instruments:",
                instruments,
                CLIMATE,
                "positions:",
                *positions,
                "simulation: {clock: virtual, start: 2026-01-05T08:00:00Z}",
                "",
            ]
        ),
        encoding="utf-8",
    )
    return str(path)


def plan(station: str, options: Options, procedure: str = DMM) -> Plan:
    return prepare(str(Path(station).parents[1] / "procedures" / procedure), station, options).plan


def own(planner: Planner, shipped: str, *changes: tuple[str, str]) -> str:
    """Write a procedure of our own, a shipped one with changes, and give its path in the folder of procedures."""
    path = Path(shipped).with_name("own.yaml")
    text = changed((planner.folder / "procedures" / shipped).read_text(encoding="utf-8"), changes)
    (planner.folder / "procedures" / path).write_text(text, encoding="utf-8")
    return str(path)


def refused(station: str, options: Options, procedure: str = DMM) -> list[str]:
    with pytest.raises(PlanRefused) as error:
        plan(station, options, procedure)
    return error.value.reasons


def test_units_are_planned_together_each_with_its_own_work_order(planner: Planner) -> None:
    station = bench(planner, "1", "2", "3")
    orders = {"1": {"serial": "A"}, "3": {"serial": "C"}}
    found = plan(station, Options(positions=("1", "3"), uut={"customer": "X"}, units=orders))
    assert found.positions == ["1", "3"]
    assert found.uut.position == ""
    assert found.sharing is not None
    assert found.sharing.mode == "parallel"
    assert [unit.bindings[0].expect_serial for unit in found.units] == ["A", "C"]
    one = found.at("3")
    assert one.uut.given == {"customer": "X", "serial": "C"}
    assert one.of_run == digest(found)
    assert [binding.instrument for binding in one.bindings if binding.role == "uut"] == ["3"]
    with pytest.raises(KeyError):
        found.at("2")


def test_what_concerns_one_unit_is_the_plan_it_would_have_alone(planner: Planner) -> None:
    station = bench(planner, "1", "2", "3", "4")
    one = plan(station, Options(positions=("all",))).at("2")
    alone = plan(station, Options(position="2"))
    assert one.points == alone.points
    assert one.connections == alone.connections
    assert one.standards == alone.standards
    assert one.uut == alone.uut
    assert {binding.role: binding for binding in one.bindings} == {
        binding.role: binding for binding in alone.bindings
    }
    assert [step.model_copy(update={"each": False}) for step in one.steps] == alone.steps


def test_texts_name_every_position_and_those_of_one_unit_its_own(planner: Planner) -> None:
    found = plan(bench(planner, "1", "2", "3", "4"), Options(positions=("all",)))
    title = {one.id: one.title["en"] for one in found.connections}["ohm4w"]
    assert title == "Four-wire leads, position 1–4"
    assert {one.id: one.title["en"] for one in found.at("3").connections}["ohm4w"].endswith("position 3")
    assert [step.each for step in found.steps[:3]] == [True, False, True]  # identify, warm up, configure


def test_a_run_of_one_unit_says_nothing_of_several(planner: Planner) -> None:
    alone = plan(bench(planner, "1", "2"), Options(positions=("2",)))
    assert alone.units == []
    assert {"units", "sharing", "of_run"}.isdisjoint(alone.model_dump(mode="json"))
    assert all("each" not in step.model_dump() for step in alone.steps)
    assert alone.uut.position == "2"


def test_each_unit_has_the_certificate_values_of_its_own_standard(planner: Planner) -> None:
    station = independent(planner)
    found = plan(station, Options(positions=("all",)), OWN)
    one, other = found.at("1"), found.at("2")
    assert [standard.id for standard in one.standards] == ["REF-0017", "ENV-0004"]
    assert [standard.id for standard in other.standards] == ["REF-0018", "ENV-0004"]
    assert {source.id for source in other.sources} == {
        "own",
        "visual-inspection",
        "several",
        "ENV-0004",
        "REF-0018",
    }
    point = "dcv/10V/10V"
    # REF-0018 states twice the uncertainty of REF-0017: 4 ppm of 10 V and 3 uV are 43 uV
    assert [one.point(point).predicted.standard_u, other.point(point).predicted.standard_u] == [
        "0.000043 V",
        "0.000086 V",
    ]
    assert other.points == plan(station, Options(position="2"), OWN).points
    assert any("REF-0018" in each.source for each in other.point(point).contributions)


def independent(
    planner: Planner, positions: tuple[str, ...] = ("1=with: {source: a}", "2=with: {source: b}")
) -> str:
    own(planner, DMM, ("sharing: parallel", "sharing: independent"), ("id: dmm-34401a", "id: own"))
    asset = (planner.folder / "stations/assets/REF-0017.yaml").read_text(encoding="utf-8")
    other = asset.replace("asset: REF-0017", "asset: REF-0018").replace('"1730017"', '"1730018"')
    (planner.folder / "stations/assets/REF-0018.yaml").write_text(
        other.replace("4 ppm * out + 3 uV", "8 ppm * out + 6 uV"), encoding="utf-8"
    )
    instruments = "\n".join(
        [SOURCE.format("a", 4, "REF-0017", SOURCES), SOURCE.format("b", 5, "REF-0018", SOURCES)]
    )
    return bench(planner, *positions, instruments=instruments)


def test_a_standard_of_one_position_plays_no_role_elsewhere(planner: Planner) -> None:
    station = independent(planner, ("1=with: {source: a}", "2"))
    assert plan(station, Options(position="2"), OWN).standards[0].id == "REF-0018"
    station = independent(planner, ("1=with: {source: a}", "2=with: {source: b}", "3"))
    (reason,) = refused(station, Options(position="3"), OWN)
    assert "Role 'source' is not filled" in reason


def test_independent_units_need_standards_of_their_own(planner: Planner) -> None:
    station = independent(planner, ("1=with: {source: a}", "2"))
    (reason,) = refused(station, Options(positions=("all",)), OWN)
    assert reason.startswith("Position 2 has no standard of its own for role 'source'")
    station = independent(planner, ("1=with: {source: a}", "2=with: {source: a}"))
    (reason,) = refused(station, Options(positions=("all",)), OWN)
    assert reason.startswith("'a' is the standard of the positions 1, 2, which are independent")


def test_what_is_wrong_at_a_position_is_said_with_its_name(planner: Planner) -> None:
    planner_station = independent(planner)
    asset = planner.folder / "stations/assets/REF-0018.yaml"
    asset.write_text(
        asset.read_text(encoding="utf-8").replace("due: 2036-11-17", "due: 2026-01-04"), encoding="utf-8"
    )
    reasons = refused(planner_station, Options(positions=("all",)), OWN)
    assert any(one.startswith("Position 2: Role 'source': REF-0018 was due") for one in reasons)


def test_a_source_of_its_own_cannot_be_one_that_feeds_all(planner: Planner) -> None:
    station = independent(planner)
    reasons = refused(station, Options(positions=("all",)))
    assert any(
        "Test dcv cannot be done in parallel: position 1 has a source of its own" in one for one in reasons
    )


def test_weights_are_on_one_scale_at_a_time(planner: Planner) -> None:
    path = own(planner, SCALE, ("sharing: one_at_a_time, order: unit_first", "sharing: parallel"))
    planner.station(("  2: {driver: mettler/mtsics, link: {serial: COM4, line: 9600 8N1}}", SCALES))
    with pytest.raises(InvalidFile, match="weights are on one unit at a time"):
        plan(str(planner.folder / "stations/demo.yaml"), Options(positions=("2", "3")), path)


SCALES = """  2: {driver: mettler/mtsics, link: {serial: COM4, line: 9600 8N1}}
  3: {driver: mettler/mtsics, link: {serial: COM5, line: 9600 8N1}}"""


def test_units_that_follow_one_another_take_the_time_of_each(planner: Planner) -> None:
    planner.station(("  2: {driver: mettler/mtsics, link: {serial: COM4, line: 9600 8N1}}", SCALES))
    station = str(planner.folder / "stations/demo.yaml")
    one = plan(station, Options(position="2"), SCALE)
    two = plan(station, Options(positions=("2", "3")), SCALE)
    assert 1.9 * one.estimate_s <= two.estimate_s <= 2 * one.estimate_s
    meters = bench(planner, "1", "2")
    alone, both = plan(meters, Options(position="1")), plan(meters, Options(positions=("all",)))
    assert both.estimate_s < 1.1 * alone.estimate_s


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (Options(positions=("1", "9")), "There is no position '9'; the station has 1, 2."),
        (Options(positions=("1", "1")), "Position '1' is named 2 times: one unit is at each."),
        (
            Options(positions=("1", "2"), uut={"serial": "A"}),
            "The units at 1, 2 have one serial number, A: give each its own, --uut 1:serial=…",
        ),
        (
            Options(positions=("1",), units={"2": {"serial": "A"}}),
            "The work order of position '2' is for no unit of this run; they are at 1.",
        ),
        (
            Options(units={"1": {"serail": "A"}}),
            "Work order: 'serail' is nothing that can be said of a unit under test; did you mean serial?",
        ),
    ],
)
def test_positions_and_work_orders_that_do_not_fit(planner: Planner, options: Options, reason: str) -> None:
    assert refused(bench(planner, "1", "2"), options) == [reason]


def test_more_units_than_the_procedure_takes(planner: Planner) -> None:
    own(planner, DMM, ("max: 48", "min: 2, max: 2"))
    station = bench(planner, "1", "2", "3")
    assert refused(station, Options(positions=("all",)), OWN) == [
        "The procedure verifies 2 to 2 units in a run (positions), not 3: 1, 2, 3."
    ]
    assert refused(station, Options(position="1"), OWN) == [
        "The procedure verifies 2 to 2 units in a run (positions), not 1: 1."
    ]


def test_a_test_that_is_used_cannot_share_otherwise_than_its_procedure(planner: Planner) -> None:
    """`check` sees it within one procedure; a sub-procedure may be used by several."""
    inspection = planner.folder / "procedures/common/visual-inspection.yaml"
    text = inspection.read_text(encoding="utf-8")
    inspection.write_text(
        text.replace("tests:", "defaults: {sharing: one_at_a_time}\ntests:"), encoding="utf-8"
    )
    station = bench(planner, "1", "2")
    (reason,) = refused(station, Options(positions=("all",)))
    assert reason.startswith(
        "Test visual-inspection says sharing: one_at_a_time, and the procedure parallel:"
    )
    assert plan(station, Options(position="1")).units == []


def test_the_work_orders_choose_the_positions(planner: Planner) -> None:
    found = plan(bench(planner, "1", "2", "3"), Options(units={"3": {"serial": "C"}, "1": {}}))
    assert found.positions == ["3", "1"]
