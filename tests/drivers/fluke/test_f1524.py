"""Exchanges of the 1523 and 1524: protocol table 10 (`READ? 1` gives a number; the rest assumed)."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench.instruments.testing import exchange
from calbench_drivers.fluke.f1524 import F1524

TWO_CHANNELS = ("> *IDN?", "< FLUKE,1524,2190007,1.12")
ONE_CHANNEL = ("> *IDN?", "< FLUKE,1523,2190008,1.12")
IN_CELSIUS = ("> UNIT:TEMP?", "< C")


def test_identity():
    text = "FLUKE,1524,2190007,1.12"
    with exchange(*TWO_CHANNELS) as link:
        assert F1524(link).identify() == Identity("FLUKE", "1524", "2190007", "1.12", text)


def test_reads_both_channels():
    with exchange(
        *TWO_CHANNELS, *IN_CELSIUS, "> READ? 1", "< 25.587", *IN_CELSIUS, "> READ? 2", "< -1.95E+02"
    ) as link:  # fmt: skip
        thermometer = F1524(link)
        assert thermometer.read_temperature() == Reading(Decimal("25.587"), "degC", "25.587")
        assert thermometer.read_channel(2) == Reading(Decimal(-195), "degC", "-1.95E+02")


@pytest.mark.parametrize(
    ("identity", "channel", "there"),
    [(ONE_CHANNEL, 2, "A 1523 has 1"), (TWO_CHANNELS, 3, "A 1524 has 2"), (TWO_CHANNELS, 0, "A 1524 has 2")],
)
def test_a_channel_that_the_model_does_not_have_is_refused(identity, channel, there):
    with exchange(*identity) as link, pytest.raises(OutOfRange, match=there):
        F1524(link).read_channel(channel)


@pytest.mark.parametrize("unit", ["F", "K", "OHM"])
def test_another_unit_is_refused_before_anything_is_measured(unit):
    with (
        exchange(*ONE_CHANNEL, "> UNIT:TEMP?", f"< {unit}") as link,
        pytest.raises(DeviceError, match="Set it to degC"),
    ):
        F1524(link).read_temperature()


@pytest.mark.parametrize("sent", ["9.9E37", "-9.9E+37", "9.91E37"])
def test_special_values_are_overload(sent):
    with (
        exchange(*ONE_CHANNEL, *IN_CELSIUS, "> READ? 1", f"< {sent}") as link,
        pytest.raises(Overload, match="READ"),
    ):
        F1524(link).read_temperature()


@pytest.mark.parametrize("reply", ["", "25.587 C", "t: 25.587 C", "25,587", "----"])
def test_another_form_is_named(reply):
    with (
        exchange(*ONE_CHANNEL, *IN_CELSIUS, "> READ? 1", f"< {reply}") as link,
        pytest.raises(UnexpectedReply) as caught,
    ):
        F1524(link).read_temperature()
    assert "exchange: `READ? 1`" in str(caught.value)
    assert repr(reply) in str(caught.value)


def test_errors_are_drained_oldest_first():
    with exchange("> SYST:ERR?", '< -113,"Undefined header"', "> SYST:ERR?", '< 0,"No error"') as link:
        assert F1524(link).read_errors() == ["-113, Undefined header"]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with (
        exchange(*ONE_CHANNEL, *IN_CELSIUS, "> READ? 1", f"< {reply}") as link,
        contextlib.suppress(InstrumentError),
    ):
        assert F1524(link).read_temperature().unit == "degC"
