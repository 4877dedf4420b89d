"""The meter benches: errors, starting, creep and registers against what the settings of the units say.

Expected values are worked out by hand from those settings, with (m0 - m) / m of protocols.md, section 5.5.
"""

from __future__ import annotations

import math
import statistics
from datetime import timedelta
from decimal import Decimal

import pytest

from calbench.errors import Overload

EXACT = {"voltage_gain": "0", "current_gain": "0", "angle": "0"}
STILL = {"temperature_coefficient": "0"}
MEASURED = 2e-4  # %, the resolution of the CL3115, and that of its arithmetic


def on(bench, phases, volts="220", amperes="5", angle="0"):
    source = bench.driver("source")
    applied = source.apply_power(volts, amperes, angle, "50", phases)
    bench.world.clock.sleep(10.0)
    return source, applied


@pytest.mark.parametrize(
    ("amperes", "error"),
    # the curve of the unit; at 2.75 A, half way from 0.5 A to 5 A, the mean of 0.3 % and 0.12 %
    [("60", -0.2), ("5", 0.12), ("2.75", 0.21), ("0.5", 0.3), ("0.25", 0.45)],
)
def test_the_error_of_a_single_phase_meter_is_that_of_its_curve(staged, amperes, error):
    bench = staged("demo-meter", reference=EXACT, source=EXACT, _1=STILL)
    on(bench, 1, amperes=amperes)
    reading = bench.driver("reference").measure_energy_error("1600", 2)
    assert float(reading.value) == pytest.approx(error, abs=MEASURED)
    assert reading.unit == "%"
    assert 100 * bench.truth("1", "power.error") == pytest.approx(error, abs=1e-4)  # and 1 - cos 0.5 mrad


def test_an_angle_error_shows_at_power_factor_one_half(staged):
    bench = staged("demo-meter", reference=EXACT, source=EXACT, _1=STILL)
    on(bench, 1, angle="60")
    # cos(60 deg + 0.5 mrad) / cos(60 deg) = 1 - 0.5e-3 tan 60 deg = 1 - 0.866e-3, with the 0.12 % of the curve
    expected = 100 * (1.0012 * math.cos(math.radians(60) + 5e-4) / math.cos(math.radians(60)) - 1)
    assert expected == pytest.approx(0.0333, abs=1e-4)
    reading = bench.driver("reference").measure_energy_error("1600", 2)
    assert float(reading.value) == pytest.approx(expected, abs=MEASURED)


def test_a_three_phase_meter_counts_all_phases(staged):
    bench = staged("demo-meter-3p", reference=EXACT, source=EXACT, _1={**STILL, "phase": "0"})
    _, applied = on(bench, 3)
    assert applied.value == Decimal(3300)
    assert float(bench.driver("1").read_active_power().value) == pytest.approx(3300 * 1.0015, rel=2e-3)
    reading = bench.driver("reference").measure_energy_error("400", 2)
    assert float(reading.value) == pytest.approx(0.15, abs=MEASURED)


def test_a_single_phase_meter_sees_one_phase_of_three(staged):
    bench = staged("demo-meter", reference=EXACT, source=EXACT, _1=STILL)
    on(bench, 3)
    assert float(bench.driver("1").read_active_power().value) == pytest.approx(1100, rel=5e-3)
    assert bench.driver("counter").count_pulses("900").value in (440, 441)  # 1101.32 W at 1600/kWh: 440.5
    assert bench.truth("1", "power") == pytest.approx(1100.0)


def test_pulses_are_counted_and_the_register_goes_on_with_them(staged):
    bench = staged("demo-meter", reference=EXACT, source=EXACT, _1=STILL)
    on(bench, 1, amperes="60")
    meter, counter = bench.driver("1"), bench.driver("counter")
    before = meter.read_active_energy()
    counted = counter.count_pulses("900")
    # 13.2 kW less 0.2 % for a quarter of an hour: 3.2934 kWh, 5269 pulses
    assert counted.value in (5269, 5270)
    assert counted.unit == "1"
    advance = (meter.read_active_energy().value - before.value) / Decimal(3_600_000)
    assert float(advance) == pytest.approx(3.2934, abs=0.015)


