"""Exchanges of the HMT330: protocol table 10 (user's guide M210566EN p. 102)."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import InstrumentError, LinkTimeout, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench.instruments.testing import exchange
from calbench_drivers.vaisala.hmt330 import HMT330

MESSAGE = "RH= 98.4 %RH T= 31.1 'C"  # user's guide p. 102
STOP = ("> S", "> SMODE STOP", "> SEND")
STOPPED = (*STOP, f"< {MESSAGE}", "~ 0.5", "! clear")


def test_identify_proves_the_protocol_and_assumes_the_rest():
    with exchange(*STOPPED) as link:
        assert HMT330(link).identify() == Identity("Vaisala", "HMT330", "", "", MESSAGE)


def test_reads_temperature_and_humidity_and_stops_only_once():
    with exchange(*STOPPED, "> SEND", f"< {MESSAGE}", "> SEND", f"< {MESSAGE}") as link:
        transmitter = HMT330(link)
        assert transmitter.read_temperature() == Reading(Decimal("31.1"), "degC", MESSAGE)
        assert transmitter.read_humidity() == Reading(Decimal("98.4"), "%RH", MESSAGE)


@pytest.mark.parametrize(
    "lines",
    [
        (">RH= 98.4 %RH T= 31.1 'C",),
        ("\n>RH= 98.4 %RH T= 31.1 'C ",),
        ("\n>", "RH= 98.4 %RH T= 31.1 'C"),
        ("SEND", "\nRH= 98.4 %RH T= 31.1 'C"),  # echo on
        (">send", "\nRH= 98.4 %RH\tT= 31.1 'C"),
    ],
)
def test_prompt_line_feed_and_echo_are_no_values(lines):
    with exchange(*STOPPED, "> SEND", *[f"< {line}" for line in lines]) as link:
        assert HMT330(link).read_temperature().value == Decimal("31.1")


def test_what_comes_before_the_first_message_is_passed_over_and_the_message_not_used():
    # a line of RUN mode, or the reply to SMODE (guides of the HMP family: `Serial mode : STOP`)
    started = (*STOP, "< \n>", "< Serial mode : STOP", "< \n>RH= 11.1 %RH T= 11.1 'C", "~ 0.5", "! clear")
    with exchange(*started, "> SEND", f"< {MESSAGE}") as link:
        assert HMT330(link).read_temperature().value == Decimal("31.1")


@pytest.mark.parametrize(
    ("message", "temperature", "humidity"),
    [
        (
            "RH= 16.03%RH T= 24.66'C",
            "24.66",
            "16.03",
        ),  # unit without a blank, as in the FORM example on p. 102
        ("RH=  5.0 %RH T= -31.1 'C", "-31.1", "5.0"),
        ("RH= 98.4 %RH T= 31.1 'C Tdf= 30.8 'C a= 31.5 g/m3", "31.1", "98.4"),
        ("P= 1013.2 hPa RH= 98.4 %RH T= 31.1 'C", "31.1", "98.4"),
    ],
)
def test_forms_of_the_message(message, temperature, humidity):
    with exchange(*STOPPED, *(["> SEND", f"< {message}"] * 2)) as link:
        transmitter = HMT330(link)
        assert transmitter.read_temperature().value == Decimal(temperature)
        assert transmitter.read_humidity().value == Decimal(humidity)


@pytest.mark.parametrize("stars", ["***", "****", "***.*"])
def test_stars_are_an_overload_of_that_value_only(stars):
    message = f"RH= {stars} %RH T= 31.1 'C"
    with exchange(*STOPPED, *(["> SEND", f"< {message}"] * 2)) as link:
        transmitter = HMT330(link)
        assert transmitter.read_temperature().value == Decimal("31.1")
        with pytest.raises(Overload, match="marks RH as invalid"):
            transmitter.read_humidity()


@pytest.mark.parametrize(
    "reply",
    [
        "RH= 98.4 %RH T= 88.0 'F",  # not converted: the transmitter must be metric
        "T= 31.1 'C, RH= 98.4 %RH",
        "98.4 31.1",
        "RH= 98,4 %RH T= 31,1 'C",
        "RH= 98.4 %RH",
        "Unknown command",
        "RH= ... %RH T= ... 'C",
        "RH= 98.4 %RH T= 31.1 'C #",
    ],
)
def test_another_form_is_named_and_the_next_reading_stops_again(reply):
    with exchange(*STOPPED, "> SEND", f"< {reply}", *STOPPED, "> SEND", f"< {MESSAGE}") as link:
        transmitter = HMT330(link)
        with pytest.raises(UnexpectedReply) as caught:
            transmitter.read_temperature()
        assert repr(reply) in str(caught.value)
        assert transmitter.read_temperature().value == Decimal("31.1")


def test_a_stranger_on_the_line_is_not_identified():
    with exchange(*STOP, *(["< ES"] * 8)) as link, pytest.raises(UnexpectedReply, match="ES"):
        HMT330(link).identify()


def test_silence_is_a_timeout():
    with exchange(*STOP, "! timeout") as link, pytest.raises(LinkTimeout):
        HMT330(link).identify()


def test_the_line_is_cr_4800_7e1():
    assert (HMT330.LINE.write_end, HMT330.LINE.read_end, HMT330.LINE.serial) == ("\r", "\r", "4800 7E1")


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=30).filter(lambda text: text.strip("> \t\r\n"))
    | st.text(max_size=8).map("T= {} 'C".format)
)
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with exchange(*STOPPED, "> SEND", f"< {reply}") as link, contextlib.suppress(InstrumentError):
        assert HMT330(link).read_temperature().unit == "degC"
