"""Exchanges of the DewK: protocol table 10 (user's guide rev. 4B1801 p. 101, 108)."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import InstrumentError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench.instruments.testing import exchange
from calbench_drivers.fluke.f1620a import F1620A

EXTENDED = ("> FORM:TDST:STAT 1", "> FORM:TDST:STAT?", "< 1")
ONE = "1,1,25.629,C,29.32,%,2003,9,16,11,2,38"  # the guide's example
BOTH = (
    "1,1,25.582,C,29.32,%,2,26.341,C,37.96,%,2003,9,16,11,2,38"  # its values of two channels, extended form
)
SECOND = "0,2,26.341,C,37.96,%,2003,9,16,11,2,38"


def test_identity():
    text = "FLUKE,1620A,A12345,1.30"
    with exchange("> *IDN?", f"< {text}") as link:
        assert F1620A(link).identify() == Identity("FLUKE", "1620A", "A12345", "1.30", text)


def test_temperature_and_humidity_of_channel_1_and_the_form_set_once():
    with exchange(*EXTENDED, "> MEAS? 1", f"< {ONE}", "> MEAS? 1", f"< {ONE}") as link:
        dewk = F1620A(link)
        assert dewk.read_temperature() == Reading(Decimal("25.629"), "degC", ONE)
        assert dewk.read_humidity() == Reading(Decimal("29.32"), "%RH", ONE)


def test_channel_2_that_was_read_before():
    # status 0: the same measurement was read previously; it still is the most recent one
    with exchange(*EXTENDED, "> MEAS? 2", f"< {SECOND}") as link:
        temperature, humidity = F1620A(link).read_channel(2)
    assert (temperature.value, humidity.value) == (Decimal("26.341"), Decimal("37.96"))


def test_both_channels_of_one_moment():
    with exchange(*EXTENDED, "> MEAS?", f"< {BOTH}") as link:
        found = F1620A(link).read_channels()
    assert {channel: (t.value, h.value) for channel, (t, h) in found.items()} == {
        1: (Decimal("25.582"), Decimal("29.32")),
        2: (Decimal("26.341"), Decimal("37.96")),
    }


@pytest.mark.parametrize("channel", [0, 3])
def test_a_channel_that_there_is_not_is_refused_before_anything_is_sent(channel):
    with exchange() as link, pytest.raises(OutOfRange, match="There are 1 and 2"):
        F1620A(link).read_channel(channel)


def test_a_form_that_is_not_taken_is_named():
    with (
        exchange(*EXTENDED[:-1], "< 0") as link,
        pytest.raises(UnexpectedReply, match="gave '0' after 1 was set"),
    ):
        F1620A(link).read_temperature()


@pytest.mark.parametrize("sent", ["9.9E37", "-9.9E37", "9.91E37"])
def test_special_values_are_overload(sent):
    reply = ONE.replace("25.629", sent)
    with (
        exchange(*EXTENDED, "> MEAS? 1", f"< {reply}") as link,
        pytest.raises(Overload, match="exchange: `MEAS"),
    ):
        F1620A(link).read_temperature()


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "25.576,29.30",  # the short form: without units
        "25.582,29.32,26.341,37.96",
        "1,1,78.1,F,29.32,%,2003,9,16,11,2,38",
        SECOND,  # another channel
        BOTH,
        "2,1,25.629,C,29.32,%,2003,9,16,11,2,38",
        "1,3,25.629,C,29.32,%,2003,9,16,11,2,38",
        "1,1,25.629,C,29.32,2003,9,16,11,2,38",
        "1,2003,9,16,11,2,38",  # no sensor
        "1,1,25.629,C,29.32,%,1,25.629,C,29.32,%,2003,9,16,11,2,38",
    ],
)
def test_another_form_is_named_and_the_form_set_again(reply):
    with exchange(*EXTENDED, "> MEAS? 1", f"< {reply}", *EXTENDED, "> MEAS? 1", f"< {ONE}") as link:
        dewk = F1620A(link)
        with pytest.raises(UnexpectedReply) as caught:
            dewk.read_temperature()
        assert f"exchange: `MEAS? 1` gave {reply!r}" in str(caught.value)
        assert dewk.read_temperature().value == Decimal("25.629")


@pytest.mark.parametrize("sent", ["----", "", "*", "25,6"])
def test_no_number_is_no_reading(sent):
    with (
        exchange(*EXTENDED, "> MEAS? 1", f"< {ONE.replace('25.629', sent)}") as link,
        pytest.raises(UnexpectedReply),
    ):
        F1620A(link).read_temperature()


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30) | st.text(max_size=10).map("1,1,{},C,29.32,%,2003,9,16,11,2,38".format))
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with exchange(*EXTENDED, "> MEAS? 1", f"< {reply}") as link, contextlib.suppress(InstrumentError):
        assert F1620A(link).read_temperature().unit == "degC"
