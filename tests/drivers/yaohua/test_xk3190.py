"""Frames of XK3190 indicators: protocols.md 7.3; +1234.5 is its vector, the texts its examples."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, Overload, UnexpectedReply
from calbench.instruments.testing import exchange
from calbench_drivers.yaohua.xk3190 import XK3190

FRESH = ("! discard", "~ 0.25")
VECTOR = "02 2B 30 31 32 33 34 35 31 31 42 03"


@pytest.mark.parametrize(
    ("data", "value", "stable"),
    [
        (VECTOR, "1234.5", None),
        (b"wn0003.17kg\r\n".hex(), "3.17", None),
        (b"ww-003.17kg\r\n".hex(), "-3.17", None),
        (b"ST,GS,+0012450kg\r\n".hex(), "12450", True),
        (b"US,NT,-   1.25kg\r\n".hex(), "-1.25", False),
        (b"ST,GS,+0012450 g\r\n".hex(), "12.450", True),
    ],
)
def test_weights(data, value, stable):
    with exchange(*FRESH, f"<< {data}") as link:
        reading = XK3190(link).read_mass()
    assert (reading.value, reading.unit, reading.stable) == (Decimal(value), "kg", stable)


@pytest.mark.parametrize(
    ("data", "error", "why"),
    [
        (b"OL,GS,+0012450kg\r\n".hex(), Overload, "out of range"),
        (VECTOR[:-8] + "31 43 03", UnexpectedReply, "its check is b'1C', but its bytes give b'1B'"),
        (
            "02 2B 30 31 32 33 34 35 39 31 33 03",
            UnexpectedReply,
            "holds no number",
        ),  # point position 9; check built
        (b"ST,GS,+1.2.3kg\r\n".hex(), UnexpectedReply, "no number"),
        (b"=12.3400\r\n".hex(), UnexpectedReply, "no frame begins"),
    ],
)
def test_what_is_no_weight(data, error, why):
    with exchange(*FRESH, f"<< {data}") as link, pytest.raises(error, match=why):
        XK3190(link).read_mass()


def test_keys_that_have_no_command_and_silence():
    with exchange() as link:
        for refused in (XK3190(link).zero, XK3190(link).tare):
            with pytest.raises(DeviceError, match="Press its key"):
                refused()
    with exchange(*FRESH, "! timeout") as link, pytest.raises(LinkTimeout):
        XK3190(link).identify()


@given(data=st.binary(min_size=1, max_size=60))
def test_no_bytes_but_a_reading_or_an_error_of_calbench(data):
    with exchange(*FRESH, f"<< {data.hex()}") as link:
        try:
            XK3190(link).read_mass()
        except InstrumentError:
            return
