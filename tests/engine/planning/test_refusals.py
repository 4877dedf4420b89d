"""What cannot work is refused before anything is touched, with every reason at once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from calbench.workflow import Options

if TYPE_CHECKING:
    from tests.engine.planning.conftest import Planner

DMM, SCALE, CHECK = "electrical/dmm-34401a.yaml", "mass/scale-class3.yaml", "common/visual-inspection.yaml"
VOLTMETER = "electrical/analogue-voltmeter.yaml"

# The demonstration starts on 2026-01-05.
TODAY = "2026-01-05"


def test_the_shipped_procedures_are_not_refused(planner: Planner) -> None:
    assert len(planner.plan(DMM).points) == 22
    assert len(planner.plan(SCALE).points) == 21


def test_a_standard_that_the_station_does_not_have(planner: Planner) -> None:
    planner.station(("provides: [source.voltage.dc, source.resistance.4w]", "provides: [source.voltage.dc]"))
    (reason,) = planner.refused(DMM)
    assert "Role 'source' is not filled: it needs source.voltage.dc, source.resistance.4w." in reason
    assert "calibrator gives source.voltage.dc" in reason
    assert "weights gives standard.mass" in reason


def test_a_unit_under_test_that_no_position_can_hold(planner: Planner) -> None:
    planner.station(
        (
            '{driver: agilent/a34401a, link: {visa: "GPIB0::22::INSTR", timeout: 5 s}}',
            "{driver: mettler/mtsics, link: {serial: COM5}}",
        ),
        ("    1: {gain: 6 ppm, offset: 0.4 uV}\n", ""),
        ("    - {from: calibrator.output, to: [1.input], lead: {resistance: 20 mOhm, emf: 0.2 uV}}\n", ""),
        ("  wiring:\n", ""),
    )
    (reason,) = planner.refused(DMM)
    assert "Role 'uut' is not filled: it needs measure.voltage.dc, measure.resistance.4w" in reason
    assert "1: mettler/mtsics gives measure.mass; 2: mettler/mtsics gives measure.mass" in reason
    (reason,) = planner.refused(SCALE)
    assert reason == "Several positions can hold the unit under test (1, 2): say which, --position N."
    assert planner.plan(SCALE, options=Options(position="2")).uut.position == "2"


def test_a_position_that_is_not_there_or_does_not_fit(planner: Planner) -> None:
    assert planner.refused(DMM, options=Options(position="9")) == [
        "There is no position '9'; the station has 1, 2."
    ]
    (reason,) = planner.refused(DMM, options=Options(position="2"))
    assert "Positions of the station: 2: mettler/mtsics gives measure.mass." in reason


@pytest.mark.parametrize(
    ("due", "usable"), [("2026-01-04", False), ("2026-01-05", True), ("2026-01-06", True)]
)
def test_a_standard_is_good_up_to_and_on_its_due_date(planner: Planner, due: str, *, usable: bool) -> None:
    planner.asset("REF-0017", ("due: 2036-11-17", f"due: {due}"))
    if usable:
        assert planner.plan(DMM).standards[0].due == due
        return
    (reason,) = planner.refused(DMM)
    assert f"REF-0017 was due for calibration on {due} and it is {TODAY}" in reason


def test_a_standard_that_was_withdrawn(planner: Planner) -> None:
    planner.asset("REF-0017", ("language: 1", "language: 1\nstatus: withdrawn"))
    (reason,) = planner.refused(DMM)
    assert "REF-0017 is withdrawn" in reason


@pytest.mark.parametrize("name", ["ENV-0004", "REF-0017"])
def test_a_certificate_that_is_dated_in_the_future(planner: Planner, name: str) -> None:
    dates = {"ENV-0004": "2026-01-02", "REF-0017": "2025-11-17"}
    planner.asset(name, (f"date: {dates[name]}", "date: 2026-01-06"))
    (reason, *_) = planner.refused(DMM)
    assert f"{name}: its certificate is dated 2026-01-06, after {TODAY}." in reason


def test_weights_that_are_overdue(planner: Planner) -> None:
    planner.asset("W-M1-15", ("due: 2036-12-01", "due: 2025-12-31"))
    assert any("W-M1-15 was due for calibration on 2025-12-31" in one for one in planner.refused(SCALE))


# OIML R 111-1: classes from the best to the worst E1, E2, F1, F2, M1, M1-2, M2, M2-3, M3.
@pytest.mark.parametrize(
    ("own", "good"),
    [("E1", True), ("F2", True), ("M1", True), ("M1-2", False), ("M2", False), ("M3", False)],
)
def test_the_class_of_weights_must_be_the_wanted_one_or_better(
    planner: Planner, own: str, *, good: bool
) -> None:
    planner.asset("W-M1-15", ("class: M1", f"class: {own}"))
    if good:
        assert own in [one.accuracy_class for one in planner.plan(SCALE).standards]
        return
    reasons = planner.refused(SCALE)
    assert any(f"W-M1-15 is of class {own}, wanted is M1 or better" in one for one in reasons)


def test_weights_of_no_class(planner: Planner) -> None:
    planner.asset("W-M1-15", ("class: M1\n", ""))
    assert any("of class unknown, wanted is M1 or better" in one for one in planner.refused(SCALE))


def test_a_load_that_the_weights_do_not_make_up(planner: Planner) -> None:
    reasons = planner.refused(SCALE, ("2.5 kg, 5 kg, 10 kg, 15 kg]", "2.55 kg, 5 kg, 10 kg, 15 kg]"))
    assert reasons == [
        (
            f"linearity/{direction}/2.55kg: the weights of W-M1-15 cannot be put together to 2.55 kg; it has "
            "10 kg, 5 kg, 2 of 2 kg, 1 kg, 500 g, 2 of 200 g, 100 g. Take another load, or a set that has it."
        )
        for direction in ("up", "down")  # reversed: the way back has the same load
    ]


def test_a_preload_that_the_weights_do_not_make_up(planner: Planner) -> None:
    # the set is 21 kg: every load of the tests can be made up for Max = 30 kg, the preload cannot
    reasons = planner.refused(SCALE, options=Options(settings={"max": "30 kg"}))
    assert any("preload" in one and "30 kg" in one for one in reasons)


def test_a_range_that_the_certificate_does_not_cover(planner: Planner) -> None:
    planner.asset(
        "REF-0017",
        ("    - {range: 1100 V, from: -1100 V, to: 1100 V, expanded: 7 ppm * out + 500 uV, k: 2}\n", ""),
        ("    - {at: 10 kOhm, correction: 0 Ohm, expanded: 80 mOhm, k: 2}\n", ""),
    )
    reasons = planner.refused(DMM)
    assert len(reasons) == 3  # 1000 V, -500 V and 10 kOhm: every one of them, at once
    assert [one.split(":")[0] for one in reasons] == [
        "dcv/1000V/1000V",
        "dcv/1000V/-500V",
        "ohm4w/10kOhm/10kOhm",
    ]
    assert "has no certified source.voltage.dc at 1000 V" in reasons[0]
    assert "from" not in reasons[2]
    assert "its certificate covers 100 Ohm, 1 kOhm" in reasons[2]


def test_two_roles_that_are_not_accurate_enough_have_a_table_each(planner: Planner) -> None:
    # ± 1 g at 1 kg: weights ± 2 g, reference meter ± 20 V (procedure with two standards, two tests)
    planner.asset("REF-0017", ("7 ppm * out + 0.5 uV", "100 ppm * out + 0.5 uV"))
    planner.asset("W-M1-15", ("expanded: 16 mg", "expanded: 6 g"))
    text = """\
