"""DL/T 645-2007 meter: the vectors A1 to A5 and the tables of protocols.md section 6.1, byte for byte."""

from __future__ import annotations

import math

import pytest

from calbench.errors import UsageError
from calbench.simulation.serialline import LineSetting, SerialConnection
from calbench.simulation.signals import Load, Phase

EXACT = {
    "gain": 0.0, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0, "voltage_gain": 0.0,
}  # fmt: skip
KWH = 3.6e6
ADDRESS = "61 01 00 00 00 00"
ANY, EVERYBODY = "AA AA AA AA AA AA", "99 99 99 99 99 99"


def frame(control, data="", address=ADDRESS):
    """Put a frame together as section 6.1 says; data without the 33H."""
    shifted = bytes((byte + 0x33) % 256 for byte in bytes.fromhex(data))
    body = bytes([0x68, *bytes.fromhex(address), 0x68, control, len(shifted)]) + shifted
    return (body + bytes([sum(body) % 256, 0x16])).hex(" ").upper()


@pytest.fixture
def make(instrument, world):
    def add(**changes):
        settings = {**EXACT, "unit": "161", "preamble": 0.0, **changes}
        return instrument("dlt645/v2007", "1", settings, message_based=False)

    return add


@pytest.fixture
def meter(make, world, supply):
    line = make()
    world.connect("supply.output", "1.input")
    return line


def phases(volts, amperes, lag=0.0):
    return Load((Phase(volts, amperes, lag),) * 3, 50.0)


def test_vector_a1_forward_energy(make):
    meter = make(energy=0.26 * KWH)
    assert meter.bytes("68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16") == (
        "68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16"
    )


def test_vector_a2_reverse_energy(meter, supply):
    supply.put(phases(200.0, 10.0, math.pi))  # -6 kW
    meter.wait(1.26 / 6 * 3600)
    assert meter.bytes("68 61 01 00 00 00 00 68 11 04 33 33 35 33 15 16") == (
        "68 61 01 00 00 00 00 68 91 08 33 33 35 33 59 34 33 33 8C 16"
    )


def test_vector_a3_reactive_energy(meter, supply):
    supply.put(phases(200.0, 10.0, math.pi / 2))  # 6 kvar
    meter.wait(100.26 / 6 * 3600)
    assert meter.bytes("68 61 01 00 00 00 00 68 11 04 33 33 36 33 16 16") == (
        "68 61 01 00 00 00 00 68 91 08 33 33 36 33 59 33 34 33 8D 16"
    )


def test_vector_a5_voltage(meter, supply):
    supply.put(phases(100.1, 5.0))
    assert meter.bytes("68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16") == (
        "68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16"
    )


@pytest.mark.parametrize(
    ("identifier", "value"),  # as on the wire: lowest byte first
    [
        ("00 FF 01 02", "00 22 00 22 00 22"),  # block of voltages 220.0 V
        ("00 01 02 02", "00 50 80"),  # -5.000 A: lag 120 degrees
        ("00 00 03 02", "00 65 81"),  # -1.6500 kW
        ("00 02 03 02", "00 55 80"),
        ("00 00 04 02", "79 85 02"),  # 2.8579 kvar
        ("00 00 05 02", "00 30 03"),
        ("00 00 06 02", "00 85"),  # -0.500
        ("00 01 07 02", "00 12"),  # 120.0 degrees
        ("02 00 80 02", "00 50"),  # 50.00 Hz
        ("07 00 80 02", "30 02"),  # 23.0 degC
        ("0A 01 0A 02", "00 00"),
        ("02 01 0A 02", "00 00"),
        ("01 01 00 04", "01 05 01 26"),  # Monday 2026-01-05
        ("02 01 00 04", "00 00 08"),  # 08:00:00
        ("09 04 00 04", "00 04 00"),  # 400 imp/kWh
        ("05 01 00 04", "80 00"),  # 80 ms
        ("03 05 00 04", "08 00"),  # run-status word 3: programming enabled
        ("01 04 00 04", "61 01 00 00 00 00"),
        ("02 04 00 04", "67 45 23 01 00 00"),
        ("07 04 00 04", "00 30 2E 31"),  # class 1.0, reversed ASCII
        ("01 07 00 04", "04"),
    ],
)
def test_items_in_their_formats(meter, supply, identifier, value):
    supply.put(phases(220.0, 5.0, 2 * math.pi / 3))
    assert meter.bytes(frame(0x11, identifier)) == frame(0x91, f"{identifier} {value}")


