"""Exchanges of classic wells and baths: protocol table 10, first row (manuals of the 9105/9107, 9103, 7102)."""

import contextlib
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import (
    ConnectionLost,
    DeviceError,
    InstrumentError,
    LinkTimeout,
    OutOfRange,
    UnexpectedReply,
)
from calbench.instruments.reading import Applied, Identity, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.hart.classic import HartClassic

BEGUN = ("! clear", "> sa=0", "> u", "< u: C")
VERSION = ("> *ver", "< ver.9103,2.00")
KNOWN = (*BEGUN, *VERSION)
SET_50 = ("> s=50", "> s", "< set: 50.00 C")


def at(celsius: str) -> tuple[str, str]:
    return "> t", f"< t: {celsius} C"


def test_samples_are_stopped_first_and_the_identity_is_the_version():
    with exchange(*KNOWN) as link:
        found = HartClassic(link).identify()
    assert found == Identity("Hart Scientific", "9103", "", "2.00", "ver.9103,2.00")
    assert found.model in HartClassic.MODELS


def test_samples_on_their_way_line_feeds_and_echoes_are_passed_over():
    # LF on: a reply ends with CR LF, so the next one begins with LF; duplex FULL: command and CR LF come back
    with exchange(
        "! clear", "> sa=0", "> u", "< t: 24.98 C", "< \nsa=0", "< \nt: 25.00 C", "< \nu", "< \nu: c",
        "> *ver", "< \n*ver", "< \nver.9107,1.51",
    ) as link:  # fmt: skip
        assert HartClassic(link).identify().model == "9107"


def test_fahrenheit_is_changed_and_read_back():
    with exchange("! clear", "> sa=0", "> u", "< u: F", "> u=c", "> u", "< u: C", *VERSION) as link:
        assert HartClassic(link).identify().model == "9103"
    with (
        exchange("! clear", "> sa=0", "> u", "< u: F", "> u=c", "> u", "< u: F") as link,
        pytest.raises(UnexpectedReply, match="'u: F', not C"),
    ):
        HartClassic(link).identify()


@pytest.mark.parametrize("value", [50, 50.0, "5E1"])
def test_temperature_is_set_read_back_and_awaited(value):
    sent = format(Decimal(str(value)), "f")
    way = (*at("25.00"), "~ 5", *at("50.05"), "~ 5", *at("50.20"), "~ 5")
    held = (*at("50.02"), "~ 5") * 36
    with exchange(*KNOWN, f"> s={sent}", *SET_50[1:], *way, *held, *at("49.99")) as link:
        assert HartClassic(link).apply_temperature(value) == Applied(Decimal("49.99"), "degC", "t: 49.99 C")


def test_stability_as_required():
    way = (*at("50.05"), "~ 5", *at("50.01"), "~ 5", *at("50.02"), "~ 5", *at("50.00"))
    with exchange(*KNOWN, *SET_50, *way) as link:
        well = HartClassic(link)
        well.require_stability("0.02", 10)
        assert well.apply_temperature(50).value == 50


@pytest.mark.parametrize(("within", "seconds"), [(0, 10), ("0.1", 0), (-1, 10)])
def test_a_stability_that_there_is_not_is_refused(within, seconds):
    with exchange() as link, pytest.raises(OutOfRange, match="above 0"):
        HartClassic(link).require_stability(within, seconds)


@pytest.mark.parametrize("value", [141, "-25.1", "1e999", "50.001", "1e-999"])
def test_what_the_model_does_not_have_is_refused_before_it_is_set(value):
    with (
        exchange(*KNOWN) as link,
        pytest.raises(OutOfRange, match=r"A 9103 has -25 degC to 140 degC in steps of 0.01"),
    ):
        HartClassic(link).apply_temperature(value)


def test_the_range_is_the_one_of_the_model():
    with (
        exchange(*BEGUN, "> *ver", "< ver.9141,1.0") as link,
        pytest.raises(OutOfRange, match="50 degC to 650"),
    ):
        HartClassic(link).apply_temperature(25)
    with (
        exchange(*BEGUN, "> *ver", "< ver.1234,1.0") as link,
        pytest.raises(OutOfRange, match="1234 is unknown"),
    ):
        HartClassic(link).apply_temperature(25)


