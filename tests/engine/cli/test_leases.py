"""`calbench leases`: the list for people and machines, and releasing what was left behind."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.engine.leasing.conftest import Machine

from calbench.cli import main
from calbench.clock import RealClock
from calbench.instruments import scanning
from calbench.instruments.opening import LinkSpec
from calbench.leasing.lease import Claim
from calbench.leasing.places import VARIABLE, lease_file
from calbench.leasing.table import Table
from calbench.workflow.sparing import leased


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))


def take(resource, clock=None, run="runs/a"):
    Table(lease_file(), clock or RealClock()).acquire(
        Claim(run, "demo", "A. Tester", 4711, run), {resource: "1"}
    )


def leases(*arguments):
    result = CliRunner().invoke(main, ["leases", *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("language", "said"), [("en", "No instrument is in use."), ("zh", "没有仪器正在使用。")]
)
def test_nothing_is_said_of_nothing(language, said, monkeypatch):
    monkeypatch.setenv("CALBENCH_LANG", language)
    assert leases() == (0, f"{said}\n")
    assert json.loads(leases("--json")[1])["leases"] == []


def test_who_has_what_since_when(monkeypatch):
    monkeypatch.setenv("CALBENCH_LANG", "en")
    take("gpib0:22")
    code, output = leases()
    assert code == 0
    for part in ("gpib0:22", "runs/a", "A. Tester", "in use"):
        assert part in output
    (one,) = json.loads(leases("--json")[1])["leases"]
    assert (one["resource"], one["run"], one["process"], one["stale"]) == ("gpib0:22", "runs/a", 4711, False)


def test_what_was_left_behind_is_released_with_name_and_reason():
    take("gpib0:22", Machine(mono=-1e6))
    assert json.loads(leases("--json")[1])["leases"][0]["stale"]
    assert leases("--release", "gpib0:22")[0] == 2
    code, output = leases("--release", "gpib0:22", "--by", "C. Chief", "--reason", "power cut")
    assert code == 0
    assert "gpib0:22" in output
    found = json.loads(leases("--json")[1])
    assert found["leases"] == []
    assert [(one["by"], one["text"]) for one in found["log"]] == [("C. Chief", "power cut")]


def test_what_lives_is_released_by_force_only():
    take("gpib0:22")
    words = ("--release", "gpib0:22", "--by", "C. Chief", "--reason", "mine")
    code, output = leases(*words)
    assert code == 2
    assert "--force" in output
    assert leases(*words, "--force")[0] == 0
    assert leases("--by", "C. Chief")[0] == 2


def test_a_scan_asks_no_instrument_that_a_run_has():
    take("gpib0:22")
    take("lan:192.0.2.7", run="runs/b")
    take("gpib0:23", Machine(mono=-1e6), run="runs/c")
    in_use = leased()
    for address in ("GPIB0::22::INSTR", "gpib::22"):
        found = scanning.ask(LinkSpec("visa", address), in_use=in_use)
        assert "in use by the run runs/a" in found.problem
    assert "runs/b" in in_use(LinkSpec("socket", "192.0.2.7:5025")), "every port of its host"
    assert in_use(LinkSpec("socket", "192.0.2.8:5025")) == ""
    assert in_use(LinkSpec("visa", "GPIB0::23::INSTR")) == "", "a stale lease keeps nobody"


def test_a_scan_that_cannot_know_asks_nobody():
    lease_file().write_bytes(b"x" * 4096)
    result = CliRunner().invoke(main, ["scan", "lan", "127.0.0.1", "--port", "9"])
    assert result.exit_code == 2
    assert "none is touched" in result.output
