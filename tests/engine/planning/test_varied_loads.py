"""Values that vary from point to point, loads, columns and conditions; bands at their edges."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.documents.canonical import canonical
from calbench.documents.plan import Plan
from calbench.documents.point import Point
from calbench.documents.procedure import Test
from calbench.documents.tables import ValueTable
from calbench.planning.expansion import cases
from calbench.planning.tables import look_up
from calbench.planning.varying import combinations
from calbench.quantities import Value, parse_quantity
from calbench.workflow import Options

if TYPE_CHECKING:
    from tests.engine.planning.conftest import Planner

METER = """\
procedure: Meter
id: meter
version: 1.0.0
language: 1
parameters:
  Un:    {type: quantity, unit: V, default: 220 V}
  Ib:    {type: quantity, unit: A, default: 5 A}
  Imax:  {type: quantity, unit: A, default: 60 A}
  class: {type: choice, default: "1", choices: ["1", "2"]}
  usage: {type: choice, default: first, choices: [first, in_use]}
roles:
  uut:    {needs: [measure.power.active]}
  source: {needs: [source.power.active]}
limits:
  unity:
    variable: current
    selected_by: class
    bands:
      - {below: 0.05 Ib, limit: ~}
      - {below: 0.1 Ib, limit: {"1": 1.5 % rdg, "2": 2.5 % rdg}}
      - {up_to: Imax, limit: {"1": 1.0 % rdg, "2": 2.0 % rdg}}
    multiply_by: {first: 1, in_use: 1.5}
    multiplied_by: usage
  of_factor:
    variable: current
    selected_by: angle
    bands:
      - {below: 0.05 Ib, limit: ~}
      - {below: 0.1 Ib, limit: {1.0: 1.5 % rdg, 0.5L: ~}}
      - {below: 0.2 Ib, limit: {1.0: 1.0 % rdg, 0.5L: 1.5 % rdg, 0.8C: 1.5 % rdg}}
      - {limit: {1.0: 1.0 % rdg, 0.5L: 1.0 % rdg, 0.8C: 1.0 % rdg}}
tests:
  - test: balanced
    apply: source.power.active
    with: {voltage: Un, current: $current, angle: $angle, frequency: 50 Hz, phases: 3}
    vary:
      current: [Imax, {at: 0.5 Imax, only_if: Imax >= 4 Ib}, Ib, 0.1 Ib, {at: 0.05 Ib, only_if: angle == 0 deg}]
      angle: [{at: 0 deg, label: "1.0"}, {at: 60 deg, label: 0.5L},
              {at: -36.87 deg, label: 0.8C, only_if: class == '1'}]
    read: uut.power.active
    settle: 5 s
    prompt: "{current} at {angle}."
    evaluate: {value: error, limit: of_factor}
