"""CJ/T 188 meter: the vector and layouts of protocols.md section 8.1, byte for byte."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError

OWN = "44 33 22 11 00 33 78"
ANY = "AA AA AA AA AA AA AA"
CLOCK = "00 00 08 05 01 26 20"  # 2026-01-05 08:00:00


def frame(control, data, address=OWN, kind="10"):
    body = bytes.fromhex(data)
    whole = bytes.fromhex(f"68 {kind} {address} {control}") + bytes([len(body)]) + body
    return (whole + bytes([sum(whole) % 256, 0x16])).hex(" ").upper()


@pytest.fixture
def make(instrument):
    def add(**changes):
        settings = {"gain": 0.0, "unit": "78330011223344", "preamble": 0.0, **changes}
        return instrument("cjt188/meter", "1", settings, message_based=False)

    return add


def test_the_vector_of_a_request_is_answered(make):
    meter = make(volume=1234.56)
    reply = meter.bytes("68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16")
    assert reply == frame("81", f"1F 90 00 56 34 12 00 2C 00 00 00 00 2C {CLOCK} 00 00")
    assert reply[30:32] == "16"  # 22 bytes


def test_volume_grows_with_the_flow(make, world):
    meter = make(volume=1.0, flow=0.001, gain=0.02)
    meter.wait(1000.0)
    assert meter.bytes(frame("01", "1F 90 07")).startswith(
        frame("81", "1F 90 07 02 02 00 00 2C" + " 00" * 14)[:30]
    )
    assert meter.bytes(frame("01", "1F 90 07"))[33:56] == "1F 90 07 02 02 00 00 2C"  # 1 + 1.02 m3
    assert world.truth.of("1", "volume")[-1].value == pytest.approx(1.0, rel=1e-4)


def test_a_heat_meter(make):
    meter = make(kind="heat", volume=10.0, energy=500 * 3.6e6, flow=1.0 / 3600, difference=18.0, supply=55.0)
    assert meter.bytes(frame("01", "1F 90 00", kind="20")) == frame(
        "81",
        "1F 90 00 00 00 00 00 05 00 00 05 00 05 75 20 00 00 17 00 00 01 00 35 00 10 00 00 2C"
        f" 00 55 00 00 37 00 00 00 00 {CLOCK} 00 00",
        kind="20",
    )  # 20.75 kW: 1 m3/h, 18 K, 4.15 MJ/(m3 K)


def test_gas(make):
    assert make(kind="gas").bytes(frame("01", "1F 90 00", kind="30"))[:5] == "68 30"


def test_the_other_byte_order(make):
    meter = make(order="high")
    assert meter.bytes(frame("01", "90 1F 05")).startswith(frame("81", "90 1F 05" + " 00" * 19)[:30])
    assert meter.bytes(frame("01", "1F 90 05")) == frame("C1", "05 00 00")


def test_addresses_and_types(make):
    meter = make()
    assert meter.bytes(frame("03", "0A 81 00", ANY, "AA")) == frame("83", "0A 81 00")
    assert meter.bytes(frame("01", "1F 90 00", "45 33 22 11 00 33 78"), within=1.0) == ""
    assert meter.bytes(frame("01", "1F 90 00", kind="20"), within=1.0) == ""


def test_history(make):
    assert make().bytes(frame("01", "20 D1 00")) == frame("81", "20 D1 00 00 00 00 00 2C")


def test_valve_and_battery(make):
    meter = make(battery_low=1.0)
    assert meter.bytes(frame("04", "17 A0 01 99")) == frame("84", "17 A0 01 05 00")
    assert meter.bytes(frame("01", "1F 90 00"))[-11:-6] == "05 00"
    assert meter.bytes(frame("04", "17 A0 01 55")) == frame("84", "17 A0 01 04 00")
    assert meter.bytes(frame("04", "17 A0 01 00")) == frame("C4", "01 04 00")


def test_setting_register_and_address(make):
    meter = make(volume=5.0)
    assert meter.bytes(frame("16", "16 A0 00 78 56 00 00 2C")) == frame("96", "16 A0 00 00 00")
    assert meter.bytes(frame("01", "1F 90 00"))[42:56] == "78 56 00 00 2C"
    new = "01 00 00 00 00 33 78"
    assert meter.bytes(frame("15", f"18 A0 00 {new}")) == frame("95", "18 A0 00", new)
    assert meter.bytes(frame("01", "1F 90 00"), within=1.0) == ""


@pytest.mark.parametrize(("control", "data"), [("01", "55 55 00"), ("09", "1F 90 00"), ("15", "18 A0 00 01")])
def test_refusals(make, control, data):
    assert make().bytes(frame(control, data)) == frame(f"{int(control, 16) | 0xC0:02X}", "00 00 00")


def test_preambles_noise_chunks_and_checks(make):
    meter = make(preamble=3.0, delay=0.1)
    asked = frame("01", "1F 90 00")
    answer = "FE FE FE 68 10 44"
    assert meter.bytes(f"FE FE 68 02 16 {asked}")[:17] == answer
    for piece in asked.split():
        meter.connection.write(bytes.fromhex(piece))
    assert meter.bytes("")[:17] == answer
    assert meter.bytes(asked[:-5] + "00 16", within=1.0) == ""
    assert meter.bytes(frame("81", "1F 90 00"), within=1.0) == ""


@pytest.mark.parametrize("settings", [{"unit": "1" * 15}, {"kind": "oil"}, {"order": "middle"}])
def test_impossible_settings(make, settings):
    with pytest.raises(UsageError):
        make(**settings)
