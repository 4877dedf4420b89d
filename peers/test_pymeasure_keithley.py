"""PyMeasure 0.16.0, Keithley2000 and KeithleyDMM6500, on simulated meters that a simulated 5730A feeds."""

from __future__ import annotations

from typing import Any

import pytest

STATION = "peers/stations/meters.yaml"
EXCHANGED = "identity, settings, functions, DC voltage, resistance, overload, errors"


def _seen(request: pytest.FixtureRequest, name: str, position: str, resource: str, protocol: str) -> Any:
    peer, way = request.getfixturevalue("peer"), request.param
    if way == "in process":
        library, meter, calibrator = f"{STATION}@calbench", resource, "GPIB0::4::INSTR"
    else:
        bench = request.getfixturevalue("serve")(STATION, protocol)
        library, meter, calibrator = bench.library, bench.resources[position], bench.resources["calibrator"]
    return peer("pymeasure").run("pymeasure_keithley.py", name, library, meter, calibrator)


@pytest.fixture(scope="module", params=["in process", "served"])
def k2000(request: pytest.FixtureRequest) -> Any:
    return _seen(request, "Keithley2000", "2000", "GPIB0::16::INSTR", "raw")


@pytest.fixture(scope="module", params=["in process", "served"])
def dmm6500(request: pytest.FixtureRequest) -> Any:
    return _seen(request, "KeithleyDMM6500", "6500", "TCPIP0::192.0.2.4::inst0::INSTR", "vxi11")


on_2000 = pytest.mark.pair(
    "keithley/k2000", "pymeasure", "client", line="in process; socket", exchanged=EXCHANGED
)
on_6500 = pytest.mark.pair(
    "keithley/kdmm6500", "pymeasure", "client", line="in process; VXI-11", exchanged=EXCHANGED
)


@on_2000
def test_a_2000_answers_as_the_class_expects(k2000: Any) -> None:
    assert k2000["identity"].startswith("KEITHLEY INSTRUMENTS INC.,MODEL 2000,SIM-2000,")
    _check(k2000, settings=15)
    # Reset sends `:*CLS`. IEEE 488.2 and SCPI-99 have no colon before a common command.
    assert k2000["errors"] == [[-113, '"Undefined header"']]
    assert k2000["errors_after_nonsense"] == [[[-113, '"Undefined header"']], []]
    assert all(wanted == back for wanted, back in k2000["modes"])


@on_6500
def test_a_dmm6500_answers_as_the_class_expects(dmm6500: Any) -> None:
    assert dmm6500["identity"].startswith("KEITHLEY INSTRUMENTS,MODEL DMM6500,SIM-6500,")
    assert (dmm6500["language"], dmm6500["line_frequency"], dmm6500["terminals"]) == ("SCPI", 50, "FRONT")
    _check(dmm6500, settings=14)
    # The simulated meter has no ratio: it has one pair of terminals.
    assert [wanted for wanted, back in dmm6500["modes"] if wanted != back] == ["voltage ratio"]
    assert [code for code, _ in dmm6500["errors"]] == [-224]
    assert [code for code, _ in dmm6500["errors_after_nonsense"][0]] == [-113]


def _check(seen: Any, settings: int) -> None:
    assert len(seen["settings"]) == settings
    for name, pairs in seen["settings"].items():
        assert [back for _, back in pairs] == [wanted for wanted, _ in pairs], name
    for volts, reading in seen["voltages"]["single"]:
        # 10 V range, 1 year: 30 ppm of reading + 5 ppm of range (2000), 25 + 5 ppm (DMM6500); data sheets.
        assert abs(reading - float(volts)) <= 30e-6 * abs(float(volts)) + 50e-6, volts
    assert seen["voltages"]["overload"] == 9.9e37
    stated = float(seen["resistance"]["stated"].split(",")[0])
    # 100 kOhm range, 1 year: 100 ppm + 10 ppm (2000), 75 ppm + 10 ppm (DMM6500).
    assert abs(seen["resistance"]["four_wire"] - stated) <= 100e-6 * stated + 1.0
