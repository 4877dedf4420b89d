"""Shipped files, mutilated at random: loading gives a result or `InvalidFile`, in little processor time."""

from __future__ import annotations

import re
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calbench.authoring import render
from calbench.authoring.loading import check, load_asset, load_budget, load_procedure, load_station
from calbench.errors import InvalidFile

ROOT = Path(__file__).parents[3]
FILES = [
    *(("procedure", path) for path in sorted((ROOT / "procedures").rglob("*.yaml"))),
    *(("station", path) for path in sorted((ROOT / "stations").glob("*.yaml"))),
    *(("asset", path) for path in sorted((ROOT / "stations" / "assets").glob("*.yaml"))),
    *(("budget", path) for path in sorted((ROOT / "docs" / "how-to" / "budgets").glob("*.yaml"))),
]
TEXTS = {path: path.read_text(encoding="utf-8").splitlines(keepends=True) for _, path in FILES}
KEYS = sorted({key for lines in TEXTS.values() for line in lines for key in re.findall(r"(\w+):", line)})
WORDS = [
    "", "~", "[]", "{}", "[[]]", "1", "-1", "0", "1e400", "1e-60", "nan", "$x", "$readings", "5 s", "5 V",
    "5 degC", "yes", "true", "V", "max", "readings", "uut", "source.voltage.dc", "a.b.c", "keyboard", "1/0",
    "0 V / 0", "(((", "a == b", "not x", "sqrt(-1)", "stdev(readings)", "error ^ 4", "2026-02-30",
    "\"quoted\"", "{a: b}", "[a, b]", "*x", "&x y", "!t", "%", "{", "é", "砝码", "../../x", "/etc", "C:\\x",
    "x" * 300, "9" * 99, "{zh: x}", "1.input", "GPIB0::4::INSTR", "e e", "d^4", "log(0)", "exp(1e9)",
    "1 ppm", "-5 kg", "\\0", "'it''s'",
]  # fmt: skip

word = st.sampled_from(WORDS) | st.text(max_size=12)
mutation = st.tuples(
    st.sampled_from(["delete", "repeat", "swap", "value", "key", "flow", "indent", "insert"]),
    st.integers(0, 10_000),
    word,
    st.sampled_from(KEYS),
)


def mutate(lines: list[str], changes) -> str:
    lines = list(lines)
    for kind, where, new, key in changes:
        at = where % max(1, len(lines))
        line = lines[at] if lines else "\n"
        if kind == "delete":
            del lines[at : at + 1 + where % 3]
        elif kind == "repeat":
            lines.insert(at, line)
        elif kind == "swap":
            other = (where * 7) % max(1, len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "value":
            lines[at] = re.sub(r":[^\n]*", lambda _, new=new: f": {new}", line, count=1)
        elif kind == "key":
            lines[at] = re.sub(r"\w+:", lambda _, key=key: f"{key}:", line, count=1)
        elif kind == "flow":
            parts = re.split(r"([,{}\[\]:])", line)
            parts[where % len(parts)] = f" {new} "
            lines[at] = "".join(parts)
        elif kind == "indent":
            lines[at] = "  " * (where % 3) + line
        else:
            lines.insert(at, f"{' ' * (where % 5)}{key}: {new}\n")
    return "".join(lines)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(choice=st.sampled_from(FILES), changes=st.lists(mutation, min_size=1, max_size=4))
def test_whatever_a_file_holds_is_told_and_not_raised(choice, changes, around, tmp_path):
    kind, original = choice
    path = tmp_path / original.name
    path.write_text(mutate(TEXTS[original], changes), encoding="utf-8", errors="replace")
    start = time.process_time()
    problems, sources = check([path], around)
    told = render(problems, sources)
    loads = {
        "procedure": lambda: load_procedure(path, around),
        "station": lambda: load_station(path, around),
        "budget": lambda: load_budget(path),
    }
    refused = []
    try:
        loads.get(kind, lambda: load_asset(path))()
    except InvalidFile as invalid:
        refused = invalid.problems
    assert bool(refused) == bool(problems), told
    assert time.process_time() - start < 2
    assert len(problems) <= 500