def test_energy_block_has_total_and_tariffs(make):
    meter = make(energy=123456.78 * KWH)
    value = "78 56 34 12"
    assert meter.bytes(frame(0x11, "00 FF 01 00")) == frame(0x91, f"00 FF 01 00 {value} {value} {'00 ' * 12}")


def test_a_single_phase_meter_has_no_other_phases(make):
    meter = make(phases=1.0)
    assert meter.bytes(frame(0x11, "00 02 01 02")) == frame(0xD1, "02")
    assert meter.bytes(frame(0x11, "00 01 01 02")) == frame(0x91, "00 01 01 02 00 00")


def test_a_long_block_goes_on_in_following_frames(make):
    meter = make(energy=1 * KWH, block=30.0)  # six values of four bytes and the five others
    settled = "FF FF 01 00"  # 5 tariffs, 13 days each: 65 values
    first = meter.bytes(frame(0x11, settled))
    assert first == frame(0xB1, f"{settled} 00 01 00 00 {'00 ' * 20}")
    follow = frame(0x12, f"{settled} 01")
    assert meter.bytes(follow) == frame(0xB2, f"{settled} {'00 ' * 24} 01")
    assert meter.bytes(follow)[24:26] == "B2"  # again, as after a reply that was lost
    for number in range(2, 10):
        assert meter.bytes(frame(0x12, f"{settled} {number:02X}"))[24:26] == "B2"
    assert meter.bytes(frame(0x12, f"{settled} 0A")) == frame(0x92, f"{settled} {'00 ' * 20} 0A")
    assert meter.bytes(frame(0x12, f"{settled} 0B")) == frame(0xD2, "02")
    assert meter.bytes(frame(0x12, "00 FF 01 00 01")) == frame(0xD2, "02")


def test_the_reply_comes_after_the_delay_with_its_preamble(make, world):
    meter = make(delay=0.3, preamble=2.0)
    reply = meter.bytes(frame(0x13, address=ANY))
    assert reply == "FE FE " + frame(0x93, ADDRESS)
    assert world.clock.monotonic() == pytest.approx(0.3)


def test_addresses(meter):
    read = "00 01 01 02"
    ok = frame(0x91, f"{read} 00 00")
    assert meter.bytes(frame(0x11, read, ANY)) == ok
    assert meter.bytes(frame(0x11, read, "61 01 AA AA AA AA")) == ok  # abbreviated: low digits match
    assert meter.bytes(frame(0x11, read, "62 01 AA AA AA AA"), within=2.0) == ""
    assert meter.bytes(frame(0x11, read, "62 01 00 00 00 00"), within=2.0) == ""
    assert meter.bytes(frame(0x11, read, EVERYBODY), within=2.0) == ""
    assert meter.bytes(frame(0x11, "FF FF 01 00", EVERYBODY), within=2.0) == ""
    assert meter.bytes(frame(0x1A, "02 00 00 00 00 00 00 00", EVERYBODY), within=2.0) == ""
    assert meter.bytes(frame(0x13), within=2.0) == ""  # reading the address is for the wildcard only


def test_preambles_noise_and_chunks(meter, world):
    asked = frame(0x11, "00 01 01 02")
    ok = frame(0x91, "00 01 01 02 00 00")
    assert meter.bytes(f"FE FE FE FE {asked}") == ok
    assert meter.bytes(f"00 16 68 00 {asked}") == ok
    for piece in asked.split():
        meter.connection.write(bytes.fromhex(piece))
        world.clock.sleep(0.01)
    assert meter.bytes("") == ok


def test_a_gap_of_more_than_half_a_second_ends_a_frame(meter, world):
    asked = frame(0x11, "00 01 01 02")
    meter.connection.write(bytes.fromhex(asked[:20]))
    world.clock.sleep(0.6)
    assert meter.bytes(asked[20:], within=2.0) == ""
    assert meter.bytes(asked) != ""


