"""XK3190: the vector and formats of protocols.md section 7.3, byte for byte."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError

IDEAL = {
    "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0, "repeatability": 0.0, "noise": 0.0,
    "eccentricity_x": 0.0, "eccentricity_y": 0.0, "zero": 0.0, "tempco": 0.0,
}  # fmt: skip


@pytest.fixture
def make(instrument):
    def add(**changes):
        return instrument("yaohua/xk3190", "scale", {**IDEAL, **changes}, message_based=False)

    return add


def newest(line, wait=5.0):
    line.wait(wait)
    while line.connection.take(1 << 16)[0]:
        pass
    return line.hear(1.0)


def test_vector_of_the_continuous_format(make, world):
    scale = make(max=3000.0, d=0.1)
    world.place("scale.pan", [1234.5])
    assert newest(scale).encode().hex(" ").upper() == "02 2B 30 31 32 33 34 35 31 31 42 03"


def test_negative(make, world):
    scale = make(tare=0.5, d=0.01)
    assert newest(scale) == "\x02-00005021A\x03"  # 2D ^ 35 ^ 32 and five times 30


def test_a12(make, world):
    scale = make(format="a12", d=0.01)
    world.place("scale.pan", [3.17])
    assert newest(scale) == "ww0003.17kg\r\n"


def test_a12_net(make, world):
    scale = make(format="a12", d=0.01, tare=3.17)
    assert newest(scale) == "wn-003.17kg\r\n"
    world.place("scale.pan", [6.34])
    assert newest(scale) == "wn0003.17kg\r\n"


def test_equals(make, world):
    scale = make(format="equals", d=0.01)
    world.place("scale.pan", [12.34])
    assert newest(scale) == "=43.2100"


def test_st(make, world):
    scale = make(format="st", max=20000.0, d=1.0)
    world.place("scale.pan", [12450.0])
    assert newest(scale) == "ST,GS,+0012450kg\r\n"
    world.place("scale.pan", [500.0])
    assert newest(scale, 0.05).startswith("US,GS,+")
    world.place("scale.pan", [20010.0])
    assert newest(scale).startswith("OL,GS,")


def test_st_with_decimals_and_tare(make, world):
    assert newest(make(format="st", d=0.01, tare=0.5)) == "ST,NT,-0000.50kg\r\n"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("02 41 41 30 30 03", "02 41 41 30 30 03"),
        ("02 41 42 30 33 03", "02 41 42 2B 30 30 31 32 33 34 32 31 45 03"),  # gross 12.34
        ("02 41 43 30 32 03", "02 41 43 2B 30 30 30 32 33 34 32 31 45 03"),  # tare 2.34
        ("02 41 44 30 35 03", "02 41 44 2B 30 30 31 30 30 30 32 31 44 03"),  # net 10.00
    ],
)
def test_commands(make, world, asked, answer):
    scale = make(format="command", d=0.01, tare=2.34)
    world.place("scale.pan", [12.34])
    scale.wait(5.0)
    reply = scale.bytes(asked, within=1.0)
    body = bytes.fromhex(answer)[1:-3]
    check = 0
    for byte in body:
        check ^= byte
    assert reply == (b"\x02" + body + f"{check:02X}".encode() + b"\x03").hex(" ").upper()


def test_commands_that_it_does_not_answer(make, world):
    scale = make(format="command", unit="B")
    for wrong in ("02 41 41 30 30 03", "02 42 41 30 30 03", "02 42 45 30 37 03"):
        assert scale.bytes(wrong, within=1.0) == ""
    assert scale.bytes("FF 02 42 02 42 41 30 33 03", within=1.0) == "02 42 41 30 33 03"


def test_beyond_the_range_there_is_no_mass(make, world):
    scale = make()
    world.place("scale.pan", [16.0])
    scale.wait(5.0)
    while scale.connection.take(1 << 16)[0]:
        pass
    assert scale.hear(1.0) is None


@pytest.mark.parametrize("settings", [{"format": "a13"}, {"unit": "AB"}, {"unit": "a"}, {"d": 10.0}])
def test_impossible_settings(make, settings):
    with pytest.raises(UsageError):
        make(**settings)