def test_the_register_of_a_unit_may_run_behind_its_pulses(staged):
    bench = staged("demo-meter", reference=EXACT, source=EXACT, _1={**STILL, "register_ratio": "0.9"})
    on(bench, 1, amperes="60")
    meter = bench.driver("1")
    before = meter.read_active_energy().value
    bench.world.clock.sleep(900.0)
    advance = (meter.read_active_energy().value - before) / Decimal(3_600_000)
    assert float(advance) == pytest.approx(0.9 * 3.2934, abs=0.015)
    # the pulses do not know: their error is that of the curve
    assert float(bench.driver("reference").measure_energy_error("1600", 20).value) == pytest.approx(
        -0.2, abs=MEASURED
    )


@pytest.mark.parametrize(("start", "pulses"), [("19 mA", (1, 2)), ("21 mA", (0, 0))])
def test_a_meter_starts_at_its_threshold(staged, start, pulses):
    bench = staged("demo-meter", reference=EXACT, source=EXACT, _1={**STILL, "start_current": start})
    on(bench, 1, amperes="0.02")
    # 4.4 W at 1600 pulses per kWh: one in 511 s
    assert pulses[0] <= bench.driver("counter").count_pulses("900").value <= pulses[1]


@pytest.mark.parametrize(("creep", "pulses"), [("0", (0, 0)), ("10", (3, 5))])
def test_a_meter_may_creep_with_voltage_alone(staged, creep, pulses):
    bench = staged("demo-meter", reference=EXACT, source=EXACT, _1={**STILL, "creep": f"{creep} W"})
    on(bench, 1, volts="253", amperes="0")
    # 10 W at 1600 pulses per kWh: 4 in 900 s
    assert pulses[0] <= bench.driver("counter").count_pulses("900").value <= pulses[1]


def test_nothing_is_counted_where_the_source_is_off(staged):
    bench = staged("demo-meter", reference=EXACT, source=EXACT, _1={**STILL, "creep": "10 W"})
    source, _ = on(bench, 1)
    source.make_safe()
    bench.world.clock.sleep(5.0)
    assert bench.driver("counter").count_pulses("900").value == 0


def test_the_truth_of_a_comparison_is_the_error_of_the_meter(staged):
    bench = staged("demo-meter", reference={**EXACT, "current_gain": "0.1 %"}, source=EXACT, _1=STILL)
    on(bench, 1)
    reading = bench.driver("reference").measure_energy_error("1600", 2)
    # a standard that counts 0.1 % too much finds 1.0012 / 1.001 - 1 = 0.01998 %
    assert float(reading.value) == pytest.approx(0.01998, abs=MEASURED)
    assert bench.truth("reference", "error") == pytest.approx(0.01998, abs=1e-4)
    assert bench.truth("reference", "energy.error") == pytest.approx(0.12, abs=1e-4)


def test_every_position_of_forty_eight_has_its_own_calculator(staged):
    bench = staged(
        "demo-meters-48", reference=EXACT, source=EXACT, _7=STILL, _8={**STILL, "gain": "0.5 %", "heavy": "0"}
    )
    on(bench, 1)
    for position, error in (
        ("7", 1.4),
        ("8", 0.5),
    ):  # at 5 A: the curve of 7; gain of 8, with its seeded small ones
        shown, unit = bench.reads(f"calculator{position}", "energy.error", constant=1600.0, pulses=5)
        true = 100 * bench.truth(position, "power.error")
        assert unit == "%"
        assert shown == pytest.approx(true, abs=6e-4)
        assert bench.truth(f"calculator{position}", "energy.error") == pytest.approx(true, abs=1e-6)
        assert shown == pytest.approx(error, abs=0.1)
    assert bench.reads("calculator7", "pulses", seconds=900.0)[0] in (
        446,
        447,
    )  # 1.1 kW and 1.4 % more: 446.2
    assert bench.driver("30").identify().serial == "202600000130"