def test_a_bad_checksum_and_replies_of_others_are_not_answered(meter):
    asked = frame(0x11, "00 01 01 02")
    assert meter.bytes(asked[:-5] + "00 16", within=2.0) == ""
    assert meter.bytes(frame(0x91, "00 01 01 02 00 00"), within=2.0) == ""


@pytest.mark.parametrize(
    ("control", "data", "error"),
    [
        (0x11, "00 01 0F 02", "02"),  # no such data
        (0x11, "01 00 00 06 01", "02"),  # a load profile
        (0x11, "00 01", "01"),
        (0x11, "03 0C 00 04", "04"),  # a password
        (0x12, "00 01 01 02 01", "02"),
        (0x14, "01 04 00 04 02 11 11 11 00 00 00 00 01 00 00 00 00 00", "04"),  # wrong password
        (0x14, "01 04 00 04 03 00 00 00 00 00 00 00 01 00 00 00 00 00", "04"),  # level too low
        (0x14, "01 04 00 04 02 00 00 00 00 00 00 00 01 00", "01"),
        (0x14, "01 04 00 99 02 00 00 00 00 00 00 00 01 00", "02"),
        (0x17, "02", "08"),
        (0x17, "0C", "08"),
        (0x18, "03 0C 00 04 02 11 11 11 02 34 12 00", "04"),
        (0x19, "04 11 11 11 00 00 00 00", "04"),
        (0x1A, "04 00 00 00 00 00 00 00", "04"),
        (0x1C, "02 00 00 00 00 00 00 00 1A 00 00 00 00 01 01 27", "04"),
        (0x1E, "", "01"),
    ],
)
def test_refusals_have_their_error_byte(meter, control, data, error):
    assert meter.bytes(frame(control, data)) == frame(control | 0xC0, error)


def test_writing_needs_the_programming_key(make):
    meter = make(programming=0.0)
    write = "05 01 00 04 02 00 00 00 00 00 00 00 60 00"
    assert meter.bytes(frame(0x14, write)) == frame(0xD4, "04")
    assert meter.bytes(frame(0x15, "02 00 00 00 00 00", ANY), within=2.0) == ""
    assert meter.bytes(frame(0x11, "03 05 00 04")) == frame(0x91, "03 05 00 04 00 00")


def test_writing(meter):
    assert meter.bytes(frame(0x14, "05 01 00 04 02 00 00 00 01 02 03 04 60 00")) == frame(0x94)
    assert meter.bytes(frame(0x11, "05 01 00 04")) == frame(0x91, "05 01 00 04 60 00")
    assert meter.bytes(frame(0x14, "02 01 00 04 02 00 00 00 01 02 03 04 30 15 12")) == frame(0x94)
    assert meter.bytes(frame(0x11, "02 01 00 04")) == frame(0x91, "02 01 00 04 30 15 12")
    new = "12 90 78 56 34 12"
    assert meter.bytes(frame(0x15, new, ANY)) == frame(0x95, address=new)
    assert meter.bytes(frame(0x13, address=ANY)) == frame(0x93, new, new)


def test_broadcast_time_is_taken_over_up_to_five_minutes(meter):
    for time, then in (("30 04 08 05 01 26", "30 04 08"), ("00 00 12 05 01 26", "30 04 08")):
        assert meter.bytes(frame(0x08, time, EVERYBODY), within=0.0) == ""
        assert meter.bytes(frame(0x11, "02 01 00 04")) == frame(0x91, f"02 01 00 04 {then}")


def test_a_new_password(meter):
    assert meter.bytes(frame(0x18, "03 0C 00 04 02 00 00 00 02 34 12 00")) == frame(0x98, "02 34 12 00")
    write = "05 01 00 04 02 {} 00 00 00 00 60 00"
    assert meter.bytes(frame(0x14, write.format("00 00 00"))) == frame(0xD4, "04")
    assert meter.bytes(frame(0x14, write.format("34 12 00"))) == frame(0x94)


