"""SDM630: vectors and registers of protocols.md section 5.6, and the maker's Modbus protocol description."""

from __future__ import annotations

import math
import struct

import pytest

from calbench.errors import UsageError
from calbench.simulation.signals import Load, Phase
from calbench_sim.parts.frames.check_codes import crc_modbus

EXACT = {
    "gain": 0.0, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0, "voltage_gain": 0.0,
}  # fmt: skip


def rtu(text):
    data = bytes.fromhex(text)
    return (data + crc_modbus(data)).hex(" ").upper()


@pytest.fixture
def make(instrument, world, supply):
    def add(**changes):
        line = instrument("eastron/sdm630", "1", {**EXACT, **changes}, message_based=False)
        world.connect("supply.output", "1.input")
        return line

    return add


@pytest.fixture
def meter(make):
    return make()


def value(meter, address):
    reply = bytes.fromhex(meter.bytes(rtu(f"01 04 {address} 00 02")))
    assert reply[:3] == b"\x01\x04\x04"
    return struct.unpack(">f", reply[3:7])[0]


def test_vector_of_a_voltage(meter, supply):
    supply.put(Load((Phase(230.2, 5.0, 0.0),) * 3, 50.0))
    assert (
        meter.bytes("01 04 00 00 00 02 71 CB") == rtu("01 04 04 43 66 33 33")  # the nearest float
    )


def test_the_voltage_of_the_vector_itself(meter, supply):
    supply.put(Load((Phase(struct.unpack(">f", bytes.fromhex("43663334"))[0], 5.0, 0.0),) * 3, 50.0))
    assert meter.bytes("01 04 00 00 00 02 71 CB") == "01 04 04 43 66 33 34 1B 38"


def test_vector_of_an_exception(meter):
    assert meter.bytes(rtu("01 04 02 00 00 02")) == "01 84 02 C2 C1"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("00 00", 220.0), ("00 02", 221.0), ("00 04", 222.0), ("00 06", 5.0), ("00 0A", 7.0), ("00 0C", 550.0),
        ("00 12", 1100.0), ("00 18", 1100.0 * math.sin(math.pi / 3)), ("00 1E", 0.5), ("00 24", 60.0), ("00 2A", 221.0),
        ("00 2E", 6.0), ("00 30", 18.0), ("00 34", 1990.0), ("00 38", 3980.0), ("00 3E", 0.5), ("00 46", 50.0),
        ("00 48", 1.99), ("00 4A", 0.0), ("00 50", 3.98), ("01 56", 1.99), ("00 60", 0.0),
    ],
)  # fmt: skip
def test_registers(meter, supply, address, expected):
    lag = math.pi / 3
    supply.put(Load((Phase(220.0, 5.0, lag), Phase(221.0, 6.0, lag), Phase(222.0, 7.0, lag)), 50.0))
    meter.wait(3600.0)
    assert value(meter, address) == pytest.approx(expected, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    ("request_", "exception"),
    [
        ("01 05 00 00 FF 00", "85 01"), ("01 10 00 14 00 02 04 40 00 00 00", "90 01"), ("01 41 00", "C1 01"),
        ("01 04 00 01 00 02", "84 02"), ("01 04 00 00 00 03", "84 02"), ("01 04 01 7E 00 04", "84 02"),
        ("01 04 00 00 00 00", "84 03"), ("01 04 00 00 00 52", "84 03"),
    ],
)  # fmt: skip
def test_exceptions(meter, request_, exception):
    assert meter.bytes(rtu(request_)) == rtu(f"01 {exception}")


def test_eighty_registers_at_once(meter):
    assert meter.bytes(rtu("01 04 00 00 00 50"))[:8] == "01 04 A0"


def test_holding_registers(make):
    meter = make(unit="17")
    assert meter.bytes(rtu("11 03 00 14 00 02")) == rtu("11 03 04 41 88 00 00")  # 17.0
    assert meter.bytes(rtu("11 03 FC 00 00 02")) == rtu("11 03 04 00 12 D6 87")  # 1234567


def test_silence(meter):
    asked = rtu("01 04 00 00 00 02")
    for wrong in (rtu("02 04 00 00 00 02"), rtu("00 04 00 00 00 02"), asked[:-2] + "00"):
        assert meter.bytes(wrong, within=1.0) == ""
    assert meter.bytes(asked) != ""


def test_noise_and_chunks(meter):
    asked = rtu("01 04 00 46 00 02")
    answer = rtu("01 04 04 00 00 00 00")
    assert meter.bytes(f"FF 13 07 {asked}") == answer
    for piece in asked.split():
        meter.connection.write(bytes.fromhex(piece))
        meter.wait(0.002)
    assert meter.bytes("") == answer
    assert meter.bytes(f"{asked} {asked}") == answer
    assert meter.bytes("") == answer


def test_tcp(make):
    meter = make(framing="tcp", unit="5")
    assert meter.bytes("12 34 00 00 00 06 05 04 00 46 00 02") == "12 34 00 00 00 07 05 04 04 00 00 00 00"
    assert meter.bytes("12 35 00 00 00 06 05 04 00 01 00 02") == "12 35 00 00 00 03 05 84 02"
    assert meter.bytes("12 36 00 00 00 06 06 04 00 46 00 02", within=1.0) == ""
    meter.connection.write(bytes.fromhex("12 37 00 00"))
    assert meter.bytes("00 06 05 04 00 46 00 02")[:5] == "12 37"


@pytest.mark.parametrize("settings", [{"unit": "0"}, {"unit": "248"}, {"framing": "ascii"}])
def test_impossible_settings(make, settings):
    with pytest.raises(UsageError):
        make(**settings)
