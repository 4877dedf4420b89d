"""PyMeasure 0.16.0: KeysightE36312A on a simulated power supply, Fluke7341 on a simulated bath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.pair(
    "keysight/e36312a", "pymeasure", "client", line="in process; VXI-11",
    exchanged="identity, voltage, current limit, output, measured values, errors",
)  # fmt: skip
@pytest.mark.parametrize("way", ["in process", "served"])
def test_a_power_supply(peer: Callable[[str], Any], serve: Callable[..., Any], way: str) -> None:
    station, library, supply = "peers/stations/meters.yaml", "@py", "TCPIP0::192.0.2.3::inst0::INSTR"
    if way == "served":
        supply = serve(station, "vxi11").resources["supply"]
    else:
        library = f"{station}@calbench"
    seen = peer("pymeasure").run("pymeasure_e36312a.py", library, supply)
    assert seen["identity"].startswith("Keysight Technologies,E36312A,SIM-supply,")
    assert len(seen["channels"]) == 3
    for channel in seen["channels"]:
        assert channel["before"] == [False, pytest.approx(0, abs=5e-3)]  # off after *RST
        assert channel["asked"] == [5.5, 0.5]
        # Readback 0.04 % + 5 mV, 0.03 % + 2 mV (E36312A data sheet); programming alike; nothing is connected.
        assert channel["on"] == [True, pytest.approx(5.5, abs=15e-3), pytest.approx(0, abs=10e-3)]
        assert channel["off"] == [False, pytest.approx(0, abs=5e-3)]
    assert seen["errors"] == []
    assert seen["errors_beyond"] == [[-222, '"Data out of range"']]


@pytest.mark.pair(
    "hart/classic", "pymeasure", "client", line="RS-232 in process",
    exchanged="version, unit, set-point, temperature; echo and sampling off",
)  # fmt: skip
def test_a_bath(peer: Callable[[str], Any]) -> None:
    station, bath = "peers/stations/bath.yaml", "ASRL5::INSTR"
    seen = peer("pymeasure").run("pymeasure_fluke7341.py", station, bath)
    assert (seen["identity"], seen["unit"]) == ("Fluke,7341,NA,2.00", "c")
    assert seen["at_first"] == [25, pytest.approx(23, abs=1)]  # the stored set-point; the room
    assert seen["set_point"] == 40
    assert seen["course"] == sorted(seen["course"])  # it heats
    assert seen["course"][-1] == pytest.approx(40, abs=0.05)
    assert seen["fahrenheit"] == ["f", 104]
