"""A cassette of several units is recorded whole, and not replayed: nothing waits for what never comes."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from calbench.cli import main

CHOSEN = ["dmm-34401a", "demo-bench-4", "--position", "1", "--position", "2", "--only", "dcv/10V/10V"]


def test_traffic_of_several_units_is_recorded_and_not_replayed(tmp_path: Path) -> None:
    tape = str(tmp_path / "traffic.tape")
    written = ["--out", str(tmp_path), "--format", "", "--record-traffic", tape]
    ran = CliRunner().invoke(main, ["run", *CHOSEN, *written])
    assert ran.exit_code == 0, ran.output
    again = CliRunner().invoke(main, ["replay", tape, *CHOSEN])
    assert again.exit_code == 2
    assert "a run of one unit" in again.output
