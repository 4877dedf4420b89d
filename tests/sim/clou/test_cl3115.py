"""CL3115: the vector and layouts of protocols.md section 5.3; what is not there as its public users send it."""

from __future__ import annotations

import math

import pytest

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Load, Phase
from calbench_sim.parts.meters.metering import Metering

EXACT = {"voltage_gain": 0.0, "current_gain": 0.0, "angle": 0.0, "noise": 0.0}
LOAD = Load((Phase(220.0, 5.0, math.pi / 3), Phase(221.0, 6.0, 0.0), Phase(222.0, 7.0, -math.pi / 6)), 50.0)


@pytest.fixture
def standard(instrument, world, supply):
    line = instrument("clou/cl3115", "standard", EXACT, serial_number="123456789012", message_based=False)
    world.connect("supply.output", "standard.input")
    return line


@pytest.fixture
def ask(standard, frame):
    def exchange(body):
        reply = standard.bytes(frame(0x30, 0x05, body))
        assert reply == frame(0x05, 0x30, reply[12:-3])  # head, length and check are right
        return reply[12:-3]

    return exchange


def test_the_vector_of_the_link(standard, frame):
    reply = standard.bytes("81 30 05 09 A0 02 02 40 DC")
    assert reply == frame(0x05, 0x30, "50 02 02 40 80 84 1E 00")  # 2 000 000 pulses per kWh
    assert reply[9:11] == "0D"


def test_version(ask):
    texts = b"CLT1.1\0" + b"CL3115\0\0\0\0\0" + b"V1.00" + b"123456789012"
    assert ask("C9") == (b"\x39" + texts).hex(" ").upper()


def number(data, exponent=True):
    value = int.from_bytes(data[:4], "little", signed=True)
    return value * 10.0 ** int.from_bytes(data[4:5], "little", signed=True) if exponent else value / 1e4


def test_instantaneous_values(ask, supply):
    supply.put(LOAD)
    body = bytes.fromhex(ask("A0 02 3F FF FF 3F FF FF 0F"))
    assert (len(body), body[:4].hex()) == (0xAE, "50023fff")
    amounts = [number(body[at : at + 5]) for at in range(4, 34, 5)]
    assert amounts == pytest.approx([222.0, 221.0, 220.0, 7.0, 6.0, 5.0])  # C, B, A
    assert int.from_bytes(body[34:38], "little") == 50_00000
    assert body[38:46].hex() == "00ff" + "010101" + "030303"  # no overload; group byte; 240 V, 10 A
    assert int.from_bytes(body[46:50], "little") == 2_000_000
    assert body[54] == 0x3F
    angles = [number(body[at : at + 4], exponent=False) for at in range(55, 79, 4)]
    assert angles == pytest.approx(
        [120.0, 240.0, 0.0, 150.0, 240.0, 300.0]
    )  # counter-clockwise: I is U less its lag
    assert body[79] == 0xFF
    lags = [number(body[at : at + 4], exponent=False) for at in range(80, 112, 4)]
    watts = [222 * 7 * math.cos(math.pi / 6), 221 * 6.0, 220 * 5 * 0.5]
    vars_ = [-222 * 7 * 0.5, 0.0, 220 * 5 * math.sin(math.pi / 3)]
    apparent = [222 * 7.0, 221 * 6.0, 220 * 5.0]
    factors = [sum(watts) / sum(apparent), sum(vars_) / sum(apparent)]
    assert lags == pytest.approx([330.0, 0.0, 60.0, math.cos(math.pi / 6), 1.0, 0.5, *factors], abs=1e-4)
    powers = [number(body[at : at + 5]) for at in range(113, 153, 5)]
    assert powers == pytest.approx([*watts, sum(watts), *vars_, sum(vars_)], abs=1e-3)
    assert body[153] == 0x0F
    assert [number(body[at : at + 5]) for at in range(154, 174, 5)] == pytest.approx(
        [*apparent, sum(apparent)]
    )


def test_measured_values_are_means_from_the_request_on(standard, frame, supply, world):
    supply.put(Load((Phase(100.0, 5.0, 0.0),), 50.0))
    standard.connection.write(bytes.fromhex(frame(0x30, 0x05, "A0 02 01 04")))
    world.clock.sleep(0.1)
    supply.put(Load((Phase(200.0, 5.0, 0.0),), 50.0))
    body = bytes.fromhex(standard.bytes(""))[4:-1]
    assert number(body[4:9]) == pytest.approx(150.0)


def test_ranges_by_hand(ask, supply):
    supply.put(Load((Phase(220.0, 5.0, 0.0),) * 3, 50.0))
    assert ask("A0 02 02 3F") == "50 02 02 3F 01 01 01 04 04 04"
    assert ask("A3 02 02 3F 03 03 03 06 06 06") == "30"
    assert ask("A0 02 02 3F") == "50 02 02 3F 01 01 01 04 04 04"  # still automatic
    assert ask("A3 00 01 20 88") == "30"
    assert ask("A0 02 02 3F") == "50 02 02 3F 03 03 03 06 06 06"
    assert ask("A0 02 01 80") == "50 02 01 80 3F"  # all are overloaded: 60 V, 1 A


