"""Frames of Toledo continuous output: protocols.md 7.2; both 1234.5 kg frames are its vectors."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, Overload, UnexpectedReply
from calbench.instruments.frames.checksums import complement
from calbench.instruments.testing import exchange
from calbench_drivers.mettler.continuous import Continuous

FRESH = ("! discard", "~ 0.3")
SPACES = "02 2B 30 20 20 31 32 33 34 35 20 20 20 20 20 30 0D 07"
ZEROS = "02 2B 30 20 30 31 32 33 34 35 30 30 30 30 30 30 0D 27"


def frame(a, b, c, weight, tare="000000"):
    data = bytes([2, a, b, c]) + weight.encode() + tare.encode() + b"\r"
    return "<< " + (data + bytes([complement(data)])).hex()


@pytest.mark.parametrize("text", [SPACES, ZEROS])
def test_the_frames_of_the_table(text):
    with exchange(*FRESH, f"<< {text}") as link:
        reading = Continuous(link).read_mass()
    assert (reading.value, reading.unit, reading.stable) == (Decimal("1234.5"), "kg", True)


@pytest.mark.parametrize(
    ("a", "b", "c", "weight", "value", "stable"),
    [
        (0x28, 0x30, 0x20, "012345", "1234500", True),  # decimal code 0: XXXX00
        (0x2A, 0x30, 0x20, "012345", "12345", True),
        (0x2D, 0x32, 0x20, "012345", "-12.345", True),  # negative
        (0x2D, 0x38, 0x20, "012345", "12.345", False),  # motion
        (0x2D, 0x30, 0x30, "012345", "1.2345", True),  # expanded by ten
        (0x2D, 0x20, 0x21, "012345", "0.012345", True),  # g
        (0x2A, 0x20, 0x20, "    10", "4.5359237", True),  # lb: exactly 0.45359237 kg
    ],
)
def test_status_bytes(a, b, c, weight, value, stable):
    with exchange(*FRESH, frame(a, b, c, weight)) as link:
        reading = Continuous(link).read_mass()
    assert (reading.value, reading.stable) == (Decimal(value), stable)


@pytest.mark.parametrize(
    ("a", "b", "c", "weight", "error", "why"),
    [
        (0x2D, 0x34, 0x20, "012345", Overload, "above or below the weighing range"),
        (0x2D, 0x70, 0x20, "000000", DeviceError, "not zeroed"),
        (0x2D, 0x30, 0x27, "012345", UnexpectedReply, "unit or digits"),
        (0x2D, 0x30, 0x20, "      ", UnexpectedReply, "unit or digits"),
    ],
)
def test_what_is_no_reading(a, b, c, weight, error, why):
    with exchange(*FRESH, frame(a, b, c, weight)) as link, pytest.raises(error, match=why):
        Continuous(link).read_mass()


def test_an_old_frame_is_thrown_away_and_a_broken_one_stepped_over():
    with exchange(*FRESH, f"<< 31 32 0D {SPACES[:-2]}08 {ZEROS}") as link:
        assert Continuous(link).read_mass().text.startswith("\x02+0 012345")


def test_zero_and_tare():
    zero = frame(0x2D, 0x30, 0x20, "000000")
    with exchange("> Z", *FRESH, frame(0x2D, 0x38, 0x20, "000007"), *FRESH, zero) as link:
        Continuous(link).zero()
    net = frame(0x2D, 0x31, 0x20, "000000", "001500")
    with exchange("> T", *FRESH, net, *FRESH, net) as link:
        assert Continuous(link).tare().value == Decimal("1.5")
    with (
        exchange("> Z", *FRESH, frame(0x2D, 0x30, 0x20, "000007")) as link,
        pytest.raises(DeviceError, match="not zero"),
    ):
        Continuous(link).zero()


def test_a_tare_that_is_gone_is_told_once_table_72_net_bit():
    net, gross = frame(0x2D, 0x31, 0x20, "000000", "001500"), frame(0x2D, 0x30, 0x20, "001500")
    with exchange("> T", *FRESH, net, *FRESH, net, *FRESH, net, *FRESH, gross, *FRESH, gross) as link:
        scale = Continuous(link)
        scale.tare()
        assert scale.read_mass().value == 0
        with pytest.raises(DeviceError, match="the tare is gone"):
            scale.read_mass()
        assert scale.read_mass().value == Decimal("1.5")


def test_silence_is_a_timeout():
    with exchange(*FRESH, "! timeout") as link, pytest.raises(LinkTimeout):
        Continuous(link).identify()


@given(data=st.binary(min_size=1, max_size=60))
def test_no_bytes_but_a_reading_or_an_error_of_calbench(data):
    with exchange(*FRESH, f"<< {data.hex()}") as link:
        try:
            Continuous(link).read_mass()
        except InstrumentError:
            return
