"""Exchanges of the CPC6050: protocol table 9.3 (CPC6050 operating instructions p. 73, 74: forms of replies)."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import (
    ConnectionLost,
    DeviceError,
    InstrumentError,
    OutOfRange,
    Overload,
    UnexpectedReply,
)
from calbench.instruments.reading import Applied, Identity, Reading, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.mensor.cpc6050 import CPC6050

NO_ERROR = ("> Error?", "<  E 00,No errors")  # table 9.3
FORM = "> Outform 2"


def state(pressure: str, unit: str = "Pa", mode: str = "MEASURE", flag: str = " ") -> tuple[str, str]:
    return "> ?", f"< {flag}{pressure}, {unit}, {mode}"


STABLE = ("> Stable?", "<  YES")
HELD = (*STABLE, "~ 0.5") * 4 + STABLE  # 2 s
SET = ("> Setpt 500000", "> Setpt?", "<  +5.00000E+05")
ON = ("> Control", *state("+1.00000E+03", mode="CONTROL"))
STARTED = (FORM, *state("+1.00000E+03"), *SET, *ON)
DONE = state("+5.00002E+05", mode="CONTROL")


def test_identity_is_the_one_of_the_table():
    text = "MENSOR,600,610189,V 1.00"
    with exchange("> ID?", f"<  {text}") as link:
        assert CPC6050(link).identify() == Identity("MENSOR", "600", "610189", "V 1.00", text)


def test_a_queued_error_does_not_hide_the_identity():
    with exchange("> ID?", "< EMENSOR,600,610189,V 1.00") as link:
        assert CPC6050(link).identify().serial == "610189"


@pytest.mark.parametrize("reply", ["MENSOR,600,610189,V 1.00", "", "  MENSOR,600", "\t"])
def test_identity_in_another_form_is_named(reply):
    with exchange("> ID?", f"< {reply}") as link, pytest.raises(UnexpectedReply, match="exchange: `ID"):
        CPC6050(link).identify()


@pytest.mark.parametrize(
    ("sent", "unit", "pascals"),
    [
        ("+1.00000E+00", "Pa", "1.00000"),  # the form of output format 1 and `A?`
        ("+1.01325E+02", "kPa", "101325"),
        ("-9.50000E-01", "bar", "-95000"),
        ("+1.00000E+03", "mBar", "100000"),
    ],
)
def test_reading_is_converted_and_the_unit_left_alone(sent, unit, pascals):
    with exchange(FORM, *state(sent, unit), *state(sent, unit)) as link:
        controller = CPC6050(link)
        assert controller.read_pressure() == Reading(Decimal(pascals), "Pa", f"{sent}, {unit}, MEASURE")
        controller.read_pressure()  # the format is set once


def test_a_unit_that_does_not_convert_exactly_is_refused():
    with (
        exchange(FORM, *state("+1.0E+00", "psi")) as link,
        pytest.raises(DeviceError, match=r"'psi'. Set one"),
    ):
        CPC6050(link).read_pressure()


@pytest.mark.parametrize("sent", ["+9.90000E+37", "-9.90000E+37", "+9.91000E+37"])
def test_special_values_are_overload(sent):
    with exchange(FORM, *state(sent)) as link, pytest.raises(Overload, match=r"exchange: `[?]`"):
        CPC6050(link).read_pressure()


@pytest.mark.parametrize(
    "reply",
    ["", " ", " +1.00000E+00", " +1.00000E+00, Pa", " Pa, 1, MEASURE", "+1.0E+00, Pa, MEASURE", " a,b,c,d"],
)
def test_another_form_is_named(reply):
    with (
        exchange(FORM, "> ?", f"< {reply}") as link,
        pytest.raises(UnexpectedReply, match=r"exchange: `[?]`"),
    ):
        CPC6050(link).read_pressure()


def test_a_flagged_reading_is_no_reading_and_the_errors_are_told():
    queue = ("> Error?", "< EE 05,Unknown command", "> Error?", "< E 07,Bad data")
    with (
        exchange(FORM, *state("+1.0E+00", flag="E"), *queue, *NO_ERROR) as link,
        pytest.raises(DeviceError, match="05, Unknown command; 07, Bad data"),
    ):
        CPC6050(link).read_pressure()


@pytest.mark.parametrize("reply", ["", " ", "E", " E x", "05,Unknown", " OK"])
def test_garbage_in_error_is_named(reply):
    with exchange("> Error?", f"< {reply}") as link, pytest.raises(UnexpectedReply, match=r"`Error[?]`"):
        CPC6050(link).read_errors()


@pytest.mark.parametrize("value", [500_000, 500_000.0, "5.00000E5"])
def test_pressure_is_set_controlled_and_awaited(value):
    polls = ("> Stable?", "<  NO", "~ 0.5", *STABLE, "~ 0.5", "> Stable?", "<  NO", "~ 0.5")
    with exchange(*STARTED, *polls, *HELD, *DONE) as link:
        applied = CPC6050(link).apply_pressure(value)
    assert applied == Applied(Decimal(500_002), "Pa", "+5.00002E+05, Pa, CONTROL")


def test_another_unit_is_changed_and_read_back():
    unit = (FORM, *state("+1.0E+00", "kPa"), "> Units 23", *state("+1.0E+03"))
    with exchange(*unit, *SET, *ON, *HELD, *DONE) as link:
        assert CPC6050(link).apply_pressure(500_000).value == 500_002
    with (
        exchange(*unit[:-1], "<  +1.0E+00, kPa, MEASURE") as link,
        pytest.raises(UnexpectedReply, match="'kpa', not the unit Pa"),
    ):
        CPC6050(link).apply_pressure(500_000)


@pytest.mark.parametrize(
    ("value", "there"),
    [
        (21_000_001, "-100000 Pa to 21000000 Pa"),
        ("-100000.1", "-100000 Pa"),
        ("0.00001", "finer"),
        ("1e-999", "finer"),
    ],
)
def test_what_no_transducer_has_is_refused_before_anything_is_sent(value, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        CPC6050(link).apply_pressure(value)


def test_a_refused_set_point_is_told_before_it_controls():
    lines = (FORM, *state("+1.0E+03"), "> Setpt 500000", "> Setpt?", "< E+1.00000E+03")
    with (
        exchange(*lines, "> Error?", "< E 08,Out of range", *NO_ERROR) as link,
        pytest.raises(DeviceError, match="08, Out of range"),
    ):
        CPC6050(link).apply_pressure(500_000)


def test_another_set_point_than_asked_is_refused_before_it_controls():
    lines = (FORM, *state("+1.0E+03"), "> Setpt 500000", "> Setpt?", "<  +4.00000E+05")
    with exchange(*lines) as link, pytest.raises(UnexpectedReply, match="not the 500000 that was set"):
        CPC6050(link).apply_pressure(500_000)


def test_a_set_of_commands_without_control_is_told():
    lines = (FORM, *state("+1.0E+03"), *SET, "> Control", *state("+1.0E+03", flag="E"))
    with (
        exchange(*lines, "> Error?", "< E 01,Unknown command", *NO_ERROR) as link,
        pytest.raises(DeviceError, match="01, Unknown command"),
    ):
        CPC6050(link).apply_pressure(500_000)


def test_another_mode_than_asked_is_named():
    lines = (FORM, *state("+1.0E+03"), *SET, "> Control", *state("+1.0E+03", mode="VENT"))
    with exchange(*lines) as link, pytest.raises(DeviceError, match="in mode 'VENT'"):
        CPC6050(link).apply_pressure(500_000)


def test_garbage_in_stable_is_named():
    with exchange(*STARTED, "> Stable?", "<  MAYBE") as link, pytest.raises(UnexpectedReply, match="'MAYBE'"):
        CPC6050(link).apply_pressure(500_000)


def test_gives_up_after_ten_minutes_with_the_errors():
    polls = ("> Stable?", "<  NO", "~ 0.5") * 1200 + ("> Stable?", "<  NO")
    with (
        exchange(*STARTED, *polls, *NO_ERROR) as link,
        pytest.raises(
            DeviceError, match=r"not stable 600 s after 500000 Pa.*still controlling; errors: none"
        ),
    ):
        CPC6050(link).apply_pressure(500_000)


def test_vent_is_read_back():
    with exchange("> Vent", FORM, *state("+1.0E+03", mode="VENT")) as link:
        CPC6050(link).vent()
    with exchange("> Vent", FORM, *state("+1.0E+03")) as link, pytest.raises(DeviceError, match="'MEASURE'"):
        CPC6050(link).vent()


def test_standby_is_read_back_and_does_not_vent():
    with exchange("> Measure", FORM, *state("+1.0E+03")) as link:
        CPC6050(link).standby()
    with (
        exchange("> Measure", FORM, *state("+1.0E+03", mode="CONTROL")) as link,
        pytest.raises(DeviceError, match="'CONTROL'"),
    ):
        CPC6050(link).standby()


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("<  +1.0E+03, Pa, MEASURE", Safe.VERIFIED),
        ("< E+1.0E+03, psi, Measure", Safe.VERIFIED),
        ("<  +1.0E+03, Pa, CONTROL", Safe.FAILED),
        ("<  +1.0E+03, Pa, VENT", Safe.SENT_UNVERIFIED),
        ("<  +1.0E+03", Safe.SENT_UNVERIFIED),
        ("! timeout", Safe.SENT_UNVERIFIED),
    ],
)
def test_make_safe_believes_only_the_mode(line, safe):
    with exchange("! clear", "> Measure", FORM, "> ?", line) as link:
        assert CPC6050(link).make_safe() is safe


def test_make_safe_on_a_dead_line_has_failed():
    def gone(message: str = "") -> None:
        raise ConnectionLost("gone")

    with exchange() as link:
        link.clear = gone  # type: ignore[method-assign] # a line that fails
        link.write = gone  # type: ignore[method-assign] # a line that fails
        assert CPC6050(link).make_safe() is Safe.FAILED


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30) | st.text(max_size=15).map(" {}, Pa, MEASURE".format))
def test_any_reply_is_a_reading_or_an_error_of_an_instrument(reply):
    lines = (*NO_ERROR,) if reply.startswith("E") else ()
    with exchange(FORM, "> ?", f"< {reply}", *lines) as link, contextlib.suppress(InstrumentError):
        assert CPC6050(link).read_pressure().unit == "Pa"
