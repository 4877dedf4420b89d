"""DLMS meter on a serial line: vectors of protocols.md section 6.5, a published UA, dlms-cosem as a client."""

from __future__ import annotations

import pytest
from dlms_cosem import cosem, enumerations
from dlms_cosem.client import DlmsClient
from dlms_cosem.io import HdlcTransport
from dlms_cosem.security import LowLevelSecurityAuthentication, NoSecurityAuthentication
from dlms_cosem.utils import parse_as_dlms_data

from calbench.errors import UsageError
from calbench_sim.parts.frames.check_codes import crc_x25

SNRM = "7E A0 07 03 21 93 0F 01 7E"
# the UA with the default parameters as the DLMS UA's and meter makers' examples print it
UA = "7E A0 1E 21 03 73 C3 7A 81 80 12 05 01 80 06 01 80 07 04 00 00 00 01 08 04 00 00 00 01 53 3B 7E"
AARQ = (
    "7E A0 2B 03 21 10 FB AF E6 E6 00 60 1D A1 09 06 07 60 85 74 05 08 01 01 BE 10 04 0E 01 00 00 00"
    " 06 5F 1F 04 00 40 1E 5D FF FF 91 23 7E"
)
GET = "E6 E6 00 C0 01 C1 00 03 01 00 01 08 00 FF 02 00"


def frame(control, information="", addresses="03 21", first="A0"):
    """Put a frame together as IEC 62056-46 says."""
    data = bytes.fromhex(information)
    head = bytes.fromhex(f"{addresses} {control}")
    length = 2 + len(head) + (len(data) + 2 if data else 0) + 2
    head = bytes.fromhex(first) + bytes([length]) + head
    body = head + crc_x25(head) + data if data else head
    return (b"\x7e" + body + crc_x25(body) + b"\x7e").hex(" ").upper()


def answer(control, information=""):
    return frame(control, information, "21 03")


@pytest.fixture
def connected(meter):
    line = meter("dlms/hdlc", energy=12345e3 * 3600)
    assert line.bytes(SNRM) == UA
    return line


@pytest.fixture
def associated(connected):
    assert connected.bytes(AARQ) == answer(
        "30",
        "E6 E7 00 61 29 A1 09 06 07 60 85 74 05 08 01 01 A2 03 02 01 00 A3 05 A1 03 02 01 00"
        " BE 10 04 0E 08 00 06 5F 1F 04 00 00 00 10 04 00 00 07",
    )
    return connected


def test_a_whole_session(associated):
    assert associated.bytes(frame("32", GET)) == answer("52", "E6 E7 00 C4 01 C1 00 06 00 BC 5E A8")
    assert associated.bytes(frame("54", "E6 E6 00 62 03 80 01 00")) == answer("74", "E6 E7 00 63 03 80 01 00")
    assert associated.bytes(frame("53")) == answer("73")
    assert associated.bytes(frame("53")) == answer("1F")  # disconnected mode


def test_a_frame_that_comes_again_is_answered_as_before(associated):
    first = associated.bytes(frame("32", GET))
    assert associated.bytes(frame("32", GET)) == first
    assert associated.bytes(frame("54", GET)) == answer("74", "E6 E7 00 C4 01 C1 00 06 00 BC 5E A8")


def test_numbers(associated):
    assert associated.bytes(frame("36", GET)) == answer("31")  # number 3 where 1 was due: ready for 1
    assert associated.bytes(frame("31")) == answer("31")  # it has the AARE (number 0): ready
    first = associated.bytes(frame("32", GET))
    assert associated.bytes(frame("31")) == first  # it waits for number 1: again


def test_numbers_run_over_after_seven(associated):
    for number in range(1, 20):
        control = (number % 8) << 5 | 0x10 | (number % 8) << 1
        reply = associated.bytes(frame(f"{control:02X}", GET))
        assert reply.split()[5] == f"{((number + 1) % 8) << 5 | 0x10 | (number % 8) << 1:02X}"


def test_segments_of_a_request(associated):
    assert associated.bytes(frame("32", GET[:14], first="A8")) == answer("51")
    assert associated.bytes(frame("34", GET[15:]))[24:47] == "E6 E7 00 C4 01 C1 00 06"


def test_not_connected(meter):
    line = meter("dlms/hdlc")
    assert line.bytes(AARQ) == answer("1F")


def test_the_connection_ends_after_two_minutes(associated):
    associated.wait(121.0)
    assert associated.bytes(frame("32", GET)) == answer("1F")


def test_addresses(meter):
    line = meter("dlms/hdlc", unit="1/17")
    assert line.bytes(frame("93", addresses="02 23 21"))[:20] == "7E A0 1F 21 02 23 73"
    assert line.bytes(frame("93", addresses="00 02 00 23 21"))[:26] == "7E A0 21 21 00 02 00 23 73"
    assert line.bytes(frame("93", addresses="02 25 21"), within=1.0) == ""
    assert line.bytes(frame("93", addresses="05 21"), within=1.0) == ""


def test_noise_shared_flags_chunks_and_bad_checks(connected):
    asked = frame("10", GET)
    assert connected.bytes(f"00 7E 7E {asked}") != ""
    for piece in frame("32", GET).split():
        connected.connection.write(bytes.fromhex(piece))
    assert connected.bytes("") != ""
    shared = frame("54", GET)[:-3] + " " + frame("76", GET)
    assert connected.bytes(shared) != ""
    assert connected.bytes("") != ""
    for at in (7, -2):  # header check, frame check
        wrong = frame("98", GET).split()
        wrong[at] = f"{int(wrong[at], 16) ^ 1:02X}"
        assert connected.bytes(" ".join(wrong), within=2.0) == ""


def test_a_wrong_check_of_the_header_alone(connected):
    whole = bytes.fromhex(frame("10", GET))[1:-3]
    wrong = whole[:5] + bytes([whole[5] ^ 1]) + whole[6:]  # behind format, addresses and control
    assert connected.bytes((b"\x7e" + wrong + crc_x25(wrong) + b"\x7e").hex(), within=2.0) == ""
    assert connected.bytes((b"\x7e" + whole + crc_x25(whole) + b"\x7e").hex(), within=2.0) != ""


@pytest.mark.parametrize("physical", [None, 17])
def test_an_independent_client_reads_it(meter, path, physical):
    line = meter("dlms/hdlc", energy=12345e3 * 3600, password="12345678")
    transport = HdlcTransport(
        client_logical_address=16, server_logical_address=1, server_physical_address=physical, io=path(line)
    )
    with DlmsClient(transport, LowLevelSecurityAuthentication(b"12345678")).session() as client:
        for _ in range(10):
            attribute = cosem.CosemAttribute(
                enumerations.CosemInterface.REGISTER, cosem.Obis.from_string("1.0.1.8.0.255"), 2
            )
            assert parse_as_dlms_data(client.get(attribute)) == 12345000


def test_the_client_without_security(meter, path):
    transport = HdlcTransport(
        client_logical_address=16, server_logical_address=1, io=path(meter("dlms/hdlc"))
    )
    with DlmsClient(transport, NoSecurityAuthentication()).session() as client:
        attribute = cosem.CosemAttribute(
            enumerations.CosemInterface.DATA, cosem.Obis.from_string("0.0.42.0.0.255"), 2
        )
        assert client.get(attribute)[2:] == b"CLB0000001234567"


@pytest.mark.parametrize("unit", ["0", "1/0", "x", "1/2/3"])
def test_impossible_addresses(meter, unit):
    with pytest.raises(UsageError, match="address"):
        meter("dlms/hdlc", unit=unit)
