"""CL309 and CL3115, each phase apart: raw frames laid out as protocols.md section 5.3 says; powers worked by hand.

Of each phase P = U I cos(phi) and Q = U I sin(phi); cos 60 degrees = 0.5, sin 60 degrees = cos 30 degrees = 0.8660254.
"""

from __future__ import annotations

import math

import pytest

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.meters.metering import Metering

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0}
WRONG = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 1e-3}
ALL_APART = (  # Uc 225 V, Ub 215 V, Ua 220 V; Ic 10 A leads by 30 degrees, Ib nothing, Ia 5 A lags by 60 degrees
    "81 01 07 49 A3 05 46"
    " 3F 80 4F 12 00 00 9F 24 00 00 00 00 00 60 E3 16 00 00 00 00 00 C0 C6 2D 00"  # 120, 240, 0; 150, 0, 300 degrees
    " FF 10 55 22 00 FC 70 CE 20 00 FC C0 91 21 00 FC 80 96 98 00 FA 00 00 00 00 FA 40 4B 4C 00 FA"
    " 20 A1 07 00 07"  # 50 Hz, taken over
    " 07 3F 3F 00 77"  # all angles and all rms values are taken over
)
CURRENT_OF_B = "81 01 07 16 A3 05 46 10 40 77 1B 00 10 A0 25 26 00 FA 03 10 10 86"  # Ib 2.5 A at 180 degrees
NO_CURRENT_OF_A = "81 01 07 10 A3 05 44 20 00 00 00 00 FA 02 20 0C"
DONE, REFUSED = "81 07 01 06 30 30", "81 07 01 06 33 33"
LIVE = [220.0, 215.0, 225.0]  # V, of A, B, C