def test_another_set_point_than_asked_is_refused():
    with (
        exchange(*KNOWN, "> s=50", "> s", "< set: 25.00 C") as link,
        pytest.raises(UnexpectedReply, match=r"'set: 25.00 C'"),
    ):
        HartClassic(link).apply_temperature(50)


def test_gives_up_after_two_hours_and_the_dwell():
    with (
        exchange(*KNOWN, *SET_50, *(*at("25.00"), "~ 5") * 1476, *at("25.00")) as link,
        pytest.raises(DeviceError, match=r"7200 s after it was set; the last reading is 't: 25.00 C'"),
    ):
        HartClassic(link).apply_temperature(50)


@pytest.mark.parametrize(
    "reply", ["t: 50.00 F", "t: ---.-- C", "set: 50.00 C", "50.00", "t: 5O.00 C", "t: 50.00 C x"]
)
def test_another_form_is_named_and_the_next_time_begins_again(reply):
    with exchange(*KNOWN, *SET_50, "> t", f"< {reply}", *BEGUN, "> s=25", "> s", "< set: 25.00 C") as link:
        well = HartClassic(link)
        with pytest.raises(UnexpectedReply, match=re.escape(f"exchange: `t` gave {reply!r}")):
            well.apply_temperature(50)
        well.standby()


def test_a_stranger_that_sends_only_empty_lines_is_given_up():
    with (
        exchange("! clear", "> sa=0", "> u", *["< "] * 16) as link,
        pytest.raises(UnexpectedReply, match="within 16 lines"),
    ):
        HartClassic(link).identify()


def test_silence_is_a_timeout():
    with exchange("! clear", "> sa=0", "> u", "! timeout") as link, pytest.raises(LinkTimeout):
        HartClassic(link).identify()


def test_standby_is_25_degc_or_the_nearest():
    with exchange(*KNOWN, "> s=25", "> s", "< set: 25.00 C") as link:
        HartClassic(link).standby()
    with exchange(*BEGUN, "> *ver", "< ver.9141,1.0", "> s=50", "> s", "< set: 50.0 C") as link:
        HartClassic(link).standby()


COOL = ("! clear", *KNOWN, "> s=25", "> s", "< set: 25.00 C")


@pytest.mark.parametrize(
    ("lines", "safe"),
    [
        (("> po", "< po: 0"), Safe.VERIFIED),
        (("> po", "< po: 31.5", "~ 0.5", "> po", "< po: 0.0"), Safe.VERIFIED),
        (("> po", "< po: 1", "~ 0.5") * 4 + ("> po", "< po: 1"), Safe.SENT_UNVERIFIED),
        (("> po", "! timeout"), Safe.SENT_UNVERIFIED),
        (("> po", "< po: x"), Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_a_heater_without_power(lines, safe):
    with exchange(*COOL, *lines) as link:
        assert HartClassic(link).make_safe() is safe


def test_make_safe_that_is_not_obeyed_has_failed():
    with exchange(*COOL[:-1], "< set: 140.00 C") as link:
        assert HartClassic(link).make_safe() is Safe.FAILED
    with exchange("! clear", "! clear", "> sa=0", "> u", "! timeout") as link:
        assert HartClassic(link).make_safe() is Safe.FAILED


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert HartClassic(link).make_safe() is Safe.FAILED


def test_the_line_is_cr_2400_8n1():
    assert (HartClassic.LINE.write_end, HartClassic.LINE.serial) == ("\r", "2400 8N1")


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=20).filter(str.strip) | st.text(max_size=8).map("ver.{},1".format))
def test_any_reply_is_a_model_or_an_error_of_an_instrument(reply):
    with exchange(*BEGUN, "> *ver", f"< {reply}") as link, contextlib.suppress(InstrumentError):
        assert HartClassic(link).identify().model
