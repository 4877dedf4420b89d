"""Replies as IEEE 488.2 and SCPI-99 write them; examples from protocols.md, sections 1.1, 1.3, 1.4."""

from __future__ import annotations

from decimal import Decimal

import pytest

from calbench.errors import DeviceError, Overload, UnexpectedReply
from calbench.instruments import Identity, Reading, scpi
from calbench.instruments.testing import exchange


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-12", "-12"),
        ("1.50", "1.50"),
        ("+1.50000000E+00", "1.50000000"),
        ("-1.2e-6", "-0.0000012"),
        (" 3 ", "3"),
        (".5", "0.5"),
    ],
)
def test_numbers_are_read_digit_for_digit(text, value):
    assert format(scpi.number(text), "f") == value


@pytest.mark.parametrize("text", ["+9.90000000E+37", "-9.9E37", "9.91E+37", "9.9E37"])
def test_special_values_are_no_readings(text):
    with pytest.raises(Overload, match=r"E"):
        scpi.number(text)


@pytest.mark.parametrize(
    "text", ["", "abc", "1,5", "1 V", "1.0,2.0", "NAN", "INF", "0x1F", "#HFF", "1_0", "1\n2", "٣"]
)
def test_anything_but_one_number_is_refused(text):
    with pytest.raises(UnexpectedReply):
        scpi.number(text)


def test_a_reading_keeps_the_text():
    assert scpi.reading("+1.0000034E+01", "V") == Reading(Decimal("10.000034"), "V", "+1.0000034E+01")


def test_other_replies():
    assert scpi.integer("+32") == 32
    assert scpi.boolean("1") is True
    assert scpi.boolean("0") is False
    assert scpi.string('"a""b"') == 'a"b'
    assert scpi.string("'a''b'") == "a'b"
    assert scpi.string("VOLT") == "VOLT"
    for read, text in ((scpi.integer, "1.0"), (scpi.integer, "x"), (scpi.boolean, "ON"), (scpi.boolean, "2")):
        with pytest.raises(UnexpectedReply, match=text):
            read(text)


def test_identities():
    text = "HEWLETT-PACKARD,34401A,0,10-5-2"
    assert scpi.identity(text) == Identity("HEWLETT-PACKARD", "34401A", "", "10-5-2", text)
    assert scpi.identity("FLUKE, 5522A ,1234567,1.0+1.3+1.2,x").firmware == "1.0+1.3+1.2,x"
    with pytest.raises(UnexpectedReply, match="maker,model"):
        scpi.identity("34401A")


def test_error_entries():
    assert scpi.error_entry('-113,"Undefined header"') == (-113, "Undefined header")
    assert scpi.error_entry('+0,"No error"') == (0, "No error")
    assert scpi.error_entry("0, No Error") == (0, "No Error")
    with pytest.raises(UnexpectedReply):
        scpi.error_entry("+1.0E+00")


def test_the_error_queue_is_emptied_oldest_first():
    entry = '< -113,"Undefined header;FOO"'
    with exchange("> SYST:ERR?", entry, "> SYST:ERR?", "< -222,x", "> SYST:ERR?", '< +0,"No error"') as link:
        assert scpi.drain_errors(link, "SYST:ERR?") == ["-113, Undefined header;FOO", "-222, x"]


def test_an_error_queue_that_never_empties_is_given_up():
    lines = ["> ERR?", "< 1,x"] * scpi.MOST_ERRORS
    with exchange(*lines) as link, pytest.raises(DeviceError, match="not empty"):
        scpi.drain_errors(link, "ERR?")


def test_errors_after_a_command_are_raised_with_all_of_them():
    lines = ("> ERR?", "< -222,Data out of range", "> ERR?", "< 5,x", "> ERR?", "< 0,No error")
    with exchange(*lines) as link, pytest.raises(DeviceError, match=r"VOLT 9.*-222, Data out of range; 5, x"):
        scpi.refuse_errors(link, "ERR?", "VOLT 9")
    with exchange("> ERR?", "< 0,No error") as link:
        scpi.refuse_errors(link, "ERR?", "VOLT 1")
