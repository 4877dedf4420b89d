"""Formulas of procedures and formularies: what a plan has of them, and where they hold.

Water of 1000 kg/m^3 - 0.2 kg/m^3/K · t, from 0 to 40 degC. Every value by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.authoring.loading import Surroundings, check, load_procedure
from calbench.cli import main
from calbench.documents.operating import Validity
from calbench.documents.plan import Plan
from calbench.documents.procedure import Procedure
from calbench.errors import PlanRefused
from calbench.evaluation.composed import Seen
from calbench.evaluation.deriving import conclude_group
from calbench.evaluation.observing import Observation, words_and_quantities
from calbench.evaluation.operating import found
from calbench.quantities import parse_quantity
from calbench.workflow import Options, prepare
from calbench.workflow.comparing import compare

DENSITY = """\
  density:
    title: {en: Density, zh: 密度}
    of: {t: degC}
    is: 1000 kg/m^3 - 0.2 kg/m^3/K * (t - 0 degC)
    valid: {t: [0 degC, 40 degC]}
    source: by hand
"""
SQUARE = """\
  square: {of: {x: "1"}, is: x * x, source: by hand}
"""
FILE = f"formulary: Water\nid: ours\nversion: 1.2.3\nlanguage: 1\nformulas:\n{DENSITY}"
HEAD = """\
procedure: Water meter
id: meter
version: 1.0.0
language: 1
"""
REST = """\
parameters:
  water: {type: quantity, unit: degC, default: 20 degC}
values:
  rho: density(water)
roles:
  uut:         {needs: [measure.volume], fallback: keyboard}
  supply:      {needs: [source.volume]}
  tank:        {needs: [measure.mass], fallback: keyboard}
  thermometer: {needs: [measure.temperature], fallback: keyboard}
tests:
  - test: error
    apply: supply.volume
    with: {value: 10 L, flow: 1 m^3/h}
    inputs:
      V1: {read: uut.volume}
      m1: {read: tank.mass, expected: 10 L * density(water)}
      tw: {read: thermometer.temperature, expected: water}
    indication: V1
    reference: m1 / density(tw)
    resolution: 0.01 L
    unit: L
    mpe: 0.1 L
    #more
