"""DLMS meter on TCP: vectors of protocols.md section 6.5, IEC 62056-5-3, and dlms-cosem as an independent client."""

from __future__ import annotations

import math

import pytest
from dlms_cosem import cosem, enumerations
from dlms_cosem.client import DlmsClient
from dlms_cosem.exceptions import DlmsClientException
from dlms_cosem.io import TcpTransport
from dlms_cosem.security import LowLevelSecurityAuthentication, NoSecurityAuthentication
from dlms_cosem.utils import parse_as_dlms_data

from calbench.errors import UsageError
from calbench.simulation.signals import Load, Phase

AARQ = "60 1D A1 09 06 07 60 85 74 05 08 01 01 BE 10 04 0E 01 00 00 00 06 5F 1F 04 00 40 1E 5D FF FF"
# accepted; no reason; xDLMS version 6, conformance get, 1024 bytes, VAA name 7 (IEC 62056-5-3, 7.2 and 11)
AARE = (
    "61 29 A1 09 06 07 60 85 74 05 08 01 01 A2 03 02 01 00 A3 05 A1 03 02 01 00"
    " BE 10 04 0E 08 00 06 5F 1F 04 00 00 00 10 04 00 00 07"
)
ENERGY = "C0 01 C1 00 03 01 00 01 08 00 FF {:02X} 00"


def wrapped(apdu, source="00 10", destination="00 01"):
    return f"00 01 {source} {destination} {len(bytes.fromhex(apdu)):04X} {apdu}".replace(" ", "")


def reply(apdu):
    return bytes.fromhex(wrapped(apdu, "00 01", "00 10")).hex(" ").upper()


@pytest.fixture
def associated(meter):
    line = meter("dlms/wrapper", energy=12345e3 * 3600)  # 12345 kWh
    assert line.bytes(wrapped(AARQ)) == reply(AARE)
    return line


def test_vectors_of_the_energy_register(associated):
    asked = "00 01 00 10 00 01 00 0D C0 01 C1 00 03 01 00 01 08 00 FF 02 00"
    assert associated.bytes(asked) == reply("C4 01 C1 00 06 00 BC 5E A8")  # 12345000
    assert associated.bytes(asked[:-5] + "03 00") == reply("C4 01 C1 00 02 02 0F 00 16 1E")  # 10^0, Wh


@pytest.mark.parametrize(
    ("name", "kind", "value", "scaler_unit"),
    [
        ("01 00 01 07 00 FF", 3, "06 00 00 40 74", "0F FF 16 1B"),  # 1650.0 W
        ("01 00 02 07 00 FF", 3, "06 00 00 00 00", "0F FF 16 1B"),
        ("01 00 0E 07 00 FF", 3, "12 13 88", "0F FE 16 2C"),  # 50.00 Hz
        ("01 00 20 07 00 FF", 3, "12 08 98", "0F FF 16 23"),  # 220.0 V
        ("01 00 34 07 00 FF", 3, "12 08 98", "0F FF 16 23"),
        ("01 00 48 07 00 FF", 3, "12 08 98", "0F FF 16 23"),
        ("01 00 1F 07 00 FF", 3, "06 00 00 13 88", "0F FD 16 21"),  # 5.000 A
        ("01 00 0D 07 00 FF", 3, "10 01 F4", "0F FD 16 FF"),  # 0.500
    ],
)
def test_registers(associated, supply, name, kind, value, scaler_unit):
    supply.put(Load((Phase(220.0, 5.0, math.pi / 3),) * 3, 50.0))
    get = f"C0 01 C1 00 {kind:02X} {name} "
    assert associated.bytes(wrapped(f"{get} 02 00")) == reply(f"C4 01 C1 00 {value}")
    assert associated.bytes(wrapped(f"{get} 03 00")) == reply(f"C4 01 C1 00 02 02 {scaler_unit}")
    assert associated.bytes(wrapped(f"{get} 01 00")) == reply(f"C4 01 C1 00 09 06 {name}")


def test_names_and_clock(associated):
    name = b"CLB0000001234567".hex(" ").upper()
    assert associated.bytes(wrapped("C0 01 81 00 01 00 00 2A 00 00 FF 02 00")) == reply(
        f"C4 01 81 00 09 10 {name}"
    )
    assert associated.bytes(wrapped("C0 01 81 00 08 00 00 01 00 00 FF 02 00")) == reply(
        "C4 01 81 00 09 0C 07 EA 01 05 01 08 00 00 00 00 00 00"
    )


