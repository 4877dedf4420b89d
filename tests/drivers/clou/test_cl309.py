"""Exchanges of the CL309: protocols.md 5.3, the bodies as two public programs for benches write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments.frames.clou import Frame
from calbench.instruments.reading import Safe
from calbench.instruments.testing import exchange
from calbench_drivers.clou.cl309 import CL309

NOTHING = "00 00 00 00"
VOLTS, AMPERES = "C0 91 21 00 FC", "40 4B 4C 00 FA"  # 220 V as 2200000E-4, 5 A as 5000000E-6
HERTZ = "20 A1 07 00"  # 50 Hz as 500000E-4
UPDATES = "07 07 7F 3F 00"
DEGREES = {0: NOTHING, 60: "C0 27 09 00", 120: "80 4F 12 00", 180: "40 77 1B 00", 240: "00 9F 24 00",
           300: "C0 C6 2D 00"}  # fmt: skip # as 1E-4


def sends(body):
    return ">> " + Frame(0x01, 0x07, bytes.fromhex(body)).encoded().hex()


def answer(body, *, to=0x07, sender=0x01):
    return "<< " + Frame(to, sender, bytes.fromhex(body) if isinstance(body, str) else body).encoded().hex()


def setting(voltage_angles, current_angles, volts, amperes):
    angles = " ".join(DEGREES[one] for one in voltage_angles + current_angles)
    return sends(f"A3 05 46 3F {angles} FF {volts} {amperes} {HERTZ} {UPDATES}")


THREE = setting((120, 240, 0), (60, 180, 300), " ".join([VOLTS] * 3), " ".join([AMPERES] * 3))  # c, b, a
ONE = setting(
    (0, 0, 0), (0, 0, 0), f"{NOTHING} FC {NOTHING} FC {VOLTS}", f"{NOTHING} FA {NOTHING} FA {AMPERES}"
)
ZERO = setting((0, 0, 0), (0, 0, 0), " ".join([f"{NOTHING} FC"] * 3), " ".join([f"{NOTHING} FA"] * 3))


def test_three_phases_with_a_current_that_lags_by_sixty_degrees():
    with exchange(THREE, answer("30"), "~ 5") as link:
        applied = CL309(link).apply_power(220, 5, 60, 50, 3)
    assert (applied.value, applied.unit, applied.text) == (Decimal("1650"), "W", "acknowledged 30")


@pytest.mark.parametrize("loaded", ["a", "b", "c"])
def test_one_phase_is_loaded_and_all_have_voltage(loaded):
    """5.3: amplitudes of c, b, a apart; 0 A is 0E-6."""
    amperes = " ".join(AMPERES if name == loaded else f"{NOTHING} FA" for name in "cba")
    sent = setting((120, 240, 0), (60, 180, 300), " ".join([VOLTS] * 3), amperes)
    with exchange(sent, answer("30"), "~ 5") as link:
        assert (
            CL309(link).apply_power(220, 5, 60, 50, 3, loaded).value == 550
        )  # 220 V 5 A cos 60 of one phase


def test_one_phase_leaves_the_others_at_nothing():
    with exchange(ONE, answer("30"), "~ 5") as link:
        assert CL309(link).apply_power(220, 5, 0, 50, 1).value == 1100


def test_identity():
    text = b"CLT1.1 " + b"CL309".ljust(11, b"\0") + b"V2.00" + b"201507060099"
    with exchange(sends("C9"), answer(b"\x39" + text)) as link:
        assert str(CL309(link).identify()) == "CLOU CL309 serial number 201507060099"


@pytest.mark.parametrize(
    "load",
    [
        (481, 5, 0, 50, 3), (4, 5, 0, 50, 3), (220, 121, 0, 50, 3), (220, "0.0005", 0, 50, 3),
        (220, 5, 181, 50, 3), (220, 5, 0, 66, 3), (220, 5, 0, 50, 2), ("220.00001", 5, 0, 50, 3),
        (220, "5.0000001", 0, 50, 3), (220, 5, "0.00001", 50, 3), (220, 5, 0, "50.00001", 3),
        (220, 5, 0, 50, 3, "ab"), (220, 5, 0, 50, 3, ""), (220, 5, 0, 50, 3, "A"), (220, 5, 0, 50, 1, "b"),
    ],
)  # fmt: skip
def test_what_it_does_not_have_is_refused_before_anything_is_sent(load):
    with exchange() as link, pytest.raises(OutOfRange):
        CL309(link).apply_power(*load)


@pytest.mark.parametrize(
    ("reply", "raised", "why"),
    [
        (answer("33"), DeviceError, "set-output: 33 came, which means an error"),
        (answer("36"), DeviceError, "inhibited"),
        (answer("30 00"), UnexpectedReply, "30 00 came, where 30 was expected"),
        (answer("30", sender=0x30), UnexpectedReply, "from 30 to 07"),
    ],
)
def test_what_is_no_acknowledgement(reply, raised, why):
    with exchange(THREE, reply) as link, pytest.raises(raised, match=why):
        CL309(link).apply_power(220, 5, 60, 50, 3)


def test_standby_sets_all_amplitudes_to_zero():
    with exchange(ZERO, answer("30")) as link:
        CL309(link).standby()


@pytest.mark.parametrize(
    ("then", "known"),
    [
        (answer("30"), Safe.ACKNOWLEDGED),
        ("! timeout", Safe.SENT_UNVERIFIED),
        (answer("33"), Safe.FAILED),
        ("! lost", Safe.FAILED),
    ],
)
def test_make_safe_never_claims_more_than_it_knows(then, known):
    with exchange("! clear", ZERO, then) as link:
        assert CL309(link).make_safe() is known


@given(body=st.binary(min_size=1, max_size=40))
def test_no_data_but_power_or_an_error_of_calbench(body):
    if body == b"\x30":
        return
    with exchange(THREE, answer(body)) as link, pytest.raises(InstrumentError):
        CL309(link).apply_power(220, 5, 60, 50, 3)
