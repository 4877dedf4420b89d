"""Exchanges of the 33511B: protocol table 4.1 (33500 series operating and service guide, p. 61, 215, 318, 323)."""

from decimal import Decimal

import pytest

from calbench.errors import DeviceError, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Applied, Safe
from calbench.instruments.testing import exchange
from calbench_drivers.keysight.k33511b import K33511B, STATE

ASK = "> " + ";:".join(STATE)
NO_ERROR = ("> SYST:ERR?", '< +0,"No error"')
SET = (
    "< SQU;TRIG;1;BUS;+9.900000000000000E+37;+2.000000000000000E+01;+3.000000000000000E+00;"
    "+0.000000000000000E+00;+2.700000000000000E+02"
)
SETTINGS = (
    "OUTP OFF", "*RST", "FUNC SQU", "FUNC:SQU:DCYC 50", "FREQ 20", "OUTP:LOAD INF", "VOLT:HIGH 3", "VOLT:LOW 0",
    "BURS:MODE TRIG", "BURS:PHAS 270", "TRIG:SOUR BUS", "BURS:STAT ON",
)  # fmt: skip
SET_UP = (*(f"> {one}" for one in SETTINGS), *NO_ERROR, "> OUTP?", "< 0")
READY = (*SET_UP, ASK, SET, "> OUTP ON", *NO_ERROR, "> OUTP?", "< 1")
COUNTED = ("> BURS:NCYC 1000", *NO_ERROR, "> BURS:NCYC?", "< +1.000000000000000E+03")
TRIGGERED = ("> *ESR?", "< 129", "> *TRG;*OPC", *NO_ERROR, "~ 50")


OVER = ("> *ESR?", "< +1", "> OUTP?", "< 1")
FURTHER = (ASK, SET, "> OUTP?")


def test_it_is_reset_and_set_up_while_off_then_told_the_number_triggered_and_waited_for():
    over = ("> *ESR?", "< 0", "~ 0.1", *OVER)
    with exchange(*READY, *COUNTED, *TRIGGERED, *over) as link:
        applied = K33511B(link).apply_pulses(value="1000", frequency="20", voltage="3")
    assert applied == Applied(Decimal(1000), "1", "+1.000000000000000E+03")


def test_another_number_needs_no_further_setting():
    with exchange(
        *READY, *COUNTED, *TRIGGERED, *OVER, *FURTHER, "< 1", *COUNTED, *TRIGGERED, *OVER
    ) as link:  # fmt: skip
        generator = K33511B(link)
        assert [generator.apply_pulses(1000, 20, 3).value for _ in range(2)] == [1000, 1000]


def test_an_output_that_went_off_meanwhile_is_set_up_anew():
    with exchange(
        *READY, *COUNTED, *TRIGGERED, *OVER, *FURTHER, "< 0", *READY, *COUNTED, *TRIGGERED, *OVER
    ) as link:  # fmt: skip
        generator = K33511B(link)
        assert [generator.apply_pulses(1000, 20, 3).value for _ in range(2)] == [1000, 1000]


def test_levels_that_voltage_limits_hold_are_noticed_before_the_output_is_on():
    held = SET.replace("+3.000000000000000E+00", "+1.000000000000000E+00")
    with (
        exchange(*SET_UP, ASK, held) as link,
        pytest.raises(UnexpectedReply, match="voltage limits"),
    ):
        K33511B(link).apply_pulses(1000, 20, 3)


@pytest.mark.parametrize(
    ("lines", "error", "told"),
    [
        ((*COUNTED[:-1], "< +9.9E+37"), Overload, "9.9E"),
        ((*COUNTED[:-1], "< +1.0E+00"), UnexpectedReply, "where 1000 pulses were set"),
        ((COUNTED[0], "> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR), DeviceError, "-222"),
        (
            (*COUNTED, *TRIGGERED[:3], "> SYST:ERR?", '< -211,"Trigger ignored"', *NO_ERROR),
            DeviceError,
            "-211, Trigger ignored",
        ),
        (
            (*COUNTED, *TRIGGERED, *("> *ESR?", "< 0", "~ 0.1") * 105, "> *ESR?", "< 0"),
            DeviceError,
            "How many came is not known",
        ),
        ((*COUNTED, *TRIGGERED, "> *ESR?", "< 1", "> OUTP?", "< 0"), DeviceError, "output is off after the burst"),
    ],
    ids=["without end", "another number", "refused", "ignored", "never over", "off meanwhile"],
)  # fmt: skip
def test_a_number_of_pulses_that_is_not_sure_is_no_number(lines, error, told):
    with (
        exchange(*READY, *lines) as link,
        pytest.raises(error, match=told),
    ):
        K33511B(link).apply_pulses(1000, 20, 3)


@pytest.mark.parametrize(
    ("told", "there"),
    [
        ((0, 20, 3), "1 to 100000000"),
        (("100000001", 20, 3), "1 to 100000000"),
        (("2.5", 20, 3), "whole"),
        ((1000, "6000001", 3), "0.001 Hz to 6000000 Hz"),
        ((1000, 20, "10.1"), "0.001 V to 10 V"),
    ],
)
def test_what_it_does_not_have_is_refused_before_anything_is_sent(told, there):
    with exchange() as link, pytest.raises(OutOfRange, match=there):
        K33511B(link).apply_pulses(*told)


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        (("! clear", "> OUTP OFF", "> OUTP?", "< 0"), Safe.VERIFIED),
        (("! clear", "> OUTP OFF", "> OUTP?", "< 1"), Safe.FAILED),
        (("! clear", "> OUTP OFF", "> OUTP?", "! timeout"), Safe.SENT_UNVERIFIED),
        (("! clear", "> OUTP OFF", "> OUTP?", "< off"), Safe.SENT_UNVERIFIED),
    ],
)
def test_safe_is_what_it_says_of_its_output(lines, known):
    with exchange(*lines) as link:
        assert K33511B(link).make_safe() == known
