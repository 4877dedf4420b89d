"""Bad budget files: an error that names file, line and column, or the file and the quantity; never a number."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.metrology import (
    Influence,
    Inputs,
    check_correlation,
    evaluate_readings,
    monte_carlo,
    propagate,
)

TWO = "inputs: {a: {value: 1 V, u: 1 V}, b: {value: 1 V, u: 1 V}}\n"
THREE = "inputs: {a: {value: 1, u: 1}, b: {value: 1, u: 1}, c: {value: 1, u: 1}}\n"
WIDE = "inputs: {a: {value: 1 V, half_width: 1 V, shape: lognormal}}\n"
PLACED = [  # text after the title line, place, what is said
    ("model: {y: a + b}\n" + TWO + "correlations: [[a, b, 1.2]]\n", "4:23", "the coefficient is 1.2; it is -1 to 1"),
    ("model: {y: a + b}\n" + TWO + "correlations: [[a, x, 0.2]]\n", "4:20", "there is no input 'x'"),
    ("model: {y: a + b}\n" + TWO + "correlations: [[a, a, 0.2]]\n", "4:20", "correlated with itself"),
    ("model: {y: a + b}\n" + TWO + "correlations: [[a, b, nan]]\n", "4:23", "must be a plain number, not 'nan'"),
    (
        "model: {y: a + b + c}\n" + THREE + "correlations: [[a, b, 0.9], [b, c, 0.9], [a, c, -0.9]]\n",
        "4:1",
        "r(a, b) = 0.9, r(a, c) = -0.9, r(b, c) = 0.9 cannot hold together",
    ),
    ("model: {y: a}\ninputs: {a: {value: 1 V, u: -1 V}}\n", "3:29", "'-1 V' must be zero or more"),
    ("model: {y: a}\ninputs: {a: {value: 1 V, u: nan V}}\n", "3:29", "'nan V' is no quantity"),
    ("model: {y: a}\ninputs: {a: {value: 1 V, u: inf V}}\n", "3:29", "'inf V' is no quantity"),
    ("model: {y: a}\ninputs: {a: {value: 1 V, half_width: -1 V}}\n", "3:38", "'-1 V' must be zero or more"),
    ("model: {y: a}\ninputs: {a: {value: 1 V, expanded: 1 V, k: -2}}\n", "3:44", "must be greater than zero"),
    ("model: {y: a}\ninputs: {a: {value: 1 V, u: 1}}\n", "3:29", "plain number; voltage (V) is needed"),
    ("model: {y: a}\ninputs: {a: {value: 1 Vlt, u: 1 V}}\n", "3:21", "'Vlt' is no unit"),
    ("model: {y: a + b}\ninputs: {a: {value: 1 V, u: 1 V}, b: {value: 1, u: 1}}\n", "2:14", "cannot add voltage"),
    ("model: {y: a / (b - a)}\n" + TWO, "2:14", "is divided by zero"),
    ("model: {y: log(a / b - 1)}\n" + TWO, "2:12", "has no logarithm"),
    ("model: {y: sqrt(a - 2 b)}\n" + TWO, "2:12", "has no square root"),
    ("model: {y: a}\ninputs: {a: {readings: [1 V, nan V]}}\n", "3:30", "'nan V' is no quantity"),
    ("model: {y: a}\ninputs: {a: {readings: [1 V, .inf]}}\n", "3:30", "'.inf'"),
    ("model: {y: a}\ninputs: {a: {readings: [1 V]}}\n", "3:14", "1 reading cannot show a spread"),
    ("model: {y: a}\ninputs: {a: {readings: [1 V, 2 A]}}\n", "3:30", "'2 A' is current"),
    ("model: {y: a}\n" + WIDE, "3:50", "'lognormal' is not one of"),
    ("model: {y: a}\ninputs: {a: {value: 1 V, u: 1 V, dof: 0}}\n", "3:39", "dof is 0"),
    ("model: {y: a}\ninputs: {a: {value: 1 V, u: 1 V}}\nreport: {coverage: 95}\n", "4:20", "a share between 0 and 1"),
]  # fmt: skip


def run(path, *more):
    return CliRunner().invoke(main, ["budget", str(path), *more])


@pytest.mark.parametrize(("text", "place", "said"), PLACED)
def test_a_bad_file_is_an_error_at_its_place(text, place, said, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("budget: bad\n" + text, encoding="utf-8")
    found = run(path, "--html", str(tmp_path / "bad.html"))
    assert found.exit_code == 2
    assert f"bad.yaml:{place}: error: " in found.output
    assert said in found.output
    assert "U =" not in found.output
    assert not (tmp_path / "bad.html").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "model: {y: a ^ 4}\ninputs: {a: {value: 1e60, u: 1e60}}\n",
            "2: The variance of output 'y' is too large",
        ),
        (
            "model: {y: sqrt(a)}\ninputs: {a: {value: 0, u: 1}}\n",
            "2: The sensitivity of output 'y' to 'a' is not finite",
        ),
        (
            "model: {y: a}\ninputs: {a: {value: 1, u: 1}}\nreport:\n  coverage: 0.9\n  rule: rectangular\n",
            "6: The rule 'rectangular' gives k = ",
        ),
        (
            "model: {y: 1 / (a - 1)}\ninputs: {a: {value: 1.5, half_width: 0.5}}\nreport: {methods: [mc]}\n",
            "",
        ),
        (
            "model: {y: sqrt(a)}\ninputs: {a: {value: 1, u: 1}}\nreport: {methods: [mc]}\n",
            "2: Output 'y' of the model is nan for a draw (a = -",
        ),
    ],
)
def test_what_the_file_alone_does_not_show_names_the_output(text, said, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("budget: bad\n" + text, encoding="utf-8")
    found = run(path)
    if said:
        assert found.exit_code == 2
        assert f"{path}:{said}" in found.output
        assert "U =" not in found.output
    else:  # it has an interval, and says that u means nothing
        assert found.exit_code == 0
        assert "a few far draws make it" in found.output


def volts(**more):
    return Influence("a", "a", **{"estimate": 1.0, "std": 1.0, **more})


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: volts(std=-1.0), r"Influence 'a': the standard uncertainty is -1\.0"),
        (lambda: volts(std=math.nan), r"Influence 'a': the standard uncertainty is nan"),
        (lambda: volts(estimate=math.inf), r"Influence 'a': the estimate is inf"),
        (lambda: volts(dof=0.5), r"Influence 'a': the degrees of freedom are 0\.5"),
        (
            lambda: volts(distribution="lognormal"),
            r"Influence 'a': the distribution 'lognormal' is not known",
        ),
        (lambda: evaluate_readings([Decimal(1), Decimal("NaN")]), "A reading is NaN"),
        (
            lambda: Inputs.of([volts()], stds={"a": [1.0, -1.0]}),
            r"Influence 'a', point 1: the standard unc.* is -1\.0",
        ),
        (
            lambda: Inputs.of([volts()], estimates={"a": [1.0, np.nan]}),
            "Influence 'a', point 1: the estimate is nan",
        ),
        (
            lambda: check_correlation(["a", "b"], np.array([[1.0, np.nan], [np.nan, 1.0]])),
            "The correlation of 'a' and 'b' is nan",
        ),
        (
            lambda: check_correlation(["a", "b"], np.array([[1.0, 0.1], [0.2, 1.0]])),
            "either way, are not the same",
        ),
        (
            lambda: propagate(lambda x: 1 / (x[0] - 1), Inputs.of([volts()])),
            r"Output 0 of the model is inf at the estimates \(a = 1\.0\); .* Look for a division by zero",
        ),
        (
            lambda: monte_carlo(lambda x: 1 / (x[0] - 1), Inputs.of([volts()]), seed=1, draws=10_000),
            "Look for a division by zero",
        ),
    ],
)
def test_the_engine_refuses_and_names_the_quantity(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
