"""The shipped formulas against what others publish, written out as they are in plans."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.procedures.flow import WATER, missed

from calbench.authoring.validation import read
from calbench.authoring.writing_out import all_made
from calbench.certificates.assemble import assemble
from calbench.certificates.wording import Language
from calbench.documents.canonical import canonical, digest
from calbench.documents.formulas import Formulary
from calbench.quantities import Quantity, evaluate, parse, parse_quantity, written_out
from calbench.testing.bench import Bench, Run
from calbench_sim.parts.flow.steam import enthalpy, specific_volume

FOLDER = Path(__file__).parents[2] / "formulas"
FORMULAS = {path.stem: read(path, Formulary).model.formulas for path in sorted(FOLDER.glob("*.yaml"))}


def value(area: str, call: str) -> Quantity:
    whole, _ = written_out(parse(call), all_made(FORMULAS[area]), guarded=True)
    found = evaluate(whole, {})
    assert isinstance(found, Quantity)
    return found


def number(area: str, call: str, unit: str) -> float:
    return float((value(area, call) / parse_quantity(f"1 {unit}")).value)


# M. Tanaka et al., Metrologia 38 (2001) 301, table of densities at 101 325 Pa; the greatest is at 3.983035 degC
@pytest.mark.parametrize(
    ("celsius", "density"),
    [
        ("0", 999.8428),
        ("3.983035", 999.97495),
        ("5", 999.9668),
        ("20", 998.2067),
        ("25", 997.0470),
        ("40", 992.2152),
    ],
)
def test_the_density_of_water_is_that_of_the_table(celsius: str, density: float) -> None:
    assert number("water", f"water_density({celsius} degC)", "kg/m^3") == pytest.approx(density, abs=1e-4)


def test_water_is_pressed_by_as_much_as_its_compressibility_says() -> None:
    """Tanaka, equation 2 at 20 degC: (50.74 - 0.326 · 20 + 0.00416 · 400) · 1e-11 / Pa = 4.588e-10 / Pa."""
    assert number("water", "water_pressed(1 MPa)", "1") == pytest.approx(1 + 4.588e-4, abs=2e-6)


# IAPWS R7-97(2012), region 1, as the simulator has it, which is held against table 5 of the release in tests/sim/flow
@pytest.mark.parametrize("celsius", [20, 35, 50, 65, 80, 95, 110])
def test_hot_water_follows_the_release_as_well_as_it_says(celsius: int) -> None:
    for name, pressure in (("250kPa", 0.25e6), ("1600kPa", 1.6e6)):
        found = number("water", f"water_density_{name}({celsius} degC)", "kg/m^3")
        assert found == pytest.approx(1 / specific_volume(celsius, pressure), rel=1e-4)
    for warmer in range(celsius + 3, 111):
        call = f"water_enthalpy_1600kPa({warmer} degC) - water_enthalpy_1600kPa({celsius} degC)"
        expected = enthalpy(warmer, 1.6e6) - enthalpy(celsius, 1.6e6)
        assert number("water", call, "J/kg") == pytest.approx(expected, rel=3e-4)


# IEC 60751:2022, table 1, for 100 Ohm at 0 degC
@pytest.mark.parametrize(
    ("celsius", "ohm"),
    [
        (-200, 18.52), (-100, 60.26), (-50, 80.31), (0, 100.00), (50, 119.40), (100, 138.51), (200, 175.86),
        (400, 247.09), (600, 313.71), (850, 390.48),
    ],
)  # fmt: skip
def test_platinum_has_the_resistances_of_the_table(celsius: int, ohm: float) -> None:
    assert 100 * number("platinum", f"pt_ratio({celsius} degC)", "1") == pytest.approx(ohm, abs=0.005)
    if celsius >= 0:
        kelvin = float(value("platinum", f"pt_temperature({ohm / 100:.4f})").value)
        assert kelvin - 273.15 == pytest.approx(celsius, abs=0.017)  # half a digit of the table, 0.005 Ohm


@pytest.mark.parametrize("celsius", [-190, -50, -1, 1, 100, 840])
def test_the_slope_of_platinum_is_what_the_curve_does_there(celsius: int) -> None:
    up, down = (number("platinum", f"pt_ratio({celsius} degC + {by} K)", "1") for by in ("0.01", "-0.01"))
    assert number("platinum", f"pt_slope({celsius} degC)", "1/K") == pytest.approx(
        (up - down) / 0.02, rel=1e-7
    )


def test_the_temperature_of_platinum_is_right_to_a_fifth_of_a_millikelvin_from_minus_ten_degrees_on() -> None:
    for celsius in (-9.9, -5.0, 0.0, 40.0, 849.0):
        ratio = value("platinum", f"pt_ratio({celsius} degC)").text()
        kelvin = float(value("platinum", f"pt_temperature({ratio})").value)
        assert kelvin - 273.15 == pytest.approx(celsius, abs=2e-4)


def cipm(celsius: float, humidity: float, pascal: float) -> float:
    """CIPM-2007 with 0.0004 CO2: A. Picard et al., Metrologia 45 (2008) 149, appendix A."""
    kelvin = celsius + 273.15
    saturated = math.exp(
        1.2378847e-5 * kelvin**2 - 1.9121316e-2 * kelvin + 33.93711047 - 6.3431645e3 / kelvin
    )
    vapour = humidity * (1.00062 + 3.14e-8 * pascal + 5.6e-7 * celsius**2) * saturated / pascal
    first = 1.58123e-6 - 2.9331e-8 * celsius + 1.1043e-10 * celsius**2
    second = (5.707e-6 - 2.051e-8 * celsius) * vapour + (1.9898e-4 - 2.376e-6 * celsius) * vapour**2
    third = (pascal / kelvin) ** 2 * (1.83e-11 - 0.765e-8 * vapour**2)
    compressed = 1 - pascal / kelvin * (first + second) + third
    return 3.483740e-3 * pascal / (compressed * kelvin) * (1 - 0.3780 * vapour)


# OIML R 111-1, E.3: the formula is right to 2e-4 there; of CIPM-1981, from which that of 2007 is 1e-4 away
@pytest.mark.parametrize("celsius", [10, 20, 30])
@pytest.mark.parametrize("percent", [0, 50, 80])
@pytest.mark.parametrize("pressure", [900, 1013.25, 1100])
def test_the_density_of_air_follows_that_of_the_cipm(celsius: float, percent: float, pressure: float) -> None:
    found = number("air", f"air_density({celsius} degC, {percent} %RH, {pressure} hPa)", "kg/m^3")
    assert found == pytest.approx(cipm(celsius, percent / 100, pressure * 100), rel=3e-4)


# --- a whole run: cold water meters with water of 45 degC, where Tanaka says nothing ---


@pytest.fixture(scope="module")
def too_warm(calbench_bench: Callable[[str], Bench]) -> Run:
    return calbench_bench("demo-water").unit("supply", temperature="45").run(WATER, position="1")


def test_what_was_measured_where_a_formula_says_nothing_is_not_judged(too_warm: Run) -> None:
    assert missed(too_warm) == {"error/Q3", "error/Q2", "error/Q1"}
    result = too_warm.result("error/Q3")
    assert result.value is not None  # it is shown, and not judged
    assert result.remark.startswith("Not judged: Density of water, t = tw was 45 °C, allowed is 0 … 40 °C.")
    assert too_warm.verdict == "not_evaluated"


def test_the_record_follows_from_plan_and_journal_alone(too_warm: Run) -> None:
    """No formula is looked up: the plan has what was computed, written out, and beside it what was written."""
    plan = too_warm.record.plan
    assert (
        "water_density"
        not in canonical(
            plan.model_copy(
                update={
                    "formulas": [],
                    "tests": [one.model_copy(update={"stated": {}}) for one in plan.tests],
                }
            )
        ).decode()
    )
    assert [one.call for one in plan.formulas] == ["water_density(t)", "water_pressed(p)"]
    assert plan.formulas[0].within == {"t": ["0 degC", "40 degC"]}
    assert plan.formulas[0].origin == "water 1.0.0"
    stated = {one.id: one.stated for one in plan.tests}
    assert stated["error"] == {"reference": "(m1 - m0) * borne / (water_density(tw) * water_pressed(line))"}
    (kept,) = [one for one in plan.sources if one.kind == "formulary"]
    assert kept.sha256 == hashlib.sha256((FOLDER / "water.yaml").read_bytes()).hexdigest()
    assert (too_warm.folder / "sources" / "formulary-water.yaml").read_bytes() == (
        FOLDER / "water.yaml"
    ).read_bytes()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Annex: formulas", "Density of water: water_density(t)",
                "reference value = (m1 - m0) * borne", "(from water 1.0.0)"]),
        ("zh", ["附录：计算公式", "水的密度: water_density(t)", "参考值 = (m1 - m0) * borne", "（载于 water 1.0.0）"]),
    ],
)  # fmt: skip
def test_the_certificate_says_with_which_formulas_it_was_computed(
    too_warm: Run, language: Language, words: list[str]
) -> None:
    content = assemble(too_warm.record, digest(too_warm.record), language)
    said = repr(content.sections)
    assert [one for one in words if one not in said] == []
    assert "t: 0 °C … 40 °C" in said


@pytest.mark.parametrize("area", FORMULAS)
def test_every_formula_has_a_title_in_both_languages_and_a_source(area: str) -> None:
    for name, one in FORMULAS[area].items():
        assert set(one.title or {}) == {"en", "zh"}, name
        assert one.source["en"], name
