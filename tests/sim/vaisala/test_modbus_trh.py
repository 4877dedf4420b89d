"""Modbus transmitter: registers of protocols.md section 5.6; dew point of the WMO's Magnus formula."""

from __future__ import annotations

import struct

import pytest

from calbench_sim.parts.frames.check_codes import crc_modbus

EXACT = {"temperature_offset": 0.0, "humidity_offset": 0.0, "temperature_noise": 0.0, "humidity_noise": 0.0}


def rtu(text):
    data = bytes.fromhex(text)
    return (data + crc_modbus(data)).hex(" ").upper()


@pytest.fixture
def make(instrument):
    return lambda **changes: instrument("vaisala/modbus_trh", "1", {**EXACT, **changes}, message_based=False)


def test_floats_have_the_low_word_first(make):
    reply = make().bytes(rtu("F0 03 00 00 00 04"))  # 45 %RH = 42340000, 23 degC = 41B80000
    assert reply == rtu("F0 03 08 00 00 42 34 00 00 41 B8")


def test_dew_point(make):
    reply = bytes.fromhex(make().bytes(rtu("F0 03 00 06 00 02")))
    assert struct.unpack(">f", reply[5:7] + reply[3:5])[0] == pytest.approx(10.4, abs=0.05)  # 23 degC, 45 %RH


def test_integers(make):
    assert make().bytes(rtu("F0 03 01 00 00 02")) == rtu("F0 03 04 11 94 08 FC")  # 4500, 2300


def test_below_zero(make, world):
    world.ambient.set(temperature=-5.0, temperature_span=0.0)
    assert make().bytes(rtu("F0 03 01 01 00 01")) == rtu("F0 03 02 FE 0C")


def test_a_broken_sensor(make):
    meter = make(temperature_fault=1.0)
    assert meter.bytes(rtu("F0 03 00 02 00 02")) == rtu("F0 03 04 00 00 7F C0")
    assert meter.bytes(rtu("F0 03 01 01 00 01")) == rtu("F0 03 02 80 00")


def test_exceptions_and_other_units(make):
    meter = make(unit="7")
    assert meter.bytes(rtu("07 04 00 00 00 02")) == rtu("07 84 01")
    assert meter.bytes(rtu("07 03 00 08 00 02")) == rtu("07 83 02")
    assert meter.bytes(rtu("07 03 00 00 00 00")) == rtu("07 83 03")
    assert meter.bytes(rtu("F0 03 00 00 00 02"), within=1.0) == ""


def test_truth(make, world):
    make().bytes(rtu("F0 03 00 00 00 02"))
    assert world.truth.of("1", "temperature")[-1].value == 23.0
