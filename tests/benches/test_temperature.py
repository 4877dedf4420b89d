"""The temperature benches: nominal resistances of IEC 60751:2022, table 1, and errors by hand from the settings."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.simulation.world import World
from calbench_sim.parts.process.platinum import ratio

EVEN = {"offset": "0 K", "gain": "0", "uniformity": "0", "stability": "0 K"}


@pytest.mark.parametrize(
    ("celsius", "ohms"),
    # IEC 60751, table 1: 100 Ohm x W(t), two decimals
    [(-200, 18.52), (-100, 60.26), (0, 100.0), (50, 119.40), (100, 138.51), (200, 175.86), (850, 390.48)],
)
def test_the_nominal_curve(celsius, ohms):
    assert 100 * ratio(celsius) == pytest.approx(ohms, abs=0.005)


def heated(bench, celsius):
    bench.driver("bath").apply_temperature(celsius)
    bench.world.clock.sleep(600.0)


def test_a_platinum_thermometer_under_test_beside_its_standard(staged):
    bench = staged("demo-prt", bath=EVEN, thermometer={"probe_noise": "0 K", "probe_tempco": "0"})
    heated(bench, "100")
    shown = float(bench.driver("thermometer").read_temperature().value)
    true = bench.truth("thermometer", "temperature")
    assert true == pytest.approx(100.0, abs=1e-3)
    assert shown - true == pytest.approx(
        0.002, abs=6e-4
    )  # -8 mK and 0.1 mK for each of 100 K: the curve of TMP-1524
    ohms = float(bench.driver("meter1").measure_resistance_4w("1000").value)
    # 138.5055 Ohm at 100 degC, dR/dt 0.37928 Ohm/K: 0.12 K less
    assert ohms == pytest.approx(138.5055 - 0.12 * 0.37928, abs=0.01)
    assert bench.truth("1", "temperature.error") == pytest.approx(-0.12, abs=1e-4)
    assert bench.truth("1", "resistance.error") == pytest.approx(-0.12 * 0.37928, abs=2e-5)
    assert bench.truth("1", "resistance") == pytest.approx(138.5055, abs=1e-3)


def test_the_sensors_of_a_pair_are_each_in_their_own_block(staged):
    bench = staged(
        "demo-heat-pair",
        hot=EVEN,
        cold=EVEN,
        _1={"supply_offset": "0.1 K", "supply_gain": "0", "return_offset": "-0.2 K", "return_gain": "0"},
    )
    bench.driver("hot").apply_temperature("100")
    bench.driver("cold").apply_temperature("50")
    bench.world.clock.sleep(600.0)
    supply = float(bench.driver("supply_meter1").measure_resistance_4w("1000").value)
    assert bench.truth("1", "supply.temperature.error") == pytest.approx(0.1, abs=1e-6)
    assert bench.truth("1", "resistance.error") == pytest.approx(0.1 * 0.37928, abs=2e-5)
    back = float(bench.driver("return_meter1").measure_resistance_4w("1000").value)
    # 138.5055 Ohm at 100 degC, dR/dt 0.37928 Ohm/K; 119.3971 Ohm at 50 degC, dR/dt 0.38506 Ohm/K
    assert supply == pytest.approx(138.5055 + 0.1 * 0.37928, abs=0.01)
    assert back == pytest.approx(119.3971 - 0.2 * 0.38506, abs=0.01)
    assert bench.truth("1", "return.temperature") == pytest.approx(50.0, abs=1e-3)


def test_wells_differ_the_more_the_hotter_it_is(staged):
    bench = staged("demo-prt", bath={**EVEN, "uniformity": "1e-3"})

    def difference():
        return bench.world.terminal("1.probe").received("temperature") - bench.world.terminal(
            "thermometer.probe1"
        ).received("temperature")

    room = bench.world.ambient.temperature()
    assert difference() == pytest.approx(0.0, abs=1e-5)
    heated(bench, "120")
    hot = difference()
    assert 0.0 < abs(hot) < 4e-3 * (120 - room)
    heated(bench, "70")
    assert difference() == pytest.approx(hot / 2, rel=0.02)  # 50 K from the room instead of 100 K


@pytest.mark.parametrize(("celsius", "kelvins"), [("0", 0.1), ("50", 0.2), ("100", -0.1)])
def test_a_transmitter_puts_its_current_through_the_multimeter(staged, celsius, kelvins):
    bench = staged("demo-temperature-tx", bath=EVEN)
    heated(bench, celsius)
    reading = bench.driver("meter1").measure_dc_current("0.1")
    # 4 mA + 16 mA t / 100 degC
    assert 1e3 * float(reading.value) == pytest.approx(4 + 0.16 * (float(celsius) + kelvins), abs=0.005)
    assert 1e3 * bench.truth("1", "current.dc.error") == pytest.approx(0.16 * kelvins, abs=1e-4)


def test_the_bad_transmitter_is_bad(staged):
    bench = staged("demo-temperature-tx", bath=EVEN)
    heated(bench, "100")
    bench.driver("meter2").measure_dc_current("0.1")
    assert 1e3 * bench.truth("2", "current.dc.error") == pytest.approx(0.16 * 1.5, abs=1e-4)


def test_a_range_that_is_none_is_refused():
    with pytest.raises(UsageError, match="from < to"):
        World().add("1", "byeye/temperature_transmitter", {"from": 100.0, "to": 0.0})
