"""Instruments that are silent, are others, overload, talk nonsense or die in the middle of a run."""

from __future__ import annotations

import pytest
from pyvisa.errors import VisaIOError

from calbench.errors import UsageError
from calbench.simulation import Fault


def test_silence_from_the_third_message_on(gpib, world):
    world.fault("meter", Fault("silence", after=2))
    assert [gpib.query("*ESE?") for _ in range(2)] == ["0", "0"]
    for _ in range(2):
        with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
            gpib.query("*ESE?")
    world.device("meter").faults.mend()
    assert gpib.query("*ESE?") == "0"


def test_one_message_is_lost(gpib, world):
    world.fault("meter", Fault("silence", count=1))
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.query("*ESE?")
    assert gpib.query("*ESE?") == "0"


def test_another_identity(gpib, world):
    world.fault("meter", Fault.identity("OTHER,MAKER,0,0"))
    assert gpib.query("*IDN?") == "OTHER,MAKER,0,0"
    assert gpib.query("READ?") == "+1.00000000E+01"


def test_overload_in_the_middle_of_a_run(gpib, world):
    world.fault("meter", Fault.overload(after=1))
    assert gpib.query("READ?") == "+1.00000000E+01"
    assert gpib.query("READ?") == "+9.90000000E+37"  # reference/protocols.md, 1.4
    assert gpib.query("*IDN?") == "EXAMPLE,TOY,0,1.0"


def test_garbage_is_the_same_for_the_same_seed(gpib, world):
    gpib.encoding = "latin-1"
    world.fault("meter", Fault("garbage"))
    first = gpib.query("*IDN?")
    assert first != "EXAMPLE,TOY,0,1.0"
    assert len(first) == len("EXAMPLE,TOY,0,1.0")


def test_a_late_reply_comes_after_the_timeout_and_then_answers_the_next_query(gpib, world):
    world.fault("meter", Fault("late", count=1, seconds=5.0))
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.query("*ESE?")
    world.clock.sleep(5.0)
    assert gpib.read().strip() == "0"
    assert gpib.query("*IDN?") == "EXAMPLE,TOY,0,1.0"


def test_a_stale_reply_is_the_one_to_the_query_before(gpib, world):
    world.fault("meter", Fault("stale"))
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.query("*IDN?")
    assert gpib.query("*ESE?") == "EXAMPLE,TOY,0,1.0"
    assert gpib.query("READ?") == "0"


def test_a_reply_that_breaks_off(gpib, world):
    world.fault("meter", Fault("partial"))
    gpib.write("*IDN?")
    assert gpib.read_raw() == b"EXAMPLE,"  # half of 17 characters, and no terminator


def test_one_bit_of_a_reply_is_wrong(gpib, world):
    world.fault("meter", Fault("garble"))
    right = "EXAMPLE,TOY,0,1.0"
    got = gpib.query("*IDN?")
    assert sum((ord(a) ^ ord(b)).bit_count() for a, b in zip(got, right, strict=True)) == 1


def test_a_reading_that_is_stuck(gpib, world):
    world.fault("meter", Fault.stuck(after=1))
    assert gpib.query("*ESE?") == "0"
    world.terminal("meter.input")
    readings = [gpib.query("READ?") for _ in range(3)]
    assert len(set(readings)) == 1
    assert gpib.query("*IDN?") == "EXAMPLE,TOY,0,1.0"


def test_errors_in_the_queue(gpib, world):
    world.fault("meter", Fault("error", after=1, count=1, code=-310))
    assert gpib.query("SYST:ERR?") == '0,"No error"'
    assert gpib.query("*ESE?") == "0"
    assert gpib.query("SYST:ERR?") == '-310,"System error"'
    assert gpib.query("SYST:ERR?") == '0,"No error"'


def test_power_goes_and_comes_back(gpib, world):
    gpib.write("*ESE 60")
    world.fault("meter", Fault("power_cycle", after=1))
    assert gpib.query("*ESE?") == "60"
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.query("*ESE?")
    assert gpib.query("*ESE?") == "0"
    assert int(gpib.query("*ESR?")) & 128  # PON, IEEE 488.2, 11.5.1


def test_a_unit_that_was_off_is_the_same_unit(world):
    meter = world.add("dmm", "agilent/a34401a", resource="GPIB0::7::INSTR")
    line = meter.connect(message_based=True)

    def zero():
        line.write(b"CONF:VOLT:DC 10;:READ?\n")
        world.clock.sleep(10.0)
        return float(line.take(100)[0])

    before = zero()
    world.power_cycle("dmm")
    assert zero() == pytest.approx(
        before, abs=2e-5
    )  # its offset, of some 100 uV, is its own; the noise is new
    assert abs(before) > 0


def test_another_client_holds_a_lock_for_a_while(gpib, world):
    world.fault("meter", Fault("locked", after=1, seconds=30.0))
    assert gpib.query("*ESE?") == "0"
    with pytest.raises(VisaIOError, match="VI_ERROR_RSRC_LOCKED"):
        gpib.query("*ESE?")
    world.clock.sleep(30.0)
    assert gpib.query("*ESE?") == "0"


def test_an_instrument_without_an_error_queue_can_have_no_error_there(world):
    world.add("scale", "mettler/mtsics")
    with pytest.raises(UsageError, match="no IEEE 488"):
        world.fault("scale", Fault("error"))
