"""`calbench runs`: lists and shows runs, in both languages, within eighty columns."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.workflow import Options, execute, prepare


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    out = tmp_path_factory.mktemp("shop") / "runs"
    execute(prepare("dmm-34401a", "demo", Options(uut={"serial": "US36000017"}, only=("dcv/10V/*",))), out)
    execute(prepare("scale-class3", "demo", Options()), out)
    return out


def ran(*words):
    return CliRunner().invoke(main, ["runs", *map(str, words)])


@pytest.mark.parametrize(("language", "word"), [("en", "unit under test"), ("zh", "被检器具")])
def test_the_list_fits_eighty_columns(runs, monkeypatch, language, word):
    monkeypatch.setenv("CALBENCH_LANG", language)
    monkeypatch.setenv("COLUMNS", "80")
    shown = ran(runs)
    assert shown.exit_code == 0
    assert word in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines() if str(runs) not in line) <= 80
    assert "4/4" in shown.stdout


def test_each_of_several_units_has_a_line(tmp_path, monkeypatch):
    monkeypatch.setenv("CALBENCH_LANG", "en")
    monkeypatch.setenv("COLUMNS", "160")
    orders = {str(one): {"serial": f"US3600010{one}"} for one in range(1, 5)}
    execute(prepare("dmm-34401a", "demo-bench-4", Options(units=orders, only=("dcv/10V/*",))), tmp_path)
    lines = ran(tmp_path).stdout.splitlines()
    assert any("4 units (SIMULATED)" in line and "FAIL" in line for line in lines)
    of_units = [line for line in lines if "US360001" in line]
    assert [line.split()[0] for line in of_units] == ["1", "2", "3", "4"]
    assert ["FAIL" in line for line in of_units] == [False, False, True, False], "as the station says"
    (third,) = [
        line for line in ran(tmp_path, "--serial", "us36000103").stdout.splitlines() if "US36" in line
    ]
    assert "FAIL" in third
    assert "3: " in ran(next(one for one in tmp_path.iterdir() if one.is_dir())).stdout


def test_filters_and_json(runs):
    (one,) = json.loads(ran(runs, "--serial", "us36", "--status", "completed", "--json").stdout)
    assert (one["procedure"], one["units"][0]["serial"]) == ("dmm-34401a", "US36000017")
    assert json.loads(ran(runs, "--since", "2026-01-06", "--json").stdout) == []
    assert json.loads(ran(runs, "--rebuild", "--damaged", "--json").stdout) == []


def test_one_run_by_its_folder_and_by_its_name(runs, monkeypatch):
    (one,) = json.loads(ran(runs, "--procedure", "dmm-34401a", "--json").stdout)
    shown = json.loads(ran(runs / one["folder"], "--json").stdout)
    assert [result["verdict"] for result in shown["results"]] == ["pass"] * 4
    monkeypatch.chdir(runs.parent)
    assert "34401A verification" in ran(one["folder"]).stdout or "数字多用表" in ran(one["folder"]).stdout


def test_what_is_wrong_is_said(runs, tmp_path):
    broken = tmp_path / "runs" / "a"
    broken.mkdir(parents=True)
    (broken / "plan.json").write_text("{")
    shown = ran(tmp_path / "runs")
    assert shown.exit_code == 0
    assert "a: plan.json is damaged" in shown.stderr


def test_no_such_folder_and_no_such_run(runs, monkeypatch, tmp_path):
    monkeypatch.chdir(runs.parent)
    assert ran("nothing").exit_code == 2
    monkeypatch.chdir(tmp_path)
    assert ran().exit_code == 2


def test_runs_that_did_not_change_are_listed_without_the_stages(runs):
    listing = (
        f"import sys; sys.argv = ['calbench', 'runs', {str(runs)!r}]\n"
        "from calbench.cli import main\n"
        "main(standalone_mode=False)\n"
        "print(sorted(one for one in sys.modules if one.startswith('calbench.')), file=sys.stderr)"
    )
    for file in runs.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True)  # reads them
    done = subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True, text=True)
    stages = ("authoring", "planning", "execution", "evaluation", "certificates", "documents")
    loaded = ast.literal_eval(done.stderr)
    assert "calbench.archive.index" in loaded
    assert [one for one in loaded if one.split(".")[1] in stages] == []
