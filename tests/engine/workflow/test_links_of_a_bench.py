"""One bench with every kind of line: in process, and each instrument behind a real socket in its own protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.workflow import Options, prepare, stage_of

SERIAL = "MY60000070"
BY_KIND = {  # of the station: GPIB, HiSLIP, VXI-11, socket, serial 8E1, Modbus TCP, serial 7E1
    "calibrator": "prologix 127.0.0.1:",
    "1": "visa TCPIP0::127.0.0.1::hislip0,",
    "reference": "visa TCPIP0::127.0.0.1,",
    "monitor": "visa TCPIP0::127.0.0.1::",
    "meter": "serial socket://127.0.0.1:",
    "submeter": "modbus tcp://127.0.0.1:",
    "climate": "serial socket://127.0.0.1:",
}


@pytest.fixture
def loopback(root: Path, tmp_path: Path) -> Path:
    text = (root / "stations" / "demo-links.yaml").read_text(encoding="utf-8")
    path = tmp_path / "loopback.yaml"
    path.write_text(text.replace("clock: virtual", "clock: virtual\n  skin: loopback"), encoding="utf-8")
    (tmp_path / "assets").mkdir()
    for asset in (root / "stations" / "assets").glob("*.yaml"):
        (tmp_path / "assets" / asset.name).write_bytes(asset.read_bytes())
    return path


def record_of(station: Path, out: Path) -> dict[str, Any]:
    arguments = ["run", "bench-links", str(station), "--uut", f"serial={SERIAL}", "--out", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    (record,) = out.glob("*/record.json")
    assert CliRunner().invoke(main, ["verify", str(record.parent)]).exit_code == 0
    found: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    return found


def test_the_same_results_to_the_byte_over_every_line(root: Path, loopback: Path, tmp_path: Path) -> None:
    inside = record_of(root / "stations" / "demo-links.yaml", tmp_path / "inside")
    outside = record_of(loopback, tmp_path / "outside")

    assert inside["verdict"] == "pass"
    for part in ("attempts", "results", "tests", "environment", "identified", "verdict"):
        assert json.dumps(inside[part]) == json.dumps(outside[part]), part


def test_each_instrument_is_behind_the_protocol_of_its_line(loopback: Path) -> None:
    stage = stage_of(loopback)
    try:
        found = {name: f"{one.kind} {one.address}" for name, one in stage.addresses.items()}
    finally:
        stage.world.close()

    assert found.keys() == BY_KIND.keys()
    assert all(found[name].startswith(begin) for name, begin in BY_KIND.items()), found


def test_the_instrument_that_is_named_like_the_role_plays_it(root: Path) -> None:
    plan = prepare("bench-links", str(root / "stations" / "demo-links.yaml"), Options()).plan

    named = ("reference", "monitor", "meter", "submeter")
    assert {one.role: one.instrument for one in plan.bindings if one.role in named} == {
        one: one for one in named
    }
