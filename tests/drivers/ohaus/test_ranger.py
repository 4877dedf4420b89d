"""Exchanges of OHAUS scales: protocol table 7.6 (OHAUS manual p. 5, AX manual p. 22)."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench.instruments.testing import exchange
from calbench_drivers.ohaus.ranger import Ranger

LOAD = "   123.45 g"
MOVING = "   123.40 g ?"
NOTHING = "     0.00 g  "
PASSING = "     0.00 g ?"  # at zero, but not stable


def test_identity_is_serial_number_and_version():
    with exchange("> PSN", "< B123456789 ", "> PV", "< 1.06") as link:
        assert Ranger(link).identify() == Identity(
            "OHAUS", "", "B123456789", "1.06", "PSN 'B123456789', PV '1.06'"
        )


@pytest.mark.parametrize(
    ("line", "kilograms", "stable"),
    [
        (LOAD, "0.12345", True),
        (MOVING, "0.12340", False),
        (NOTHING, "0", True),
        ("      123.45 g     ?", "0.12345", False),
        ("   -  0.05 g ", "-0.00005", True),
        ("    -0.05 g ", "-0.00005", True),
        ("     15.0005 kg  ", "15.0005", True),
        ("  1200.00 mg ?", "0.00120000", False),
        ("     1.52 t", "1520", True),
    ],
)
def test_reading_is_exact_in_kilograms(line, kilograms, stable):
    with exchange("> IP", f"< {line}") as link:
        assert Ranger(link).read_mass() == Reading(Decimal(kilograms), "kg", line, stable)


@pytest.mark.parametrize("line", ["Err 8.3", " Err8.4", "Error 8.3 overload"])
def test_overload_and_underload_are_no_readings(line):
    with exchange("> IP", f"< {line}") as link, pytest.raises(Overload) as caught:
        Ranger(link).read_mass()
    assert f"exchange: the scale answered {line!r} to `IP`" in str(caught.value)


@pytest.mark.parametrize("line", ["ES", "ES ", "Err 3.0"])
def test_complaints_are_told(line):
    with exchange("> IP", f"< {line}") as link, pytest.raises(DeviceError) as caught:
        Ranger(link).read_mass()
    assert f"exchange: the scale answered {line!r} to `IP`" in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "123.45 g",  # not nine characters
        "          123.45 g",  # sixteen
        "   123.45",
        "   123.45 lb",
        "   123.45 PCS",
        "   12 .45 g",
        "   12-.45 g",
        "         g",
        "   123.45 g ??",
        "   123.45 g N",
        "S S     100.00 g",
    ],
)
def test_garbage_is_named(line):
    with exchange("> IP", f"< {line}") as link, pytest.raises(UnexpectedReply) as caught:
        Ranger(link).read_mass()
    assert f"exchange: {line!r}" in str(caught.value)


def test_an_empty_identity_is_named():
    with (
        exchange("> PSN", "<  ") as link,
        pytest.raises(UnexpectedReply, match=r"' ' came in answer to `PSN`"),
    ):
        Ranger(link).identify()


@pytest.mark.parametrize("answer", [("< OK!",), ()])
def test_zero_waits_until_it_is_there_acknowledged_or_not(answer):
    near = "    -0.05 g"  # five digits
    lines = (*answer, f"< {PASSING}", "~ 0.25", "> IP", f"< {LOAD}", "~ 0.25", "> IP", f"< {near}")
    with exchange("> Z", "> IP", *lines) as link:
        Ranger(link).zero()


def test_zero_that_is_refused_or_not_reached_is_named():
    with (
        exchange("> Z", "> IP", "< ES") as link,
        pytest.raises(DeviceError, match="or to the command before"),
    ):
        Ranger(link).zero()
    polls = ("> IP", "<      0.06 g", "~ 0.25") * 160
    with (
        exchange("> Z", *polls, *polls[:2]) as link,
        pytest.raises(DeviceError, match=r"not stable at zero.*after `Z`"),
    ):
        Ranger(link).zero()


def test_tare_gives_what_was_on_the_pan():
    lines = ("> IP", f"< {MOVING}", "~ 0.25", "> IP", f"< {LOAD}", "> T", "> IP", "< OK!", f"< {NOTHING}")
    with exchange(*lines) as link:
        assert Ranger(link).tare() == Reading(Decimal("0.12345"), "kg", LOAD, stable=True)


def test_an_unsteady_load_is_not_tared():
    polls = ("> IP", f"< {MOVING}", "~ 0.25") * 160
    with exchange(*polls, *polls[:2]) as link, pytest.raises(DeviceError, match="nothing tared"):
        Ranger(link).tare()


def test_the_line_is_cr_lf_9600_8n1():
    assert (Ranger.LINE.write_end, Ranger.LINE.read_end, Ranger.LINE.serial) == ("\r\n", "\r\n", "9600 8N1")


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=30).filter(lambda text: text.strip() != "OK!")
    | st.text(" +-.0123456789", min_size=9, max_size=12).map("{} g".format)
)
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with exchange("> IP", f"< {reply}") as link, contextlib.suppress(InstrumentError):
        assert Ranger(link).read_mass().unit == "kg"