@pytest.mark.parametrize(
    ("get", "result"),
    [
        ("00 03 01 00 63 08 00 FF 02 00", "04"), ("00 04 01 00 01 08 00 FF 02 00", "09"),
        ("00 03 01 00 01 08 00 FF 04 00", "03"), ("00 03 01 00 01 08 00 FF 02 01 01 00", "FA"),
    ],
)  # fmt: skip
def test_data_access_results(associated, get, result):
    assert associated.bytes(wrapped(f"C0 01 C1 {get}")) == reply(f"C4 01 C1 01 {result}")


def test_other_services(meter):
    line = meter("dlms/wrapper")
    assert line.bytes(wrapped(ENERGY.format(2))) == reply("D8 01 01")  # not associated
    line.bytes(wrapped(AARQ))
    assert line.bytes(wrapped("C1 01 C1 00 03 01 00 01 08 00 FF 02 00 12 00 01")) == reply("D8 02 02")
    assert line.bytes(wrapped("C0 03 C1 00")) == reply("D8 01 02")
    assert line.bytes(wrapped("62 03 80 01 00")) == reply("63 03 80 01 00")
    assert line.bytes(wrapped(ENERGY.format(2))) == reply("D8 01 01")


@pytest.mark.parametrize(
    ("aarq", "result"),
    [
        (AARQ.replace("08 01 01", "08 01 02"), "A2 03 02 01 01 A3 05 A1 03 02 01 02"),  # short names
        (AARQ.replace("00 06 5F", "00 05 5F"), "A2 03 02 01 01 A3 05 A1 03 02 01 01"),  # xDLMS version
        (AARQ.replace("40 1E 5D", "40 1E 4D"), "A2 03 02 01 01 A3 05 A1 03 02 01 01"),  # without get
        (AARQ[:39], "A2 03 02 01 01 A3 05 A1 03 02 01 01"),
    ],
)
def test_associations_that_it_refuses(meter, aarq, result):
    assert f" {result} BE" in meter("dlms/wrapper").bytes(wrapped(aarq))


def test_other_ports_versions_and_chunks(meter):
    line = meter("dlms/wrapper", unit="3")
    asked = bytes.fromhex(wrapped(AARQ, destination="00 03"))
    for piece in (asked[:1], asked[1:9], asked[9:]):
        line.connection.write(piece)
    assert line.bytes("")[:26] == "00 01 00 03 00 10 00 2B 61"
    assert line.bytes(wrapped(AARQ), within=1.0) == ""
    assert line.bytes("00 02 FF " + asked.hex(), within=1.0)[:26] == "00 01 00 03 00 10 00 2B 61"


def client(path, line, authentication):
    return DlmsClient(TcpTransport(16, 1, path(line)), authentication)


def read(connected, obis, attribute, kind=enumerations.CosemInterface.REGISTER):
    data = connected.get(cosem.CosemAttribute(kind, cosem.Obis.from_string(obis), attribute))
    return parse_as_dlms_data(data)


def test_an_independent_client_reads_it(meter, path, supply):
    line = meter("dlms/wrapper", energy=12345e3 * 3600)
    supply.put(Load((Phase(220.0, 5.0, 0.0),) * 3, 50.0))
    with client(path, line, NoSecurityAuthentication()).session() as connected:
        assert read(connected, "1.0.1.8.0.255", 2) == 12345000
        assert read(connected, "1.0.1.8.0.255", 3) == [0, 30]
        assert read(connected, "1.0.32.7.0.255", 2) == 2200
        assert read(connected, "1.0.32.7.0.255", 3) == [-1, 35]
        assert (
            bytes(read(connected, "0.0.42.0.0.255", 2, enumerations.CosemInterface.DATA))
            == b"CLB0000001234567"
        )


def test_low_level_security(meter, path):
    line = meter("dlms/wrapper", password="12345678")
    with client(path, line, LowLevelSecurityAuthentication(b"12345678")).session() as connected:
        assert read(connected, "1.0.14.7.0.255", 2) == 0
    for wrong, reason in (
        (LowLevelSecurityAuthentication(b"12345679"), "AUTHENTICATION_FAILED"),
        (NoSecurityAuthentication(), "AUTHENTICATION_REQUIRED"),
    ):
        refused = client(path, line, wrong)
        refused.connect()
        with pytest.raises(DlmsClientException, match=reason):
            refused.associate()


def test_impossible_port(meter):
    with pytest.raises(UsageError, match="wrapper port"):
        meter("dlms/wrapper", unit="0")
