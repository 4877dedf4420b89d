"""What a run leases: everything that its plan binds; a simulated run nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.clock import RealClock
from calbench.errors import InstrumentInUse, LeasesUnusable
from calbench.instruments.opening import LinkSpec
from calbench.leasing.lease import Claim
from calbench.leasing.places import VARIABLE, lease_file
from calbench.leasing.table import Table
from calbench.workflow import Options, execute, prepare
from calbench.workflow.holding import instruments_of, require_unheld

UUT = {"serial": "US36000017"}


def test_every_instrument_standard_and_set_of_weights_is_leased() -> None:
    volts = instruments_of(prepare("dmm-34401a", "demo", Options(uut=UUT)).plan, {})
    assert volts["calibrator"] == ("gpib0:4", "asset:REF-0017")
    assert volts["1"] == ("gpib0:22",)
    scale = instruments_of(prepare("scale-class3", "demo", Options()).plan, {})
    assert {name: [one for one in parts if one.startswith("asset:")] for name, parts in scale.items()}[
        "weights"
    ]
    assert scale["2"] == ("serial:com4",)


def test_what_is_really_opened_counts() -> None:
    plan = prepare("dmm-34401a", "demo", Options(uut=UUT)).plan
    elsewhere = instruments_of(plan, {"calibrator": LinkSpec("socket", "localhost:5025")})
    assert elsewhere["calibrator"] == ("tcp:127.0.0.1:5025", "asset:REF-0017")
    inside = instruments_of(plan, {"1": LinkSpec("visa", "GPIB0::22::INSTR", "demo.yaml@calbench")})
    assert "1" not in inside


def test_a_simulated_run_takes_no_lease_and_needs_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))  # no folder: a lease could not be taken
    done = execute(prepare("dmm-34401a", "demo", Options(uut=UUT, only=("dcv/10V/*",))), tmp_path / "runs")
    assert '"lease"' not in (done.folder / "journal.jsonl").read_text(encoding="utf-8")


def test_a_run_whose_guard_is_still_at_it_is_not_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "leases"))
    require_unheld(tmp_path / "run")
    claim = Claim(str((tmp_path / "run").resolve()), "demo", "A. Tester")
    Table(lease_file(), RealClock()).acquire(claim, {"gpib0:4": "calibrator"})
    with pytest.raises(InstrumentInUse, match="still has the leases of gpib0:4"):
        require_unheld(tmp_path / "run")
    require_unheld(tmp_path / "another")
    lease_file().write_bytes(b"x" * 4096)
    with pytest.raises(LeasesUnusable):
        require_unheld(tmp_path / "run")