def test_the_bad_meters_of_forty_eight_are_bad(staged):
    bench = staged("demo-meters-48")
    on(bench, 1, amperes="0.02")
    assert bench.reads("calculator30", "pulses", seconds=900.0)[0] == 0  # starts at 40 mA
    assert bench.reads("calculator29", "pulses", seconds=900.0)[0] in (1, 2)
    assert bench.device("44").meter.time() - bench.world.clock.utc() == timedelta(seconds=400)
    on(bench, 1)
    assert bench.reads("calculator44", "clock.error", seconds=60.0)[0] == pytest.approx(0.7, abs=0.05)


# --- clocks ---

CLOCK = {"clock_rate": "0.4 s/day", "clock_temperature": "0"}
TRUE_TIME = {"timebase": "0", "noise": "0", "ageing": "0"}


@pytest.mark.parametrize("station", ["demo-meter", "demo-meter-3p", "demo-meter-ct"])
def test_a_fast_clock_gains(staged, station):
    bench = staged(station, counter=TRUE_TIME, _1=CLOCK)
    on(bench, 3, amperes="0")
    reading = bench.driver("counter").measure_clock_error("60")
    assert float(reading.value) == pytest.approx(0.4, abs=1e-6)
    assert reading.unit == "s/day"
    assert bench.truth("counter", "clock.error") == pytest.approx(0.4, abs=1e-6)
    assert bench.truth("1", "clock.error") == pytest.approx(0.4, abs=1e-6)


def test_what_a_counter_reads_too_little_it_finds_a_clock_too_slow(staged):
    """1e-6 of 86 400 s is 0.0864 s/day."""
    bench = staged("demo-meter", counter={**TRUE_TIME, "timebase": "-1e-6"}, _1=CLOCK)
    on(bench, 1, amperes="0")
    reading = bench.driver("counter").measure_clock_error("60")
    assert float(reading.value) == pytest.approx(0.4 - 0.0864, abs=1e-5)
    assert bench.truth("counter", "clock.error") == pytest.approx(0.4, abs=1e-6)


def test_a_clock_follows_the_temperature(staged):
    """0.02 s/day/K, 10 K above 23 degC: 0.2 s/day more."""
    bench = staged("demo-meter", counter=TRUE_TIME, _1={**CLOCK, "clock_temperature": "2.314815e-7"})
    bench.world.ambient.set(temperature=33.0, temperature_span=0.0)
    on(bench, 1, amperes="0")
    reading = bench.driver("counter").measure_clock_error("900")
    assert float(reading.value) == pytest.approx(0.6, abs=1e-5)


def test_a_clock_without_supply_puts_nothing_out(staged):
    bench = staged("demo-meter", counter=TRUE_TIME, _1=CLOCK)
    counter = bench.driver("counter")
    with pytest.raises(Overload):
        counter.measure_clock_error("10")


def test_a_meter_that_is_set_to_demand_periods_is_set_back(staged):
    bench = staged("demo-meter", counter=TRUE_TIME, _1=CLOCK)
    on(bench, 1, amperes="0")
    meter, counter = bench.driver("1"), bench.driver("counter")
    meter.select_terminal_output("demand")
    with pytest.raises(Overload):
        counter.measure_clock_error("10")
    meter.select_terminal_output("seconds")
    assert float(counter.measure_clock_error("10").value) == pytest.approx(0.4, abs=1e-6)


def test_drawn_clocks_differ_and_are_of_the_size_of_real_ones(staged):
    bench = staged("demo-meters-48")
    on(bench, 1)
    shown = [bench.reads(f"calculator{one}", "clock.error", seconds=10.0)[0] for one in range(1, 41)]
    assert len(set(shown)) > 35
    assert 0.06 < statistics.pstdev(shown) < 0.2  # 0.12 s/day rms
