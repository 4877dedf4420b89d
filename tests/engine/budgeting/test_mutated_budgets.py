"""Budget files, changed at random: an outcome whose numbers are numbers, or an error with a place; never a crash."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calbench.cli import main

BUDGETS = Path(__file__).parents[3] / "docs" / "how-to" / "budgets"
TEXTS = [
    re.sub(r"draws: 1e6", "draws: 10000", one.read_text(encoding="utf-8"))
    for one in sorted(BUDGETS.glob("*.yaml"))
]
TOKEN = re.compile(r"[\w.+-]+|[^\s\w]")
WORDS = [
    "0", "1", "-1", "1e-60", "1e60", "1e400", "nan", "inf", "Ohm", "V", "nm", "degC", "1/K", "R1", "ls", "theta", "u",
    "dof", "value", "readings", "half_width", "expanded", "k", "shape", "arcsine", "trapezoidal", "top", "log", "sqrt",
    "exp", "abs", "min", "/", "*", "^ 4", "^ -4", "-", "+", "(", ")", "0.999999", "-1.0", "mc", "gum", "adaptive",
    "shortest", "fixed", "0 Ohm",
]  # fmt: skip


def no_number(name: str) -> float:
    raise AssertionError(f"{name} is no number")


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=st.sampled_from(TEXTS),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(WORDS)), min_size=1, max_size=3),
)
def test_any_change_gives_numbers_or_an_error(text, changes, tmp_path):
    for where, word in changes:
        places = list(TOKEN.finditer(text))
        place = places[where % len(places)]
        text = text[: place.start()] + word + text[place.end() :]
    path = tmp_path / "budget.yaml"
    path.write_text(text, encoding="utf-8")

    ran = CliRunner().invoke(main, ["budget", str(path), "--json"])

    told = json.loads(ran.output, parse_constant=no_number)
    assert ran.exit_code in (0, 2), ran.output
    if ran.exit_code == 2:
        assert told.get("problems") or str(path) in told["message"]
        return
    for one in told["outputs"].values():
        gum = one["gum"]
        assert gum is None or gum["u"] >= 0
        assert gum is None or gum["low"] <= float(gum["value"]) <= gum["high"]
