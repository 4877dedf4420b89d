"""Budget files, from the text to the printed outcome: published cases, units, coverage rules, and what is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.authoring import load_budget
from calbench.budgeting import evaluate
from calbench.cli import main

BUDGETS = Path(__file__).parents[3] / "docs" / "how-to" / "budgets"


def outcome(tmp_path, text, methods=None):
    path = tmp_path / "budget.yaml"
    path.write_text("budget: test\n" + text, encoding="utf-8")
    return evaluate(load_budget(path).model, methods)


def run(*arguments):
    return CliRunner().invoke(main, ["budget", *map(str, arguments)])


def test_d01_end_gauge_as_a_file():
    (length,) = evaluate(load_budget(BUDGETS / "end_gauge.yaml").model).outputs
    gum, mc = length.gum, length.mc
    assert gum is not None
    assert mc is not None
    assert (length.unit, str(gum.value)) == ("nm", "50000838")
    assert gum.u == pytest.approx(31.66387911, abs=2e-8)
    assert gum.dof == pytest.approx(16.7519, abs=5e-5)
    assert gum.u_second_order == pytest.approx(33.81, abs=5e-3)
    assert gum.linear is False
    parts = {line.input: abs(line.contribution) for line in gum.contributions}
    assert (parts["ls"], parts["da"], parts["dtheta"]) == pytest.approx((25, 2.88679, 16.59903), abs=5e-6)
    assert str(gum.stated.U) == "92"


def test_d02_impedance_as_a_file():
    found = evaluate(load_budget(BUDGETS / "impedance.yaml").model)
    values = [(float(one.gum.value), one.gum.u, one.gum.dof) for one in found.outputs if one.gum is not None]
    assert values == [
        pytest.approx(row, rel=5e-6)  # the correlations in the file have six digits
        for row in (
            (127.732169928, 0.0710714074, 4),
            (219.846511913, 0.2955816774, 4),
            (254.259701948, 0.2363361301, 4),
        )
    ]
    r = found.correlation["gum"]
    assert (r[0][1], r[0][2], r[1][2]) == pytest.approx((-0.58843, -0.485259, 0.992512), abs=2e-6)


def test_d06_weight_of_ea_4_02_s2(tmp_path):
    found = (
        outcome(
            tmp_path,
            "model: {m: ms + drift + dm + mc + B}\n"
            "inputs:\n"
            "  ms: {value: 10000.005 g, expanded: 45 mg, k: 2}\n"
            "  drift: {value: 0 mg, half_width: 15 mg}\n"
            "  dm: {value: 20 mg, u: 14.4337567 mg}\n"
            "  mc: {value: 0 mg, half_width: 10 mg}\n"
            "  B: {value: 0 mg, half_width: 10 mg}\n"
            "report: {rule: fixed, k: 2, units: {m: mg}}\n",
        )
        .outputs[0]
        .gum
    )
    assert found is not None
    assert found.u == pytest.approx(29.2617, abs=5e-5)
    assert pytest.approx(58.5235, abs=1e-4) == found.U
    assert (found.rule, str(found.value), str(found.stated.value)) == ("fixed", "10000025", "10000025")


S9 = (
    "model: {E: ViX + dViX - VS - dVS}\n"
    "inputs:\n"
    "  ViX: {value: 100.1 V, u: 0 V}\n"
    "  VS: {value: 100 V, expanded: 2 mV, k: 2}\n"
    "  dViX: {value: 0 V, half_width: 0.05 V}\n"
    "  dVS: {value: 0 V, half_width: 11 mV}\n"
)


def test_d07_dominant_rectangular_rule_of_ea_4_02_s9(tmp_path):
    (one,) = outcome(tmp_path, S9 + "report: {rule: rectangular, digits: 1}\n").outputs
    found = one.gum
    assert found is not None
    assert (found.k, found.u, found.U) == pytest.approx((1.65, 0.0295748, 0.0488), abs=5e-5)
    assert (one.unit, str(found.stated.value), str(found.stated.U)) == ("V", "0.10", "0.05")
    with pytest.raises(ValueError, match="two rectangular contributions dominate"):
        outcome(tmp_path, S9.replace("half_width: 11 mV", "u: 11 mV") + "report: {rule: trapezoidal}\n")


def test_d14_logarithm_by_the_shortest_interval(tmp_path):
    text = "model: {y: log(x)}\ninputs: {x: {value: 0.6, half_width: 0.5}}\n"
    found = outcome(tmp_path, text + "report: {methods: [gum, mc], interval: shortest, seed: 14}\n")
    (one,) = found.outputs
    assert one.gum is not None
    assert one.mc is not None
    assert (float(one.gum.value), one.gum.u) == pytest.approx((-0.510826, 0.481125), abs=5e-7)
    assert (one.mc.value, one.mc.u) == pytest.approx((-0.6649, 0.606227), abs=3e-3)
    assert (one.mc.low, one.mc.high) == pytest.approx((-1.89716, 0.09531), abs=0.01)
    assert (one.validated, one.gum.linear) == (False, False)
    assert any("state the interval of Monte Carlo" in note["en"] for note in found.notes)


def test_units_are_those_of_the_first_term_or_those_asked_for(tmp_path):
    text = (
        "model: {R: R1 + R2, P: U ^ 2 / (R1 + R2)}\n"
        "inputs:\n  R1: {value: 1 kOhm, u: 1 Ohm}\n  R2: {value: 500 Ohm, u: 0.5 Ohm}\n  U: {value: 3 V, u: 3 mV}\n"
    )
    first, power = outcome(tmp_path, text + "report: {units: {P: mW}}\n").outputs
    assert first.gum is not None
    assert power.gum is not None
    assert (first.unit, str(first.gum.value), power.unit) == ("kΩ", "1.5", "mW")
    assert first.gum.u == pytest.approx(math.hypot(1, 0.5) / 1000, rel=1e-12)
    assert float(power.gum.value) == pytest.approx(6.0, rel=1e-12)
    (r1, _, u) = power.gum.contributions
    assert (r1.sensitivity_unit, u.sensitivity_unit) == ("mW/kΩ", "mW/V")
    assert u.sensitivity == pytest.approx(2 * 3 / 1500 * 1000, rel=1e-12)  # 2U/R, in mW per V
    assert u.contribution == pytest.approx(u.sensitivity * 0.003, rel=1e-12)


def test_temperatures_in_degc_have_uncertainties_in_k(tmp_path):
    text = (
        "model: {t: bath + c}\ninputs:\n"
        "  bath: {readings: [23.1 degC, 23.3 degC, 23.2 degC]}\n  c: {value: 0.05 K, half_width: 0.02 K}\n"
    )
    (one,) = outcome(tmp_path, text + "report: {methods: [gum, mc], coverage: 0.9}\n").outputs
    assert one.gum is not None
    assert one.mc is not None
    assert (one.unit, one.u_unit, str(one.gum.value)) == ("°C", "K", "23.25")
    assert one.gum.u == pytest.approx(math.hypot(0.1 / math.sqrt(3), 0.02 / math.sqrt(3)), rel=1e-9)
    assert one.mc.low < 23.25 < one.mc.high


def test_one_id_is_one_quantity_and_cancels(tmp_path):
    text = "model: {q: a / b}\ninputs: {a: {id: ref-7, value: 10 V, u: 1 mV}, b: {id: ref-7, value: 10 V, u: 1 mV}}\n"
    (one,) = outcome(tmp_path, text + "report: {methods: [gum, mc], draws: 10000}\n").outputs
    assert one.gum is not None
    assert one.mc is not None
    assert (one.gum.u, one.mc.u) == (0, 0)
    assert [line.input for line in one.gum.contributions] == ["a b"]


def test_the_cmc_is_a_floor_and_says_so(tmp_path):
    text = "model: {R: R1}\ninputs: {R1: {value: 100.123 Ohm, u: 1 mOhm}}\n"
    found = outcome(tmp_path, text + "report: {cmc: {R: 5 mOhm}}\n")
    gum = found.outputs[0].gum
    assert gum is not None
    assert (str(gum.stated.U), gum.stated.floored) == ("0.0050", True)
    assert pytest.approx(0.00196, abs=1e-6) == gum.U
    assert any("CMC" in note["en"] for note in found.notes)


def test_every_shape_can_be_written(tmp_path):
    shapes = {
        "rectangular": "",
        "triangular": "",
        "arcsine": "",
        "trapezoidal": ", top: 0.5",
        "curvilinear_trapezoid": ", blur: 0.3",
    }
    inputs = [
        f"  x{i}: {{value: 0 V, half_width: 1 V, shape: {s}{more}}}\n"
        for i, (s, more) in enumerate(shapes.items())
    ]
    (one,) = outcome(
        tmp_path, "model: {y: x0 + x1 + x2 + x3 + x4}\ninputs:\n" + "".join(inputs), ["gum", "mc"]
    ).outputs
    assert one.gum is not None
    assert one.mc is not None
    assert one.gum.u**2 == pytest.approx(1 / 3 + 1 / 6 + 1 / 2 + 1.25 / 6 + 1 / 3 + 0.09 / 9, rel=1e-12)
    assert one.mc.u == pytest.approx(one.gum.u, rel=5e-3)


def test_the_example_of_the_guide_says_what_it_leaves_open():
    found = run(BUDGETS / "series.yaml")
    assert found.exit_code == 0, found.output
    assert "R = (2000.00 ± 0.36) Ω" in found.output
    assert "T is used by no output" in found.output
    assert "R1, R2 are correlated and have different degrees of freedom" in found.output
    assert "u = none" in found.output


def test_the_guide_shows_what_the_command_prints():
    page = (BUDGETS.parent / "evaluate-a-budget.md").read_text(encoding="utf-8")
    shown = page.split("```text\n")[1].split("```")[0]
    assert run(BUDGETS / "series.yaml").output.startswith(shown)


def test_json_is_plain_and_the_same_twice():
    first, second = (run(BUDGETS / "series.yaml", "--json").output for _ in range(2))
    assert first == second
    told = json.loads(first)
    gum, mc = told["outputs"]["R"]["gum"], told["outputs"]["R"]["mc"]
    assert (gum["value"], gum["dof"], gum["contributions"][2]["dof"]) == ("2000", 2.0, None)
    assert (mc["u"], mc["draws"], mc["seed"], mc["generator"]) == (None, 1_000_000, 1, "PCG64DXSM")
    assert told["correlation"] == {}


def test_methods_are_chosen_on_the_command_line():
    told = json.loads(run(BUDGETS / "impedance.yaml", "--method", "mc", "--json").output)
    assert told["outputs"]["Z"]["gum"] is None
    assert told["correlation"]["mc"]["outputs"] == ["R", "X", "Z"]
    assert run(BUDGETS / "impedance.yaml", "--method", "suncal").exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (  # draws below zero occur
            "model: {y: log(x / 1 V)}\ninputs: {x: {value: 1 V, u: 1 V}}\nreport: {methods: [mc]}\n",
            "Output 'y' of the model is nan for a draw (x = -",
        ),
        (
            "model: {y: sqrt(x)}\ninputs: {x: {value: 0 V^2, u: 1 V^2}}\n",
            "sensitivity of output 'y' to 'x' is not finite",
        ),
        (
            "model: {y: x}\ninputs: {x: {readings: [1 V, 2 V, 4 V]}}\nreport: {methods: [mc], draws: adaptive}\n",
            "draws of 'x' have no standard deviation",
        ),
        (
            "model: {y: x}\ninputs: {x: {value: 1 V, u: 1 V}}\nreport: {rule: rectangular}\n",
            "k = 1.65 is for a budget",
        ),
    ],
)
def test_what_has_no_answer_is_an_error_with_the_file(tmp_path, text, said):
    path = tmp_path / "b.yaml"
    path.write_text("budget: test\n" + text, encoding="utf-8")
    found = run(path)
    assert found.exit_code == 2
    assert said in found.output
    assert str(path) in found.output
    assert "U =" not in found.output


def test_a_broken_file_is_told_with_its_rules(tmp_path):
    path = tmp_path / "b.yaml"
    path.write_text("budget: t\nmodel: {R: R1}\ninputs: {R1: {value: 1 Ohm, u: 5}}\n", encoding="utf-8")
    told = json.loads(run(path, "--json").output)
    assert (told["exit_code"], [one["rule"] for one in told["problems"]]) == (2, ["B005"])


def test_adaptive_draws_from_a_file(tmp_path):
    text = "model: {y: x}\ninputs: {x: {value: 1 V, u: 9.9 mV}}\nreport: {methods: [mc], draws: adaptive, digits: 1}\n"
    mc = outcome(tmp_path, text).outputs[0].mc
    assert mc is not None
    assert mc.adaptive
    assert 20_000 <= mc.draws < 1_000_000
