"""The shape of the project: sizes, names, and what may not be loaded."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = [path for root in ("src", "drivers", "sim") for path in (ROOT / root).rglob("*.py")]
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager"}


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_exceeds_400_lines() -> None:
    assert {str(path): lines(path) for path in MODULES if lines(path) > 400} == {}


def test_the_median_module_has_at_most_120_lines() -> None:
    assert statistics.median(lines(path) for path in MODULES) <= 120


def test_no_module_has_a_name_that_explains_nothing() -> None:
    assert [path for path in MODULES if path.stem in VAGUE] == []


def test_every_package_says_what_it_is() -> None:
    empty = [
        path
        for path in MODULES
        if path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip()
    ]
    assert empty == []


def loaded_by(*arguments: str) -> set[str]:
    code = (
        "import sys, json\n"
        "from calbench.cli import main\n"
        f"try: main({list(arguments)!r})\n"
        "except SystemExit: pass\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_help_loads_nothing_heavy() -> None:
    loaded = loaded_by("--help")
    assert "click" in loaded
    assert loaded.isdisjoint(
        {"pyvisa", "pint", "numpy", "scipy", "serial", "pydantic", "yaml", "typst", "rich", "lxml"}
    )


def test_check_touches_no_instrument_library() -> None:
    loaded = loaded_by("check", str(ROOT / "procedures/electrical/dmm-34401a.yaml"))
    assert "pydantic" in loaded
    assert loaded.isdisjoint({"pyvisa", "pint", "numpy", "scipy", "serial", "typst", "lxml"})


def test_what_make_test_leaves_out_has_a_target_that_ci_calls() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    lists = dict(re.findall(r"^([A-Z]+) := (tests/.+)$", makefile, re.MULTILINE))
    recipes = {one.partition(":")[0]: one for one in re.split(r"\n(?=[a-z-]+:)", makefile)}
    called = re.findall(r"^make ([a-z-]+)$", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
    run = "".join(recipes[one] for one in called if one != "test")
    names = re.findall(r"\$\(([A-Z]+)\)", makefile[makefile.index("MODULES :=") :].splitlines()[0])
    assert sorted(names) == sorted(lists)
    assert [name for name in names if f"$({name})" not in run] == []
    assert "tests/procedures\n" in run
    gone = [path for listed in lists.values() for path in listed.split() if not (ROOT / path).exists()]
    assert gone == []
