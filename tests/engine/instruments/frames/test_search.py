"""The search for frames, in every protocol: chunks, noise, broken frames, hostile bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import UnexpectedReply
from calbench.instruments.arrival import await_frame
from calbench.instruments.frames import cjt188, clou, dlt645, dlt698, iec62056, mbus, modbus, toledo, xk3190
from calbench.instruments.frames.layout import Search
from calbench.instruments.testing import exchange

FRAMES = {
    "dlt645": (dlt645.FORM, dlt645.Frame("000000000161", 0x91, bytes(8)).encoded()),
    "cjt188": (cjt188.FORM, cjt188.Frame(0x10, "78330011223344", 0x81, bytes(22)).encoded()),
    "dlt698": (dlt698.FORM, dlt698.Frame("123456789012", 0xC3, bytes(20)).encoded()),
    "mbus": (mbus.LONG, mbus.Frame(8, 2, 0x72, bytes(20)).encoded()),
    "clou": (clou.FORM, clou.Frame(5, 0x30, bytes(20)).encoded()),
    "modbus-rtu": (Search(modbus._Rtu(1, 4)), bytes.fromhex("01 04 04 43 66 33 34 1B 38")),
    "modbus-tcp": (Search(modbus._Tcp(1, 7)), bytes.fromhex("00 01 00 00 00 07 07 04 04 33 34 43 66")),
    "iec62056-block": (iec62056.BLOCK, b"\x021.8.0(001234.567*kWh)\x03\x5b"),
    "iec62056-identification": (iec62056.IDENTIFICATION, b"/EMH5ITZ\r\n"),
    "iec62056-command": (iec62056.COMMAND, iec62056.command("P0", "(00000000)")),
    "toledo": (toledo.form(), bytes.fromhex("02 2B 30 20 20 31 32 33 34 35 20 20 20 20 20 30 0D 07")),
    "xk3190": (xk3190.CONTINUOUS, bytes.fromhex("02 2B 30 31 32 33 34 35 31 31 42 03")),
}
PLAIN_NOISE = b"\xfe\xfe\xff\x00"
every = pytest.mark.parametrize("name", FRAMES)


@every
def test_one_byte_after_the_other(name):
    form, frame = FRAMES[name]
    coming = iter(bytes([byte]) for byte in frame)

    assert await_frame(bytearray(), form, lambda: next(coming), "here") == frame


@every
def test_noise_and_half_a_frame_before_it_and_another_behind(name):
    form, frame = FRAMES[name]
    pending = bytearray(PLAIN_NOISE + frame[: len(frame) // 2] + PLAIN_NOISE + frame + frame)

    assert await_frame(pending, form, lambda: b"", "here") == frame
    assert pending == frame


@every
def test_a_broken_frame_is_stepped_over(name):
    form, frame = FRAMES[name]
    if "identification" in name:
        broken = b"/E?H5ITZ\r\n"
    elif name == "modbus-tcp":
        broken = frame[:8] + b"\x05" + frame[9:]  # one data byte more than its length has room for
    else:
        broken = (
            frame[:-2] + bytes([frame[-2] ^ 1]) + frame[-1:]
            if frame[-1] in (0x16, 0x03)
            else frame[:-1] + b"\x99"
        )

    assert form.find(broken) is None
    assert form.complaint(broken)
    assert form.find(broken + frame) == (len(broken), len(broken) + len(frame))


@every
def test_no_single_wrong_bit_passes(name):
    form, frame = FRAMES[name]
    if name in ("modbus-tcp", "iec62056-identification"):  # TCP has the checksum below; a sign-on has none
        return
    for at in range(len(frame)):
        for bit in range(7 if name == "toledo" else 8):  # seven bits on the line
            wrong = bytearray(frame)
            wrong[at] ^= 1 << bit
            found = form.find(bytes(wrong))
            assert found is None or found.start > 0, (at, bit)


@every
@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300))
def test_hostile_bytes_end_in_a_frame_or_a_sentence(name, data):
    form, _ = FRAMES[name]
    found = form.find(data)
    if found is None:
        assert form.complaint(data)
    else:
        assert 0 <= found.start < found.stop <= len(data)
        assert found.stop - found.start <= form.longest


@settings(max_examples=100, deadline=None)
@given(address=st.integers(0, 10**12 - 1), control=st.integers(0, 255), data=st.binary(max_size=200))
def test_a_dlt645_frame_comes_back(address, control, data):
    frame = dlt645.Frame(f"{address:012}", control, data)

    assert dlt645.decode(frame.encoded()) == frame
    assert dlt645.FORM.find(frame.encoded()) == (0, len(frame.encoded()))


@settings(max_examples=100, deadline=None)
@given(address=st.integers(0, 10**12 - 1), apdu=st.binary(max_size=500))
def test_a_dlt698_frame_comes_back(address, apdu):
    frame = dlt698.Frame(f"{address:012}", dlt698.REPLY, apdu)

    assert dlt698.decode(frame.encoded()) == frame
    assert dlt698.FORM.find(frame.encoded()) == (0, len(frame.encoded()))


@pytest.mark.parametrize("form", [dlt645.FORM, cjt188.FORM])
def test_an_unfinished_frame_says_what_it_lacks(form):
    frame = (
        dlt645.Frame("1", 0x11, bytes(4)).encoded()
        if form is dlt645.FORM
        else cjt188.Frame(16, "1", 1).encoded()
    )
    with (
        exchange(f"<< FE {frame[:-1].hex()}") as link,
        pytest.raises(UnexpectedReply, match=f"byte 2 lacks 1 of its {len(frame)}"),
    ):
        link.receive(form)
