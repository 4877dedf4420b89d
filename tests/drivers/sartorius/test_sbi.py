"""Exchanges of SBI: protocol table 7.4 (Entris II manual p. 3, MSE manual p. 71)."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, Overload, UnexpectedReply
from calbench.instruments.reading import Identity, Reading
from calbench.instruments.testing import exchange
from calbench_drivers.sartorius.sbi import SBI

PRINT = "> \x1bP"
LONG = "N     +   123.56 g  "  # 6 for the identification, sign, space, 8 for the value, space, 3 for the unit
MOVING = "N     +   120.01    "  # the unit is blank: not stable
NOTHING = "N     +     0.00 g  "
PASSING = "N     +     0.00    "  # at zero, but not stable


def test_the_lines_of_this_test_have_22_and_16_characters_with_cr_lf():
    assert [len(line) + 2 for line in (LONG, MOVING, NOTHING, "+   123.56 g  ")] == [22, 22, 22, 16]


def test_identity_is_x1_x2_x3():
    with exchange(
        "> \x1bx1_", "< Model     MSE225S-000-DU", "> \x1bx2_", "< Ser.no.      0012345678", "> \x1bx3_", "< 01-70-02"
    ) as link:  # fmt: skip
        found = SBI(link).identify()
    assert (found.maker, found.model, found.serial, found.firmware) == (
        "Sartorius", "MSE225S-000-DU", "0012345678", "01-70-02",
    )  # fmt: skip
    assert isinstance(found, Identity)


@pytest.mark.parametrize(
    ("line", "kilograms"),
    [
        (LONG, "0.12356"),
        ("+   123.56 g  ", "0.12356"),
        ("G     -     0.05 g  ", "-0.00005"),
        ("      0.00 g  ", "0.00000"),
        ("N     + 12345678 mg ", "12.345678"),
        ("N     +  12.3456 kg ", "12.3456"),
        ("-     1.52 t  ", "-1520"),
    ],
)
def test_reading_is_exact_in_kilograms(line, kilograms):
    with exchange(PRINT, f"< {line}") as link:
        assert SBI(link).read_mass() == Reading(Decimal(kilograms), "kg", line, stable=True)


@pytest.mark.parametrize("line", ["N     + 123.5[6] g  ", "N     +   123.5[6] g  ", "+ 123.5[6] g  "])
def test_a_digit_in_brackets_counts(line):
    with exchange(PRINT, f"< {line}") as link:
        assert SBI(link).read_mass() == Reading(Decimal("0.12356"), "kg", line, stable=True)


def test_a_blank_unit_is_not_stable_and_has_the_unit_of_before():
    with exchange(PRINT, f"< {LONG}", PRINT, f"< {MOVING}") as link:
        scale = SBI(link)
        scale.read_mass()
        assert scale.read_mass() == Reading(Decimal("0.12001"), "kg", MOVING, stable=False)


def test_before_the_unit_is_known_it_waits_for_a_stable_reading():
    with exchange(PRINT, f"< {MOVING}", "~ 0.25", PRINT, f"< {LONG}") as link:
        assert SBI(link).read_mass().value == Decimal("0.12356")
    with (
        exchange(*(PRINT, f"< {MOVING}", "~ 0.25") * 160, PRINT, f"< {MOVING}") as link,
        pytest.raises(DeviceError, match="not stable within 40 s"),
    ):
        SBI(link).read_mass()


@pytest.mark.parametrize(
    "line", ["Stat        High    ", "Stat        Low     ", "Stat        High", "      High    ", "Stat  L"]
)
def test_overload_and_underload_are_no_readings(line):
    with exchange(PRINT, f"< {line}") as link, pytest.raises(Overload) as caught:
        SBI(link).read_mass()
    assert f"exchange: {line!r}" in str(caught.value)


@pytest.mark.parametrize(
    "line",
    ["Stat     ERR 101    ", "Stat     APP.ER     ", "DIS.ER", "PRT.ER", "Stat      Cal. Ext.", "  ERR 54  "],
)
def test_errors_of_the_scale_are_told(line):
    with exchange(PRINT, f"< {line}") as link, pytest.raises(DeviceError) as caught:
        SBI(link).read_mass()
    assert f"exchange: {line!r}" in str(caught.value)
    with exchange("> \x1bx1_", f"< {line}") as link, pytest.raises(DeviceError):
        SBI(link).identify()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "N     +   123.56",
        "N     +  123.56 g  ",  # a character was lost
        "N     +    123.56 g  ",
        "N     +   123.56 lb ",
        "N     +   123.56 pcs",
        "N     +   12 .56 g  ",
        "N     +          g  ",
        "N     +   123.[] g  ",
        "     100.00 g",
    ],
)
def test_garbage_is_named(line):
    with exchange(PRINT, f"< {line}") as link, pytest.raises(UnexpectedReply) as caught:
        SBI(link).read_mass()
    assert f"exchange: {line!r}" in str(caught.value)


def test_zero_waits_until_it_is_there():
    near = "N     -     0.05 g  "  # five digits
    with exchange(
        "> \x1bV",
        PRINT,
        f"< {LONG}",
        "~ 0.25",
        PRINT,
        f"< {PASSING}",
        "~ 0.25",
        PRINT,
        f"< {LONG}",
        "~ 0.25",
        PRINT,
        f"< {near}",
    ) as link:
        SBI(link).zero()


def test_zero_that_is_not_reached_is_named():
    polls = (PRINT, "< N     +     0.06 g  ", "~ 0.25") * 160
    with exchange("> \x1bV", *polls, *polls[:2]) as link, pytest.raises(DeviceError, match="after `ESC V`"):
        SBI(link).zero()


def test_tare_gives_what_was_on_the_pan():
    lines = (PRINT, f"< {MOVING}", "~ 0.25", PRINT, f"< {LONG}", "> \x1bU", PRINT, f"< {NOTHING}")
    with exchange(*lines) as link:
        assert SBI(link).tare() == Reading(Decimal("0.12356"), "kg", LONG, stable=True)


def test_an_unsteady_load_is_not_tared():
    polls = (PRINT, f"< {MOVING}", "~ 0.25") * 160
    with exchange(*polls, *polls[:2]) as link, pytest.raises(DeviceError, match="nothing tared"):
        SBI(link).tare()


def test_the_line_is_cr_lf_1200_7o1():
    assert (SBI.LINE.write_end, SBI.LINE.read_end, SBI.LINE.serial) == ("\r\n", "\r\n", "1200 7O1")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30) | st.text(" .0123456789[]", min_size=9, max_size=9).map("N     +{} g  ".format))
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    with exchange(PRINT, f"< {LONG}", PRINT, f"< {reply}") as link:
        scale = SBI(link)
        scale.read_mass()
        with contextlib.suppress(InstrumentError):
            assert scale.read_mass().unit == "kg"
