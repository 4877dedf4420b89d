"""QCoDeS 0.58.0, class Keysight34461A, on a simulated 34461A fed by a simulated 5730A."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

STATION = "peers/stations/k34461a.yaml"

pytestmark = pytest.mark.pair(
    "keysight/k34461a", "qcodes", "client", line="in process; socket",
    exchanged="identity, settings, functions, DC voltage, triggers, overload, errors",
)  # fmt: skip
GAIN, OFFSET = 50e-6, 20e-6  # as in the station: of the meter; the calibrator has no error there


@pytest.fixture(scope="module")
def in_process(peer: Callable[[str], Any]) -> Any:
    meter = "USB0::0x2A8D::0x1301::SIM0001::INSTR"
    library = f"{STATION}@calbench"
    return peer("qcodes").run("qcodes_truevolt.py", "Keysight34461A", library, meter, "GPIB0::4::INSTR")


@pytest.fixture(scope="module")
def on_sockets(peer: Callable[[str], Any], serve: Callable[[str], Any]) -> Any:
    bench = serve(STATION)
    at = bench.resources
    return peer("qcodes").run(
        "qcodes_truevolt.py", "Keysight34461A", bench.library, at["1"], at["calibrator"]
    )


@pytest.fixture(scope="module", params=["in_process", "on_sockets"])
def seen(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_it_knows_whom_it_talks_to(seen: dict[str, Any]) -> None:
    identity = seen["identity"]
    assert (identity["vendor"], identity["model"]) == ("Keysight Technologies", "34461A")
    assert identity["firmware"].startswith("A.02.")
    assert seen["line_frequency"] in {50, 60}  # the class refuses others where it needs them


def test_a_snapshot_after_reset_has_the_reset_state(seen: dict[str, Any]) -> None:
    # Truevolt operating guide, *RST: DC voltage, 10 V, auto-range, 10 PLC, auto-zero, one trigger, one sample.
    after = seen["after_reset"]
    assert after["sense_function"] == "DC Voltage"
    assert (after["range"], after["NPLC"], after["autorange"], after["autozero"]) == (10, 10, "ON", "ON")
    assert (after["trigger.source"], after["trigger.count"], after["sample.count"]) == ("IMM", 1, 1)
    assert (after["display.enabled"], after["display.text"]) == (True, "")


def test_every_setting_is_read_back_as_it_was_set(seen: dict[str, Any]) -> None:
    assert len(seen["settings"]) == 14
    for name, pairs in seen["settings"].items():
        assert [back for _, back in pairs] == [wanted for wanted, _ in pairs], name


def test_voltages_are_what_this_meter_makes_of_them(seen: dict[str, Any]) -> None:
    for volts, reading in seen["voltages"]["single"]:
        expected = float(volts) * (1 + GAIN) + OFFSET
        # 3 uV is the resolution of 100 PLC on 10 V (operating guide), 1 uV the noise of the model.
        assert abs(reading - expected) < 8e-6, volts


def test_a_burst_can_be_fetched_again(seen: dict[str, Any]) -> None:
    burst = seen["voltages"]["burst"]
    assert len(burst) == 5
    assert max(burst) - min(burst) < 20e-6
    assert seen["voltages"]["fetched"] == burst


def test_resolution_chooses_the_integration_time(seen: dict[str, Any]) -> None:
    # 30 uV on 10 V is 3 ppm of range: 1 PLC in the table of the operating guide and in the class.
    assert seen["voltages"]["nplc_for_resolution"] == 1


def test_too_much_voltage_is_infinite(seen: dict[str, Any]) -> None:
    assert seen["voltages"]["overload"] == "inf"  # the class makes this of 9.9E+37 alone


def test_a_bus_trigger_gives_one_reading(seen: dict[str, Any]) -> None:
    (reading,) = seen["bus_trigger"]
    assert abs(reading - (10 * (1 + GAIN) + OFFSET)) < 60e-6  # 1 PLC by now


def test_the_error_queue_holds_what_went_wrong_and_nothing_else(seen: dict[str, Any]) -> None:
    assert seen["error"] == [0, "No error"]
    assert seen["errors_after_nonsense"] == [[-113, "Undefined header"], [0, "No error"]]  # SCPI-99, 21.8.9


def test_both_ways_show_the_same_bench(in_process: dict[str, Any], on_sockets: dict[str, Any]) -> None:
    assert in_process == on_sockets