"""
MORE = "#more"
OWN = f"{HEAD}formulas:\n{DENSITY}{REST}"
SHARED = f"{HEAD}formulary: ours.yaml\n{REST}"
BY_HAND = f"{HEAD}{REST}".replace("density(tw)", "(1000 kg/m^3 - 0.2 kg/m^3/K * (tw - 0 degC))").replace(
    "density(water)", "(1000 kg/m^3 - 0.2 kg/m^3/K * (water - 0 degC))"
)


def written(folder: Path, text: str, name: str = "meter", formulary: str = FILE) -> str:
    (folder / "ours.yaml").write_text(formulary, encoding="utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def plan(path: str, **settings: str) -> Plan:
    return prepare(path, "demo-water", Options(settings, position="1")).plan


def rules(path: str, around: Surroundings) -> list[tuple[str, str, int]]:
    return [(Path(one.file).name, one.rule, one.line) for one in check([Path(path)], around)[0]]


@pytest.mark.parametrize("text", [OWN, SHARED])
def test_a_plan_with_formulas_is_that_with_the_same_written_by_hand(tmp_path: Path, text: str) -> None:
    ours, hand = plan(written(tmp_path, text)), plan(written(tmp_path, BY_HAND, "hand"))
    assert [one.model_copy(update={"operating": []}) for one in ours.points] == hand.points
    assert [(one.value, one.text()) for one in map(parse_quantity, [ours.values[0].value])] == [
        (parse_quantity("996 kg/m^3").value, "996 kg/m³")
    ]
    (test,), (other,) = ours.tests, hand.tests
    assert test.reference == "m1 / (1000 kg / m^3 - 0.2 kg / m^3 / K * (tw - 0 degC))"
    assert test.stated == {"reference": "m1 / density(tw)"}
    assert test.model_copy(update={"stated": {}, "reference": other.reference}) == other


@pytest.mark.parametrize(("text", "origin"), [(OWN, "meter 1.0.0"), (SHARED, "ours 1.2.3")])
def test_the_plan_keeps_the_formula_as_it_was_written_and_where_it_stands(
    tmp_path: Path, text: str, origin: str
) -> None:
    prepared = prepare(written(tmp_path, text), "demo-water", Options(position="1"))
    (one,) = prepared.plan.formulas
    assert (one.call, one.origin, one.within) == ("density(t)", origin, {"t": ["0 degC", "40 degC"]})
    assert one.text == "1000 kg/m^3 - 0.2 kg/m^3/K * (t - 0 degC)"
    assert one.source == {"en": "by hand"}
    kept = [source for source in prepared.plan.sources if source.kind == "formulary"]
    assert [(source.id, source.version) for source in kept] == [("ours", "1.2.3")] * (text is SHARED)
    assert all(prepared.files[source.sha256] == tmp_path / "ours.yaml" for source in kept)


def test_a_formulary_of_which_nothing_is_used_is_no_source_of_the_plan(tmp_path: Path) -> None:
    made = plan(written(tmp_path, BY_HAND.replace("language: 1\n", "language: 1\nformulary: ours.yaml\n", 1)))
    assert made.formulas == []
    assert [one for one in made.sources if one.kind == "formulary"] == []


def test_an_argument_that_is_read_is_a_condition_of_its_points(tmp_path: Path) -> None:
    (point,) = plan(written(tmp_path, OWN)).points
    (one,) = point.operating
    assert (one.name, one.value) == ({"en": "Density, t = tw", "zh": "密度，t = tw"}, "tw")
    for temperature, holds in (("40 degC", True), ("40.1 degC", False), ("-0.1 degC", False)):
        names = {**words_and_quantities(point.scope), "tw": parse_quantity(temperature)}
        assert [each.holds for each in found(point, names)] == [holds]


@pytest.mark.parametrize(
    ("own", "conditions"),
    [
        ("{name: Water, value: tw, from: 10 degC, to: 40 degC}", ["Water"]),
        ("{name: Water, value: tw, from: water - 5 K, to: water + 5 K}", ["Water"]),
        ("{name: Water, value: tw, from: 10 degC, to: 41 degC}", ["Water", "Density, t = tw"]),
        ("{name: Water, value: tw, from: 10 degC}", ["Water", "Density, t = tw"]),
        ("{name: Water, value: tw + 0 K, from: 10 degC, to: 40 degC}", ["Water", "Density, t = tw"]),
    ],
)
def test_a_condition_that_is_narrower_keeps_it_already(
    tmp_path: Path, own: str, conditions: list[str]
) -> None:
    (point,) = plan(written(tmp_path, OWN.replace(MORE, f"conditions: [{own}]"))).points
    assert [one.name["en"] for one in point.operating] == conditions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            OWN,
            "Value 'rho' cannot be computed: t of density is 41 .C, and the formula holds from 0 .C to 40 .C",
        ),
        (
            OWN.replace("  rho: density(water)", "  rho: 1 kg/m^3"),
            "t of density is 41 .C",
        ),  # what is expected
        (
            OWN.replace("  rho: density(water)", "  rho: 1 kg/m^3")
            .replace("10 L * density(water)", "10 kg")
            .replace("density(tw)", "density(water + 0.5 K)"),
            "its condition 'Density, t = water . 0.5 K' cannot be planned: it is 41.5 .C",
        ),
    ],
)
def test_a_plan_is_refused_where_a_formula_is_known_not_to_hold(tmp_path: Path, text: str, told: str) -> None:
    path = written(tmp_path, text)
    assert plan(path, water="39 degC")
    with pytest.raises(PlanRefused, match=told):
        plan(path, water="41 degC")


def test_an_uncertainty_has_no_value_outside_of_a_formula(tmp_path: Path) -> None:
    more = "uncertainty: [{name: Water, half_width: 1 % * m1 / density(tw), shape: rectangular}]"
    (point,) = plan(written(tmp_path, OWN.replace(MORE, more))).points
    assert point.contributions[0].half_width == (
        "1 % * m1 / (1000 kg / m^3 - 0.2 kg / m^3 / K * (within(tw, 0 degC, 40 degC, 't of density') - 0 degC))"
    )


def test_a_limit_with_a_formula_is_a_condition_of_the_points_that_it_is_named_for(tmp_path: Path) -> None:
    limits = """limits:
  most: {variable: nominal, bands: [{limit: 1e-4 L * density(0 degC + rdg / (1 L) * 1 K) / (1 kg/m^3)}]}
"""
    text = OWN.replace("mpe: 0.1 L", "evaluate: {value: error, limit: most}").replace(
        "tests:", f"{limits}tests:"
    )
    (point,) = plan(written(tmp_path, text)).points
    assert [one.value for one in point.operating] == ["tw", "0 degC + rdg / 1 L * 1 K"]
    assert point.limit is not None and "density" not in str(point.limit)  # noqa: PT018 - one fact


def test_what_follows_from_a_test_has_no_value_outside_of_a_formula(tmp_path: Path) -> None:
    follows = """
  - test: again
    of: error
    evaluate: {value: error * density(tw) / (996 kg/m^3)}
    resolution: 0.01 L
