"""Values, tables and varied values, against figures of regulations as collected in the project's reference.

Sources: JJG 596-2012 and JJG 596-2026 (energy meters), JJF 1070 (prepackaged goods); the worked numbers are derived
from their formulas by hand.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from calbench.documents.plan import Plan
from calbench.quantities import Quantity, parse_quantity
from calbench.workflow import Options

if TYPE_CHECKING:
    from tests.engine.planning.conftest import Planner

TIMES = """\
procedure: Creep and start
id: creep-and-start
version: 1.0.0
language: 1
parameters:
  Un:       {type: quantity, unit: V, default: 220 V}
  Ib:       {type: quantity, unit: A, default: 5 A}
  Imax:     {type: quantity, unit: A, default: 60 A}
  constant: {type: number, default: 1200}
  class:    {type: choice, default: "1", choices: ["1", "2"]}
  r46:      {type: choice, default: A, choices: [A, B, C, D, E]}
values:
  P_start: Un * I_start
  I_start: {selected_by: class, choices: {"1": 0.004 Ib, "2": 0.005 Ib}}
  factor:  {selected_by: class, choices: {"1": 600, "2": 480}}
  volts:   Un / 1 V
  creep:   factor * 1e6 / (constant * volts * Imax / 1 A) * 1 min
  start:   1.2 * 60 * 1000 / (constant * volts * $I_start / 1 A) * 1 min
  Itr:     Ib / 10
  Imin:    {selected_by: r46, choices: {A: 0.5 Itr, B: 0.4 Itr, C: 0.4 Itr, D: 0.4 Itr}}
  Ist:     {selected_by: r46, choices: {A: 0.05 Itr, B: 0.04 Itr, C: 0.04 Itr, D: 0.04 Itr}}
  b:       {selected_by: r46, choices: {A: 2.5, B: 1.5, C: 1.0, D: 0.4, E: 0.2}}
  creep46: 1e5 / (1.1 b * constant * volts * Imin / 1 A) * 1 h
  Pst:     Un * Ist
  middle:  3.6e6 J / (constant * Pst)
  first:   (1 - b / 100) * middle
  last:    (1 + b / 100) * middle
roles:
  uut: {needs: [measure.voltage.dc], fallback: keyboard}
tests:
  - test: dcv
    read: uut.voltage.dc
    points: [1 V]
    settle: start
    mpe: 1 mV
"""


def values(plan: Plan) -> dict[str, Quantity]:
    return {one.name: parse_quantity(one.value) for one in plan.values}


def minutes(value: Quantity) -> Decimal:
    return round(value.in_unit("min"), 2)


def test_creeping_and_starting_times_of_a_class_1_meter_of_2012(planner: Planner) -> None:
    # class 1, 220 V, 5(60) A, 1200 imp/kWh: creep 37.88 min, start at 0.02 A 13.64 min
    found = values(planner.plan(TIMES))
    assert found["I_start"] == parse_quantity("0.02 A")
    assert (minutes(found["creep"]), minutes(found["start"])) == (Decimal("37.88"), Decimal("13.64"))


def test_creeping_and_starting_times_of_a_class_a_meter_of_2026(planner: Planner) -> None:
    # class A, 220 V, 0.25-0.5(60) A, 1000 imp/kWh: 2380 s; 0.025 A, 5.5 W, pulse within 638.18 s to 670.91 s
    found = values(planner.plan(TIMES, options=Options(settings={"constant": "1000"})))
    assert round(found["creep46"].value) == 2380
    assert (found["Ist"], found["Pst"]) == (parse_quantity("0.025 A"), parse_quantity("5.5 W"))
    assert [round(found[name].value, 2) for name in ("first", "last")] == [
        Decimal("638.18"),
        Decimal("670.91"),
    ]


def test_a_settling_time_may_be_computed(planner: Planner) -> None:
    (point,) = planner.plan(TIMES).points
    assert point.settle is not None
    assert minutes(parse_quantity(point.settle)) == Decimal("13.64")
    assert point.scope["Itr"] == "0.5 A"


def test_a_cell_that_is_not_there_is_refused(planner: Planner) -> None:
    reasons = planner.refused(TIMES, options=Options(settings={"r46": "E"}))
    (reason,) = reasons
    assert reason.startswith("Value 'Imin' cannot be computed: the regulation gives no value there: r46 = E.")


def test_a_missing_parameter_is_told_once(planner: Planner) -> None:
    reasons = planner.refused(TIMES, ("unit: A, default: 5 A", "unit: A"))
    assert reasons == ["Parameter 'Ib' has no default: give it with --set Ib=VALUE."]


PREPACKED = """\
procedure: Prepackaged goods
id: prepacked
version: 1.0.0
language: 1
parameters:
  Qn: {type: quantity, unit: g, default: 25 g}
values:
  deficiency:
    variable: Qn
    bands:
      - {up_to: 50 g, value: 9 % Qn}
      - {up_to: 100 g, value: 4.5 g}
      - {up_to: 200 g, value: 4.5 % Qn}
      - {up_to: 300 g, value: 9 g}
      - {up_to: 500 g, value: 3 % Qn}
      - {up_to: 1000 g, value: 15 g}
      - {up_to: 10 kg, value: 1.5 % Qn}
      - {up_to: 15 kg, value: 150 g}
      - {up_to: 50 kg, value: 1 % Qn}
roles:
  uut: {needs: [measure.mass], fallback: keyboard}
tests:
  - test: sample
    read: uut.mass
    load: Qn
    mpe: {lower: -deficiency}
"""
# JJF 1070 table of tolerable deficiencies, in g
DEFICIENCY = {
    "25": "2.25", "75": "4.5", "120": "5.4", "250": "9", "330": "9.9", "750": "15", "1500": "22.5", "5000": "75",
    "12000": "150", "20000": "200",
}  # fmt: skip


@pytest.mark.parametrize(("content", "deficiency"), DEFICIENCY.items())
def test_the_tolerable_deficiency_of_prepackaged_goods(
    planner: Planner, content: str, deficiency: str
) -> None:
    plan = planner.plan(PREPACKED, options=Options(settings={"Qn": f"{content} g"}))
    assert values(plan)["deficiency"] == parse_quantity(f"{deficiency} g")
    (point,) = plan.points
    assert point.limit is not None
    assert parse_quantity(point.limit.nominal_lower or "") == parse_quantity(f"-{deficiency} g")


def test_content_beyond_the_table_is_refused(planner: Planner) -> None:
    (reason,) = planner.refused(PREPACKED, options=Options(settings={"Qn": "50001 g"}))
    assert "Qn = 50001 g lies above the last band, which ends at 50 kg" in reason
