"""PyMeasure 0.16.0, class HP34401A, on the simulated 34401A of the demonstration bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

STATION = "stations/demo.yaml"
SERIAL_STATION = "peers/stations/34401a-serial.yaml"

pytestmark = pytest.mark.pair(
    "agilent/a34401a", "pymeasure", "client", line="in process; socket; RS-232 in process",
    exchanged="identity, settings, functions, DC voltage, resistance, memory, overload, errors",
)  # fmt: skip


@pytest.fixture(scope="module")
def in_process(peer: Callable[[str], Any]) -> Any:
    library, meter, calibrator = f"{STATION}@calbench", "GPIB0::22::INSTR", "GPIB0::4::INSTR"
    return peer("pymeasure").run("pymeasure_hp34401a.py", library, meter, calibrator)


@pytest.fixture(scope="module")
def on_sockets(peer: Callable[[str], Any], serve: Callable[[str], Any]) -> Any:
    bench = serve(STATION)
    at = bench.resources
    return peer("pymeasure").run("pymeasure_hp34401a.py", bench.library, at["1"], at["calibrator"])


@pytest.fixture(scope="module", params=["in_process", "on_sockets"])
def seen(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_it_knows_whom_it_talks_to(seen: dict[str, Any]) -> None:
    # 34401A user's guide, chapter 4: maker, model, 0, three firmware numbers; SCPI 1991.0.
    assert seen["identity"].startswith("HEWLETT-PACKARD,34401A,0,")
    assert seen["scpi_version"] == 1991.0
    assert seen["terminals"] == "FRONT"
    assert (seen["complete"], seen["self_test"]) == ("1", 0)


def test_every_setting_is_read_back_as_it_was_set(seen: dict[str, Any]) -> None:
    assert len(seen["settings"]) == 14
    for name, pairs in seen["settings"].items():
        assert [back for _, back in pairs] == [wanted for wanted, _ in pairs], name


def test_every_function_that_the_class_knows_can_be_selected(seen: dict[str, Any]) -> None:
    # HP34401A.FUNCTIONS
    assert seen["functions"] == (
        ["DCV", "DCV_RATIO", "ACV", "DCI", "ACI", "R2W", "R4W", "FREQ", "PERIOD", "CONTINUITY", "DIODE"]
    )


def test_voltages_are_within_the_specification_of_the_meter(seen: dict[str, Any]) -> None:
    # 34401A user's guide, chapter 8: 10 V range, 1 year: 0.0035 % of reading + 0.0005 % of range.
    for volts, reading in seen["voltages"]["single"]:
        applied = float(volts)
        assert abs(reading - applied) <= 35e-6 * abs(applied) + 50e-6, volts
    assert len({reading for _, reading in seen["voltages"]["single"]}) == 5


def test_the_error_of_this_meter_shows(seen: dict[str, Any]) -> None:
    # stations/demo.yaml: gain 6 ppm and calibrator 1 ppm; the model adds up to 20 ppm when it is just switched on.
    ten = dict(seen["voltages"]["single"])["10"]
    assert 7e-6 <= ten / 10 - 1 <= 30e-6


def test_a_burst_is_a_list_and_stays_in_memory(seen: dict[str, Any]) -> None:
    burst = seen["voltages"]["burst"]
    assert len(burst) == 5
    assert max(burst) - min(burst) < 20e-6  # noise of 100 PLC on 10 V: microvolts
    assert seen["voltages"]["stored"] == [5, burst]


def test_too_much_voltage_is_an_overload(seen: dict[str, Any]) -> None:
    assert seen["voltages"]["overload"] == 9.9e37  # 34401A user's guide, chapter 4: reading on overload


def test_a_resistance_is_what_the_calibrator_says_it_is(seen: dict[str, Any]) -> None:
    # 10 kOhm range, 1 year: 0.010 % of reading + 0.001 % of range.
    stated = float(seen["resistance"]["stated"].split(",")[0])
    assert abs(stated - 10e3) < 2
    assert abs(seen["resistance"]["four_wire"] - stated) <= 1.1
    assert seen["resistance"]["after_standby"] == 9.9e37  # the calibrator's output is open


def test_the_error_queue_holds_what_went_wrong_and_nothing_else(seen: dict[str, Any]) -> None:
    assert seen["errors"] == []
    assert seen["errors_after_nonsense"] == [[-113, '"Undefined header"']]  # SCPI-99, 21.8.9
    assert seen["errors_then"] == []


def test_both_ways_show_the_same_bench(in_process: dict[str, Any], on_sockets: dict[str, Any]) -> None:
    assert in_process == on_sockets


def test_on_rs232_the_port_s_setting_and_remote_mode_matter(peer: Callable[[str], Any]) -> None:
    # The class opens the port with 8 data bits and no parity. The meter leaves the factory with 7 bits and even
    # parity, and measures on RS-232 only after SYSTem:REMote (34401A user's guide, chapter 4).
    seen = peer("pymeasure").run("pymeasure_serial.py", f"{SERIAL_STATION}@calbench", "ASRL3::INSTR")
    assert seen["as_the_class_comes"] == "VI_ERROR_TMO"
    assert seen["identity"].startswith("HEWLETT-PACKARD,34401A,0,")
    assert seen["reading_in_local"] == "VI_ERROR_TMO"
    assert seen["errors_in_local"] == [[550, '"Command not allowed in local"']]
    assert abs(seen["reading_in_remote"]) < 50e-6  # nothing is connected
    assert seen["errors_in_remote"] == []
