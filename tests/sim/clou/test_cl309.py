"""CL309: frames as protocols.md section 5.3 says, fields as the public users of the source send them."""

from __future__ import annotations

import math
import struct

import pytest

from calbench.simulation.device import Device

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0}
FOUR_WIRE = (120.0, 240.0, 0.0)  # C, B, A


class _Meter(Device):
    pass


@pytest.fixture
def source(instrument):
    return instrument("clou/cl309", "source", EXACT, serial_number="123456789012", message_based=False)


@pytest.fixture
def seen(world, source):
    world.add("1", _Meter)
    world.connect("source.output", "1.input")
    return lambda: world.terminal("1.input").received("power")


@pytest.fixture
def ask(source, frame):
    def exchange(body):
        reply = source.bytes(frame(0x01, 0x07, body))
        assert reply == frame(0x07, 0x01, reply[12:-3])
        return reply[12:-3]

    return exchange


def power(volts, amperes, lag=0.0, frequency=50.0, values=0x3F, angles=0x3F):
    """Give the body that sets everything; volts and amperes of C, B, A."""
    data = struct.pack(
        "<6i", *(round(1e4 * angle) for angle in (*FOUR_WIRE, *((a - lag) % 360 for a in FOUR_WIRE)))
    )
    body = b"\xa3\x05\x46\x3f" + data + b"\xff"
    body += b"".join(struct.pack("<ib", round(1e4 * value), -4) for value in volts)
    body += b"".join(struct.pack("<ib", round(1e6 * value), -6) for value in amperes)
    body += struct.pack("<i", round(1e4 * frequency)) + b"\x07\x07" + bytes([angles, values, 0])
    assert len(body) == 68  # as the public sources have it
    return body.hex()


def test_version(ask):
    texts = b"CLT1.1\0" + b"CL309\0\0\0\0\0\0" + b"V1.00" + b"123456789012"
    assert ask("C9") == (b"\x39" + texts).hex(" ").upper()


def test_link_frame(source):
    assert source.bytes("81 01 07 06 C9 C9")[:14] == "81 07 01 29 39"  # 01 ^ 07 ^ 06 ^ C9 = C9


def test_it_is_off_at_power_on_and_reaches_a_load_in_two_seconds(ask, source, seen):
    assert seen() is None
    assert ask(power((222.0, 221.0, 220.0), (7.0, 6.0, 5.0), lag=60.0, frequency=50.5)) == "30"
    source.wait(1.0)
    assert 0.0 < seen().phases[0].voltage < 220.0
    source.wait(1.1)
    load = seen()
    assert [phase.voltage for phase in load.phases] == pytest.approx([220.0, 221.0, 222.0])
    assert [phase.current for phase in load.phases] == pytest.approx([5.0, 6.0, 7.0])
    assert [phase.lag for phase in load.phases] == pytest.approx([math.pi / 3] * 3)
    assert load.frequency == 50.5


def test_switching_off(ask, source, seen, world):
    ask(power((220.0,) * 3, (5.0,) * 3))
    source.wait(3.0)
    assert world.truth.of("source", "power")[-1].value == pytest.approx(3300.0)
    assert ask(power((0.0,) * 3, (0.0,) * 3)) == "30"
    assert seen() is None


def test_only_updated_channels_change(ask, source, seen):
    ask(power((220.0,) * 3, (5.0,) * 3))
    source.wait(3.0)
    ask(power((100.0,) * 3, (1.0,) * 3, lag=60.0, values=0x20, angles=0x00))  # current of A
    source.wait(3.0)
    assert [phase.current for phase in seen().phases] == pytest.approx([1.0, 5.0, 5.0])
    assert seen().phases[0][::2] == pytest.approx((220.0, 0.0))
    assert ask("A3 05 44 80 07 0B 3F 3F 01") == "30"  # the short frame takes over what was set
    source.wait(3.0)
    assert seen().phases[2] == pytest.approx((100.0, 1.0, math.pi / 3))


@pytest.mark.parametrize(
    "body",
    [
        power((481.0, 0.0, 0.0), (0.0,) * 3), power((0.0,) * 3, (0.0, 121.0, 0.0)), power((-1.0, 0.0, 0.0), (0.0,) * 3),
        power((100.0,) * 3, (1.0,) * 3, frequency=70.0), power((100.0,) * 3, (1.0,) * 3)[:-2], "A3 05 20 7F 00",
        "A0 05 40 01", "A3 05",
    ],
)  # fmt: skip
def test_refusals_change_nothing(ask, source, seen, body):
    assert ask(body) == "33"
    source.wait(3.0)
    assert seen() is None


def test_what_is_set_can_be_read(ask):
    ask(power((0.0, 0.0, 220.0), (0.0, 0.0, 5.0)))
    assert ask("A0 05 04 64") == "50 05 04 64 C0 91 21 00 FC 40 4B 4C 00 FA 20 A1 07 00"


def test_errors_of_the_unit(instrument, world, frame):
    line = instrument(
        "clou/cl309", "other", {**EXACT, "voltage_gain": 0.01, "angle": 0.001}, message_based=False
    )
    world.add("1", _Meter)
    world.connect("other.output", "1.input")
    line.bytes(frame(0x01, 0x07, power((200.0,) * 3, (5.0,) * 3)))
    line.wait(3.0)
    assert world.terminal("1.input").received("power").phases[0] == pytest.approx((202.0, 5.0, 0.001))


def test_a_power_cycle_ends_the_output_and_what_was_on_its_way(ask, source, seen, world):
    ask(power((220.0,) * 3, (5.0,) * 3))
    source.wait(1.0)
    assert seen() is not None
    world.power_cycle("source")
    assert seen() is None
    source.wait(3.0)
    assert seen() is None