class Meter(Device):
    """A meter of 1000 pulses per kilowatt-hour that registers 0.5 % too much."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        Metering(bench, constant=1000.0, reference_current=5.0, maximum_current=60.0)


@pytest.fixture
def source(instrument):
    return instrument("clou/cl309", "source", EXACT, message_based=False)


@pytest.fixture
def seen(wire, source):
    terminal = wire("source")
    return lambda: terminal.received("power")


@pytest.fixture
def standard(instrument, source, world):
    line = instrument("clou/cl3115", "standard", EXACT | {"noise": 0.0}, message_based=False)
    world.connect("source.output", "standard.input")
    return line


@pytest.fixture
def put(source):
    def send(*frames):
        for sent in frames:
            assert source.bytes(sent) == DONE
        source.wait(3.0)

    return send


def test_amplitudes_and_angles_of_each_phase(put, seen, world):
    put(ALL_APART)
    a, b, c = seen().phases
    assert a == pytest.approx((220.0, 5.0, math.pi / 3))
    assert b == (215.0, 0.0, 0.0)  # without current there is no lag, whatever angle was set
    assert c == pytest.approx((225.0, 10.0, -math.pi / 6))
    assert seen().active == pytest.approx(550.0 + 0.0 + 1948.5572, abs=1e-4)
    assert seen().reactive == pytest.approx(952.6279 + 0.0 - 1125.0, abs=1e-4)
    assert world.truth.of("source", "power")[-1].value == pytest.approx(2498.5572, abs=1e-4)


def test_current_of_one_phase_comes_and_goes_beside_the_others(put, source, seen):
    put(ALL_APART)
    before = seen().phases
    assert source.bytes(CURRENT_OF_B) == DONE
    source.wait(1.0)  # on its way
    assert [seen().phases[0], seen().phases[2]] == [before[0], before[2]]
    assert 0.0 < seen().phases[1].current < 2.5
    source.wait(2.0)
    assert seen().phases[1] == pytest.approx((215.0, 2.5, math.pi / 3))
    assert seen().active == pytest.approx(550.0 + 268.75 + 1948.5572, abs=1e-4)
    assert source.bytes(NO_CURRENT_OF_A) == DONE
    source.wait(1.0)  # the angle of what still flows is that from before
    assert 0.0 < seen().phases[0].current < 5.0
    assert seen().phases[0].lag == pytest.approx(math.pi / 3)
    source.wait(2.0)
    assert seen().phases[0] == (220.0, 0.0, 0.0)
    assert seen().active == pytest.approx(268.75 + 1948.5572, abs=1e-4)


def test_what_was_set_is_read_back_of_each_phase(put, source):
    put(ALL_APART, CURRENT_OF_B)
    assert source.bytes("81 01 07 0A A0 05 06 3F 3F AF")[12:-3] == (
        "50 05 06 3F 80 4F 12 00 00 9F 24 00 00 00 00 00 60 E3 16 00 40 77 1B 00 C0 C6 2D 00"
        " 3F 10 55 22 00 FC 70 CE 20 00 FC C0 91 21 00 FC 80 96 98 00 FA A0 25 26 00 FA 40 4B 4C 00 FA"
    )


def test_a_phase_without_current_has_no_lag_of_the_unit_either(instrument, wire):
    source = instrument("clou/cl309", "wrong", WRONG, message_based=False)
    load = wire("wrong")
    source.bytes(ALL_APART)
    source.wait(3.0)
    lags = [phase.lag for phase in load.received("power").phases]
    assert lags == [pytest.approx(math.pi / 3 + 1e-3), 0.0, pytest.approx(-math.pi / 6 + 1e-3)]


def test_of_a_request_that_is_refused_nothing_is_put_out_later(put, source, seen, frame):
    put(ALL_APART)
    before = seen()
    # Ic 1 A is possible, Ib 121 A is not
    assert source.bytes(frame(0x01, 0x07, "A3 05 04 18 40 42 0F 00 FA 40 4F 36 07 FA")) == REFUSED
    assert source.bytes(frame(0x01, 0x07, "A3 05 40 03 3F 3F")) == DONE  # takes over what is set
    source.wait(3.0)
    assert seen() == before


def test_the_standard_shows_each_phase_and_the_sum(put, standard, frame):
    put(ALL_APART)
    # active powers C, B, A, sum: 1948.5572, 0, 550.0000, 2498.5572 W; reactive: -1125.0000, 0, 952.6279, -172.3721 var
    body = bytes.fromhex(standard.bytes(frame(0x30, 0x05, "A0 02 10 FF"))[12:-3])
    assert body[:4].hex() == "500210ff"
    found = [int.from_bytes(body[at : at + 4], "little", signed=True) for at in range(4, 44, 5)]
    assert {body[at] for at in range(8, 44, 5)} == {0xFC}
    assert found == [19485572, 0, 5500000, 24985572, -11250000, 0, 9526279, -1723721]
    # lags and power factors C, B, A, 1e-4 each: 330, 0 and 60 degrees; 0.8660, 0, 0.5
    body = bytes.fromhex(standard.bytes(frame(0x30, 0x05, "A0 02 08 3F"))[12:-3])
    found = [int.from_bytes(body[at : at + 4], "little", signed=True) for at in range(4, 28, 4)]
    assert found == [3300000, 0, 600000, 8660, 0, 5000]


def test_the_angle_of_the_whole_power_is_measured_when_it_is_asked(put, standard, frame):
    put(ALL_APART)
    body = bytes.fromhex(standard.bytes(frame(0x30, 0x05, "A0 02 02 80"))[12:-3])
    # atan(-172.3721 / 2498.5572) = -3.9465 degrees
    assert body.hex() == "50020280" + (3560535).to_bytes(4, "little").hex()


def test_the_error_of_a_meter_with_current_on_one_phase_alone(put, source, standard, world, frame):
    exact = {"gain": 0.005, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0}
    world.add("1", Meter, exact)
    world.connect("source.output", "1.input")
    world.connect("1.pulse", "standard.pulse_input")
    put(ALL_APART, NO_CURRENT_OF_A)  # 1948.6 W on C: a pulse in 1.84 s
    for body in ("A3 00 14 08 0A 00 00 00 01 E8 03 00 00 00 00 00 00", "A3 00 09 20 08 11 00 00 01"):
        assert standard.bytes(frame(0x30, 0x05, body)) == frame(0x05, 0x30, "30")
    standard.wait(25.0)
    assert standard.bytes(frame(0x30, 0x05, "A0 02 40 04"))[12:-3] == "50 02 40 04 88 13 00 00"  # 0.5000 %
