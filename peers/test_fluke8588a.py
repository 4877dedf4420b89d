"""fluke8588a 0.1.2 on a simulated 8588A that a simulated 5730A feeds: also every query that needs no argument."""

from __future__ import annotations

from typing import Any

import pytest

STATION = "peers/stations/meters.yaml"

pytestmark = pytest.mark.pair(
    "fluke/f8588a", "fluke8588a", "client", line="in process; socket",
    exchanged="identity, 17 settings, 194 queries, DC voltage, errors",
)  # fmt: skip

# Statistics of readings that there are none of: refused with -230.
WITHOUT_DATA = {f"get_memory_{what}" for what in ("average", "count", "max", "min", "readings_span", "stdev")}
# Headers that are neither the short nor the long form: COUNT for COUNter, MUNIT for MUNits; and RO (letter) for R0.
MISSPELT = {"get_ac_voltage_auto_counter_gate", "get_math_munits", "get_temperature_rtd_r0"}
# Not simulated: RF power, resistance thermometers, start and stop at a time of day.
NOT_SIMULATED = {
    *(f"get_power_{what}" for what in ("average", "frequency", "relative_mode", "relative_reference", "units")),
    *(f"get_temperature_rtd_{what}" for what in ("aperture", "aperture_mode", "nplc", "resolution", "units")),
    "get_power_sensor_identity", "get_temperature_rtd_secondary_state", "get_init_epoch_start_time",
    "get_init_epoch_stop_time",
}  # fmt: skip


WORDS = {"10M", "AUTO", "BUS", "IMM", "REAR", "FRON"}


@pytest.fixture(scope="module", params=["in process", "served"])
def seen(request: pytest.FixtureRequest) -> Any:
    words = [f"{STATION}@calbench", "TCPIP0::192.0.2.6::3490::SOCKET", "GPIB0::4::INSTR", "all"]
    if request.param == "served":
        bench = request.getfixturevalue("serve")(STATION)
        words = [bench.library, bench.resources["8588"], bench.resources["calibrator"], "none"]
    return request.getfixturevalue("peer")("fluke8588a").run("fluke8588a_client.py", *words)


def test_every_setting_is_read_back(seen: Any) -> None:
    assert seen["identity"].startswith("FLUKE,8588A,SIM-8588,")
    assert len(seen["settings"]) == 17
    switches = {"ON": 1.0, "OFF": 0.0}
    for name, found in seen["settings"].items():
        for wanted, done, back, error in found:
            assert done
            assert error == '0,"No error"', name
            same = back == wanted if wanted in WORDS else float(back) == switches.get(wanted, wanted)
            assert same, (name, wanted, back)


@pytest.mark.parametrize("seen", ["in process"], indirect=True)
def test_every_query_is_answered_but_for_these(seen: Any) -> None:
    asked = seen["asked"]
    assert len(asked) == 194
    silent = {name: error for name, (reply, error) in asked.items() if reply is None}
    assert silent.keys() == WITHOUT_DATA | MISSPELT | NOT_SIMULATED
    for name, error in silent.items():
        assert error.startswith("-230," if name in WITHOUT_DATA else "-113,"), name
    assert all(error == '0,"No error"' for reply, error in asked.values() if reply is not None)


def test_voltages_are_within_the_specification(seen: Any) -> None:
    for volts, (reading,) in seen["voltages"]:
        # 10 V range, 1 year, 99 %: 3.5 ppm of reading + 0.05 ppm of range, and what 10 line cycles resolve
        assert abs(reading - float(volts)) <= 10e-6 * abs(float(volts)) + 2e-6, volts
    assert seen["error"] == '0,"No error"'
