"""Instruments that another run has: who has them is said before a run is started, and when it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.server.conftest import Served

from calbench.clock import RealClock
from calbench.leasing.keeping import Kept
from calbench.leasing.lease import Claim
from calbench.leasing.places import VARIABLE, lease_file
from calbench.leasing.resources import resources
from calbench.leasing.table import Table

STATION = """\
station: real-bench
language: 1
laboratory: {name: Laboratory}
instruments:
  calibrator:
    driver: fluke/f5730a
    link: {visa: "TCPIP0::127.0.0.1::9::SOCKET", timeout: 1 s}
    asset: REF-0017
    provides: [source.voltage.dc]
    hazard: voltage
positions:
  1: {driver: agilent/a34401a, link: {visa: "TCPIP0::127.0.0.1::19::SOCKET", timeout: 1 s}}
"""
PROCEDURE = """\
procedure: One voltage
id: one-voltage
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc], must_be_in_calibration: true}
tests:
  - test: dcv
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 1 s
    ranges:
      - {range: 10 V, points: [5 V], mpe: 1 mV, resolution: 10 uV}
policy: {on_fail: continue}
"""
FIELDS = {"procedure": "one-voltage", "station": "real-bench", "answering": "people"}


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """A run of somebody else, that has the calibrator."""
    project = tmp_path / "project"
    for kind, name, text in (("procedures", "one-voltage", PROCEDURE), ("stations", "real-bench", STATION)):
        (project / kind).mkdir(parents=True)
        (project / kind / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(project)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "leases"))
    made = Claim(str(tmp_path / "runs" / "20260105-theirs"), "other-bench", "B. Berg")
    wanted = dict.fromkeys(resources("visa", "TCPIP0::127.0.0.1::9::SOCKET"), "calibrator")
    clock = RealClock()
    kept = Kept(Table(lease_file(), clock), made, wanted, clock)
    kept.table.acquire(made, wanted)
    kept.begin()  # signs of life, as a run gives them
    yield kept
    kept.release()


def test_who_has_an_instrument_is_said_in_the_preview_and_when_a_start_is_refused(
    served: Served, theirs: Kept
) -> None:
    with served.browser() as client:
        before = set(served.settings.runs.glob("2*"))
        shown = served.form(client, "/start/preview", **FIELDS)
        assert "calibrator: run 20260105-theirs on station other-bench, operator B. Berg" in shown.text
        refused = served.form(client, "/start", **FIELDS)
        assert refused.status_code == 409
        assert "In use: calibrator" in refused.text  # what the process of the run said
        assert "operator B. Berg" in refused.text
        assert set(served.settings.runs.glob("2*")) == before
        client.post("/language", data={"language": "zh", "next": "/runs"})
        chinese = served.form(client, "/start/preview", **FIELDS).text
        assert "工作站 other-bench 的运行 20260105-theirs，操作员 B. Berg" in chinese
        theirs.release()
        assert "20260105-theirs" not in served.form(client, "/start/preview", **FIELDS).text
