"""Toledo continuous output: the vectors and bits of protocols.md section 7.2, byte for byte."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.simulation.faults import Fault

IDEAL = {
    "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0, "repeatability": 0.0, "noise": 0.0,
    "eccentricity_x": 0.0, "eccentricity_y": 0.0, "zero": 0.0, "tempco": 0.0,
}  # fmt: skip
BIG = {"max": 3000.0, "d": 0.1}


@pytest.fixture
def make(instrument, world):
    def add(**changes):
        return instrument("mettler/continuous", "scale", {**IDEAL, **changes}, message_based=False)

    return add


def newest(line, wait=5.0):
    """Wait for rest, throw away what came, and give the next message."""
    line.wait(wait)
    while line.connection.take(1 << 16)[0]:
        pass
    return line.hear(1.0).encode("latin-1").hex(" ").upper()


def test_vector_padded_with_spaces(make, world):
    scale = make(**BIG)
    world.place("scale.pan", [1234.5])
    assert newest(scale) == "02 2B 30 20 20 31 32 33 34 35 20 20 20 20 20 30 0D 07"


def test_vector_padded_with_zeros(make, world):
    scale = make(**BIG, padding="zeros")
    world.place("scale.pan", [1234.5])
    assert newest(scale) == "02 2B 30 20 30 31 32 33 34 35 30 30 30 30 30 30 0D 27"


def test_shorter_messages(make, world):
    assert newest(make(**BIG, checksum=0.0)) == "02 2B 30 20 20 20 20 20 20 30 20 20 20 20 20 30 0D"


def test_without_tare(make, world):
    assert newest(make(**BIG, checksum=0.0, short=1.0)) == "02 2B 30 20 20 20 20 20 20 30 0D"


@pytest.mark.parametrize(
    ("d", "first", "digits"),
    [
        (0.005, 0x3D, "  2500"),
        (0.002, 0x35, "  2500"),
        (0.01, 0x2C, "   250"),
        (1.0, 0x2A, "     2"),
        (0.0005, 0x3E, " 25000"),
    ],
)
def test_places_of_the_point_and_steps(make, world, d, first, digits):
    scale = make(d=d)
    world.place("scale.pan", [2.5])
    data = bytes.fromhex(newest(scale))
    assert (data[1], data[4:10].decode()) == (first, digits)


def test_expanded(make, world):
    scale = make(expanded=1.0)  # one digit more, counted in ones
    world.place("scale.pan", [2.5013])
    data = bytes.fromhex(newest(scale))
    assert (data[1], data[3], data[4:10].decode()) == (0x2E, 0x30, " 25013")


def test_net_and_negative(make, world):
    scale = make()
    world.place("scale.pan", [2.5])
    newest(scale)
    scale.say("T")
    world.place("scale.pan", [2.0])
    assert bytes.fromhex(newest(scale))[2:16] == b"\x33\x20   500  2500"  # net, negative, kg
    scale.say("C")
    assert bytes.fromhex(newest(scale))[2:16] == b"\x30\x20  2000     0"


def test_zero_key_and_its_range(make, world):
    scale = make()
    world.place("scale.pan", [0.1])
    newest(scale)
    scale.say("Z")
    assert bytes.fromhex(newest(scale))[4:10] == b"     0"
    world.place("scale.pan", [5.0])
    newest(scale)
    scale.say("Z")  # more than 2 % of Max
    assert bytes.fromhex(newest(scale))[4:10] == b"  4900"


def test_motion_and_range(make, world):
    scale = make()
    newest(scale)
    world.place("scale.pan", [10.0])
    assert bytes.fromhex(newest(scale, 0.1))[2] == 0x38  # motion
    assert bytes.fromhex(newest(scale))[2] == 0x30
    world.place("scale.pan", [15.045])
    assert bytes.fromhex(newest(scale))[2] == 0x30  # Max + 9 e
    world.place("scale.pan", [15.05])
    assert bytes.fromhex(newest(scale))[2] == 0x34
    scale.say("T")
    assert bytes.fromhex(newest(scale))[2] == 0x34


def test_a_print_request_marks_one_message(make):
    scale = make()
    newest(scale)
    scale.say("xP")
    assert [scale.hear().encode("latin-1")[3] for _ in range(2)] == [0x28, 0x20]


def test_power_up_far_from_zero(make):
    assert bytes.fromhex(newest(make(zero=1.0)))[2] == 0x70


def test_it_sends_ten_times_a_second_while_somebody_is_connected(make, world):
    scale = make()
    world.clock.sleep(1.05)
    assert sum(1 for _ in iter(lambda: scale.hear(0.0), None)) == 10
    scale.connection.close()
    world.clock.sleep(1.0)
    assert world.clock.run_due() is None
    again = scale.device.connect(message_based=False)
    world.clock.sleep(0.15)
    assert len(again.take(100)[0]) == 18


def test_nobody_reads(make, world):
    scale = make()
    world.clock.sleep(3600.0)
    assert 4096 <= scale.connection.waiting() < 4096 + 18
    assert len(world.truth) < 1000


def test_two_connections_hear_the_same(make, world):
    scale = make()
    other = scale.device.connect(message_based=False)
    world.clock.sleep(0.15)
    assert other.take(100)[0] == scale.connection.take(100)[0] != b""


def test_faults(make, world):
    scale = make()
    world.fault("scale", Fault("silence", after=2, count=3))
    world.clock.sleep(0.65)
    assert sum(1 for _ in iter(lambda: scale.hear(0.0), None)) == 3
    world.fault("scale", Fault("drop", after=6))
    world.clock.sleep(0.3)
    assert scale.connection.lost


def test_after_a_power_cycle_it_sends_as_before(instrument, world):
    scale = instrument(
        "mettler/continuous", "scale", {**IDEAL, "tare": 0.5}, message_based=False, serial=True
    )
    world.clock.sleep(0.25)
    scale.say("C")
    world.power_cycle("scale")
    other = scale.device.connect(message_based=False, serial=True)
    world.clock.sleep(1.05)
    messages = list(iter(lambda: scale.hear(0.0), None))
    assert len(messages) == 10
    assert messages[0][4:16] == "   500   500"  # the tare of power-on
    assert other.take(18)[0].decode("latin-1") == messages[0]


def test_late_and_garbled_messages(make, world):
    scale = make()
    world.fault("scale", Fault("late", after=1, count=1, seconds=0.05))
    world.fault("scale", Fault("garble", after=2, count=1))
    world.clock.sleep(0.12)
    first = scale.hear(0.0)
    world.clock.sleep(0.1)
    assert scale.hear(0.0) is None
    world.clock.sleep(0.04)
    assert scale.hear(0.0) == first
    assert scale.hear(0.2) != first


@pytest.mark.parametrize("settings", [{"d": 0.003}, {"padding": "dots"}, {"d": 1e-6}, {"rate": 0.0}])
def test_impossible_settings(make, settings):
    with pytest.raises(UsageError):
        make(**settings)
