"""No bytes can crash a simulated instrument that speaks in frames; it answers afterwards. As test_hostile_bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thorough import many

from calbench.simulation.world import World
from calbench_sim.parts.frames.check_codes import crc_modbus, crc_x25, sum8, xor8

PIECE = st.binary(max_size=24)


def _dlt645(body: bytes) -> bytes:
    """Put a frame of DL/T 645 together: function and data from what was drawn."""
    data = body[1:]
    frame = b"\x68\xaa\xaa\xaa\xaa\xaa\xaa\x68" + bytes([body[0] & 0x1F if body else 0x11, len(data)]) + data
    return frame + bytes([sum8(frame), 0x16])


def _dlt698(body: bytes) -> bytes:
    head = (15 + len(body)).to_bytes(2, "little") + b"\x43\x45" + b"\xaa" * 6 + b"\x00"
    whole = head + crc_x25(head) + body
    return b"\x68" + whole + crc_x25(whole) + b"\x16"


def _iec62056(body: bytes) -> bytes:
    checked = bytes(byte & 0x7F for byte in body.replace(b"\x03", b"")) + b"\x03"
    return b"/?!\r\n\x06051\r\n\x01" + checked + bytes([xor8(checked)])


def _rtu(unit: int):
    def frame(body: bytes) -> bytes:
        whole = bytes([unit, 3 + len(body) % 2]) + body[:4].ljust(4, b"\0")
        return whole + crc_modbus(whole)

    return frame


def _hdlc(body: bytes) -> bytes:
    head = bytes([0xA0, 5 + 2 + 3 + len(body) + 2]) + b"\x03\x21\x10"
    whole = head + crc_x25(head) + b"\xe6\xe6\x00" + body
    return b"\x7e" + whole + crc_x25(whole) + b"\x7e"


def _wrapper(body: bytes) -> bytes:
    return b"\x00\x01\x00\x10\x00\x01" + len(body).to_bytes(2, "big") + body


def _clou(unit: int):
    def frame(body: bytes) -> bytes:
        body = body or b"\xc9"
        checked = bytes([unit, 5, len(body) + 5]) + body
        return b"\x81" + checked + bytes([xor8(checked)])

    return frame


def _cjt188(body: bytes) -> bytes:
    data = body[1:]
    frame = b"\x68\x10" + b"\xaa" * 7 + bytes([body[0] & 0x3F if body else 1, len(data)]) + data
    return frame + bytes([sum8(frame), 0x16])


def _mbus(body: bytes) -> bytes:
    whole = b"\x53\xfe" + (body or b"\x50")
    return bytes([0x68, len(whole), len(whole), 0x68]) + whole + bytes([sum8(whole), 0x16])


# model -> (how a good frame is made of any body, what makes it answer, part of the answer)
MODELS = {
    "dlt645/v2007": (_dlt645, _dlt645(b"\x13"), b"\x68\x93\x06"),
    "dlt645/v1997": (_dlt645, _dlt645(b"\x01\x43\xc3"), b"\x68\x81"),
    "dlt698/meter": (_dlt698, _dlt698(bytes.fromhex("050100400102 0000")), bytes.fromhex("850100")),
    "iec62056/mode_c": (_iec62056, b"/?!\r\n", b"/CLB5"),
    "dlms/hdlc": (_hdlc, bytes.fromhex("7EA0070321930F017E"), b"\x73\xc3\x7a"),
    "dlms/wrapper": (_wrapper, _wrapper(bytes.fromhex("6203800100")), bytes.fromhex("6303800100")),
    "eastron/sdm630": (_rtu(1), _rtu(1)(bytes.fromhex("00000002")), b"\x01\x03\x04"),
    "vaisala/modbus_trh": (_rtu(0xF0), _rtu(0xF0)(bytes.fromhex("00000002")), b"\xf0\x03\x04"),
    "clou/cl3115": (_clou(0x30), _clou(0x30)(b"\xc9"), b"CL3115"),
    "clou/cl309": (_clou(0x01), _clou(0x01)(b"\xc9"), b"CL309"),
    "cjt188/meter": (_cjt188, _cjt188(b"\x03\x0a\x81\x00"), b"\x83\x03\x0a\x81"),
    "mbus/meter": (_mbus, bytes.fromhex("10FEFEFC16") + bytes.fromhex("1040FE3E16"), b"\xe5"),
    "mbus/calculator": (_mbus, bytes.fromhex("10FEFEFC16") + bytes.fromhex("1040FE3E16"), b"\xe5"),
    "mettler/continuous": (lambda body: b"TZCP" + body, b"", b"\x02"),
    "yaohua/xk3190": (lambda body: b"\x02" + body, b"", b"\x02"),
}


@pytest.mark.parametrize("line", ["socket", "serial"])
@pytest.mark.parametrize("model", MODELS)
def test_no_bytes_crash_a_model(model, line):
    framed, question, answer = MODELS[model]

    @settings(max_examples=many(25, 10), deadline=None)
    @given(st.lists(st.one_of(PIECE, PIECE.map(framed)), max_size=8).map(b"".join), st.sampled_from([0, 7]))
    def feed(data: bytes, cut: int) -> None:
        world = World(seed=1)
        connection = world.add("it", model).connect(message_based=False, serial=line == "serial")
        for chunk in (data[:cut], data[cut:]):
            connection.write(chunk)
            world.clock.sleep(0.3)
            connection.take(1 << 20)
        world.clock.sleep(121.0)  # longer than any gap, and than a session without a message lasts
        while connection.take(1 << 20)[0]:
            pass
        connection.write(question)
        world.clock.sleep(3.0)
        reply = b""
        while chunk := connection.take(1 << 20)[0]:
            reply += chunk
        assert answer in reply

    feed()


@pytest.mark.parametrize("model", MODELS)
def test_much_noise_takes_little_time(model):
    world = World(seed=1)
    connection = world.add("it", model).connect(message_based=False)
    for start in (b"\x68", b"\x7e\xa7\xff", b"\x81\x00\x00\xff", b"\x01\x41", b"\x00\x01", b"/?", b"\x02"):
        connection.write(start + bytes(range(256)) * 8)
    world.clock.sleep(1.0)