def test_energy_and_pulses_from_start_to_stop(ask, standard, supply):
    supply.put(Load((Phase(200.0, 6.0, 0.0),) * 3, 50.0))  # 3.6 kW: 1e-3 kWh each second
    standard.wait(100.0)
    assert ask("A3 00 04 01 40 42 0F 00") == "30"  # 1 000 000 pulses per kWh
    assert ask("A3 00 08 10 02") == "30"
    standard.wait(999.9)
    body = bytes.fromhex(ask("A0 02 60 10 80"))
    assert body[:4].hex() == "50026010"
    assert int.from_bytes(body[4:12], "little") == pytest.approx(10000, abs=2)  # 1.0000 kWh
    assert body[12] == 0x80
    assert int.from_bytes(body[13:21], "little") == pytest.approx(1_000_000, abs=200)
    assert ask("A3 00 08 10 00") == "30"
    stopped = ask("A0 02 20 10")
    standard.wait(100.0)
    assert ask("A0 02 20 10") == stopped
    assert stopped.startswith("50 02 20 10 ")


class _Meter(Device):
    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        Metering(bench, constant=1000.0, reference_current=5.0, maximum_current=60.0)


def test_the_error_of_a_meter(ask, standard, supply, world):
    exact = {"gain": -0.005, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0}
    world.add("1", _Meter, exact)
    world.connect("supply.output", "1.input")
    world.connect("1.pulse", "standard.pulse_input")
    supply.put(Load((Phase(200.0, 6.0, 0.0),) * 3, 50.0))  # about one pulse a second
    assert ask("A3 00 08 10 01") == "33"  # without parameters
    assert ask("A3 00 14 08 0A 00 00 00 01 E8 03 00 00 00 00 00 00") == "30"  # 10 pulses, 1000 imp/kWh
    assert ask("A3 00 09 20 08 11 00 00 01") == "30"  # four-wire, active energy, start
    assert ask("A0 00 04 20 02 40 04") == "50 00 04 20 00 02 40 04 00 00 00 00"
    standard.wait(13.0)
    done = ask("A0 00 04 20 02 40 04")
    assert done[:26] == "50 00 04 20 01 02 40 04 78"  # one; -0.5000 %: -5000 = FFFFEC78
    assert ask("A0 02 40 04") == "50 02 40 04 78 EC FF FF"
    assert world.truth.of("standard", "error")[-1].value == pytest.approx(-0.5)
    standard.wait(11.0)
    assert ask("A0 00 04 20 02 40 04")[12:14] == "02"
    assert ask("A3 00 08 10 00") == "30"
    assert ask("A0 00 04 20 02 40 04") == "50 00 04 20 00 02 40 04 00 00 00 00"


def test_reactive_energy(ask, standard, supply):
    supply.put(Load((Phase(200.0, 6.0, math.pi / 2),) * 3, 50.0))
    assert ask("A3 00 08 01 40 00") == "30"
    assert ask("A3 00 08 10 02") == "30"
    standard.wait(99.9)
    assert int.from_bytes(bytes.fromhex(ask("A0 02 20 10"))[4:], "little") == pytest.approx(1000, abs=2)


@pytest.mark.parametrize(
    "body",
    [
        "A0", "A0 02", "A0 02 00", "A0 02 02", "A0 09 01 01", "A3", "A3 02 01 01 00 00 00 00 00", "A3 00 01 20",
        "A3 00 01 20 07", "A3 02 02 01 04", "A3 00 08 10 03", "A3 00 04 01 00 00 00 00", "B0", "A3 00 01 20 08 00",
        "A0 02 3F FF FF 3F FF FF 0F 02 3F FF FF 3F FF FF 0F",
    ],
)  # fmt: skip
def test_refusals(ask, body):
    assert ask(body) == "33"


def test_screens_are_accepted(ask):
    assert ask("A3 00 10 80 09") == "30"


def test_silence_noise_and_chunks(standard, frame):
    asked = frame(0x30, 0x05, "A0 02 02 40")
    assert standard.bytes(frame(0x31, 0x05, "A0 02 02 40"), within=1.0) == ""
    assert standard.bytes(asked[:-2] + "00", within=1.0) == ""
    standard.wait(1.0)
    assert standard.bytes(f"00 81 30 05 02 {asked}")[:11] == "81 05 30 0D"
    for piece in asked.split():
        standard.connection.write(bytes.fromhex(piece))
    assert standard.bytes("")[:11] == "81 05 30 0D"


def test_replies_go_to_the_sender(standard, frame):
    assert standard.bytes(frame(0x30, 0x10, "A3 00 10 80 09")) == frame(0x10, 0x30, "30")


@pytest.mark.parametrize("unit", ["1", "GG", "3030"])
def test_impossible_addresses(instrument, unit):
    with pytest.raises(UsageError, match="hexadecimal"):
        instrument("clou/cl3115", settings={"unit": unit})