"""

STATION = (
    "  climate:\n",
    "  power: {driver: zera/fg, link: {serial: COM9}}\n  climate:\n",
)


def meter(planner: Planner, *changes: tuple[str, str], options: Options | None = None) -> Plan:
    planner.station(
        STATION,
        (
            'agilent/a34401a, link: {visa: "GPIB0::22::INSTR", timeout: 5 s}',
            "clou/cl3115, link: {serial: COM8}",
        ),
    )
    return planner.plan(METER, *changes, options=options)


def share(point: Point) -> Decimal:
    assert point.limit is not None
    assert point.limit.nominal_upper is not None
    assert point.nominal is not None
    return 100 * parse_quantity(point.limit.nominal_upper).value / parse_quantity(point.nominal).value


@pytest.mark.parametrize(
    ("loaded", "vary", "watts"),
    [
        ("abc", "", "3300"),  # 3 x 220 V x 5 A
        ("b", "", "1100"),
        ("'c'", "", "1100"),
        ("$loaded", '      loaded: ["a", "abc"]\n', "1100 3300"),
    ],
)
def test_power_is_that_of_the_phases_that_carry_current(
    planner: Planner, loaded: str, vary: str, watts: str
) -> None:
    plan = meter(
        planner,
        ("phases: 3}", f"phases: 3, loaded: {loaded}}}"),
        ("    vary:\n", f"    vary:\n{vary}"),
    )
    points = [one for one in plan.points if one.id.endswith("Ib/1.0") and "." not in one.labels["current"]]
    assert [one.nominal for one in points] == [f"{one} W" for one in watts.split()]
    assert [one.stimulus["loaded"] for one in points] == (["a", "abc"] if vary else [loaded.strip("'")])


@pytest.mark.parametrize(
    ("loaded", "phases", "why"),
    [
        ("b", "1", "loaded is b, and phases are 1: there is no phase b"),
        ("2 * Un", "3", "loaded is abc, a, b or c, and '2 \\* Un' is 440 V"),
    ],
)
def test_a_phase_that_there_is_not_is_no_load(planner: Planner, loaded: str, phases: str, why: str) -> None:
    """Of a test that was not checked: P073 finds the second."""
    test = Test.model_validate({
        "test": "one", "apply": "source.power.active", "read": "uut.power.active",
        "with": {"voltage": "220 V", "current": "5 A", "angle": "0 deg", "frequency": "50 Hz", "phases": phases,
                 "loaded": loaded},
    })  # fmt: skip
    with pytest.raises(ValueError, match=why):
        cases(test, {"Un": parse_quantity("220 V")})


# class 1, direct connection (IEC 62053-21 table 3), at the load points of JJG 596-2012 for 5(60) A; % of the power
CLASS_1 = {
    "Imax/1.0": "1.0", "Imax/0.5L": "1.0", "Imax/0.8C": "1.0",
    "0.5Imax/1.0": "1.0", "0.5Imax/0.5L": "1.0", "0.5Imax/0.8C": "1.0",
    "Ib/1.0": "1.0", "Ib/0.5L": "1.0", "Ib/0.8C": "1.0",
    "0.1Ib/1.0": "1.0", "0.1Ib/0.5L": "1.5", "0.1Ib/0.8C": "1.5",
    "0.05Ib/1.0": "1.5",
}  # fmt: skip


def test_the_limits_of_a_class_1_meter_at_its_load_points(planner: Planner) -> None:
    plan = meter(planner)
    assert {point.id.removeprefix("balanced/"): share(point) for point in plan.points} == {
        name: Decimal(limit) for name, limit in CLASS_1.items()
    }


def test_a_load_as_the_source_is_told_it(planner: Planner) -> None:
    point = meter(planner).point("balanced/0.5Imax/0.5L")
    assert point.stimulus == {
        "voltage": "220 V", "current": "30 A", "angle": "60 °", "frequency": "50 Hz", "phases": "3",
    }  # fmt: skip
    assert point.nominal == "9900 W"  # 3 x 220 V x 30 A x 0.5
    assert point.labels == {"current": "0.5 Imax", "angle": "0.5L"}
    assert (point.scope["current"], point.scope["angle"]) == ("30 A", "60 °")
    assert point.prompt["en"] == "0.5 Imax (30 A) at 0.5L (60 °)."


def test_conditions_of_entries_leave_points_out(planner: Planner) -> None:
    small = meter(planner, options=Options(settings={"Imax": "19.9 A", "class": "2"}))
    assert [point.id for point in small.points] == [
        "balanced/Imax/1.0", "balanced/Imax/0.5L", "balanced/Ib/1.0", "balanced/Ib/0.5L",
        "balanced/0.1Ib/1.0", "balanced/0.1Ib/0.5L", "balanced/0.05Ib/1.0",
    ]  # fmt: skip


def test_a_test_may_be_asked_for_each_combination(planner: Planner) -> None:
    changes = ("    settle: 5 s\n", "    settle: 5 s\n    only_if: current > Ib and angle == 0 deg\n")
    assert [point.id for point in meter(planner, changes).points] == [
        "balanced/Imax/1.0",
        "balanced/0.5Imax/1.0",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            ("{at: 0.05 Ib, only_if: angle == 0 deg}", "0.05 Ib"),
            (
                "balanced/0.05Ib/0.5L: its limit cannot be computed: the regulation gives no limit there: "
                "current = 0.25 A, angle = 0.5L. Leave this point out, as with only_if."
            ),
        ),
        (
            ("{at: 0.05 Ib, only_if: angle == 0 deg}", "{at: 0.049 Ib, only_if: angle == 0 deg}"),
            (
                "balanced/0.049Ib/1.0: its limit cannot be computed: the regulation gives no limit there: "
                "current = 0.245 A. Leave this point out, as with only_if."
            ),
        ),
    ],
)
def test_what_the_regulation_gives_no_limit_for(
    planner: Planner, change: tuple[str, str], reason: str
) -> None:
    meter(planner)
    assert reason in planner.refused(METER, change)


@pytest.mark.parametrize(
    ("class_", "usage", "limits"),
    [
        ("1", "first", ["1.0", "1.5"]), ("1", "in_use", ["1.5", "2.25"]), ("2", "in_use", ["3.0", "3.75"]),
    ],
)  # fmt: skip
def test_columns_and_a_factor_together(planner: Planner, class_: str, usage: str, limits: list[str]) -> None:
    changes = (
        ("limit: of_factor}", "limit: unity}"),
        (
            "      current: [Imax, {at: 0.5 Imax, only_if: Imax >= 4 Ib}, Ib, 0.1 Ib,",
            "      current: [0.1 Ib,",
        ),
        (
            "{at: 60 deg, label: 0.5L},\n              {at: -36.87 deg, label: 0.8C, only_if: class == '1'}]",
            "]",
        ),
        ('label: "1.0"}, ]', 'label: "1.0"}]'),
    )
    plan = meter(planner, *changes, options=Options(settings={"class": class_, "usage": usage}))
    assert [share(point) for point in plan.points] == [Decimal(one) for one in limits]


def test_the_same_request_gives_the_same_plan_to_the_byte(planner: Planner) -> None:
    assert canonical(meter(planner)) == canonical(planner.plan(METER))


def test_a_varied_word(planner: Planner) -> None:
    text = METER.replace("      angle: [", '      way: ["import", "\'0.5L\'"]\n      angle: [')
    text = text.replace("limit: of_factor}", "limit: unity}").replace(
        "    settle: 5 s\n",
        "    settle: 5 s\n    only_if: way == '0.5L' and angle == 0 deg and current >= Ib\n",
    )
    meter(planner)
    assert [point.id for point in planner.plan(text).points] == [
        "balanced/Imax/0.5L/1.0", "balanced/0.5Imax/0.5L/1.0", "balanced/Ib/0.5L/1.0",
    ]  # fmt: skip


VOLTS = """\
procedure: Volts
id: volts
version: 1.0.0
language: 1
parameters:
  class: {type: choice, default: "1", choices: ["1", "2", "5"]}
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc]}
limits:
  by_class: {selected_by: class, choices: {"1": 1 mV, "2": 2 mV, "5": ~}}
  by_side:  {variable: abs(nominal), selected_by: side, bands: [{limit: {left: 3 mV, right: 4 mV}}]}
