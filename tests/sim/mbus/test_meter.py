"""M-Bus meter: the example frame of EN 13757-3 and the rules of protocols.md section 8.2, byte for byte."""

from __future__ import annotations

import math

import pytest

from calbench.errors import UsageError
from calbench.simulation.signals import Load, Phase


def short(control, address):
    return f"10 {control:02X} {address:02X} {(control + address) % 256:02X} 16"


def long(control, address, data):
    body = bytes([control, address]) + bytes.fromhex(data)
    return (
        (bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) % 256, 0x16])).hex(" ").upper()
    )


@pytest.fixture
def make(instrument):
    def add(**changes):
        settings = {"gain": 0.0, "unit": "2", **changes}
        return instrument("mbus/meter", "1", settings, serial_number="12345678", message_based=False)

    return add


def test_the_example_of_the_standard(make):
    meter = make(
        volume=12.565,
        flow=0.113 / 3600,
        energy=218.370 * 3.6e6,
        maker="PAD",
        access=85.0,
        medium="water",
        delay=0.0,
    )
    assert meter.bytes(short(0x5B, 2)) == (
        "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16"
    )


def test_frame_count_bit_and_access_number(make):
    meter = make()
    assert meter.bytes(short(0x40, 2)) == "E5"
    first = meter.bytes(short(0x7B, 2))
    assert meter.bytes(short(0x7B, 2)) == first  # not toggled: the same again
    second = meter.bytes(short(0x5B, 2))
    assert (first.split()[15], second.split()[15]) == ("00", "01")
    assert meter.bytes(short(0x40, 2)) == "E5"
    assert meter.bytes(short(0x5B, 2)).split()[15] == "02"


@pytest.mark.parametrize(
    ("address", "answers"), [(2, True), (254, True), (3, False), (255, False), (253, False)]
)
def test_addresses(make, address, answers):
    meter = make()
    assert (meter.bytes(short(0x5B, address), within=1.0) != "") == answers
    assert (meter.bytes(short(0x40, address), within=1.0) == "E5") == answers


def test_secondary_address(make):
    meter = make(maker="PAD")
    assert meter.bytes(long(0x53, 253, "52 78 56 34 12 24 40 01 07")) == "E5"
    assert meter.bytes(short(0x7B, 253))[:20] == "68 1F 1F 68 08 02 72"
    assert (
        meter.bytes(long(0x53, 253, "52 FF FF FF F3 FF FF FF FF"), within=1.0) == ""
    )  # ends in another digit
    assert meter.bytes(short(0x7B, 253), within=1.0) == ""
    assert meter.bytes(long(0x53, 253, "52 FF FF 3F 12 FF FF FF 07")) == "E5"
    assert meter.bytes(short(0x40, 253)) == "E5"
    assert meter.bytes(short(0x7B, 253), within=1.0) == ""


@pytest.mark.parametrize(
    ("medium", "code"),
    [("electricity", "02"), ("gas", "03"), ("heat", "04"), ("warm water", "06"), ("water", "07")],
)
def test_media(make, medium, code):
    assert make(medium=medium).bytes(short(0x5B, 2)).split()[14] == code


def test_a_heat_meter_sends_the_heat_of_all_tariffs(make):
    """EN 13757-3: DIF 0C, eight digits BCD now, of tariff 0; VIF 04, energy in 10 Wh."""
    meter = make(medium="heat", energy=3.6e9)
    assert "0C 04 00 00 10 00" in meter.bytes(short(0x5B, 2))  # 1000 kWh


def test_electricity(instrument, world, supply):
    exact = {
        "gain": 0.0,
        "phase": 0.0,
        "light": 0.0,
        "heavy": 0.0,
        "temperature_coefficient": 0.0,
        "voltage_gain": 0.0,
    }
    meter = instrument("mbus/meter", "1", {**exact, "medium": "electricity"}, message_based=False)
    world.connect("supply.output", "1.input")
    supply.put(Load((Phase(230.0, 5.0, 0.0),) * 3, 50.0))
    meter.wait(3600.0)
    assert meter.bytes(short(0x5B, 1))[57:-6] == "0C 04 45 03 00 00 0B 2B 50 34 00"  # 3.45 kWh, 3450 W
    supply.put(Load((Phase(230.0, 5.0, math.pi),) * 3, 50.0))
    assert meter.bytes(short(0x7B, 1))[57:-6] == "0C 04 45 03 00 00 0B 2B 50 34 F0"


def test_other_requests(make):
    meter = make()
    assert meter.bytes(short(0x5A, 2)) == "E5"
    assert meter.bytes(long(0x53, 2, "50")) == "E5"
    assert meter.bytes(long(0x53, 2, "51 0F 00"), within=1.0) == ""
    assert meter.bytes(short(0x49, 2), within=1.0) == ""
    assert meter.bytes(long(0x73, 2, "51 01 7A 07")) == "E5"
    assert meter.bytes(short(0x40, 2), within=1.0) == ""
    assert meter.bytes(short(0x40, 7)) == "E5"


def test_the_baud_rate_changes_after_the_acknowledgement(make):
    meter = make()
    assert meter.bytes(long(0x53, 2, "BD")) == "E5"
    assert meter.device.serial_setting == "9600 8E1"


def test_noise_chunks_and_checksums(make):
    meter = make()
    asked = short(0x5B, 2)
    assert meter.bytes(f"E5 68 05 06 {asked}") != ""
    for piece in asked.split():
        meter.connection.write(bytes.fromhex(piece))
    assert meter.bytes("") != ""
    assert meter.bytes("10 5B 02 5E 16", within=1.0) == ""
    assert meter.bytes("68 03 03 68 53 02 50 00 16", within=1.0) == ""


@pytest.mark.parametrize("settings", [{"unit": "251"}, {"unit": "x"}, {"medium": "oil"}, {"maker": "pad"}])
def test_impossible_settings(make, settings):
    with pytest.raises(UsageError):
        make(**settings)
