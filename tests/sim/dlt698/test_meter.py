"""DL/T 698.45 meter: the vectors of protocols.md section 6.3 byte for byte; CRC by its published check value."""

from __future__ import annotations

import math

import pytest

from calbench.errors import UsageError
from calbench.simulation.signals import Load, Phase
from calbench_sim.parts.frames.check_codes import crc_x25

EXACT = {
    "gain": 0.0, "phase": 0.0, "light": 0.0, "heavy": 0.0, "temperature_coefficient": 0.0, "voltage_gain": 0.0,
}  # fmt: skip
WILD = "45 AA AA AA AA AA AA"
OWN = "05 12 90 78 56 34 12"


def frame(apdu, address=OWN, control="43"):
    body = bytes.fromhex(f"{control} {address} 00")
    apdu = bytes.fromhex(apdu)
    head = (len(body) + len(apdu) + 6).to_bytes(2, "little") + body
    whole = head + crc_x25(head) + apdu
    return (b"\x68" + whole + crc_x25(whole) + b"\x16").hex(" ").upper()


def reply(apdu):
    return frame(apdu, control="C3")


@pytest.fixture
def meter(instrument, world, supply):
    settings = {**EXACT, "unit": "123456789012", "preamble": 0.0}
    line = instrument("dlt698/meter", "1", settings, message_based=False)
    world.connect("supply.output", "1.input")
    return line


def test_the_crc_is_that_of_x25():
    assert crc_x25(b"123456789") == bytes.fromhex("6E 90")  # 906E, catalogue of CRCs


def test_vector_of_the_address(meter):
    assert meter.bytes("68 17 00 43 45 AA AA AA AA AA AA 00 5B 4F 05 01 00 40 01 02 00 00 ED 03 16") == (
        "68 21 00 C3 05 12 90 78 56 34 12 00 CC 8C 85 01 00 40 01 02 00 01 09 06 12 34 56 78 90 12 00 00 DB 07 16"
    )


@pytest.mark.parametrize(
    ("oad", "data"),
    [
        ("00 10 02 00", f"01 05 06 00 00 00 7B 06 00 00 00 7B {'06 00 00 00 00 ' * 3}"),  # 1.23 kWh
        ("00 10 02 01", "06 00 00 00 7B"),
        ("20 00 02 00", "01 03 12 08 98 12 08 98 12 08 98"),  # 220.0 V
        ("20 00 02 02", "12 08 98"),
        ("20 01 02 01", "05 00 00 13 88"),  # 5.000 A
        ("20 04 02 00", "01 04 05 FF FF BF 8C 05 FF FF EA 84 05 FF FF EA 84 05 FF FF EA 84"),  # -1650.0 W
        ("20 0A 02 00", "01 04 10 FE 0C 10 FE 0C 10 FE 0C 10 FE 0C"),  # -0.500
        ("20 0F 02 00", "12 13 88"),  # 50.00 Hz
        ("40 00 02 00", "1C 07 EA 01 05 08 00 00"),  # 2026-01-05 08:00:00
    ],
)
def test_objects(instrument, world, supply, oad, data):
    settings = {**EXACT, "unit": "123456789012", "preamble": 0.0, "energy": 1.23 * 3.6e6}
    meter = instrument("dlt698/meter", "1", settings, message_based=False)
    world.connect("supply.output", "1.input")
    supply.put(Load((Phase(220.0, 5.0, 2 * math.pi / 3),) * 3, 50.0))
    assert meter.bytes(frame(f"05 01 07 {oad} 00")) == reply(f"85 01 07 {oad} 01 {data} 00 00")


@pytest.mark.parametrize(
    ("oad", "dar"),
    [("12 34 02 00", "04"), ("20 00 05 00", "06"), ("20 00 02 04", "08"), ("20 0F 02 01", "08")],
)
def test_errors_are_a_dar(meter, oad, dar):
    assert meter.bytes(frame(f"05 01 00 {oad} 00")) == reply(f"85 01 00 {oad} 00 {dar} 00 00")


def test_a_list_of_objects(meter):
    assert meter.bytes(frame("05 02 01 02 20 0F 02 00 12 34 02 00 00")) == reply(
        "85 02 01 02 20 0F 02 00 01 12 00 00 12 34 02 00 00 04 00 00"
    )


@pytest.mark.parametrize(
    ("apdu", "error"),
    [("06 01 09 40 00 02 00 00", "02"), ("05 01 09 40 00", "01"), ("05 02 09 02 40 00 02 00", "01")],
)
def test_other_services_and_wrong_requests(meter, apdu, error):
    assert meter.bytes(frame(apdu)) == reply(f"EE 09 {error} 00 00")


@pytest.mark.parametrize("address", [OWN, WILD, "45 12 90 AA AA AA AA", "43 12 90 78 56"])
def test_addresses_that_it_answers_to(meter, address):
    assert meter.bytes(frame("05 01 00 20 0F 02 00 00", address)) != ""


@pytest.mark.parametrize(
    "address", ["05 13 90 78 56 34 12", "C0 AA", "85 12 90 78 56 34 12", "45 13 90 AA AA AA AA"]
)
def test_addresses_that_it_does_not_answer_to(meter, address):
    assert meter.bytes(frame("05 01 00 20 0F 02 00 00", address), within=2.0) == ""


def test_noise_chunks_and_bad_checks(meter):
    asked = frame("05 01 00 20 0F 02 00 00")
    answer = reply("85 01 00 20 0F 02 00 01 12 00 00 00 00")
    assert meter.bytes(f"FE FE 68 05 00 16 {asked}") == answer
    for piece in asked.split():
        meter.connection.write(bytes.fromhex(piece))
    assert meter.bytes("") == answer
    for at in (14, -2):  # in the first and in the last check
        wrong = asked.split()
        wrong[at] = "00" if wrong[at] != "00" else "01"
        assert meter.bytes(" ".join(wrong), within=2.0) == ""
    assert meter.bytes(reply("85 01 00 20 0F 02 00 01 12 00 00 00 00"), within=2.0) == ""
    assert meter.bytes(asked) == answer


def test_a_wrong_check_of_the_header_alone(meter):
    whole = bytes.fromhex(frame("05 01 00 20 0F 02 00 00"))[1:-3]
    wrong = whole[:11] + bytes([whole[11] ^ 1]) + whole[12:]  # behind length, control and addresses
    assert meter.bytes((b"\x68" + wrong + crc_x25(wrong) + b"\x16").hex(), within=2.0) == ""
    assert meter.bytes((b"\x68" + whole + crc_x25(whole) + b"\x16").hex(), within=2.0) != ""


def test_impossible_address(instrument):
    with pytest.raises(UsageError, match="twelve digits"):
        instrument("dlt698/meter", settings={"unit": "12X"})