procedure: Two standards
id: two-standards
version: 1.0.0
language: 1
roles:
  uut:     {needs: [measure.mass], fallback: keyboard}
  weights: {needs: [standard.mass], min_tur: 3}
  source:  {needs: [source.voltage.dc], min_tur: 4}
  meter:   {needs: [environment.temperature]}
tests:
  - test: load
    read: uut.mass
    place: weights
    points: [1 kg, 5 kg]
    mpe: 10 g
"""
    (table,) = planner.refused(text)
    # TUR = (2 · 10 g) / (2 · 6 g) = 1.67
    assert "Role 'weights': the standard is not accurate enough" in table
    assert table.splitlines()[2].split() == ["load/1kg", "1.67", "6", "g"]
    assert len(table.splitlines()) == 3


# TUR of the multimeter's points on the 5522A: limit / U, both from the printed specifications
TUR_5522A = {
    "dcv/100mV/100mV": (Decimal("8.5"), Decimal("3")),  # uV: 20 ppm of 100 mV + 1 uV
    "dcv/1V/1V": (Decimal("47"), Decimal("13")),  # uV: 11 ppm + 2 uV
    "dcv/10V/10V": (Decimal("400"), Decimal("140")),  # uV: 12 ppm + 20 uV
    "dcv/10V/5V": (Decimal("225"), Decimal("80")),
    "dcv/100V/100V": (Decimal("5100"), Decimal("1950")),  # uV: 18 ppm + 150 uV
    "dcv/1000V/-500V": (Decimal("32500"), Decimal("10500")),  # uV: 18 ppm + 1500 uV
}


def test_the_table_of_ratios_is_that_of_the_data_sheets(planner: Planner) -> None:
    from calbench.errors import PlanRefused
    from calbench.workflow import prepare

    with pytest.raises(PlanRefused) as refused:
        prepare(DMM.split("/")[1].removesuffix(".yaml"), "demo-5522a", Options())
    (table,) = refused.value.reasons
    rows = {line.split()[0]: line.split()[1] for line in table.splitlines()[2:]}
    for point, (limit, expanded) in TUR_5522A.items():
        assert abs(Decimal(rows[point]) - limit / expanded) <= Decimal("0.005"), point


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"reading": "4"},
            "Parameter 'reading': dmm-34401a has no such parameter. It has: readings, nplc, decision_rule.",
        ),
        ({"readings": "3"}, "'3' is below its minimum 4."),
        ({"readings": "4.5"}, "'4.5' is not a whole number."),
        ({"readings": "4 V"}, "'4 V' has a unit; write a plain number."),
        ({"readings": "many"}, "is no quantity"),
        ({"readings": ""}, "is no quantity"),
        ({"readings": "1e9"}, "is not a whole number from 1 to 10,000"),
        ({"nplc": "20"}, "'20' is not one of 10, 100."),
        ({"nplc": "ten"}, "'ten' is not one of 10, 100."),
        ({"decision_rule": "lenient"}, "'lenient' is not one of simple, jjf1094, guarded."),
    ],
)
def test_values_that_the_multimeter_procedure_does_not_take(
    planner: Planner, settings: dict[str, str], reason: str
) -> None:
    assert any(reason in one for one in planner.refused(DMM, options=Options(settings=settings)))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"max": "15"}, "'15' is not a quantity in kg."),
        ({"max": "15 V"}, "'15 V' is not a quantity in kg."),
        ({"max": "0 kg"}, None),
        ({"max": "-15 kg"}, None),
        ({"control": "never"}, "'never' is not one of first, subsequent, in_use."),
        ({"e": "0 g"}, "lies above the last band"),
    ],
)
def test_values_that_the_scale_procedure_does_not_take(
    planner: Planner, settings: dict[str, str], reason: str | None
) -> None:
    reasons = planner.refused(SCALE, options=Options(settings=settings))
    if reason is not None:
        assert any(reason in one for one in reasons)


def test_every_wrong_value_is_told_at_once(planner: Planner) -> None:
    reasons = planner.refused(
        DMM, options=Options(settings={"readings": "1", "nplc": "7", "zz": "1"}, position="9")
    )
    assert len(reasons) == 4


def test_a_parameter_without_default_must_be_given(planner: Planner) -> None:
    change = ("default: 10, min: 4", "min: 4")
    (reason,) = planner.refused(DMM, change)
    assert reason == "Parameter 'readings' has no default: give it with --set readings=VALUE."
    planner.plan(DMM, options=Options(settings={"readings": "4"}))


def test_only_that_leaves_nothing_is_refused(planner: Planner) -> None:
    (reason,) = planner.refused(DMM, options=Options(only=("dcv/20V/*", "x")))
    assert "--only dcv/20V/* x leaves no point. Points are named like dcv/100mV/0mV." in reason


def test_only_is_told_beside_other_reasons(planner: Planner) -> None:
    assert planner.refused(SCALE, options=Options(only=("zz",), settings={"e": "0.0001 g"}))


@pytest.mark.parametrize("values", ["a,a", "a, a ", "a b,a-b", "x,,"])
def test_points_that_would_have_one_name_are_refused(planner: Planner, values: str) -> None:
    reasons = planner.refused(CHECK, options=Options(settings={"checklist": values}))
    assert reasons


@pytest.mark.parametrize(
    ("stated", "ratio"),
    [
        ("expanded: 200 uV, k: 2", "2.00"),
        ("expanded: 100 uV, k: 1", "2.00"),  # 100 uV with k = 1 is 200 uV with k = 2
        ("expanded: 150 uV, k: 3", None),  # 100 uV with k = 2: TUR 4.00 is enough
        ("half_width: 100 uV", "3.46"),  # 2 · 100 uV / √3 = 115.5 uV
        ("half_width: 86 uV", None),  # 99.3 uV
    ],
)
def test_the_ratio_is_taken_at_k_2_however_the_certificate_states_it(
    planner: Planner, stated: str, ratio: str | None
) -> None:
    planner.asset("REF-0017", ("expanded: 4 ppm * out + 3 uV,   k: 2", stated))
    change = ("points: [0 V, 5 V, 10 V, -10 V]", "points: [10 V]")  # ± 400 uV
    if ratio is None:
        planner.plan(DMM, change)
        return
    (table,) = planner.refused(DMM, change)
    assert table.splitlines()[2].split()[:2] == ["dcv/10V/10V", ratio]


def test_what_was_withdrawn_is_refused_even_where_no_calibration_is_asked_for(planner: Planner) -> None:
    planner.asset("REF-0017", ("language: 1", "language: 1\nstatus: withdrawn"))
    change = ("min_tur: 4, must_be_in_calibration: true", "min_tur: 4")
    (reason,) = planner.refused(DMM, change)
    assert "REF-0017 is withdrawn" in reason


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        (
            "3 uV * (1 V / (out - 5 V))",
            "cannot be evaluated at 5 V: 1 V is divided by zero; correct it, or the values that it holds for",
        ),
        ("2 uV - 5 ppm * out", "is -23 µV at 5 V, and an uncertainty is zero or more; correct it"),
    ],
)
def test_an_expression_of_an_asset_that_fails_is_named_with_point_file_and_entry(
    expression: str, says: str, planner: Planner
) -> None:
    planner.asset("REF-0017", ("expanded: 4 ppm * out + 3 uV,", f'expanded: "{expression}",'))
    reasons = planner.refused(DMM)
    (reason, *_) = [one for one in reasons if " at 5 V" in one]
    assert f"REF-0017.yaml, provides source.voltage.dc, -11 V to 11 V, expanded: '{expression}'" in reason
    assert says in reason
    assert reason.startswith("dcv/")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("0.5 uV - 1 uV", "is -0.5 µV; an uncertainty is zero or more"),
        ("1 uV * (1 V / (nominal - nominal))", "cannot be evaluated: 1 V is divided by zero"),
    ],
)
def test_a_contribution_of_a_procedure_that_fails_is_named_with_its_point(
    written: str, says: str, planner: Planner
) -> None:
    reasons = planner.refused(DMM, ("half_width: 0.5 uV", f'half_width: "{written}"'))
    (reason, *_) = [one for one in reasons if one.startswith("dcv/")]
    assert f"contribution 'Thermal EMF', half_width: '{written}' {says}" in reason
