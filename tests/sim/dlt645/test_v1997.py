"""DL/T 645-1997 meter: vectors and items of protocols.md section 6.2, byte for byte."""

from __future__ import annotations

import math

import pytest

from calbench.simulation.signals import Load, Phase

EXACT = {
    "gain": 0.0, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0, "voltage_gain": 0.0,
}  # fmt: skip
KWH = 3.6e6
ANY, EVERYBODY = "AA AA AA AA AA AA", "99 99 99 99 99 99"


def frame(control, data="", address="03 00 00 00 00 00"):
    """Put a frame together as section 6.1 says; data without the 33H."""
    shifted = bytes((byte + 0x33) % 256 for byte in bytes.fromhex(data))
    body = bytes([0x68, *bytes.fromhex(address), 0x68, control, len(shifted)]) + shifted
    return (body + bytes([sum(body) % 256, 0x16])).hex(" ").upper()


@pytest.fixture
def make(instrument, world, supply):
    def add(**changes):
        settings = {**EXACT, "unit": "3", "preamble": 0.0, **changes}
        line = instrument("dlt645/v1997", "1", settings, message_based=False)
        world.connect("supply.output", "1.input")
        return line

    return add


def phases(volts, amperes, lag=0.0):
    return Load((Phase(volts, amperes, lag),) * 3, 50.0)


def test_vector_of_forward_energy(make):
    meter = make(unit="138000130754", energy=0.01 * KWH)
    assert meter.bytes("68 54 07 13 00 80 13 68 01 02 43 C3 DA 16") == (
        "68 54 07 13 00 80 13 68 81 06 43 C3 34 33 33 33 2B 16"
    )


def test_vector_of_voltage(make, supply):
    meter = make()
    supply.put(phases(100.0, 5.0))
    assert meter.bytes("68 03 00 00 00 00 00 68 01 02 44 E9 03 16") == (
        "68 03 00 00 00 00 00 68 81 04 44 E9 33 34 EC 16"
    )


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("1F B6", "20 02 20 02 20 02"),
        ("22 B6", "00 05"),
        ("30 B6", "00 65 81"),  # -1.6500 kW: lag 120 degrees
        ("31 B6", "00 55 80"),
        ("40 B6", "86 02"),  # 2.86 kvar
        ("50 B6", "00 85"),
        ("10 C0", "01 05 01 26"),
        ("11 C0", "00 00 08"),
        ("30 C0", "00 04 00"),
        ("32 C0", "67 45 23 01 00 00"),
        ("1F 90", "00 " * 20),
        ("10 A0", "00 00 00"),
    ],
)
def test_items(make, supply, identifier, value):
    meter = make()
    supply.put(phases(220.0, 5.0, 2 * math.pi / 3))
    assert meter.bytes(frame(0x01, identifier)) == frame(0x81, f"{identifier} {value}")


@pytest.mark.parametrize(
    ("control", "data", "error"),
    [
        (0x01, "FF FF", "02"),
        (0x01, "14 B6", "02"),  # a fourth phase
        (0x01, "10", "01"),
        (0x02, "10 90", "02"),
        (0x04, "32 C0 02 11 11 11 01 00 00 00 00 00", "04"),
        (0x04, "32 C0 02 00 00 00 01", "01"),
        (0x04, "10 90 02 00 00 00 01", "02"),
        (0x0C, "02", "08"),
        (0x0F, "02 11 11 11 02 22 22 22", "04"),
        (0x13, "", "01"),
    ],
)
def test_refusals(make, control, data, error):
    assert make().bytes(frame(control, data)) == frame(control | 0xC0, error)


def test_a_block_in_parts(make):
    meter = make(energy=1 * KWH, block=13.0)  # two values each
    assert meter.bytes(frame(0x01, "1F 90")) == frame(0xA1, "1F 90 00 01 00 00 00 01 00 00")
    assert meter.bytes(frame(0x02, "1F 90")) == frame(0xA2, "1F 90 00 00 00 00 00 00 00 00")
    assert meter.bytes(frame(0x02, "1F 90")) == frame(0x82, "1F 90 00 00 00 00")
    assert meter.bytes(frame(0x02, "1F 90")) == frame(0xC2, "02")


def test_changes(make):
    meter = make()
    assert meter.bytes(frame(0x04, "32 C0 02 00 00 00 01 02 03 04 05 06")) == frame(0x84)
    assert meter.bytes(frame(0x01, "32 C0")) == frame(0x81, "32 C0 01 02 03 04 05 06")
    assert meter.bytes(frame(0x04, "11 C0 02 00 00 00 30 15 12")) == frame(0x84)
    assert meter.bytes(frame(0x08, "00 20 12 05 01 26", EVERYBODY), within=1.0) == ""
    assert meter.bytes(frame(0x01, "11 C0")) == frame(0x81, "11 C0 01 20 12")
    assert meter.bytes(frame(0x10)) == frame(0x90)
    assert meter.bytes(frame(0x0F, "02 00 00 00 04 22 22 22")) == frame(0x8F, "04 22 22 22")
    assert meter.bytes(frame(0x0A, "05 00 00 00 00 00", ANY)) == frame(0x8A, address="05 00 00 00 00 00")
    assert meter.bytes(frame(0x01, "10 90"), within=1.0) == ""
    assert meter.bytes(frame(0x01, "10 90", EVERYBODY), within=1.0) == ""


def test_the_baud_rate_changes(make):
    meter = make()
    assert meter.bytes(frame(0x0C, "08")) == frame(0x8C, "08")
    assert meter.device.serial_setting == "2400 8E1"
