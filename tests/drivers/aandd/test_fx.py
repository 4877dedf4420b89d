"""Exchanges of A&D standard format: protocol table 7.5."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench.instruments.testing import exchange
from calbench_drivers.aandd.fx import FX

LOAD = "ST,+00123.45  g"  # the table's example
MOVING = "US,+00123.40  g"
NOTHING = "ST,+00000.00  g"
PASSING = "US,+00000.00  g"  # at zero, but not stable


def test_identity_is_model_and_serial_number():
    with exchange("> ?TN", "< TN,FX-3000i", "> ?SN", "< SN,T1234567") as link:
        assert FX(link).identify() == Identity(
            "A&D", "FX-3000i", "T1234567", "", "?TN 'FX-3000i', ?SN 'T1234567'"
        )


@pytest.mark.parametrize(
    ("line", "kilograms", "stable"),
    [
        (LOAD, "0.12345", True),
        (MOVING, "0.12340", False),
        ("ST,-00000.05  g", "-0.00005", True),
        ("ST,+015.0005 kg", "15.0005", True),
        ("US,+1200.000 mg", "0.001200000", False),
        ("ST,+00000012  g", "0.012", True),
    ],
)
def test_reading_is_exact_in_kilograms(line, kilograms, stable):
    with exchange("> Q", f"< {line}") as link:
        assert FX(link).read_mass() == Reading(Decimal(kilograms), "kg", line, stable)


@pytest.mark.parametrize("line", ["OL,+9999999E+19", "OL,-9999999E+19"])
def test_overload_is_no_reading(line):
    with exchange("> Q", f"< {line}") as link, pytest.raises(Overload) as caught:
        FX(link).read_mass()
    assert f"exchange: the balance answered {line!r} to `Q`" in str(caught.value)


@pytest.mark.parametrize("method", ["read_mass", "identify"])
def test_error_codes_are_told(method):
    with (
        exchange("> Q" if method == "read_mass" else "> ?TN", "< EC,E01") as link,
        pytest.raises(DeviceError) as caught,
    ):
        getattr(FX(link), method)()
    assert "exchange: the balance answered 'EC,E01'" in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ST,+0123.45  g",  # a character was lost
        "ST,+000123.45  g",
        "ST,+00123.45   ",
        "ST,+00123.45 lb",
        "QT,+00000012 PC",
        "QT,+00123.45  g",
        "WT,+00123.45  g",
        "PT,+00123.45  g",
        "ST,+9999999E+19",
        "ST,+..123.45  g",
        "ST, 00123.45  g",
        "S S     100.00 g",
        "\x06",
    ],
)
def test_garbage_is_named(line):
    more = ["< \x06"] * 4 if line == "\x06" else []  # nothing but acknowledges
    with exchange("> Q", f"< {line}", *more) as link, pytest.raises(UnexpectedReply) as caught:
        FX(link).read_mass()
    assert f"exchange: {line!r}" in str(caught.value)


@pytest.mark.parametrize("line", ["FX-3000i", "", "SN,1"])
def test_identity_in_another_form_is_named(line):
    with exchange("> ?TN", f"< {line}") as link, pytest.raises(UnexpectedReply, match="begins with `TN,`"):
        FX(link).identify()


def test_zero_waits_until_it_is_there_and_passes_over_acknowledges():
    near = "ST,-00000.05  g"  # five digits
    with exchange(
        "> R", "> Q", "< \x06", f"< {PASSING}", "~ 0.25", "> Q", f"< {LOAD}", "~ 0.25", "> Q", f"< {near}"
    ) as link:
        FX(link).zero()


def test_zero_that_is_not_reached_is_named():
    polls = ("> Q", "< ST,+00000.06  g", "~ 0.25") * 160
    with (
        exchange("> R", *polls, *polls[:2]) as link,
        pytest.raises(DeviceError, match=r"not stable at zero.*after `R`"),
    ):
        FX(link).zero()


def test_tare_gives_the_tare_value():
    tared = "PT,+00123.45  g"
    with exchange("> T", "> Q", f"< {LOAD}", "~ 0.25", "> Q", f"< {NOTHING}", "> ?PT", f"< {tared}") as link:
        assert FX(link).tare() == Reading(Decimal("0.12345"), "kg", tared)


def test_another_answer_than_the_tare_value_is_named():
    with (
        exchange("> T", "> Q", f"< {NOTHING}", "> ?PT", f"< {LOAD}") as link,
        pytest.raises(UnexpectedReply, match="`PT,"),
    ):
        FX(link).tare()


def test_the_line_is_cr_lf_2400_7e1():
    assert (FX.LINE.write_end, FX.LINE.read_end, FX.LINE.serial) == ("\r\n", "\r\n", "2400 7E1")


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=30).filter(lambda text: text.strip() != "\x06")
    | st.text("+-.0123456789", min_size=9, max_size=9).map("ST,{}  g".format)
)
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with exchange("> Q", f"< {reply}") as link, contextlib.suppress(InstrumentError):
        assert FX(link).read_mass().unit == "kg"
