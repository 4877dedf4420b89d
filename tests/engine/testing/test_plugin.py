"""The plugin as pytest runs it, in small repositories that `pytester` makes."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from calbench.testing import plugin

ROOT = Path(__file__).parents[3]
FIRST = (ROOT / "docs" / "tutorials" / "first_procedure.yaml").read_text(encoding="utf-8")
RUN = '[[run]]\nprocedure = "first"\nstation = "bench"\n'
Ran = Callable[..., pytest.RunResult]


@pytest.fixture
def lab(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one procedure, one station and its standards, and one run."""
    monkeypatch.setenv("CALBENCH_LANG", "en")
    root = pytester.path
    for folder in ("procedures", "stations"):
        (root / folder).mkdir()
    (root / "procedures" / "first.yaml").write_text(FIRST, encoding="utf-8")
    demo = (ROOT / "stations" / "demo.yaml").read_text(encoding="utf-8")
    (root / "stations" / "bench.yaml").write_text(
        demo.replace("station: demo", "station: bench"), encoding="utf-8"
    )
    shutil.copytree(ROOT / "stations" / "assets", root / "stations" / "assets")
    (root / "calbench.toml").write_text(RUN, encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return root


@pytest.fixture
def ran(pytester: pytest.Pytester, lab: Path) -> Ran:
    """Run pytest there, without what other plugins add."""

    def run(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess(
            "-p", "calbench.testing.plugin", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments
        )

    return run


def names(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_procedures_and_stations_are_tests_where_the_repository_is_marked(ran: Ran, lab: Path) -> None:
    assets = [
        f"stations/assets/{path.name}::check" for path in sorted((lab / "stations" / "assets").iterdir())
    ]
    assert names(ran("--collect-only", "-q")) == [
        "procedures/first.yaml::check",
        "procedures/first.yaml::plan[bench]",
        *assets,
        "stations/bench.yaml::check",
    ]


def test_nothing_is_collected_where_no_mark_is(ran: Ran, lab: Path) -> None:
    (lab / "calbench.toml").unlink()
    assert names(ran("--collect-only", "-q")) == []


@pytest.mark.parametrize(("chosen", "marked", "collected"), [("off", True, False), ("on", False, True)])
def test_the_ini_option_goes_before_the_mark(
    ran: Ran, lab: Path, chosen: str, *, marked: bool, collected: bool
) -> None:
    (lab / "pytest.ini").write_text(f"[pytest]\ncalbench_collect = {chosen}\n", encoding="utf-8")
    if not marked:
        (lab / "calbench.toml").unlink()
    assert ("procedures/first.yaml::check" in names(ran("--collect-only", "-q"))) is collected


def test_a_word_that_the_ini_option_has_not(ran: Ran, lab: Path) -> None:
    (lab / "pytest.ini").write_text("[pytest]\ncalbench_collect = maybe\n", encoding="utf-8")
    result = ran()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*calbench_collect = 'maybe': write on, off or auto.*"])


def test_other_yaml_is_no_test(ran: Ran, lab: Path) -> None:
    (lab / "notes.yaml").write_text("a: b\n", encoding="utf-8")
    (lab / "procedures" / "read.me").write_text("a: b\n", encoding="utf-8")
    found = names(ran("--collect-only", "-q"))
    assert [one for one in found if "notes" in one or "read.me" in one] == []


def test_a_file_with_a_problem_fails_and_shows_the_line(ran: Ran, lab: Path) -> None:
    path = lab / "procedures" / "first.yaml"
    path.write_text(FIRST.replace("readings: 10", "readngs: 10"), encoding="utf-8")
    result = ran("procedures/first.yaml::check")
    result.assert_outcomes(failed=1)
    line = next(
        number for number, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "readngs" in text
    )
    result.stdout.fnmatch_lines(
        [
            f"*procedures?first.yaml:{line}:5: error: unknown key 'readngs'*",
            "*did you mean 'readings'?",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_plan_that_is_refused_fails_and_says_why(ran: Ran, lab: Path) -> None:
    path = lab / "procedures" / "first.yaml"
    path.write_text(FIRST.replace("min_tur: 4", "min_tur: 400"), encoding="utf-8")
    result = ran("procedures")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*The plan is refused:*", "*400*"])


def test_a_golden_record_is_written_once_asked_for_and_then_compared(ran: Ran, lab: Path) -> None:
    golden = lab / "golden" / "first.bench.json"
    written = ran("procedures", "--update-golden-records")
    written.assert_outcomes(passed=3)
    written.stdout.fnmatch_lines(["*golden records that were written*", "golden/first.bench.json"])
    said = json.loads(golden.read_text("utf-8"))
    assert set(said) == {"attempts", "results", "tests", "uut", "verdict"}
    assert [one["id"] for one in said["results"]] == ["dcv/10V/0V", "dcv/10V/5V", "dcv/10V/-10V"]
    before = golden.read_bytes()

    ran("procedures").assert_outcomes(passed=3)
    again = ran("procedures", "--update-golden-records")
    again.stdout.fnmatch_lines(["*golden records that are as they were*", "golden/first.bench.json"])
    assert golden.read_bytes() == before


def test_another_limit_fails_and_tells_point_field_and_both_values(ran: Ran, lab: Path) -> None:
    ran("procedures", "--update-golden-records").assert_outcomes(passed=3)
    path = lab / "procedures" / "first.yaml"
    path.write_text(FIRST.replace("0.0035 % rdg", "0.0015 % rdg"), encoding="utf-8")
    result = ran("procedures/first.yaml::golden[bench]")
    result.assert_outcomes(failed=1)
    # 0.0035 % of 5 V + 0.0005 % of 10 V = 225 uV; 0.0015 % of 5 V + 50 uV = 125 uV
    result.stdout.fnmatch_lines(
        [
            "first-procedure on bench comes to another record than golden/first.bench.json (*",
            "point*field*expected*got",
            "dcv/10V/5V*verdict*pass*fail",
            "dcv/10V/5V*upper*0.000225*0.000125*",
            "*pytest --update-golden-records*",
        ]
    )


def test_the_terminal_speaks_chinese(ran: Ran, lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran("procedures", "--update-golden-records")
    monkeypatch.setenv("CALBENCH_LANG", "zh")
    path = lab / "procedures" / "first.yaml"
    path.write_text(FIRST.replace("0.0035 % rdg", "0.0015 % rdg"), encoding="utf-8")
    ran("procedures").stdout.fnmatch_lines(
        ["first-procedure on bench 的记录与 golden/first.bench.json 不一致*"]
    )


def test_a_file_that_is_no_golden_record(ran: Ran, lab: Path) -> None:
    (lab / "golden").mkdir()
    (lab / "golden" / "first.bench.json").write_text("[]", encoding="utf-8")
    result = ran("procedures")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*first.bench.json is no golden record*"])


def test_a_run_without_golden_record_has_no_test_for_it(ran: Ran, lab: Path) -> None:
    (lab / "calbench.toml").write_text(RUN + "golden = false\n", encoding="utf-8")
    ran("procedures", "--update-golden-records").assert_outcomes(passed=2)
    assert not (lab / "golden").exists()


def test_options_of_a_run_are_those_of_the_plan(ran: Ran, lab: Path) -> None:
    more = 'name = "one"\nonly = ["dcv/10V/5V"]\nuut = {serial = "X1"}\nposition = "1"\n'
    (lab / "calbench.toml").write_text(f"{RUN}\n{RUN}{more}", encoding="utf-8")
    ran("procedures", "--update-golden-records").assert_outcomes(passed=5)
    golden = json.loads((lab / "golden" / "first.one.json").read_text("utf-8"))
    assert [one["id"] for one in golden["results"]] == ["dcv/10V/5V"]
    assert golden["uut"]["serial"] == "X1"


def test_a_shipped_procedure_is_tested_with_the_station_of_the_repository(ran: Ran, lab: Path) -> None:
    more = '[[run]]\nprocedure = "dmm-34401a"\nstation = "bench"\n'
    (lab / "calbench.toml").write_text(RUN + more, encoding="utf-8")
    assert "stations/bench.yaml::plan[dmm-34401a, bench]" in names(ran("--collect-only", "-q"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[run]\n", "is no TOML"),
        ("runs = 1\n", "there is no key 'runs'. There are: run."),
        ("run = 1\n", "run is a list. Write"),
        ('[[run]]\nprocedure = "first"\n', "run 1: station is missing"),
        ('[[run]]\nprocedure = "frist"\nstation = "bench"\n', "run 1: There is no procedure 'frist'"),
        (f'{RUN}set = "x"\n', "run 1: there is no key 'set'"),
        (f"{RUN}settings = {{n = 1}}\n", "run 1, settings: n = 1 is no text"),
        (f'{RUN}only = "dcv"\n', 'Write only = [[]"dcv/[*]"]'),
        (f"{RUN}\n{RUN}", "run 2 has the name or the golden record of run 1"),
        ('[[run]]\nprocedure = "scale-class3"\nstation = "demo"\n', "neither its procedure nor its station"),
    ],
)
def test_what_calbench_toml_cannot_say(ran: Ran, lab: Path, content: str, said: str) -> None:
    (lab / "calbench.toml").write_text(content, encoding="utf-8")
    result = ran()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{said}*"])


def test_fixtures_bench_and_golden_record(ran: Ran, lab: Path, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_golden(calbench_bench, calbench_golden):
            calbench_golden(calbench_bench("bench").run("first"), "golden/mine.json")

        def test_other(calbench_bench, calbench_golden):
            calbench_golden(calbench_bench("bench").unit("1", gain="60 ppm").run("first"), "golden/mine.json")
    """)
    missing = ran("-k", "test_golden")
    missing.assert_outcomes(failed=1, deselected=len(names(ran("--collect-only", "-q"))) - 1)
    missing.stdout.fnmatch_lines(["There is no golden record golden/mine.json.*"])
    missing.stdout.no_fnmatch_line("*During handling*")

    twice = ran("--update-golden-records", "-k", "test_golden or test_other")
    twice.stdout.fnmatch_lines(["Two runs of these tests want to write golden/mine.json, and differ.*"])

    ran("-k", "test_golden").assert_outcomes(passed=1, deselected=len(names(ran("--collect-only", "-q"))) - 1)
    other = ran("-k", "test_other")
    other.stdout.fnmatch_lines(["dcv/10V/5V*verdict*pass*fail"])


def test_pytest_finds_it_by_the_name_of_its_module() -> None:
    """Then `-p calbench.testing.plugin` and the entry point are one plugin; under two names pytest refuses to start."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {plugin.__name__: plugin.__name__}
    assert not any(one.startswith("pytest") for one in project["dependencies"])


def test_who_uses_nothing_of_it_loads_nothing_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_what_is_loaded():
            assert {one for one in sys.modules if one.startswith("calbench")} == {
                "calbench", "calbench.testing", "calbench.testing.plugin"}
            assert {"pydantic", "yaml", "numpy", "pyvisa"}.isdisjoint(sys.modules)
    """)
    result = pytester.runpytest_subprocess(
        *("-p", "calbench.testing.plugin"),
        *(
            f"-pno:{other}" for other in ("schemathesis", "hypothesispytest", "anyio", "randomly")
        ),  # they load some
    )
    result.assert_outcomes(passed=1)