def test_demand_and_clearing(meter, supply):
    supply.put(phases(220.0, 10.0))  # 6.6 kW
    meter.wait(900.0)
    supply.put(phases(220.0, 5.0))
    meter.wait(1800.0)
    item = "00 00 01 01"
    assert meter.bytes(frame(0x11, item)) == frame(0x91, f"{item} 00 60 06 15 08 05 01 26")
    assert meter.bytes(frame(0x19, "04 00 00 00 00 00 00 00")) == frame(0x99)
    assert meter.bytes(frame(0x11, item)) == frame(0x91, f"{item} {'00 ' * 8}")
    assert meter.bytes(frame(0x11, "00 00 01 00")) == frame(
        0x91, "00 00 01 00 30 03 00 00"
    )  # 1.65 + 1.65 kWh
    assert meter.bytes(frame(0x1A, "02 00 00 00 00 00 00 00")) == frame(0x9A)
    assert meter.bytes(frame(0x11, "00 00 01 00")) == frame(0x91, "00 00 01 00 00 00 00 00")


def test_quadrants_and_apparent_energy(meter, supply):
    supply.put(phases(200.0, 10.0, -math.pi / 3))  # 3 kW, -5.196 kvar: quadrant IV; 6 kVA
    meter.wait(3600.0)
    for item, value in {
        "08": "19 05 00 00",  # a counter leaves the rest off
        "04": "19 05 00 00",
        "05": "00 00 00 00",
        "09": "00 06 00 00",
    }.items():
        assert meter.bytes(frame(0x11, f"00 00 {item} 00")) == frame(0x91, f"00 00 {item} 00 {value}")


def test_truth_stands_beside_what_is_shown(make, world, supply):
    meter = make(voltage_gain=0.01)
    world.connect("supply.output", "1.input")
    supply.put(phases(220.0, 5.0))
    assert meter.bytes(frame(0x11, "00 01 01 02")) == frame(0x91, "00 01 01 02 22 22")
    assert world.truth.of("1", "voltage.1")[-1].value == 220.0


@pytest.mark.parametrize(
    "settings", [{"unit": "12A"}, {"unit": "1" * 13}, {"delay": 0.6}, {"phases": 2.0}, {"block": 5.0}]
)
def test_impossible_settings(make, settings):
    with pytest.raises(UsageError):
        make(**settings)


def test_the_baud_rate_changes_once_the_reply_has_left(make):
    meter = make()
    serial = SerialConnection(meter.connection)
    assert serial.setting == LineSetting(2400, 8, "E", 1)
    serial.write(bytes.fromhex(frame(0x17, "20")))
    meter.wait(0.1)
    assert serial.take(100).hex(" ").upper() == frame(0x97, "20")
    asked = bytes.fromhex(frame(0x11, "00 01 01 02"))
    serial.write(asked)
    meter.wait(1.0)
    assert serial.take(100) == b""  # still at 2400 bit/s: garbled
    serial.setting = LineSetting(9600, 8, "E", 1)
    serial.write(asked)
    meter.wait(1.0)
    assert serial.take(100).hex(" ").upper() == frame(0x91, "00 01 01 02 00 00")


def test_the_multifunction_terminal(meter, supply, world):
    """Section 16: 1D with one byte, 00 seconds, 01 demand periods, 02 tariffs; 9D gives it back. First: seconds."""
    supply.put(phases(220.0, 0.0))
    counted = world.devices["supply"].bench.terminal("ear")
    world.connect("1.clock", "supply.ear")
    meter.wait(100.0)
    first = counted.received("pulses")
    meter.wait(10.0)
    assert counted.received("pulses") - first == pytest.approx(10.0, abs=1e-3)
    assert meter.bytes(frame(0x1D, "01")) == frame(0x9D, "01")
    assert counted.received("pulses") is None
    assert meter.bytes(frame(0x1D, "00")) == frame(0x9D, "00")
    assert counted.received("pulses") is not None
    assert meter.bytes(frame(0x1D, "02", EVERYBODY)) == ""
    assert counted.received("pulses") is None


@pytest.mark.parametrize("data", ["", "03", "00 00"])
def test_an_output_that_is_none_is_refused(meter, data):
    assert meter.bytes(frame(0x1D, data)) == frame(0xDD, "01")
