"""QCoDeS 0.58.0: Keysight34465A, Keysight34470A and Keithley6500 on simulated meters that a simulated 5730A feeds."""

from __future__ import annotations

from typing import Any

import pytest

STATION = "peers/stations/meters.yaml"
EXCHANGED = "identity, settings, functions, DC voltage, triggers, overload, errors"
METERS = {
    "34465A": ("34465", "TCPIP0::192.0.2.5::hislip0::INSTR", "hislip"),
    "34470A": ("34470", "USB0::0x2A8D::0x0201::SIM0002::INSTR", "vxi11"),
    "6500": ("6500", "TCPIP0::192.0.2.4::inst0::INSTR", "vxi11"),
}


def _seen(request: pytest.FixtureRequest, model: str, *program: str) -> Any:
    position, meter, protocol = METERS[model]
    library, calibrator = f"{STATION}@calbench", "GPIB0::4::INSTR"
    if request.param == "served":
        bench = request.getfixturevalue("serve")(STATION, protocol)
        library, meter, calibrator = bench.library, bench.resources[position], bench.resources["calibrator"]
    return request.getfixturevalue("peer")("qcodes").run(*program, library, meter, calibrator)


@pytest.fixture(scope="module", params=["in process", "served"])
def k34465a(request: pytest.FixtureRequest) -> Any:
    return _seen(request, "34465A", "qcodes_truevolt.py", "Keysight34465A")


@pytest.fixture(scope="module", params=["in process", "served"])
def k34470a(request: pytest.FixtureRequest) -> Any:
    return _seen(request, "34470A", "qcodes_truevolt.py", "Keysight34470A")


@pytest.fixture(scope="module", params=["in process", "served"])
def k6500(request: pytest.FixtureRequest) -> Any:
    return _seen(request, "6500", "qcodes_keithley6500.py")


@pytest.mark.pair("keysight/k34465a", "qcodes", "client", line="in process; HiSLIP", exchanged=EXCHANGED)
def test_a_34465a_answers_as_the_class_expects(k34465a: Any) -> None:
    _check_truevolt(k34465a, "34465A", gain=30e-6, offset=40e-6, readings=5)  # data sheet, 10 V range, 1 year


@pytest.mark.pair("keysight/k34470a", "qcodes", "client", line="in process; VXI-11", exchanged=EXCHANGED)
def test_a_34470a_answers_as_the_class_expects(k34470a: Any) -> None:
    _check_truevolt(k34470a, "34470A", gain=16e-6, offset=20e-6, readings=5)  # data sheet, 10 V range, 1 year


@pytest.mark.pair(
    "keithley/kdmm6500",
    "qcodes",
    "client",
    line="in process; VXI-11",
    exchanged="identity, settings, DC voltage",
)
def test_a_dmm6500_answers_as_the_class_expects(k6500: Any) -> None:
    assert k6500["identity"]["model"] == "DMM6500"
    modes = dict(k6500["settings"].pop("mode"))
    # FUNC? gives FREQ:VOLT, which PyMeasure's class knows; this class knows FREQ alone.
    assert modes.pop("frequency") == "unknown: 'FREQ:VOLT' not in val_mapping"
    assert len(modes) == 7
    assert all(wanted == back for wanted, back in modes.items())
    # The class takes the text "0" for true.
    for name in ("auto_range_enabled", "averaging_enabled"):
        assert k6500["settings"].pop(name) == [[True, True], [False, True]]
    assert k6500["auto_range_text"] == "0"
    assert len(k6500["settings"]) == 5
    for name, pairs in k6500["settings"].items():
        assert [back for _, back in pairs] == [wanted for wanted, _ in pairs], name
    for volts, reading in k6500["voltages"]:
        # DMM6500 data sheet, 10 V range, 1 year: 25 ppm of reading + 5 ppm of range.
        assert abs(reading - float(volts)) <= 25e-6 * abs(float(volts)) + 50e-6, volts
    assert k6500["error"].startswith('0,"No error')


def _check_truevolt(seen: Any, model: str, *, gain: float, offset: float, readings: int) -> None:
    assert (seen["identity"]["vendor"], seen["identity"]["model"]) == ("Keysight Technologies", model)
    after = seen["after_reset"]  # operating guide, *RST
    assert (after["sense_function"], after["range"], after["NPLC"], after["autozero"]) == (
        "DC Voltage",
        10,
        10,
        "ON",
    )
    assert len(seen["settings"]) == 14
    for name, pairs in seen["settings"].items():
        assert [back for _, back in pairs] == [wanted for wanted, _ in pairs], name
    for volts, reading in seen["voltages"]["single"]:
        assert abs(reading - float(volts)) <= gain * abs(float(volts)) + offset, volts
    assert len(seen["voltages"]["burst"]) == readings
    assert seen["voltages"]["fetched"] == seen["voltages"]["burst"]
    assert seen["voltages"]["overload"] == "inf"
    assert len(seen["bus_trigger"]) == 1
    assert seen["error"] == [0, "No error"]
    assert seen["errors_after_nonsense"] == [[-113, "Undefined header"], [0, "No error"]]