"""
    made = plan(written(tmp_path, OWN + follows))
    again, observed = made.tests[1], made.points[0]
    assert again.stated == {"value": "error * density(tw) / (996 kg/m^3)"}
    for temperature, remark in (
        ("40 degC", ""),
        ("41 degC", "Not evaluated: t of density is 41 °C, and the formula"),
    ):
        ten, none = parse_quantity("10 L"), parse_quantity("0 L")
        seen = {"tw": Seen(observed.inputs[2], (), parse_quantity(temperature), None)}
        observation = Observation(observed, (), ten, ten, none, none, None, seen)
        result = conclude_group(again, again.groups[0], {observed.id: observation}, {})
        assert result.remark.startswith(remark)
        assert (result.value is None) == bool(remark)


def test_every_expression_may_have_a_formula(tmp_path: Path, around: Surroundings) -> None:
    text = f"""{HEAD}formulas:
{SQUARE}parameters:
  size: {{type: number, default: 2}}
values:
  four: square(size)
  table: {{variable: square(size), bands: [{{up_to: square(3), value: square(2)}}]}}
roles:
  uut:    {{needs: [measure.volume], fallback: keyboard}}
  supply: {{needs: [source.volume]}}
tests:
  - test: error
    only_if: square(size) == 4
    with: {{value: square(2) * volume, flow: square(1) * 1 m^3/h}}
    apply: supply.volume
    vary:
      volume:
        - {{at: square(size) * 1 L, label: four}}
        - {{at: square(3) * 1 L, label: nine, only_if: square(size) < 5}}
    values: {{more: square(3)}}
    inputs:
      V1: {{read: uut.volume, readings: square(2)}}
    indication: V1 * square(1)
    resolution: square(0.1) * 1 L
    evaluate: {{value: error, limit: square(0.1) * 1 L}}
"""
    path = written(tmp_path, text)
    assert rules(path, around) == []
    made = plan(path)
    assert [(one.id, one.nominal) for one in made.points] == [("error/four", "16 L"), ("error/nine", "36 L")]
    assert "square" not in str([(one.limit, one.scope, one.inputs, one.stimulus) for one in made.points])
    assert [one.call for one in made.formulas] == ["square(x)"]


def test_a_formulary_with_a_mistake_is_told_once_and_at_its_place(
    tmp_path: Path, around: Surroundings
) -> None:
    path = written(tmp_path, SHARED, formulary=FILE.replace("0.2 kg/m^3/K", "0.2 kg/m^3"))
    assert rules(path, around) == [("ours.yaml", "P020", 9)]
    assert rules(str(tmp_path / "ours.yaml"), around) == [("ours.yaml", "P020", 9)]


def test_no_formula_takes_the_place_of_another(tmp_path: Path, around: Surroundings) -> None:
    both = OWN.replace("formulas:", "formulary: ours.yaml\nformulas:")
    assert rules(written(tmp_path, both), around) == [("meter.yaml", "P150", 5)]
    twice = SHARED.replace("ours.yaml", "[ours.yaml, ours.yaml]")
    assert rules(written(tmp_path, twice), around) == [("meter.yaml", "P150", 5)]


def test_what_only_the_program_writes_no_author_may(tmp_path: Path, around: Surroundings) -> None:
    path = written(tmp_path, OWN.replace("m1 / density(tw)", "m1 / density(within(tw, 0 degC, 9 degC, 'x'))"))
    assert [rule for _, rule, _ in rules(path, around)] == ["S011"]


def test_a_formula_that_changes_is_one_change(tmp_path: Path) -> None:
    before = written(tmp_path, OWN, "before")
    now = written(tmp_path, OWN.replace("0.2 kg/m^3/K", "0.3 kg/m^3/K"), "now")
    shared = written(tmp_path, SHARED, "shared")
    (one,) = compare(before, now)
    assert one.kind == "limits"
    assert one.change.where == ("formulas", "density", "is")
    assert compare(before, shared) == []  # where a formula stands is no difference


def test_the_formulas_that_were_written_are_left_in_the_procedure_as_it_was_read(
    tmp_path: Path, around: Surroundings
) -> None:
    loaded = load_procedure(Path(written(tmp_path, SHARED)), around)[0]
    assert isinstance(loaded.stated, Procedure)
    assert loaded.stated.tests[0].reference == "m1 / density(tw)"
    assert [isinstance(one, Validity) for one in loaded.model.tests[0].conditions or []] == [True]
    assert loaded.stated.tests[0].conditions is None


def test_a_copy_of_a_shipped_procedure_finds_its_formulas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(main, ["new", "procedure", "our-meter", "--from", "water-meter-jjg162"])
    assert made.exit_code == 0, made.output
    copied = plan("procedures/our-meter.yaml")
    assert [one.origin for one in copied.formulas] == ["water 1.0.0"] * 2


def test_the_plan_is_shown_with_its_formulas(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["plan", written(tmp_path, SHARED), "demo-water", "--position", "1"])
    assert "  error: reference = m1 / density(tw)\n" in shown.output
    assert "  density(t) = 1000 kg/m^3 - 0.2 kg/m^3/K * (t - 0 degC)\n    t: 0 °C … 40 °C\n" in shown.output
    assert "    by hand (from ours 1.2.3)\n" in shown.output
