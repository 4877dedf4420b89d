"""Who does the runs does not matter: one process, several, or a Dask cluster give the same bytes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.thorough import whole

from calbench.cli import main
from calbench.cli.writing import check_writable
from calbench.errors import UsageError
from calbench.proof import prove, spreading
from calbench.proof.drawing import seed_of
from calbench.proof.page import page
from calbench.workflow import Options, Prepared, prepare

RUNS = 12
ONLY = ("dcv/10V/10V", "ohm4w/*")


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare("dmm-34401a", "demo", Options(position="1", only=ONLY))


@pytest.fixture(scope="module")
def alone(prepared: Prepared) -> bytes:
    return prove(prepared, RUNS, workers=1).data


def test_several_processes_give_the_same_bytes(prepared: Prepared, alone: bytes) -> None:
    assert prove(prepared, RUNS, workers=2).data == alone


@whole
def test_dask_gives_the_same_bytes(prepared: Prepared, alone: bytes) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        assert prove(prepared, RUNS, executor=f"dask://{address}").data == alone


def test_another_seed_is_another_truth(prepared: Prepared, alone: bytes) -> None:
    assert prove(prepared, RUNS, workers=1, seed=2).data != alone


def test_seeds_are_derived_as_the_report_says() -> None:
    # printf 'calbench.proof/1:1:0' | sha256sum
    assert seed_of(1, 0) == int("bfba7942adb2f112", 16)
    assert len({seed_of(1, index) for index in range(1000)}) == 1000


def test_the_page_is_the_same_every_time(prepared: Prepared, tmp_path: Path) -> None:
    report = prove(prepared, RUNS, workers=1).report
    for language in ("en", "zh"):
        written = page(report, language)
        assert written == page(report, language)
        assert "<script" not in written
        assert "http://" not in written.replace('http-equiv="', "")


def test_the_command_writes_json_and_a_page(tmp_path: Path, alone: bytes) -> None:
    path = tmp_path / "proof.html"
    arguments = ["prove", "dmm-34401a", "demo", "--position", "1", "--runs", str(RUNS), "--workers", "1"]
    only = [word for pattern in ONLY for word in ("--only", pattern)]
    done = CliRunner().invoke(main, [*arguments, *only, "--json", "--html", str(path), "--language", "zh"])
    assert done.exit_code == 1  # twelve runs are too few
    assert done.output.encode().strip() == alone
    assert json.loads(done.output)["verdict"] == "too_few_runs"
    assert "不确定度预算的验证" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--runs", "0"), "1 to 1,000,000"),
        (("--workers", "0"), "1 to 512"),
        (("--executor", "cloud"), "dask://HOST:PORT"),
        (("--executor", "dask://127.0.0.1:9"), "No Dask scheduler answers"),
        (("--population", "gauss 1"), "'normal S'"),
        (("--population", "normal 11"), "at most 10"),
        (("--promise", "2 %"), "specific P %"),
        (("--language", "fr"), "en and zh"),
    ],
)
def test_wrong_options_are_refused(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "_PATIENCE", 0.2)
    done = CliRunner().invoke(main, ["prove", "dmm-34401a", "demo", "--position", "1", *arguments])
    assert done.exit_code == UsageError.exit_code
    assert said in done.output


def test_a_station_on_sockets_is_proven_in_process(alone: bytes) -> None:
    sockets = prepare("dmm-34401a", "demo-tcp", Options(position="1", only=ONLY))
    found, known = prove(sockets, RUNS, workers=1).report, json.loads(alone)
    assert [test.model_dump(mode="json") for test in found.tests] == known["tests"]


def test_a_bench_in_real_time_is_refused() -> None:
    prepared = prepare("dmm-34401a", "demo", Options(position="1", real_time=True))
    with pytest.raises(UsageError, match="virtual time"):
        prove(prepared, 1)


@pytest.mark.parametrize("procedure", ["analogue-voltmeter", "dmm-34401a"])
def test_a_station_without_simulation_is_refused(procedure: str) -> None:
    done = CliRunner().invoke(main, ["prove", procedure, "keyboard", "--runs", "1"])
    assert done.exit_code == UsageError.exit_code
    assert "station keyboard is not simulated: name a simulated station" in done.output
    assert "--" not in done.output


def test_a_station_with_a_simulated_twin_is_refused_with_the_way_to_it(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    text = (root / "stations" / "demo-keyboard.yaml").read_text(encoding="utf-8")
    assert "simulated: true" in text
    station = tmp_path / "bench.yaml"
    station.write_text(text.replace("simulated: true", "simulated: false"), encoding="utf-8")
    shutil.copytree(root / "stations" / "assets", tmp_path / "assets")
    done = CliRunner().invoke(main, ["prove", "analogue-voltmeter", str(station), "--runs", "1"])
    assert done.exit_code == UsageError.exit_code
    assert "is not simulated: add --sim, which takes its simulated twin" in done.output
    assert "--seed" not in done.output


def test_a_page_that_cannot_be_written_is_refused_before_the_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calbench.proof.proving.spread", lambda *_: pytest.fail("runs were made"))
    path = tmp_path / "nowhere" / "proof.html"
    done = CliRunner().invoke(main, ["prove", "dmm-34401a", "demo", "--html", str(path)])
    assert done.exit_code == UsageError.exit_code
    assert f"{path} cannot be written: No such file or directory" in done.output


def test_the_look_whether_a_page_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    new, old = tmp_path / "new.html", tmp_path / "old.html"
    old.write_bytes(b"kept")
    check_writable(new)
    check_writable(old)
    assert (new.exists(), old.read_bytes()) == (False, b"kept")


def test_the_exit_code_of_a_proof_of_nothing_is_no_success() -> None:
    done = CliRunner().invoke(main, ["prove", "visual-inspection", "demo", "--runs", "2", "--workers", "1"])
    assert "Conclusion: not proven" in done.output
    assert "Nothing is claimed that could be proven" in done.output
    assert "E ± U" not in done.output
    assert done.exit_code == 1
