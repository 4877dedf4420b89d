"""hp3458a 0.1.1 on a simulated 3458A that a simulated 5730A feeds."""

from __future__ import annotations

from typing import Any

import pytest

STATION = "peers/stations/meters.yaml"

pytestmark = pytest.mark.pair(
    "keysight/k3458a", "hp3458a", "client", line="in process; socket",
    exchanged="identity, 17 settings, DC voltage, errors, status",
)  # fmt: skip

# What is read back as a number: manual of the 3458A, chapter 6, "numeric query equivalents".
READ_BACK = {
    "aperture": ["0.01", "0.1"], "nplc": ["1", "10", "100"], "autorange": ["0", "1"], "autozero": ["0", "1"],
    "fixedz": ["1", "0"], "resistance_offset_compensation": ["1", "0"], "number_of_digits": ["6", "8"],
    "trigger_arm": ["4", "1"], "trigger_event": ["4", "1", "5"], "output_format": ["4", "5", "1"],
    "memory_format": ["5", "4"], "memory_storage_mode": ["2", "0"], "display_enabled": ["0", "1"],
    "timer_interval": ["0.5"], "delay_trig_sample": ["0.01", "0"], "level_filter": ["1", "0"],
    "voltage_ac_conversion_technique": ["3", "1"],
}  # fmt: skip


@pytest.fixture(scope="module", params=["in process", "served"])
def seen(request: pytest.FixtureRequest) -> Any:
    library, meter, calibrator = f"{STATION}@calbench", "GPIB0::23::INSTR", "GPIB0::4::INSTR"
    if request.param == "served":
        bench = request.getfixturevalue("serve")(STATION)
        library, meter, calibrator = bench.library, bench.resources["3458"], bench.resources["calibrator"]
    return request.getfixturevalue("peer")("hp3458a").run("hp3458a_client.py", library, meter, calibrator)


def test_it_says_who_it_is(seen: Any) -> None:
    assert seen["identity"] in {"HP3458A", "Keysight 3458A"}  # older and newer manual
    assert seen["firmware"].count(",") == 1
    assert seen["line_frequency"] in {"50", "60"}
    assert float(seen["temperature"]) > 15


def test_every_setting_is_read_back(seen: Any) -> None:
    assert seen["settings"].keys() == READ_BACK.keys()
    for name, found in seen["settings"].items():
        assert all(done for _, done, _ in found), name
        assert [float(text) for _, _, text in found] == [float(text) for text in READ_BACK[name]], name


def test_voltages_are_within_the_specification(seen: Any) -> None:
    assert [volts for volts, _ in seen["voltages"]] == ["0", "1", "5", "-5", "10"]
    for volts, text in seen["voltages"]:
        # 10 V range, 1 year: 8 ppm of reading + 0.05 ppm of range; 20 ppm leave room for an ACAL older than a day.
        assert abs(float(text) - float(volts)) <= 20e-6 * abs(float(volts)) + 2e-6, volts


def test_no_error_is_left(seen: Any) -> None:
    assert (seen["error"], seen["error_string"]) == ("0", '0,"NO ERROR"')
    assert seen["error_after"] == '0,"NO ERROR"'