tests:
  - test: dcv
    apply: source.voltage.dc
    read: uut.voltage.dc
    for_each: {side: [left, right]}
    vary: {level: [1 V, 0.5 V]}
    points: [level, {at: 2 level, only_if: level > 0.5 V and class == '1', label: double}]
    settle: 2 s * level / 1 V
    readings: 4 level / 1 V
    uncertainty:
      - {name: Always, std: 1 uV * level / 1 V}
      - {name: High,   std: 1 uV, only_if: level == 1 V}
    evaluate: {value: error, limit: by_class}
"""


def test_what_varies_is_in_scope_everywhere(planner: Planner) -> None:
    points = {point.id.removeprefix("dcv/"): point for point in planner.plan(VOLTS).points}
    assert list(points) == [
        "left/1V/level", "left/1V/double", "left/0.5V/level",
        "right/1V/level", "right/1V/double", "right/0.5V/level",
    ]  # fmt: skip
    high, double, low = (points[f"left/{name}"] for name in ("1V/level", "1V/double", "0.5V/level"))
    assert (high.nominal, double.nominal, low.nominal) == ("1 V", "2 V", "0.5 V")
    assert (high.settle, low.settle) == ("2 s", "1 s")
    assert (high.readings, low.readings, low.scope["n"]) == (4, 2, "2")
    assert [len(one.contributions) for one in (high, low)] == [2, 1]
    assert low.labels == {"side": "left", "level": "0.5 V"}


@pytest.mark.parametrize(
    ("limit", "upper"),
    [("by_class", ["0.001 V", "0.001 V"]), ("by_side", ["0.003 V", "0.004 V"])],
)
def test_a_choice_and_a_label_choose_a_cell(planner: Planner, limit: str, upper: list[str]) -> None:
    plan = planner.plan(VOLTS, ("limit: by_class}", f"limit: {limit}}}"))
    limits = [plan.point(f"dcv/{side}/1V/level").limit for side in ("left", "right")]
    assert [parse_quantity(one.nominal_upper or "") for one in limits if one] == [
        parse_quantity(one) for one in upper
    ]


def test_a_choice_that_the_regulation_gives_nothing_for(planner: Planner) -> None:
    reasons = planner.refused(VOLTS, options=Options(settings={"class": "5"}))
    assert all("the regulation gives no limit there: class = 5." in reason for reason in reasons)
    assert len(reasons) == 4


def test_plans_that_vary_nothing_are_written_as_before(planner: Planner) -> None:
    written = planner.plan("electrical/dmm-34401a.yaml").model_dump(mode="json")
    assert "values" not in written
    assert not any("stimulus" in point for point in written["points"])


@settings(max_examples=40, deadline=None)
@given(
    currents=st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True),
    least=st.integers(0, 60),
    angles=st.lists(st.sampled_from([0, 30, 60, -37]), min_size=1, max_size=3, unique=True),
    only=st.integers(0, 60),
)
def test_every_combination_whose_conditions_hold(
    currents: list[int], least: int, angles: list[int], only: int
) -> None:
    test = Test.model_validate(
        {
            "test": "load",
            "vary": {
                "current": [{"at": f"{one} A", "only_if": f"current >= {least} A"} for one in currents],
                "angle": [{"at": f"{one} deg", "label": f"a{one}"} for one in angles],
            },
            "only_if": f"angle == 0 deg or current < {only} A",
        }
    )
    found = [(one.labels["current"], one.labels["angle"]) for one in combinations(test, {})]
    assert found == [
        (f"{current} A", f"a{angle}")
        for current in currents
        for angle in angles
        if current >= least and (angle == 0 or current < only)
    ]


def test_too_many_combinations_are_refused_before_they_are_looked_at() -> None:
    vary = {f"v{n}": [{"at": f"{one} A", "only_if": "1 A > 2 A"} for one in range(100)] for n in range(10)}
    with pytest.raises(ValueError, match="more than 10000 combinations"):
        next(combinations(Test.model_validate({"test": "load", "vary": vary}), {}))


# Where a band ends: `up_to` holds at its end, `below` does not; in whichever unit a value is given.
EDGES = st.decimals(min_value="0.001", max_value="1000", places=3)


def table(end: str, kind: str) -> ValueTable:
    bands = [{kind: end, "value": "1"}, {"value": "2"}]
    return ValueTable.model_validate({"variable": "x", "bands": bands})


@settings(max_examples=60, deadline=None)
@given(edge=EDGES, step=st.decimals(min_value="-0.001", max_value="0.001", places=4))
def test_the_edge_of_a_band(edge: Decimal, step: Decimal) -> None:
    at = edge + step
    for value in (f"{at} A", f"{at * 1000} mA"):
        scope = {"x": parse_quantity(value)}
        given_ = {
            kind: look_up(table(f"{edge} A", kind), scope, {}, "value").text for kind in ("up_to", "below")
        }
        assert given_ == {"up_to": "1" if at <= edge else "2", "below": "1" if at < edge else "2"}


@settings(max_examples=60, deadline=None)
@given(
    ends=st.lists(EDGES, min_size=1, max_size=6, unique=True).map(sorted),
    x=EDGES,
    column=st.sampled_from(["a", "b", "c"]),
    hole=st.integers(0, 5),
)
def test_columns_of_bands(ends: list[Decimal], x: Decimal, column: str, hole: int) -> None:
    bands = [
        {"up_to": f"{end} V", "value": {"a": f"{n} V", "b": None if n == hole else f"{-n} V"}}
        for n, end in enumerate(ends)
    ]
    made = ValueTable.model_validate({"variable": "x", "bands": bands, "selected_by": "of"})
    scope: dict[str, Value] = {"x": parse_quantity(f"{x} V"), "of": column}
    row = next((n for n, end in enumerate(ends) if x <= end), None)
    there = row is not None and column != "c" and (column, row) != ("b", hole)
    if there:
        assert look_up(made, scope, {}, "value").text == f"{row if column == 'a' else -(row or 0)} V"
    else:
        with pytest.raises(ValueError, match=r"lies above the last band|gives no value there"):
            look_up(made, scope, {}, "value")
