"""A multimeter gives the mean of its input over the integration time, also while the source still settles."""

from __future__ import annotations

import math

import pytest

QUIET = {"gain": 0.0, "offset": 0.0, "noise": 0.0}
IDEAL = QUIET | {
    "linearity": 0.0,
    "tempco": 0.0,
    "warmup": 0.0,
    "resistance_gain": 0.0,
    "resistance_offset": 0.0,
}


@pytest.fixture(params=["agilent/a34401a", "keysight/k34461a"])
def pair(request, world, instrument):
    calibrator = instrument("fluke/f5730a", "cal", QUIET)
    meter = instrument(request.param, "dmm", IDEAL)
    world.connect("cal.output", "dmm.input")
    meter.say("CONF:VOLT:DC 10", "VOLT:NPLC 100")
    return calibrator, meter


def mean_of_settling(until: float, settle: float = 1.5, constants: float = 16.0) -> float:
    """Mean of 1 - exp(-t/tau) from 0 to `until`; tau is a sixteenth of the settling time."""
    tau = settle / constants
    return 1 - tau / until * (1 - math.exp(-until / tau))


def test_reading_of_a_source_that_still_settles(world, pair):
    calibrator, meter = pair
    calibrator.say("OUT 10V", "OPER")
    reply, time = meter.timed("READ?")
    assert time == pytest.approx(4.0)
    # the input is integrated for the first 2 s, 100 cycles of 50 Hz; then the zero is measured
    assert float(reply) == pytest.approx(10 * mean_of_settling(2.0), abs=2e-5)
    assert world.truth.of("dmm", "voltage")[-1] == (
        2.0,
        "dmm",
        "voltage",
        pytest.approx(10 * mean_of_settling(2.0)),
    )
    assert float(meter.ask("READ?")) == pytest.approx(10.0, abs=2e-5)


def test_a_change_in_the_middle_counts_by_its_share(pair):
    calibrator, meter = pair
    calibrator.say("OUT 10V", "OPER")
    calibrator.wait(10)
    meter.say("READ?")
    calibrator.wait(0.5)
    calibrator.say("STBY")
    assert float(meter.hear() or "nan") == pytest.approx(2.5, abs=2e-4)  # a quarter of the 2 s at 10 V


def test_a_change_after_the_integration_does_not_count(pair):
    calibrator, meter = pair
    calibrator.say("OUT 10V", "OPER")
    calibrator.wait(10)
    meter.say("READ?")
    calibrator.wait(2.001)
    calibrator.say("STBY")
    calibrator.wait(100)
    assert float(meter.hear() or "nan") == pytest.approx(10.0, abs=2e-4)


def test_leads_that_are_pulled_off_in_the_middle(world, pair):
    calibrator, meter = pair
    calibrator.say("OUT 10V", "OPER")
    calibrator.wait(10)
    meter.say("READ?")
    calibrator.wait(1.5)
    world.disconnect()
    assert float(meter.hear() or "nan") == pytest.approx(7.5, abs=2e-4)


def test_each_reading_of_a_series_has_its_own_time(pair):
    calibrator, meter = pair
    calibrator.say("OUT 10V", "OPER")
    calibrator.wait(10)
    meter.say("SAMP:COUN 3", "INIT")
    calibrator.wait(5.0)  # the second reading integrates from 4 s to 6 s
    assert meter.ask("DATA:POIN?") == "+1"
    calibrator.say("STBY")
    values = [float(text) for text in meter.ask("FETC?").split(",")]
    assert values == [
        pytest.approx(10.0, abs=2e-4),
        pytest.approx(5.0, abs=2e-4),
        pytest.approx(0.0, abs=2e-4),
    ]


def test_when_the_answer_is_fetched_does_not_matter(pair):
    calibrator, meter = pair
    calibrator.say("OUT 10V", "OPER")
    calibrator.wait(10)
    meter.say("INIT")
    calibrator.wait(7)
    calibrator.say("OUT 1V")
    calibrator.wait(100)
    assert float(meter.ask("FETC?")) == pytest.approx(10.0, abs=2e-4)


def test_commands_behind_a_reading_wait_for_it(pair, instrument, world):
    calibrator, _ = pair
    calibrator.say("OUT 1V", "OPER")
    calibrator.wait(10)
    other = instrument("keysight/k34461a", "second", IDEAL, message_based=False)
    world.connect("cal.output", "second.input")
    other.connection.write(b"CONF:VOLT:DC 10\nREAD?\nVOLT:RANG 1\nREAD?\nVOLT:RANG?\nSYST:ERR?\n")
    replies = [other.hear() for _ in range(4)]
    assert [float(text or "nan") for text in replies[:3]] == [pytest.approx(1.0, abs=5e-5)] * 2 + [1.0]
    assert replies[3] == '+0,"No error"'


def test_an_overload_requests_service_when_it_happens(pair, world):
    calibrator, meter = pair
    calibrator.say("OUT 20V", "OPER")
    calibrator.wait(10)
    meter.say("*CLS", "STAT:QUES:ENAB 1", "*SRE 8", "INIT")
    calibrator.wait(1.9)
    assert not meter.device.requesting_service
    calibrator.wait(0.2)
    assert meter.device.requesting_service


@pytest.mark.parametrize("count", [3, 10, 100, 999, 1000])
def test_all_readings_are_there_when_the_acquisition_is_complete(instrument, count):
    """Their times come from a sum of steps, its end from a product."""
    meter = instrument("agilent/a34401a", "dmm", IDEAL)
    meter.say("CONF:VOLT:DC 10", "VOLT:NPLC 1", "ZERO:AUTO OFF", f"SAMP:COUN {count}", "INIT")
    assert meter.ask("*OPC?") == "1"
    assert meter.ask("DATA:POIN?") == f"+{count}"
    assert meter.ask("READ?").count(",") == count - 1
    assert meter.ask("SYST:ERR?") == '+0,"No error"'
